"""Whether this process lives (`/healthz`), whether it can do its work (`/readyz`), and its metrics (`/metrics`).

For a supervisor and for Prometheus, so in plain words and in no language of ours. The paths are on the port of the
web chat; a proxy that lets colleagues in passes none of them on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.flow.figures import Figures
from bot.logs import Log
from bot.web.metrics import CONTENT_TYPE, Metrics

PATIENCE = 2.0  # seconds for the database to answer
TICK_WITHIN = timedelta(minutes=3)  # the clock ticks every minute: two may be missed

DATABASE = "the database does not answer within two seconds"
TABLES = "the tables are not of this version: run the migrations"
CLOCK = "the clock has not ticked for three minutes, and no other replica holds it"

log = Log("health")

T = TypeVar("T")


class _Question(Generic[T]):
    """Something asked of the database, at most once at a time: one that hangs takes one thread, not all of them."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._asked: asyncio.Task[T | None] | None = None

    async def answer(self) -> T | None:
        """The answer, or None where there is none in time or it fails."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(self._answered())
        try:
            return await asyncio.wait_for(asyncio.shield(self._asked), PATIENCE)
        except TimeoutError:
            return None

    async def _answered(self) -> T | None:
        try:
            return await self._ask()
        except Exception as error:  # whatever it is, it does not answer
            log.error("the database does not answer", error)
            return None


class Health:
    """Brings the three routes.

    `current` says whether the tables are of this version, `elsewhere` whether another replica holds the clock.
    """

    def __init__(
        self,
        metrics: Metrics,
        now: Callable[[], datetime],
        *,
        figures: Callable[[], Awaitable[Figures]],
        current: Callable[[], Awaitable[bool]],
        elsewhere: Callable[[], Awaitable[bool]],
    ) -> None:
        self._metrics, self._now = metrics, now
        self._figures, self._current, self._elsewhere = _Question(figures), _Question(current), _Question(elsewhere)
        self._ticked_at: datetime | None = None

    def ticked(self) -> None:
        """The clock of this process did all that was due."""
        self._ticked_at = self._now()

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [
            Route("/healthz", self._lives),
            Route("/readyz", self._ready),
            Route("/metrics", self._measured),
        ]

    async def _lives(self, request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def _ready(self, request: Request) -> Response:
        reason = await self._unready()
        if reason is None:
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False, "reason": reason}, status_code=503)

    async def _measured(self, request: Request) -> Response:
        return Response(self._metrics.exposition(await self._figures.answer()), media_type=CONTENT_TYPE)

    async def _unready(self) -> str | None:
        """Why it cannot do its work, or None."""
        current = await self._current.answer()
        if current is None:
            return DATABASE
        if not current:
            return TABLES
        if self._ticks():
            return None
        return None if await self._elsewhere.answer() else CLOCK

    def _ticks(self) -> bool:
        return self._ticked_at is not None and self._now() - self._ticked_at < TICK_WITHIN
