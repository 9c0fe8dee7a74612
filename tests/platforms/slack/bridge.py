"""What Slack brings to the bot: over signed HTTP, or over the sockets that the bot opened; and how long that took.

docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response: three seconds, and no second try.
docs.slack.dev/apis/events-api#retries: an event is brought up to three times more.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import httpx
from starlette.websockets import WebSocket, WebSocketDisconnect

from .workspace import DEADLINE, SECRET, Workspace

Kind = Literal["interactive", "slash_commands", "events_api"]
RETRIES = 3


@dataclass(frozen=True)
class Ack:
    """How the bot answered: a status as of HTTP, 0 for none at all; what it said; and after how many seconds."""

    status: int
    body: Any = None
    seconds: float = 0.0


@dataclass
class Bridge:
    """Brings payloads. `url` is the Request URL; without one they go over a socket."""

    workspace: Workspace
    url: str = ""
    acks: list[Ack] = field(default_factory=list)  # of interactions and commands
    sockets: list[WebSocket] = field(default_factory=list)
    _client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=10))
    _answers: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)

    async def interaction(self, kind: Kind, payload: Mapping[str, Any]) -> Ack:
        """Brought once, and acknowledged within three seconds: whatever else the bot does is a violation."""
        ack = await self._brought(kind, payload, {})
        self.acks.append(ack)
        if ack.seconds > DEADLINE:
            self.workspace.violations.append(f"{kind} acknowledged after {ack.seconds:.1f} s")
        return ack

    async def event(self, payload: Mapping[str, Any]) -> Ack:
        """Brought again until it is acknowledged."""
        ack = await self._brought("events_api", payload, {})
        for retry in range(1, RETRIES + 1):
            if ack.status == 200:
                break
            headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"}
            ack = await self._brought("events_api", payload, headers)
        return ack

    async def close(self) -> None:
        """No more."""
        await self._client.aclose()

    async def _brought(self, kind: Kind, payload: Mapping[str, Any], headers: Mapping[str, str]) -> Ack:
        began = time.monotonic()
        ack = await (self._posted(kind, payload, headers) if self.url else self._through_a_socket(kind, payload))
        return Ack(ack.status, ack.body, time.monotonic() - began)

    async def _posted(self, kind: Kind, payload: Mapping[str, Any], headers: Mapping[str, str]) -> Ack:
        if kind == "events_api":
            body, content = json.dumps(payload).encode(), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content = urlencode(form).encode(), "application/x-www-form-urlencoded"
        try:
            answer = await self._client.post(
                self.url, content=body, headers={"content-type": content, **signed(body), **headers}
            )
        except httpx.TransportError:
            return Ack(0)
        with suppress(ValueError):
            return Ack(answer.status_code, answer.json())
        return Ack(answer.status_code)

    async def _through_a_socket(self, kind: Kind, payload: Mapping[str, Any]) -> Ack:
        """To any one of the sockets; docs.slack.dev/apis/events-api/using-socket-mode."""
        for _ in range(100):  # connections come and go
            if self.sockets:
                break
            await asyncio.sleep(0.05)
        else:
            return Ack(0)
        number = next(self._turn)
        name, socket = f"e{number}", self.sockets[number % len(self.sockets)]
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[name] = answer
        envelope = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}
        await socket.send_text(json.dumps(envelope))
        try:
            return Ack(200, await asyncio.wait_for(answer, 10))
        except TimeoutError:
            return Ack(0)

    # --- sockets ---------------------------------------------------------------------------------------------------

    async def connected(self, socket: WebSocket) -> None:
        """One more socket, until it is closed."""
        await socket.accept()
        await socket.send_text(json.dumps({"type": "hello", "num_connections": len(self.sockets) + 1}))
        self.sockets.append(socket)
        try:
            while True:
                answer = json.loads(await socket.receive_text())
                future = self._answers.pop(answer["envelope_id"], None)
                if future is not None and not future.done():
                    future.set_result(answer.get("payload"))
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(socket)

    async def refresh(self) -> None:
        """Slack says that it will close the oldest socket."""
        socket = self.sockets.pop(0)
        await socket.send_text(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    async def drop(self) -> None:
        """Every socket breaks."""
        for socket in list(self.sockets):
            self._forget(socket)
            await socket.close(1011)

    def _forget(self, socket: WebSocket) -> None:
        with suppress(ValueError):
            self.sockets.remove(socket)


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """docs.slack.dev/authentication/verifying-requests-from-slack."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
