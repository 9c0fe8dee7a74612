"""Two small chat servers over real HTTP. They remember what they received, and hold senders to their limits.

The *askable* one (as Slack): can be asked whether it has a message, by the id in its metadata; brings taps to the
replicas and repeats a tap until one of them answered 200.
The *mute* one (as Telegram): cannot be asked; taps are fetched, by one consumer at a time, and a higher offset
acknowledges the ones before it.

    POST /messages          {chat, lines, buttons, metadata?}  -> {id}, or 429 {scope} with Retry-After
    PUT  /messages/ID       {lines, buttons}                   -> {}; does not count as a message
    GET  /messages?id=OURS  the askable one alone              -> {id}, null when it has none
    GET  /updates?offset=N  the mute one alone; waits a second -> {updates: [{update, chat, message, action}]}
    a tap, to a replica     POST {delivery, chat, message, action} -> 200 {buttons}

What went wrong is in `violations`; who uses a server looks there afterwards. Everything runs in one event loop.
"""

import asyncio
import itertools
import math
import random
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.core.pacing import Rate

T = TypeVar("T")

CAUSE = "x-test-cause"  # our id of a message where the protocol has no place for it: to count, never to answer with
OVERALL, ONE_CHAT = Rate(25, burst=5), Rate(1)  # how fast messages may come
IN_FLIGHT = 8  # messages that a sender may have under way, and that may arrive together though sent in time
TOLD = 0.3  # seconds until what was under way when a sender was told to wait has arrived
POLL = 1.0  # seconds that a consumer may wait for updates
BATCH = 100  # updates at once
AGAIN = 0.1  # seconds until a tap is brought again


@dataclass
class Gauge:
    """One limit (GCRA): a message is due every interval, and may come so much earlier."""

    interval: float
    tolerance: float
    due: float = -math.inf

    def early(self, now: float) -> float:
        """By how many seconds a message comes too early; when it does not, it counts."""
        early = self.due - self.tolerance - now
        if early > 0:
            return early
        self.due = max(self.due, now) + self.interval
        return 0.0


def _gauge(rate: Rate, spare: int) -> Gauge:
    return Gauge(rate.interval, rate.interval * (rate.burst - 1 + spare))


@dataclass(frozen=True)
class Button:
    """What can be tapped: the instruction, and whether it is ticked."""

    action: str
    ticked: bool | None = None


@dataclass
class Message:
    """A message as the server has it; its buttons are those of the last edit."""

    number: int
    at: float  # monotonic seconds
    chat: str
    cause: str  # our id of it
    lines: tuple[str, ...]
    buttons: tuple[Button, ...]


@dataclass
class Update:
    """A tap that waits until it is fetched and acknowledged."""

    number: int
    chat: str
    message: int
    action: str
    acknowledged: "asyncio.Future[None]"

    def shown(self) -> dict[str, object]:
        """As a consumer sees it."""
        return {"update": self.number, "chat": self.chat, "message": self.message, "action": self.action}


