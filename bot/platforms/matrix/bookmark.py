"""How far the bot heard. It is kept on the homeserver after the effect: what comes twice takes effect once.

Hearing does not wait for it: what was said has to be gone first, and the homeserver may take its time over that.
"""

import asyncio
import time
from contextlib import suppress

from bot.logs import Log
from bot.platforms.matrix import errors
from bot.platforms.matrix.api import Api
from bot.platforms.matrix.screen import Screen
from bot.platforms.matrix.settings import PLATFORM

SINCE = "nl.klankbord.since"
AGAIN = 5.0  # seconds before it is tried once more
AT_REST = 300.0  # seconds after which it is kept though nothing happened
ENDING = 10.0  # seconds that whoever ends waits for it

log = Log("matrix")


class Bookmark:
    """A place in the news of one bot."""

    def __init__(self, api: Api, screen: Screen) -> None:
        self._api, self._screen = api, screen
        self._reached = self._kept = ""
        self._kept_at = float("-inf")
        self._keeping: asyncio.Task[None] | None = None

    async def kept(self) -> str:
        """Where to go on; empty where nobody was before. Raises what a call raises."""
        self._reached = self._kept = str((await self._api.kept(SINCE)).get("since", ""))
        return self._kept

    def reached(self, place: str, *, something: bool) -> None:
        """All before this place was heard, whether there was something to hear or not."""
        if something or time.monotonic() - self._kept_at > AT_REST:
            self._reached = place
            if self._keeping is None or self._keeping.done():
                self._keeping = asyncio.create_task(self._keep())

    async def end(self) -> None:
        """Whoever begins anew is told again what was said and is not gone by now: they take it away."""
        if self._keeping is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDING):
                    await self._keeping

    async def _keep(self) -> None:
        while self._kept != self._reached:
            place = self._reached
            await self._screen.erased()
            try:
                await self._api.keep(SINCE, {"since": place})
                self._kept, self._kept_at = place, time.monotonic()
            except errors.FAILED as error:
                log.warning("how far it came is not kept yet", platform=PLATFORM, reason=errors.code(error))
                await asyncio.sleep(AGAIN)
