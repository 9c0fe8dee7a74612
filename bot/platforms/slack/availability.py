"""Who is away, or not to be disturbed: read for many at once while sending, never with a call for each person.

Statuses come with the pages of users.list, do-not-disturb with dnd.teamInfo for fifty people at a time; both are read
at most every quarter of an hour. Where they cannot be read, people are asked as if they were there.
"""

import time
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Postponed, ReplyLost, SendFailed
from bot.logs import Log
from bot.platforms.slack.errors import asked

FRESH = 15 * 60.0  # seconds
PAGE = 200
AT_ONCE = 50  # people in one dnd.teamInfo
WHILE = timedelta(hours=4)  # where a status does not say until when
LONGEST = timedelta(days=1)  # then it is looked at again
log = Log("slack")


class Availability:
    """Until when people are left alone, in seconds since 1970."""

    def __init__(self, client: AsyncWebClient, away: Collection[str], *, dnd: bool) -> None:
        self._client, self._away, self._dnd = client, tuple(away), dnd
        self._until: dict[str, float] = {}
        self._read = float("-inf")

    async def check(self, user: str) -> None:
        """Raises Postponed for somebody who is away now."""
        if not self._away and not self._dnd:
            return
        if time.monotonic() - self._read > FRESH:
            self._read = time.monotonic()
            self._until = await self._all()
        left = self._until.get(user, 0.0) - time.time()
        if left > 0:
            raise Postponed(min(timedelta(seconds=left), LONGEST))

    async def _all(self) -> dict[str, float]:
        try:
            return {user: until async for user, until in self._everybody()}
        except (SendFailed, ReplyLost) as error:
            log.warning("availability not read", platform="slack", reason=error.reason)
            return {}

    async def _everybody(self) -> AsyncIterator[tuple[str, float]]:
        cursor = ""
        while True:
            page = await asked(self._client.users_list(limit=PAGE, cursor=cursor or None))
            there = [user for user in page["members"] if not user.get("deleted") and not user.get("is_bot")]
            for user in there:
                if (until := self._status(user.get("profile") or {})) is not None:
                    yield user["id"], until
            for start in range(0, len(there) if self._dnd else 0, AT_ONCE):
                async for found in self._snoozing([user["id"] for user in there[start : start + AT_ONCE]]):
                    yield found
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _status(self, profile: dict[str, Any]) -> float | None:
        """Until when a status says that somebody is away."""
        words = f"{profile.get('status_text') or ''} {profile.get('status_emoji') or ''}".casefold()
        if not any(word in words for word in self._away):
            return None
        expires = float(profile.get("status_expiration") or 0)
        return expires if expires else time.time() + WHILE.total_seconds()

    async def _snoozing(self, users: list[str]) -> AsyncIterator[tuple[str, float]]:
        found = await asked(self._client.dnd_teamInfo(users=",".join(users)))
        now = time.time()
        for user, one in found["users"].items():
            begins, ends = float(one.get("next_dnd_start_ts") or 0), float(one.get("next_dnd_end_ts") or 0)
            if one.get("dnd_enabled") and begins <= now < ends:
                yield user, ends
