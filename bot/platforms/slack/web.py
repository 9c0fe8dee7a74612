"""HTTP mode: Slack sends to us, and proves with a signature that it is Slack.

docs.slack.dev/authentication/verifying-requests-from-slack. Whatever is not signed now, by Slack, for the first time,
is refused before anybody looks at it, and counted.
"""

import hmac
import time
from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.platforms.slack.lately import Lately

PATH = "/slack/events"
LARGEST = 1_000_000  # bytes; Slack's largest payload is a view, far below
SKEW = 5 * 60  # seconds that a clock may be off, either way

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


class Refused(Exception):
    """Not to be answered with 200, and why."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


class Web:
    """The one route."""

    def __init__(
        self,
        app: AsyncApp,
        signing_secret: str,
        refused: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app, self._refused, self._clock = app, refused, clock
        self._verifier = SignatureVerifier(signing_secret)
        self._seen = Lately(2 * SKEW)  # signatures

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [Route(PATH, self._received, methods=["POST"])]

    async def _received(self, request: Request) -> Response:
        try:
            body = await _body(request)
            signature = self._signature(request, body)
            answer = await self._dispatched(request, body, signature)
        except Refused as refused:
            self._refused(refused.reason)
            return Response(status_code=refused.status, headers={"connection": "close"})  # else it is read to its end
        except ClientDisconnect:  # before it had said all
            return Response(status_code=400)
        return answer

    def _signature(self, request: Request, body: bytes) -> str:
        """The signature, which is right. Slack signs every try anew, so the same one twice is somebody else's doing."""
        timestamp, signature = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        if not _is_right(self._verifier, body, timestamp, signature):
            raise Refused("signature", 401)
        if abs(self._clock() - int(timestamp)) > SKEW:
            raise Refused("clock", 401)
        if not self._seen.first_time(signature):
            raise Refused("replay", 401)
        return signature

    async def _dispatched(self, request: Request, body: bytes, signature: str) -> Response:
        answer = await self._app.async_dispatch(_bolt(request, body))
        if answer.status >= 500:
            self._seen.forget(signature)  # it had no effect
        return to_starlette_response(answer)


async def _body(request: Request) -> bytes:
    """All of it, read in pieces so that nobody fills the memory."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LARGEST:
        raise Refused("too_large", 400)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Refused("too_large", 400)
    return bytes(body)


def _is_right(verifier: SignatureVerifier, body: bytes, timestamp: str, signature: str) -> bool:
    """Whether Slack signed these bytes at this second, whenever that was."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12 and signature.isascii()):
        return False
    try:
        expected = verifier.generate_signature(timestamp=timestamp, body=body)
    except UnicodeDecodeError:
        return False
    return expected is not None and hmac.compare_digest(expected, signature)


def _bolt(request: Request, body: bytes) -> AsyncBoltRequest:
    """As Bolt knows it. Raises Refused when the body is neither JSON nor a form, or no payload of Slack's."""
    headers: Any = request.headers
    try:
        asked = AsyncBoltRequest(body=body.decode(), query=str(request.url.query), headers=headers)
    except Exception:  # whatever Bolt stumbles over; its message would quote it
        raise Refused("malformed", 400) from None
    if not isinstance(asked.body, dict) or not asked.body:
        raise Refused("malformed", 400)
    return asked
