"""Socket Mode: two connections to Slack, so that one may be renewed while the other hears; no public address needed.

docs.slack.dev/apis/events-api/using-socket-mode: up to ten connections, and each payload goes to any one of them.
The SDK renews a connection that Slack closes and pings those that are silent; we look after the SDK.
"""

import asyncio

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import Log

SOCKETS = 2
LOOK = 30.0  # seconds between two looks
log = Log("slack")


class Sockets:
    """Connections that are kept open until they are closed."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        self._app, self._token, self._client = app, app_token, client
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Connect, in the background: Slack may be away for a while."""
        self._tasks = [asyncio.create_task(self._keep()) for _ in range(SOCKETS)]

    async def close(self) -> None:
        """Disconnect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self) -> None:
        handler = AsyncSocketModeHandler(self._app, self._token, web_client=self._client)
        try:
            await handler.client.connect()  # type: ignore[no-untyped-call]
            while True:
                await asyncio.sleep(LOOK)
                if not await handler.client.is_connected():
                    log.warning("socket renewed", platform="slack")
                    await handler.client.connect_to_new_endpoint(force=True)
        finally:
            await handler.client.close()  # type: ignore[no-untyped-call]