@dataclass
class ChatServer(ABC):
    """What both have in common: taking messages, and refusing them."""

    name: str
    lose: float = 0.0  # the share of messages that are taken and never answered
    delay: float = 0.0  # seconds at most until the answer, when a message was taken
    overall: Rate = OVERALL
    spare: int = IN_FLIGHT  # messages that may come too early all the same
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    messages: list[Message] = field(default_factory=list)
    edits: int = 0
    lost: list[str] = field(default_factory=list)  # the causes of messages whose reply was lost
    violations: list[str] = field(default_factory=list)
    refused_at: list[float] = field(default_factory=list)  # monotonic seconds

    def __post_init__(self) -> None:
        """Open a port."""
        self._down_until = -math.inf
        self._holds: dict[str, float] = {}  # chat, or "" for every chat: until when nothing is taken
        self._told: dict[str, tuple[float, float]] = {}  # since when and until when a sender knows that it has to wait
        self._overall = _gauge(self.overall, self.spare)
        self._chats: dict[str, Gauge] = {}
        # asyncio sends at once (no Nagle) only where the protocol is named
        self._bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._bound.bind(("127.0.0.1", 0))
        self._bound.listen(128)
        self.address = f"http://127.0.0.1:{self._bound.getsockname()[1]}"
        self.posted: asyncio.Queue[Message] = asyncio.Queue()
        routes = [
            Route("/messages", self._post, methods=["POST"]),
            Route("/messages/{number:int}", self._put, methods=["PUT"]),
            *self.more_routes(),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            http=H11Protocol,
            access_log=False,
            log_level="error",
            lifespan="off",
            timeout_keep_alive=300,
        )
        self.server = uvicorn.Server(config)

    # --- what can be done to a sender ------------------------------------------------------------------------------

    def go_down(self, seconds: float) -> None:
        """Answer 503 to everything for a while."""
        self._down_until = time.monotonic() + seconds

    def hold(self, seconds: float, chat: str = "") -> None:
        """Answer 429 for a while, in one chat or in all of them."""
        self._holds[chat] = time.monotonic() + seconds

    # --- what it knows afterwards ----------------------------------------------------------------------------------

    def counts(self) -> Counter[str]:
        """How often each message came, by our id of it."""
        return Counter(message.cause for message in self.messages)

    @abstractmethod
    def more_routes(self) -> list[BaseRoute]:
        """What only this server has."""

    @abstractmethod
    async def tap(self, message: Message, action: str) -> tuple[Button, ...]:
        """Somebody taps; returns the buttons of the card then, once the tap was acknowledged."""

    async def run(self) -> None:
        """Serve until told to stop."""
        await self.server.serve(sockets=[self._bound])

    # --- taking messages -------------------------------------------------------------------------------------------

    async def _post(self, request: Request) -> Response:
        try:
            body = await request.json()
        except ClientDisconnect:
            return Response()
        now = time.monotonic()
        refused = self._refused(body["chat"], now)
        if refused is not None:
            return refused
        cause = (body.get("metadata") or {}).get("id") or request.headers[CAUSE]
        message = Message(
            len(self.messages) + 1, now, body["chat"], cause, tuple(body["lines"]), _buttons(body["buttons"])
        )
        self.messages.append(message)
        self.posted.put_nowait(message)
        if self.rng.random() < self.lose:
            self.lost.append(cause)
            await self._cut(request)
        await asyncio.sleep(self.rng.uniform(0, self.delay))
        return JSONResponse({"id": message.number})

    async def _put(self, request: Request) -> Response:
        try:
            body = await request.json()
        except ClientDisconnect:
            return Response()
        if time.monotonic() < self._down_until:
            return Response(status_code=503)
        self.messages[request.path_params["number"] - 1].buttons = _buttons(body["buttons"])
        self.edits += 1
        return JSONResponse({})

    def _refused(self, chat: str, now: float) -> Response | None:
        """Why a message is not taken; None, and it counts, when it is."""
        if now < self._down_until:
            return Response(status_code=503)
        for scope in ("", chat):
            since, until = self._told.get(scope, (0.0, 0.0))
            if since + TOLD < now < until - 0.01:
                self.violations.append(f"{self.name}: {until - now:.2f} s before Retry-After was over in {scope!r}")
            if now < self._holds.get(scope, 0.0):
                return self._wait(scope, self._holds[scope] - now, now)
        gauges = {"": self._overall, chat: self._chats.setdefault(chat, _gauge(ONE_CHAT, 1))}
        for scope, gauge in gauges.items():
            if early := gauge.early(now):
                self.violations.append(f"{self.name}: {early:.3f} s too early in {scope!r}")
                return self._wait(scope, early, now)
        return None

    def _wait(self, scope: str, seconds: float, now: float) -> Response:
        self.refused_at.append(now)
        whole = math.ceil(seconds)
        since, until = self._told.get(scope, (now, 0.0))
        self._told[scope] = (since if now < until else now, max(until, now + whole))
        body = {"scope": "chat" if scope else "everywhere"}
        return JSONResponse(body, status_code=429, headers={"Retry-After": str(whole)})

    async def _cut(self, request: Request) -> None:
        """Break this connection: whatever is answered after this is not sent."""
        for connection in self.server.server_state.connections:
            if isinstance(connection, H11Protocol) and connection.client == request.client:
                connection.transport.abort()
        await asyncio.sleep(0)  # until that has happened


def _buttons(found: Sequence[dict[str, Any]]) -> tuple[Button, ...]:
    return tuple(Button(one["action"], one["ticked"]) for one in found)


