"""A bot of slack_bolt and slack_sdk alone, to try the fake Slack: it notes what it hears and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.server import listening, server

from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN, BOT_TOKEN, SECRET


class Robot:
    """Acknowledges everything with `says`, after `waits` seconds."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.client = AsyncWebClient(BOT_TOKEN, base_url=slack.api, retry_handlers=[])
        self.says = BoltResponse(status=200)
        self.waits = 0.0
        self.heard: list[dict[str, Any]] = []
        self.retries: list[tuple[str, str]] = []  # the number and the reason of every retry
        self.app = AsyncApp(client=self.client, signing_secret=SECRET, process_before_response=True)
        self.app.use(self._hear)

    async def _hear(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        self.heard.append(dict(req.body))
        number = req.headers.get("x-slack-retry-num", [""])[0]
        if number not in ("", "0"):  # Socket Mode counts from nought
            self.retries.append((number, req.headers["x-slack-retry-reason"][0]))
        await asyncio.sleep(self.waits)
        return self.says

    async def hears(self, times: int) -> None:
        """Wait until it has heard so much."""
        async with asyncio.timeout(10):
            while len(self.heard) < times:  # noqa: ASYNC110  what Bolt hands on tells nobody
                await asyncio.sleep(0.01)


@asynccontextmanager
async def over_http(slack: FakeSlack) -> AsyncIterator[Robot]:
    """It listens at a Request URL."""
    robot = Robot(slack)
    handler = AsyncSlackRequestHandler(robot.app)

    async def received(request: Request) -> Response:
        return await handler.handle(request)

    bound = listening("127.0.0.1", 0)
    serving = server(Starlette(routes=[Route("/slack/events", received, methods=["POST"])]))
    running = asyncio.create_task(serving.serve(sockets=[bound]))
    slack.bridge.url = f"http://127.0.0.1:{bound.getsockname()[1]}/slack/events"
    try:
        yield robot
    finally:
        serving.should_exit = serving.force_exit = True
        await running


@asynccontextmanager
async def over_sockets(slack: FakeSlack, connections: int = 1) -> AsyncIterator[Robot]:
    """It keeps so many sockets open."""
    robot = Robot(slack)
    handlers = [AsyncSocketModeHandler(robot.app, APP_TOKEN, web_client=robot.client) for _ in range(connections)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield robot
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


Way = Callable[[FakeSlack], AbstractAsyncContextManager[Robot]]
Steps = Callable[[FakeSlack, Robot], Awaitable[None]]


def brought(way: Way, steps: Steps) -> None:
    """Steps with a bot that is reached in this way, and with Anna."""

    async def whole() -> None:
        async with fake_slack() as slack, way(slack) as robot:
            slack.workspace.user("UANNA", "Anna")
            await steps(slack, robot)

    asyncio.run(whole())
