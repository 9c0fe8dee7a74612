"""A strict fake of Telegram's Bot API, served over real HTTP. Whatever breaks a limit fails the test at its end.

async with fake_telegram() as telegram:
    anna = Person(telegram, "Anna")
    bot = Bot(telegram.token, base_url=f"{telegram.address}/bot")  # or an adapter
    anna.starts("her-own-token")            # an update waits: it is fetched, or brought to a webhook
    await anna.sees("Hoi Anna")             # what is in the chat now, with its [buttons]
    toast = await anna.presses("Begin")     # the only button that begins so; waits for its answer
    anna.replies("Bel me terug.")           # to the newest message of the bot
    await telegram.settled()                # the bot has confirmed all of it
    telegram.inject("sendMessage", LOST, flooded(2))  # what goes wrong with the next two
    anna.blocks()
    group = Group(telegram, "HR", [anna])
    group.adds_bot(anna)
    group.upgrades(anna)                    # group.chat is another one now
    telegram.webhook.hosts["https://klankbord.example"] = "http://127.0.0.1:8080"
    assert "Bel me" not in anna.reads()     # and anna.chat.kept() is all that Telegram ever had
"""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.web.server import listening

from .faults import Fault
from .methods import METHODS, Method
from .parameters import Parameters, read
from .rates import Limits
from .refusals import Refused
from .world import Call, World

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{35}")


class Server:
    """The HTTP side of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._bound = listening("127.0.0.1", 0)
        world.address = f"http://127.0.0.1:{self._bound.getsockname()[1]}"
        routes = [Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes),
            http=H11Protocol,  # its connections can be cut, to lose an answer
            access_log=False,
            log_config=None,
            log_level="error",
            lifespan="off",
            timeout_keep_alive=300,
        )
        self._server = uvicorn.Server(config)

    async def run(self) -> None:
        """Serve until told to stop."""
        await self._server.serve(sockets=[self._bound])

    def stop(self) -> None:
        """Wait for nobody."""
        self._server.should_exit = self._server.force_exit = True

    async def _call(self, request: Request) -> Response:
        try:
            return await self._answered(request)
        except ClientDisconnect:
            return Response()  # to nobody
        except Refused as refused:
            if refused.slip:
                self.world.violations.append(f"{request.path_params['method']}: {refused}")
            return JSONResponse(refused.body(), status_code=refused.code)

    async def _answered(self, request: Request) -> Response:
        method = self._method(request.path_params["token"], request.path_params["method"])
        given = await read(request)
        fault = self.world.faults.take(method.name)
        if fault.page:
            return HTMLResponse(f"<html><h1>{fault.page}</h1></html>", status_code=fault.page)
        result = await self._done(request, method, given, fault)
        if fault.lost:
            await self._cut(request)
        await asyncio.sleep(fault.seconds)
        return _ok(result)

    def _method(self, token: str, name: str) -> Method:
        """Raises Refused: a token that no bot has is 401, one that is none and a method that there is not are 404."""
        if not _TOKEN.fullmatch(token):
            raise Refused(404, "Not Found", slip=True)
        if token != self.world.token:
            raise Refused(401, "Unauthorized")
        method = METHODS.get(name.lower())
        if method is None:
            raise Refused(404, "Not Found", slip=True)
        return method

    async def _done(self, request: Request, method: Method, given: Parameters, fault: Fault) -> Any:
        """Do it and write down how it ended. Raises Refused."""
        refused: Refused | None = None
        try:
            self._hold(method, fault)
            method.check(given)
            result = method.do(self.world, given)
            return await _unless_gone(request, result) if inspect.isawaitable(result) else result
        except Refused as why:
            refused = why
            raise
        finally:
            self.world.calls.append(Call(method.name, given.values, refused))

    def _hold(self, method: Method, fault: Fault) -> None:
        if method.speaks and (refused := self.world.meter.refusal(sending=method.sends)):
            raise refused
        if fault.refused is not None:
            self.world.meter.hold(fault.refused.parameters.get("retry_after", 0))
            raise fault.refused

    async def _cut(self, request: Request) -> None:
        """Break this connection: whatever is answered after this is not sent."""
        for connection in self._server.server_state.connections:
            if isinstance(connection, H11Protocol) and connection.client == request.client:
                connection.transport.abort()
        await asyncio.sleep(0)  # until that has happened


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


async def _unless_gone(request: Request, result: Awaitable[Any]) -> Any:
    """What comes of it, unless who asked hangs up before."""
    coming = asyncio.ensure_future(result)
    try:
        while not coming.done():
            await asyncio.wait({coming}, timeout=0.05)
            if await request.is_disconnected():
                raise ClientDisconnect
        return coming.result()
    finally:
        coming.cancel()


@asynccontextmanager
async def fake_telegram(limits: Limits | None = None) -> AsyncIterator[World]:
    """Telegram with one bot and nobody else. Raises AssertionError at the end when a limit was broken."""
    world = World(limits)
    server = Server(world)
    serving, bringing = asyncio.create_task(server.run()), asyncio.create_task(world.webhook.run())
    try:
        yield world
    finally:
        bringing.cancel()
        world.updates.send_away()
        server.stop()
        await asyncio.gather(serving, bringing, return_exceptions=True)
    assert not world.violations, "\n".join(world.violations)
