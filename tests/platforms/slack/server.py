"""A Slack that runs here: Web API, sockets, uploads and response_urls, over real HTTP. It refuses what Slack refuses.

    async with fake_slack() as slack:
        slack.workspace.user("UANNA", "Anna", email="anna@example.nl")
        slack.workspace.channel("CHR")
        bot = Slack(SlackSettings(_env_file=None, bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api))
        ...
        anna = slack.person("UANNA")
        await anna.tap("Begin, 1 minuut")
        assert "Met welke afdelingen" in anna.sees()

What no adapter that knows Slack ever does fails the test at the end.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from bot.web.server import listening

from .bridge import Bridge
from .colleague import Colleague
from .webapi import Answer, Refused, Throttled, WebApi
from .workspace import URL_LIFE, URL_USES, Fault, Message, Workspace


class _Lost(Exception):
    """The connection breaks after the effect."""


@dataclass
class FakeSlack:
    """One workspace that can be reached over HTTP."""

    workspace: Workspace
    web: WebApi
    bridge: Bridge
    address: str = ""
    people: dict[str, Colleague] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """The base URL of the Web API."""
        return f"{self.address}/api/"

    def person(self, id_: str) -> Colleague:
        """Somebody with Slack open."""
        if id_ not in self.people:
            self.people[id_] = Colleague(self.workspace, self.bridge, id_, self.address)
        return self.people[id_]

    # --- routes ----------------------------------------------------------------------------------------------------

    def application(self) -> Starlette:
        """Everything."""
        return Starlette(
            routes=[
                Route("/api/{method}", self._called, methods=["GET", "POST"]),
                Route("/upload/{file}", self._uploaded, methods=["POST"]),
                Route("/response/{name}", self._responded, methods=["POST"]),
                WebSocketRoute("/socket/{number}", self.bridge.connected),
            ]
        )

    async def _called(self, request: Request) -> Response:
        method = request.path_params["method"]
        fault = self.workspace.fault(method)
        if fault is not None and fault.kind not in ("lost", "slow"):
            return _faulty(fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.value)
        token, arguments = await _told(request)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes))}
        try:
            answer = self.web.call(method, token, arguments)
        except Refused as refused:
            return JSONResponse(refused.answer, headers=headers)
        except Throttled as throttled:
            self.workspace.throttled_at.append(time.monotonic())
            return _limited(throttled.wait)
        if fault is not None and fault.kind == "lost":
            raise _Lost
        return JSONResponse(answer, headers=headers)

    async def _uploaded(self, request: Request) -> Response:
        file = self.workspace.files[request.path_params["file"]]
        if "multipart" in request.headers.get("content-type", ""):
            form = await request.form()
            part = next(iter(form.values()))
            file.content = part.encode() if isinstance(part, str) else await part.read()
            await form.close()
        else:
            file.content = await request.body()
        return Response("OK")

    async def _responded(self, request: Request) -> Response:
        """docs.slack.dev/interactivity/handling-user-interaction#message_responses."""
        url = self.workspace.urls.get(request.path_params["name"])
        if url is None or self.workspace.clock() - url.made > URL_LIFE:
            return JSONResponse({"ok": False, "error": "expired_url"}, 404)
        if url.uses >= URL_USES:
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        url.uses += 1
        body = await request.json()
        if (fault := self.workspace.fault("response_url")) is not None:
            return _faulty(fault)
        if error := self.workspace.check_message(body.get("text"), body.get("blocks"), None):
            return JSONResponse({"ok": False, "error": error}, 400)
        if body.get("replace_original") and url.message is not None:
            url.message.write(body.get("text") or "", body.get("blocks") or [])
        else:
            self.workspace.messages.append(
                Message(
                    url.channel,
                    self.workspace.ts(),
                    body.get("text") or "",
                    body.get("blocks") or [],
                    only_for=url.user,
                )
            )
        return Response("ok")


async def _told(request: Request) -> tuple[str, dict[str, Any]]:
    """The token and the arguments, by query, form or JSON; what is a JSON text in a form is read."""
    arguments: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        arguments |= await request.json() if await request.body() else {}
    elif request.method == "POST":
        async with request.form() as form:
            arguments |= {name: _read(name, value) for name, value in form.items() if isinstance(value, str)}
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return (token if scheme == "Bearer" else str(arguments.pop("token", ""))), arguments


def _read(name: str, value: str) -> Any:
    if name in ("blocks", "view", "metadata", "files") and value[:1] in "[{":
        return json.loads(value)
    return {"true": True, "false": False, "1": True, "0": False}.get(value, value) if name.startswith("i") else value


def _limited(wait: float) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(max(1, round(wait + 0.5)))})


def _faulty(fault: Fault) -> Response:
    if fault.kind == "ratelimited":
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.value or 1)})
    if fault.kind == "http500":
        return Response("upstream connect error", 500)
    answer: Answer = {"ok": False, "error": fault.value}
    return JSONResponse(answer)


class _Breaking:
    """Breaks the connection where an answer is lost, and leaves all else as it is."""

    def __init__(self, application: Starlette) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._application(scope, receive, send)
        except _Lost:
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            if transport is not None:
                transport.abort()


@asynccontextmanager
async def fake_slack(workspace: Workspace | None = None) -> AsyncIterator[FakeSlack]:
    """It runs, until the end; then whatever was done that Slack does not allow fails the test."""
    space = workspace or Workspace()
    slack = FakeSlack(space, WebApi(space), Bridge(space))
    bound = listening("127.0.0.1", 0)
    slack.address = slack.web.address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    application: Any = _Breaking(slack.application())
    config = uvicorn.Config(application, log_config=None, log_level="critical", lifespan="off", ws="wsproto")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    running = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:  # noqa: ASYNC110  uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield slack
    finally:
        server.should_exit = server.force_exit = True
        await running
        await slack.bridge.close()
    assert not space.violations, space.violations
