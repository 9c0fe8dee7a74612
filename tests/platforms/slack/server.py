"""A Slack that runs here: Web API, sockets, uploads and response_urls, over real HTTP. It refuses what Slack refuses.

    async with fake_slack() as slack:
        slack.workspace.user("UANNA", "Anna", email="anna@example.nl")
        slack.workspace.channel("CHR")
        bot = Slack(SlackSettings(_env_file=None, bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api))
        ...
        anna = slack.person("UANNA")
        await anna.tap("Begin, 1 minuut")
        await anna.waits_for("Met welke afdelingen")

What no adapter that knows Slack ever does fails the test at the end. Payloads are made of samples/*.json: one of each
kind that Slack sends, and in samples/transport what goes around them. What we know of Slack, one subject a file:

block_kit       blocks and views, field by field; block_elements: what is in them; fields: how that is checked
rates, faults   how often, and what goes wrong
handed_out      triggers and response_urls
webapi          calls; what each method takes and needs is in methods_of_*
bridge          what is brought to the bot: signed HTTP, retries, deadlines; over_sockets: Socket Mode
colleague       the people: reading (blocks as text), screen (what is ticked and typed), outcomes (of acknowledgements)
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from bot.web.server import listening

from . import shapes
from .bridge import Ack, Bridge
from .colleague import Colleague
from .methods_of_files import uploaded
from .response_urls import ResponseUrls
from .webapi import Lost, WebApi, spoil
from .workspace import Workspace


@dataclass
class FakeSlack:
    """One workspace that can be reached over HTTP."""

    workspace: Workspace
    web: WebApi
    bridge: Bridge
    people: dict[str, Colleague] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it serves."""
        return self.workspace.address

    @property
    def api(self) -> str:
        """The base URL of the Web API."""
        return f"{self.address}/api/"

    def person(self, id_: str) -> Colleague:
        """Somebody with Slack open, the same one each time."""
        if id_ not in self.people:
            self.people[id_] = Colleague(self.workspace, self.bridge, id_)
        return self.people[id_]

    async def event(self, name: str, **inner: Any) -> Ack:
        """An event after a sample: app_uninstalled or tokens_revoked, say."""
        return await self.bridge.event(shapes.event(self.workspace, name, inner))

    # --- routes ----------------------------------------------------------------------------------------------------

    def application(self) -> Starlette:
        """Everything."""
        urls = ResponseUrls(self.workspace, self.web)
        return Starlette(
            routes=[
                Route("/api/{method}", self.web.answer, methods=["GET", "POST"]),
                Route("/upload/v1/{file}", self._uploaded, methods=["POST"]),
                Route("/actions/{rest:path}", urls.answer, methods=["POST"]),
                Route("/commands/{rest:path}", urls.answer, methods=["POST"]),
                WebSocketRoute("/link/", self.bridge.sockets.connected),
            ],
            exception_handlers={Lost: _broken},
        )

    async def _uploaded(self, request: Request) -> Response:
        """The bytes as they are, or in a form."""
        self.workspace.calls["upload"] += 1
        fault = self.workspace.faults.take("upload")
        if fault is not None and not fault.has_effect:
            return self.web.instead("upload", fault)
        content = await _content(request)
        if not uploaded(self.workspace, request.path_params["file"], content):
            return PlainTextResponse("error", 400)
        if fault is not None:
            await spoil(fault)
        return PlainTextResponse(f"OK - {len(content)}")


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await request.body()
    async with request.form() as form:
        [file] = form.values()
        return file.encode() if isinstance(file, str) else await file.read()


class _Broken(Response):
    """Breaks the connection, and answers nothing."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["transport"].abort()


def _broken(request: Request, lost: Exception) -> Response:
    return _Broken()


class _Breakable:
    """Hands on the connection, so that it can be broken."""

    def __init__(self, application: Starlette) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._application(scope, receive, send)


@asynccontextmanager
async def fake_slack(workspace: Workspace | None = None) -> AsyncIterator[FakeSlack]:
    """It runs, until the end; then whatever was done that Slack does not allow fails the test."""
    space = workspace or Workspace()
    slack = FakeSlack(space, WebApi(space), Bridge(space))
    bound = listening("127.0.0.1", 0)
    space.address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    application: Any = _Breakable(slack.application())
    config = uvicorn.Config(application, log_config=None, log_level="critical", lifespan="off", ws="wsproto")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    running = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:  # noqa: ASYNC110  uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield slack
    finally:
        for task in list(space.tasks):
            task.cancel()
        await asyncio.gather(*space.tasks, return_exceptions=True)
        server.should_exit = server.force_exit = True
        await running
        await slack.bridge.close()
    assert not space.broken(), space.broken()
