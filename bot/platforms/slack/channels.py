"""Whether a channel may get a department's digest: private, alive, with us in it, and no stranger or guest."""

import time
from collections.abc import AsyncIterator

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import SendFailed
from bot.platforms.slack.errors import asked

PAGE = 200
HOUR = 3600.0


class Channels:
    """Looks at channels. Who is a guest is read once an hour, with the pages of users.list."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._guests: frozenset[str] = frozenset()
        self._read = float("-inf")

    async def check(self, channel: str) -> None:
        """Raises SendFailed with what is the matter with a channel."""
        if (problem := await self.problem(channel)) is not None:
            raise SendFailed(problem, permanent=True)

    async def problem(self, channel: str) -> str | None:
        """What is the matter with a channel; None when it may get a digest. Raises SendFailed and ReplyLost."""
        found = (await asked(self._client.conversations_info(channel=channel)))["channel"]
        if found.get("is_archived"):
            return "archived"
        if not found.get("is_private"):
            return "public"
        if not found.get("is_member"):
            return "removed"
        if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
            return "guests"
        guests = await self._known_guests()
        async for members in self.members(channel):
            if guests.intersection(members):
                return "guests"
        return None

    async def members(self, channel: str) -> AsyncIterator[list[str]]:
        """Who is in a channel, a page at a time."""
        cursor = ""
        while True:
            page = await asked(self._client.conversations_members(channel=channel, limit=PAGE, cursor=cursor or None))
            yield list(page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _known_guests(self) -> frozenset[str]:
        if time.monotonic() - self._read > HOUR:
            self._guests = frozenset([one async for one in self._every_guest()])
            self._read = time.monotonic()
        return self._guests

    async def _every_guest(self) -> AsyncIterator[str]:
        cursor = ""
        while True:
            page = await asked(self._client.users_list(limit=PAGE, cursor=cursor or None))
            for user in page["members"]:
                if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"):
                    yield user["id"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
