"""Fetches updates, one replica at a time. The next fetch confirms those before it, so it comes after their effect.

No offset is kept anywhere but in hand: Telegram sends whatever was not confirmed, and what is heard twice takes effect
once. After a quiet week it may begin to number anew, so an offset is dropped as soon as nothing waits.
"""

import asyncio

from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.core.platform import Hear
from bot.logs import Log
from bot.platforms.telegram.api import FETCHING, Api, seconds
from bot.platforms.telegram.hearing import Hearing
from bot.platforms.telegram.settings import PLATFORM
from bot.platforms.telegram.updates import WANTED

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before the next try, when Telegram cannot be asked

log = Log("telegram")


class Polling:
    """Fetches for one bot."""

    def __init__(self, api: Api, hearing: Hearing) -> None:
        self._api, self._hearing = api, hearing
        self._failures = 0  # in a row

    async def poll(self, hear: Hear) -> None:
        """Until cancelled. Raises what `hear` raises: whoever begins anew is sent the same updates."""
        self._hearing.listen(hear)
        while not await self._tried_to_begin():
            pass
        offset: int | None = None
        while True:
            fetched = await self._fetched(offset)
            for update in fetched or ():
                await self._hearing.heard(update)
            if fetched is not None:
                offset = max((update.update_id + 1 for update in fetched), default=None)

    async def _tried_to_begin(self) -> bool:
        """While there is a webhook nothing can be fetched. What waits for it stays."""
        try:
            await self._api.bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            await self._failed(error)
            return False
        return True

    async def _fetched(self, offset: int | None) -> tuple[Update, ...] | None:
        """The updates that wait; none after a while without any. None, after a moment, when there is no answer."""
        try:
            found = await self._api.bot.get_updates(offset, timeout=FETCHING, allowed_updates=WANTED)
        except TelegramError as error:
            await self._failed(error)
            return None
        if self._failures:
            log.info("updates are fetched again", platform=PLATFORM)
        self._failures = 0
        return found

    async def _failed(self, error: TelegramError) -> None:
        """Told when it begins, not each time. `Conflict` means that somebody else fetches for this bot."""
        if not self._failures:
            log.warning("updates cannot be fetched", platform=PLATFORM, reason=type(error).__name__)
        longest = min(FIRST_WAIT * 2**self._failures, LONGEST_WAIT)
        wait = seconds(error) if isinstance(error, RetryAfter) else longest
        self._failures += 1
        await asyncio.sleep(LONGEST_WAIT if isinstance(error, InvalidToken) else wait)
