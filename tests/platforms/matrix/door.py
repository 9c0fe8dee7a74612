"""A door before the homeserver, which can keep an answer back after the homeserver did what was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
from yarl import URL

from .synapse import Homeserver


class Door:
    """Lets everything through; answers to what is in `keeps` stay behind it."""

    def __init__(self, session: ClientSession, server: Homeserver) -> None:
        self._session, self._server = session, server
        self.url = ""
        self.keeps = "nothing"  # a part of an address
        self.closing = asyncio.Event()

    async def through(self, request: web.Request) -> web.Response:
        """One call."""
        body, asked = await request.read(), URL(self._server.url + request.raw_path, encoded=True)
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        async with self._session.request(request.method, asked, data=body, headers=headers) as reply:
            said = web.Response(body=await reply.read(), status=reply.status, content_type=reply.content_type)
        if self.keeps in request.raw_path:
            await self.closing.wait()
        return said


@asynccontextmanager
async def door(server: Homeserver) -> AsyncIterator[Door]:
    """It is open."""
    async with ClientSession() as session:
        made = Door(session, server)
        app = web.Application(client_max_size=10**7)
        app.router.add_route("*", "/{path:.*}", made.through)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield made
        finally:
            made.closing.set()
            await runner.cleanup()
