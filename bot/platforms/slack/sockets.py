"""Socket Mode: two connections to Slack, so that one may be renewed while the other hears; no public address needed.

docs.slack.dev/apis/events-api/using-socket-mode: up to ten connections, each payload goes to any one of them, and Slack
says when it is about to close one. Then a new one is opened first, and the old one is heard until Slack closes it. The
client of slack_sdk closes the old one first, and asks again and again for an address that is no longer good.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import ReplyLost, SendFailed
from bot.logs import Log
from bot.platforms.slack.errors import asked

SOCKETS = 2
SILENT = (
    10.0  # seconds; then a connection is asked whether it is there, and given up when it says nothing for half as long
)
LINGERS = 30.0  # seconds that an old connection is heard at most, once it has a successor
SHORT = 10.0  # seconds; a connection that ends sooner is no success
LONGEST_WAIT = 60.0  # seconds between two tries
LAST = 2.0  # seconds to answer what came in when told to stop

log = Log("slack")


class Sockets:
    """Connections that are kept open until they are closed."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        refused: Callable[[str], None],
        silent: float = SILENT,
    ) -> None:
        self._app, self._token, self._client, self._refused = app, app_token, client, refused
        self._silent = silent
        self._kept: set[asyncio.Task[None]] = set()  # connections
        self._answers: set[asyncio.Task[None]] = set()  # what came in and is not acknowledged yet
        self._away = False

    async def open(self) -> None:
        """Connect; where Slack cannot be reached, as soon as it can. Raises SendFailed where it refuses the token."""
        first = None
        try:
            first = await self._connected()
        except SendFailed as failed:
            if failed.permanent:
                raise
            self._missed(failed.reason)
        except ReplyLost as lost:
            self._missed(lost.reason)
        for socket in (first, *[None] * (SOCKETS - 1)):
            self._begin(self._kept, self._keep(socket))

    async def close(self) -> None:
        """Answer what came in, and disconnect."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=LAST)
        for task in (*self._kept, *self._answers):
            task.cancel()
        await asyncio.gather(*self._kept, *self._answers, return_exceptions=True)

    def _begin(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    # --- one connection after another ------------------------------------------------------------------------------

    async def _keep(self, socket: ClientWebSocketResponse | None) -> None:
        """Also after whatever happens to one."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            try:
                await self._hear(socket or await self._connected())
                failures = failures + 1 if loop.time() - began < SHORT else 0
            except SendFailed as failed:
                failures += 1
                self._missed(failed.reason)
                if failed.retry_after is not None:
                    await asyncio.sleep(failed.retry_after.total_seconds())
            except Exception as error:  # whatever it is, the next one may be better
                failures += 1
                self._missed(getattr(error, "reason", type(error).__name__))
            socket = None
            await asyncio.sleep(_wait(failures))

    async def _connected(self) -> ClientWebSocketResponse:
        """A new connection. Raises SendFailed and ReplyLost."""
        address = (await asked(self._client.apps_connections_open(app_token=self._token)))["url"]
        session = self._client.session
        assert session is not None  # noqa: S101  given by who made the client
        socket = await asked(session.ws_connect(address, heartbeat=self._silent, proxy=self._client.proxy))
        if self._away:
            self._away = False
            log.info("connected again", platform="slack")
        return socket

    def _missed(self, reason: str) -> None:
        """Told when it begins, not each time."""
        if not self._away:
            self._away = True
            log.warning("not connected; tried again until it works", platform="slack", reason=reason)

    # --- what comes in ---------------------------------------------------------------------------------------------

    async def _hear(self, socket: ClientWebSocketResponse) -> None:
        """Until it is closed, or until Slack wants it renewed; then it is heard on beside its successor."""
        renewed = False
        try:
            renewed = await self._heard(socket)
        finally:
            if not renewed:
                await socket.close()
        if renewed:
            self._begin(self._kept, self._linger(socket))

    async def _linger(self, socket: ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(LINGERS):
                while await self._heard(socket):
                    pass
        except TimeoutError:
            pass
        finally:
            await socket.close()

    async def _heard(self, socket: ClientWebSocketResponse) -> bool:
        """True when Slack says that it will close it; False when it is closed, or silent."""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            envelope = _envelope(message.data)
            if envelope.get("type") == "disconnect":
                return True
            if envelope.get("type") != "hello":
                self._begin(self._answers, self._answer(socket, envelope))
        return False

    async def _answer(self, socket: ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        """Acknowledged when it was heard, and when it cannot be read: it would only come again."""
        response = await self._dispatched(envelope)
        name = envelope.get("envelope_id")
        if response.status >= 500 or not isinstance(name, str):
            return
        payload = json.loads(response.body) if response.status == 200 and response.body else None
        try:
            await socket.send_str(json.dumps(SocketModeResponse(name, payload).to_dict()))
        except (ConnectionError, aiohttp.ClientError) as error:
            log.warning("not acknowledged", platform="slack", reason=type(error).__name__)

    async def _dispatched(self, envelope: dict[str, Any]) -> BoltResponse:
        try:
            request = SocketModeRequest.from_dict(envelope)
            if request is not None and isinstance(envelope["payload"], dict):
                response: BoltResponse = await run_async_bolt_app(self._app, request)
                return response
        except Exception:  # whatever Bolt stumbles over; what is heard raises nothing
            log.warning("not read", platform="slack")
        self._refused("malformed")
        return BoltResponse(status=400)


def _envelope(data: str) -> dict[str, Any]:
    """What stands in a message; nothing where it cannot be read."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _wait(failures: int) -> float:
    """Seconds: none at the first, then twice as long each time."""
    return min(2.0 ** (failures - 2), LONGEST_WAIT) if failures > 1 else 0.0
