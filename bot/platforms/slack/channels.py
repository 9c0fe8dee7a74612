"""Whether a channel may get messages: private, alive, with us in it, and no stranger or guest."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Refusal, SendFailed
from bot.platforms.slack.errors import read
from bot.platforms.slack.paging import pages

PAGE = 999  # people; the most that Slack gives at once
GUESTS_FOR = 60 * 60.0  # seconds that we know who is a guest
GOOD_FOR = 60.0  # seconds that a channel is not looked at again: several notices may go to one

Clock = Callable[[], float]


class Channels:
    """Looks at channels. `clock` is in seconds."""

    def __init__(self, client: AsyncWebClient, clock: Clock = time.time) -> None:
        self._client, self._clock = client, clock
        self._guests: frozenset[str] = frozenset()
        self._guests_at = self._long_ago = float("-inf")
        self._good_at: dict[str, float] = {}
        self._reading = asyncio.Lock()

    async def check(self, channel: str) -> None:
        """Raises SendFailed with what is the matter with a channel."""
        if self._lately(self._good_at.get(channel, self._long_ago), GOOD_FOR):
            return
        problem = await self.problem(channel)
        if problem is not None:
            raise SendFailed(problem, permanent=True)
        self._good_at[channel] = self._clock()

    async def problem(self, channel: str) -> Refusal | None:
        """What is the matter with a channel; None when it may get messages. Raises SendFailed where it cannot tell."""
        found = (await read(self._client.conversations_info(channel=channel)))["channel"]
        return _seen(found) or (Refusal.GUESTS if await self._has_guests(channel) else None)

    async def _has_guests(self, channel: str) -> bool:
        guests, client = await self._known_guests(), self._client
        async for page in pages(lambda at: client.conversations_members(channel=channel, limit=PAGE, cursor=at)):
            if guests.intersection(page["members"]):
                return True
        return False

    async def _known_guests(self) -> frozenset[str]:
        async with self._reading:
            if not self._lately(self._guests_at, GUESTS_FOR):
                everybody = pages(lambda at: self._client.users_list(limit=PAGE, cursor=at))
                self._guests = frozenset(
                    [user["id"] async for page in everybody for user in page["members"] if _is_guest(user)]
                )
                self._guests_at = self._clock()
            return self._guests

    def _lately(self, moment: float, seconds: float) -> bool:
        """Not longer ago than this; nor ahead, where a clock was set back."""
        return 0 <= self._clock() - moment < seconds


def _seen(found: Mapping[str, Any]) -> Refusal | None:
    """What a channel says of itself: docs.slack.dev/reference/objects/conversation-object."""
    if found.get("is_archived"):
        return Refusal.ARCHIVED
    if not found.get("is_private"):
        return Refusal.PUBLIC
    if not found.get("is_member"):
        return Refusal.REMOVED
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
        return Refusal.GUESTS
    return None


def _is_guest(user: Mapping[str, Any]) -> bool:
    """docs.slack.dev/reference/objects/user-object."""
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))
