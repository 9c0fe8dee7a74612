"""Socket Mode: up to ten connections, and each payload goes to any one of them.

docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import itertools
import json
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from .records import APP, Json
from .samples import sample
from .workspace import Workspace

MOST = 10  # connections
WARNED = 0.05  # seconds between the warning and the end of a connection; Slack gives about ten


class OverSockets:
    """Connections, in the order in which they were opened."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[WebSocket] = []
        self._turns = itertools.count()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._late: set[str] = set()  # what may still be acknowledged, though nobody waits for it
        self._any = asyncio.Event()
        self.opened = 0  # connections so far
        self.given: list[int] = []  # by which connection each payload went, counted from the oldest
        self.deaf = False  # acknowledgements are lost on their way

    def __len__(self) -> int:
        """How many there are now."""
        return len(self._open)

    # --- connections -----------------------------------------------------------------------------------------------

    async def connected(self, socket: WebSocket) -> None:
        """One more, until it is closed. Its address is good for one."""
        if (ticket := socket.query_params.get("ticket", "")) not in self._workspace.tickets:
            await socket.close(1008)
            return
        self._workspace.tickets.remove(ticket)
        await socket.accept()
        if len(self._open) >= MOST:
            await self._end(socket, {"type": "disconnect", "reason": "too_many_websockets"})
            return
        self._enter(socket)
        try:
            await socket.send_json(self._hello())
            while True:
                self._acknowledged(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._leave(socket)

    def _hello(self) -> Json:
        return sample("transport/hello") | {"num_connections": len(self._open), "connection_info": {"app_id": APP}}

    def _enter(self, socket: WebSocket) -> None:
        self._open.append(socket)
        self.opened += 1
        self._any.set()

    def _leave(self, socket: WebSocket) -> None:
        with suppress(ValueError):
            self._open.remove(socket)
        if not self._open:
            self._any.clear()

    # --- payloads --------------------------------------------------------------------------------------------------

    async def bring(self, kind: str, payload: Mapping[str, Any], number: int, why: str) -> Any:
        """Over the next connection, as soon as there is one; what it is acknowledged with. Raises ConnectionError."""
        name = str(uuid.uuid4())
        envelope: Json = {"envelope_id": name, "payload": payload, "type": kind}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": why}
        self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            await self._send(envelope)
            return await self._waiting[name]
        finally:
            del self._waiting[name]
            self._late.add(name)

    async def _send(self, envelope: Json) -> None:
        await self._any.wait()
        turn = next(self._turns) % len(self._open)
        self.given.append(turn)
        try:
            await self._open[turn].send_json(envelope)
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise ConnectionError from gone

    def _acknowledged(self, text: str) -> None:
        """{"envelope_id": …, "payload": … where it may have one}."""
        if self.deaf:
            return
        came = json.loads(text)
        name = str(came.get("envelope_id"))
        waiting = self._waiting.get(name)
        if waiting is None and name not in self._late:
            self._workspace.violations.append("socket: something was acknowledged that nobody sent")
        elif set(came) - {"envelope_id", "payload"}:
            self._workspace.violations.append(f"socket: an acknowledgement has {sorted(came)}")
        elif waiting is not None and not waiting.done():
            waiting.set_result(came.get("payload") or None)

    # --- endings ---------------------------------------------------------------------------------------------------

    async def refresh(self) -> None:
        """The oldest is warned, gets no more, and is closed, as each is after some hours."""
        oldest = self._open[0]
        await _tell(oldest, sample("transport/disconnect_warning"))
        await asyncio.sleep(WARNED)
        self._leave(oldest)
        await self._end(oldest, sample("transport/disconnect_refresh"))

    async def drop(self) -> None:
        """All break."""
        for socket in list(self._open):
            self._leave(socket)
            await _close(socket, 1011)

    async def _end(self, socket: WebSocket, word: Json) -> None:
        await _tell(socket, word)
        await _close(socket, 1000)


async def _tell(socket: WebSocket, word: Json) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # the bot closed it meanwhile
        await socket.send_json(word)


async def _close(socket: WebSocket, code: int) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # the same
        await socket.close(code)