@dataclass
class AskableServer(ChatServer):
    """Knows every message by our id, and brings taps to the replicas in `taps_to`, in turn."""

    repeat: float = 0.0  # the share of acknowledged taps that are brought once more
    taps_to: list[str] = field(default_factory=list)  # addresses of replicas
    redelivered: int = 0
    asked: int = 0  # how often somebody looked up a message

    def __post_init__(self) -> None:
        """Open a port."""
        super().__post_init__()
        self._client = httpx.AsyncClient(verify=False, timeout=5)
        self._deliveries = itertools.count(1)
        self._repeats: set[asyncio.Task[None]] = set()

    def more_routes(self) -> list[BaseRoute]:
        """Looking up."""
        return [Route("/messages", self._look_up, methods=["GET"])]

    async def tap(self, message: Message, action: str) -> tuple[Button, ...]:
        """Bring it to one replica after another until one answers 200."""
        number = next(self._deliveries)
        body = {
            "delivery": f"{self.address}/{number}", "chat": message.chat, "message": message.number, "action": action
        }  # fmt: skip
        for turn in itertools.count(number):
            answer = await self._bring(self.taps_to[turn % len(self.taps_to)], body)
            if answer is not None:
                break
            self.redelivered += 1
            await asyncio.sleep(AGAIN)
        if self.rng.random() < self.repeat:
            once_more = asyncio.create_task(self._bring_again(self.taps_to[turn % len(self.taps_to)], body))
            self._repeats.add(once_more)
            once_more.add_done_callback(self._repeats.discard)
        assert answer is not None
        message.buttons = _buttons(answer)
        return message.buttons

    async def _bring(self, address: str, body: dict[str, Any]) -> list[dict[str, Any]] | None:
        """The next buttons; None when it was not acknowledged."""
        with suppress(httpx.TransportError):
            answer = await self._client.post(f"{address}/{self.name}/taps", json=body)
            if answer.status_code == 200:
                found: list[dict[str, Any]] = answer.json()["buttons"]
                return found
        return None

    async def _bring_again(self, address: str, body: dict[str, Any]) -> None:
        await asyncio.sleep(self.rng.random())
        await self._bring(address, body)

    async def run(self) -> None:
        """Serve until told to stop."""
        async with self._client:
            await super().run()

    async def _look_up(self, request: Request) -> Response:
        if time.monotonic() < self._down_until:
            return Response(status_code=503)
        self.asked += 1
        found = (message.number for message in self.messages if message.cause == request.query_params["id"])
        return JSONResponse({"id": next(found, None)})


@dataclass
class MuteServer(ChatServer):
    """Keeps taps until they are fetched and acknowledged, for one consumer at a time."""

    conflicts: int = 0  # how often a second consumer came

    def __post_init__(self) -> None:
        """Open a port."""
        super().__post_init__()
        self._numbers = itertools.count(1)
        self._waiting: list[Update] = []
        self._more = asyncio.Event()
        self._consumed = False

    def more_routes(self) -> list[BaseRoute]:
        """Fetching."""
        return [Route("/updates", self._updates, methods=["GET"])]

    async def tap(self, message: Message, action: str) -> tuple[Button, ...]:
        """Wait until it was fetched and acknowledged; its card was edited before that."""
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(Update(next(self._numbers), message.chat, message.number, action, acknowledged))
        self._more.set()
        await acknowledged
        return message.buttons

    async def _updates(self, request: Request) -> Response:
        if time.monotonic() < self._down_until:
            return Response(status_code=503)
        if self._consumed:
            self.conflicts += 1
            return Response(status_code=409)
        self._consumed = True
        try:
            self._acknowledge(int(request.query_params["offset"]))
            await self._some(request)
            return JSONResponse({"updates": [update.shown() for update in self._waiting[:BATCH]]})
        finally:
            self._consumed = False

    def _acknowledge(self, offset: int) -> None:
        done = [update for update in self._waiting if update.number < offset]
        self._waiting = self._waiting[len(done) :]
        for update in done:
            if not update.acknowledged.done():
                update.acknowledged.set_result(None)

    async def _some(self, request: Request) -> None:
        """Until there is an update, a second is over, or the consumer is gone."""
        end = time.monotonic() + POLL
        while not self._waiting and time.monotonic() < end and not await request.is_disconnected():
            self._more.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._more.wait(), 0.05)


# --- running ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """The event loop in which the servers run, in a thread of its own."""

    loop: asyncio.AbstractEventLoop

    def have(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something there, until the servers stop."""
        asyncio.run_coroutine_threadsafe(coroutine, self.loop)


@contextmanager
def serving(*servers: ChatServer) -> Iterator[Stage]:
    """Let the servers serve; whatever else runs in their loop is cancelled in the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(_served(servers)))
    thread.start()
    try:
        while not all(server.server.started for server in servers):
            assert thread.is_alive()
            time.sleep(0.01)
        yield Stage(loop)
    finally:
        for server in servers:
            server.server.should_exit = server.server.force_exit = True
        thread.join(20)
        loop.close()


async def _served(servers: Sequence[ChatServer]) -> None:
    await asyncio.gather(*(server.run() for server in servers))
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
