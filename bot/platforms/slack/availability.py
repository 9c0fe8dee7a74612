"""Who is away, or not to be disturbed: read for many at once while sending, never with a call for each person.

Statuses come with the pages of users.list, do-not-disturb with dnd.teamInfo for fifty people at a time; both are read
at most every quarter of an hour. Who could not be read in time, or at all, is asked as if they were there: Slack shows
nobody a notification while they are not to be disturbed.
"""

import asyncio
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Postponed, SendFailed
from bot.logs import Log
from bot.platforms.slack.errors import read
from bot.platforms.slack.paging import pages

PAGE = 999  # people; the most that Slack gives at once
FRESH = 15 * 60.0  # seconds
WITHIN = 60.0  # seconds that reading may hold up who is asked
AT_ONCE = 50  # people in one dnd.teamInfo
WHILE = 4 * 60 * 60.0  # seconds, where a status does not say until when
LONGEST = timedelta(days=1)  # then it is looked at again

log = Log("slack")


class Availability:
    """Until when people are left alone. `away` are words in small letters; `clock` is in seconds since 1970."""

    def __init__(
        self, client: AsyncWebClient, away: Collection[str], *, dnd: bool, clock: Callable[[], float] = time.time
    ) -> None:
        self._client, self._dnd, self._clock = client, dnd, clock
        self._away = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in away)) if away else None
        self._until: dict[str, float] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def check(self, user: str) -> None:
        """Raises Postponed for somebody who is away now."""
        if self._away is None and not self._dnd:
            return
        async with self._reading:
            if not 0 <= self._clock() - self._read_at < FRESH:
                await self._read()
        left = self._until.get(user, 0.0) - self._clock()
        if left > 0:
            raise Postponed(min(timedelta(seconds=left), LONGEST))

    async def _read(self) -> None:
        """As far as Slack lets us; what was read is kept."""
        self._until, self._read_at = {}, self._clock()
        try:
            async with asyncio.timeout(WITHIN):
                await self._read_people()
        except SendFailed as failed:
            log.warning("availability not read", platform="slack", reason=failed.reason)
        except TimeoutError:
            log.warning("availability not read in time", platform="slack")

    async def _read_people(self) -> None:
        there: list[str] = []
        async for page in pages(lambda at: self._client.users_list(limit=PAGE, cursor=at)):
            for user in page["members"]:
                if not user.get("deleted") and not user.get("is_bot"):
                    there.append(user["id"])
                    self._leave_alone(user["id"], self._status(user.get("profile") or {}))
        for start in range(0, len(there) if self._dnd else 0, AT_ONCE):
            await self._read_snoozes(there[start : start + AT_ONCE])

    def _status(self, profile: Mapping[str, Any]) -> float:
        """Until when a status says that somebody is away; 0 where it does not."""
        words = f"{profile.get('status_text') or ''} {profile.get('status_emoji') or ''}".casefold()
        if self._away is None or not self._away.search(words):
            return 0.0
        return float(profile.get("status_expiration") or 0) or self._clock() + WHILE

    async def _read_snoozes(self, users: Sequence[str]) -> None:
        found = (await read(self._client.dnd_teamInfo(users=list(users))))["users"]
        for user, one in found.items():
            begins, ends = float(one.get("next_dnd_start_ts") or 0), float(one.get("next_dnd_end_ts") or 0)
            if one.get("dnd_enabled") and begins <= self._clock():
                self._leave_alone(user, ends)

    def _leave_alone(self, user: str, until: float) -> None:
        self._until[user] = max(until, self._until.get(user, 0.0))
