"""HTTP mode: Slack sends to us, and proves with a signature that it is Slack.

docs.slack.dev/authentication/verifying-requests-from-slack. Whatever is not signed now, by Slack, for the first time,
is refused before anybody looks at it, and counted.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

PATH = "/slack/events"
LARGEST = 1_000_000  # bytes; Slack's largest payload is a view, far below
REMEMBERED = 2 * 5 * 60  # seconds: a timestamp may be five minutes off either way

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


class TooLarge(Exception):
    """More than Slack ever sends."""


class Web:
    """The one route."""

    def __init__(self, app: AsyncApp, signing_secret: str, refused: Callable[[str], None]) -> None:
        self._app, self._refused = app, refused
        self._verifier = SignatureVerifier(signing_secret)
        self._seen: OrderedDict[str, float] = OrderedDict()  # signatures, oldest first

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [Route(PATH, self._received, methods=["POST"])]

    async def _received(self, request: Request) -> Response:
        try:
            body = await _body(request)
        except TooLarge:
            return self._refuse("too_large", 400)
        if not self._verifier.is_valid(body, request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")):
            return self._refuse("signature", 401)
        if not self._first_time(request.headers[SIGNATURE]):
            return self._refuse("replayed", 401)
        try:
            asked = _bolt(request, body)
        except ValueError:
            return self._refuse("malformed", 400)
        return to_starlette_response(await self._app.async_dispatch(asked))

    def _refuse(self, reason: str, status: int) -> Response:
        self._refused(reason)
        return Response(status_code=status)

    def _first_time(self, signature: str) -> bool:
        """Slack signs every try anew, so the same signature twice is somebody else's doing."""
        now = time.monotonic()
        while self._seen and next(iter(self._seen.values())) < now - REMEMBERED:
            self._seen.popitem(last=False)
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True


async def _body(request: Request) -> bytes:
    """All of it, read in pieces so that nobody fills the memory."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def _bolt(request: Request, body: bytes) -> AsyncBoltRequest:
    """As Bolt knows it. Raises ValueError when the body is neither JSON nor a form with JSON in it."""
    headers: Any = request.headers
    asked = AsyncBoltRequest(body=body.decode("utf-8"), query=str(request.url.query), headers=headers)
    if not isinstance(asked.body, dict) or not asked.body:
        raise ValueError
    return asked
