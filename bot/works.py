"""Jobs that are done again and again: by the steady clock, so that a clock that is set back stops none of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.logs import Log

log = Log("works")


class Work:
    """A job, and every how many seconds it is done. It is never broken off: stopping waits for it."""

    def __init__(self, role: str, job: Callable[[], Awaitable[object]], seconds: float) -> None:
        self._role, self._job, self._seconds = role, job, seconds
        self._stopping, self._woken = False, asyncio.Event()
        self._failing: type[BaseException] | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Do it now, and from now on."""
        self._task = asyncio.create_task(self._go_on())

    def hurry(self) -> None:
        """Do it now, or once more when it is being done."""
        self._woken.set()

    async def finish(self) -> None:
        """Do it no more, and wait until what is under way is done."""
        self._stopping = True
        self._woken.set()
        if self._task is not None:
            await self._task

    async def _go_on(self) -> None:
        due = time.monotonic()
        while not self._stopping:
            self._woken.clear()
            await self._once()
            due = max(due + self._seconds, time.monotonic())  # what was missed is not made up for
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), due - time.monotonic())

    async def _once(self) -> None:
        """A failure is told when it begins and when it is over, not each time; the job is done again anyhow."""
        try:
            await self._job()
        except Exception as error:  # whatever it is, the next time may be better
            if type(error) is not self._failing:
                log.error("this failed; it is done again until it works", error, role=self._role)
            self._failing = type(error)
        else:
            if self._failing is not None:
                log.info("this works again", role=self._role)
            self._failing = None
