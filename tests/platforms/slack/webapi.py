"""The Web API: a call goes past its fault, its token, its arguments, its scope and its rate; then it has its effect.

docs.slack.dev/apis/web-api. Every answer names the scopes of the token in the header X-OAuth-Scopes.
"""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from . import methods_of_conversations, methods_of_files, methods_of_messages, methods_of_people, methods_of_views
from .calling import Call, Method, Refused, arguments
from .faults import Fault
from .records import Json
from .workspace import APP_TOKEN, Workspace

METHODS: dict[str, Method] = {
    **methods_of_messages.METHODS,
    **methods_of_conversations.METHODS,
    **methods_of_people.METHODS,
    **methods_of_views.METHODS,
    **methods_of_files.METHODS,
}


class Lost(Exception):
    """The connection breaks after the effect."""


class WebApi:
    """Answers calls."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def answer(self, request: Request) -> Response:
        """Any method. Raises Lost."""
        name = request.path_params["method"]
        self._workspace.calls[name] += 1
        try:
            came = await _came(request)
        except Refused as refused:
            return self.refusal(name, refused)
        fault = self._workspace.faults.take(name, str(came.get("channel", "")))
        if fault is not None and not fault.has_effect:
            return self.instead(name, fault)
        try:
            body = {"ok": True} | self._done(name, _token(request, came), came)
        except Refused as refused:
            return self.refusal(name, refused)
        if fault is not None:
            await spoil(fault)
        return self._response(body)

    # --- one after the other ---------------------------------------------------------------------------------------

    def _done(self, name: str, token: str, came: Json) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", broken=True)
        self._authenticate(method, token)
        call = Call(self._workspace, name, arguments(method, came))
        if method.scope:
            call.need(method.scope, by_app=method.by_app)
        wait = self._workspace.call(name, method.tier) if method.tier else self._workspace.message(call["channel"])
        if wait:
            raise Refused("ratelimited", retry_after=wait)
        return method.run(call)

    def _authenticate(self, method: Method, token: str) -> None:
        """docs.slack.dev/authentication/tokens: xoxb-… is the bot's, xapp-… the app's."""
        space = self._workspace
        if not token:
            raise Refused("not_authed", broken=True)
        if token not in (space.token, APP_TOKEN):
            raise Refused("invalid_auth")
        if (token == APP_TOKEN) != method.by_app:
            raise Refused("not_allowed_token_type", broken=True)
        if space.token_error and not method.by_app:
            raise Refused(space.token_error)

    # --- answers ---------------------------------------------------------------------------------------------------

    def refusal(self, name: str, refused: Refused, status: int = 200) -> Response:
        """Counted, and a violation where it is one. An error is a 200, as all answers but 429 are."""
        self._workspace.refusals[refused.error] += 1
        if refused.broken:
            self._workspace.violations.append(f"{name}: {refused.error} {' '.join(refused.details)}".rstrip())
        if refused.error == "ratelimited":
            return _wait(refused.more["retry_after"])
        return self._response(refused.body(), status)

    def instead(self, name: str, fault: Fault) -> Response:
        """What is answered where nothing happens."""
        if fault.kind == "ratelimited":
            self._workspace.limited[name] += 1
            return _wait(fault.value or 1)
        if fault.kind == "http500":
            return PlainTextResponse("upstream connect error", 500)
        return self._response({"ok": False, "error": fault.value})

    def _response(self, body: Json, status: int = 200) -> Response:
        return JSONResponse(body, status, headers={"X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes))})


async def spoil(fault: Fault) -> None:
    """What a fault does to the answer to something that has happened. Raises Lost."""
    if fault.kind == "lost":
        raise Lost
    await asyncio.sleep(fault.value)


def _wait(seconds: int) -> Response:
    """docs.slack.dev/apis/web-api/rate-limits."""
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": str(seconds)})


async def _came(request: Request) -> Json:
    """Arguments of a query, a form or JSON. Raises Refused."""
    came: dict[str, Any] = dict(request.query_params)
    if request.method == "POST" and request.headers.get("content-type", "").startswith("application/json"):
        return came | _object(await request.body())
    if request.method == "POST":
        async with request.form() as form:
            came |= dict(form)
    return came


def _object(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Refused("invalid_json", broken=True) from None
    if not isinstance(found, dict):
        raise Refused("json_not_object", broken=True)
    return {name: value for name, value in found.items() if value is not None}


def _token(request: Request, came: Json) -> str:
    """Out of the header, or out of the arguments."""
    given = str(came.pop("token", ""))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" else given
