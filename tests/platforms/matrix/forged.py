"""A homeserver that says what it is told to say, over real HTTP: for what a real one never sends, or not in a test."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.core.platform import Asked, Card, Event
from bot.platforms.matrix import Matrix
from bot.platforms.matrix.settings import MatrixSettings

Json = dict[str, Any]
ME, ANNA, ROOM = "@klankbord:example.nl", "@anna:example.nl", "!anna:example.nl"
PATH = "/_matrix/client/v3/"


class Forged:
    """What it keeps, what it was asked, and what it answers. A call that it was told nothing of has a dull answer."""

    def __init__(self) -> None:
        self.url = ""
        self.kept: dict[str, Json] = {"m.direct": {ANNA: [ROOM]}}  # the bot's account data
        self.answers: dict[str, list[tuple[int, Json]]] = {}  # part of an address -> the next answers; the last stays
        self.calls: list[str] = []  # method and address
        self.said: list[Json] = []  # what the bot sent
        self.made: list[Json] = []  # the rooms that the bot made
        self.bots: list[Matrix] = []
        self._batches: list[Json] = []
        self.holds, self.open = "nothing", asyncio.Event()  # part of an address -> until then it does not answer
        self.late: list[
            str
        ] = []  # parts of addresses: it does what is asked, and answers one such call when it is open
        self.loses = "nothing"  # part of an address: it does what is asked, and its answer is lost

    async def answer(self, request: web.Request) -> web.Response:
        """One call."""
        path, body = request.path, await request.read()
        self.calls.append(f"{request.method} {path}")
        if self.holds in path:
            await self.open.wait()
        for part, answers in self.answers.items():
            if part in f"{request.method} {path}?{request.query_string}":
                status, said = answers.pop(0) if len(answers) > 1 else answers[0]
                whole = json.dumps(said)
                return web.json_response(text=whole if said else whole[:1], status=status)  # nothing is half of it
        if path.endswith("/sync"):
            return await self._news(request.query.get("since", ""))
        done = self._dull(request, path, json.loads(body) if body.startswith(b"{") else {})
        if (late := next((part for part in self.late if part in path), None)) is not None:
            self.late.remove(late)
            await self.open.wait()
        if self.loses in path and request.transport is not None:
            request.transport.close()
        return done

    def _dull(self, request: web.Request, path: str, content: Json) -> web.Response:
        if "/account_data/" in path:
            name = path.rpartition("/")[2]
            if request.method == "PUT":
                self.kept[name] = content
            found = self.kept.get(name)
            return web.json_response(found if found is not None else {"errcode": "M_NOT_FOUND"}, status=_status(found))
        if "/send/" in path:
            self.said.append(content)
            return web.json_response({"event_id": f"$said{len(self.said)}"})
        if path.endswith("/createRoom"):
            self.made.append(content)
        if "/state/m.room.member/" in path:
            return web.json_response({"membership": "join"})
        if "/state/" in path or "/event/" in path:
            return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
        return web.json_response(
            {
                "user_id": ME,
                "chunk": [],
                "room_id": "!made:example.nl",
                "joined": {ME: {}, ANNA: {}},
                "joined_rooms": [],
            }
        )

    def bot(self) -> Matrix:
        """One process more that has it as its homeserver."""
        self.bots.append(Matrix(MatrixSettings(server=self.url, token=SecretStr("token"))))
        return self.bots[-1]

    def tells(self, path: str, said: Json, status: int = 200) -> None:
        """An answer from now on, to calls with this in their method and address."""
        self.answers[path] = [(status, said)]

    def brings(self, *batches: Json) -> None:
        """What else it tells of the rooms, in an answer each; then nothing more."""
        self._batches += batches

    async def _news(self, since: str) -> web.Response:
        at = int(since.removeprefix("s") or 0)
        more = {"rooms": self._batches[at], "next_batch": f"s{at + 1}"} if at < len(self._batches) else {}
        return web.json_response({"next_batch": f"s{at}", **more})


def _status(found: object) -> int:
    return 404 if found is None else 200


def joined(*events: Json, room: str = ROOM) -> Json:
    """That these events happened in a room."""
    return {"join": {room: {"timeline": {"events": list(events)}}}}


def happened(kind: str, content: Any, event: str = "$1", sender: str = ANNA, **more: Any) -> Json:
    """One event."""
    one = {"type": kind, "content": content, "event_id": event, "sender": sender, "origin_server_ts": 10**6}
    return {**one, **more}


def reacting(message: str, key: str) -> Json:
    """What a reaction says."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": message, "key": key}}


def typed(words: str, event: str = "$last") -> Json:
    """Words of Anna."""
    return happened("m.room.message", {"msgtype": "m.text", "body": words}, event)


CARD = Card(("Een kaart.",))


class Ear:
    """What the bot heard. It answers with `card`, and raises what it should at a word."""

    def __init__(self, card: Card | None = CARD, raises: Mapping[str, Exception] | None = None) -> None:
        self.heard: list[Event] = []
        self.card, self._raises = card, raises or {}

    async def hear(self, event: Event) -> Card | None:
        """One event."""
        self.heard.append(event)
        if isinstance(event, Asked) and event.word in self._raises:
            raise self._raises[event.word]
        return self.card


@asynccontextmanager
async def forged(server: Forged | None = None) -> AsyncIterator[tuple[Forged, Matrix]]:
    """It answers, and a bot that has it as its homeserver."""
    made = server or Forged()
    app = web.Application(client_max_size=10**7)
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made, made.bot()
    finally:
        for one in made.bots:
            await one.close()
        made.open.set()
        await runner.cleanup()


@asynccontextmanager
async def listening(matrix: Matrix, ear: Ear) -> AsyncIterator["asyncio.Task[None]"]:
    """It hears from now on."""
    polling = asyncio.create_task(matrix.poll(ear.hear))
    try:
        yield polling
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


async def heard(server: Forged, matrix: Matrix, ear: Ear, enough: Callable[[], bool]) -> None:
    """Until it was enough, or the bot stopped, or nothing more comes of it."""
    server.kept.setdefault("nl.klankbord.since", {"since": "s0"})
    async with listening(matrix, ear) as polling:
        await until(lambda: enough() or polling.done())
    assert enough()


async def until(happened: Callable[[], bool]) -> None:
    """Wait for it, ten seconds at least."""
    for _ in range(1000):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")
