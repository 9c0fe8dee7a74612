"""The addresses that come with each interaction, and what may be posted there.

docs.slack.dev/interactivity/handling-user-interaction#message_responses.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from .calling import Refused
from .handed_out import ResponseUrl
from .methods_of_messages import content
from .records import Json, Message
from .webapi import WebApi, spoil
from .workspace import Workspace

TAKES = {"text", "blocks", "replace_original", "delete_original", "response_type", "thread_ts", "metadata"}


class ResponseUrls:
    """Takes what is posted to them."""

    def __init__(self, workspace: Workspace, api: WebApi) -> None:
        self._workspace, self._api = workspace, api

    async def answer(self, request: Request) -> Response:
        """One of at most five, within half an hour."""
        self._workspace.calls["response_url"] += 1
        fault = self._workspace.faults.take("response_url")
        if fault is not None and not fault.has_effect:
            return self._api.instead("response_url", fault)
        url, wrong = self._workspace.handed_out.use(request.url.path)
        if url is None:
            self._workspace.refusals[wrong] += 1
            return JSONResponse({"ok": False, "error": wrong}, 404)
        try:
            self._respond(url, _read(await request.body()))
        except Refused as refused:
            return self._api.refusal("response_url", refused, 400)
        if fault is not None:
            await spoil(fault)
        return PlainTextResponse("ok")

    def _respond(self, url: ResponseUrl, body: Json) -> None:
        if body.get("delete_original"):
            self._workspace.delete(self._original(url))
            return
        version, workspace = content(body, self._workspace), self._workspace
        if body.get("replace_original") and url.ts:
            workspace.edit(self._original(url), version)
            return
        only_for = "" if body.get("response_type") == "in_channel" else url.user
        thread = body.get("thread_ts") or ""
        workspace.say(url.channel, version, thread=thread, only_for=only_for)

    def _original(self, url: ResponseUrl) -> Message:
        found = self._workspace.found(url.channel, url.ts)
        if found is None:
            raise Refused("message_not_found")
        return found


def _read(body: bytes) -> Json:
    """Raises Refused."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or set(found) - TAKES:
        raise Refused("invalid_payload", broken=True)
    return found
