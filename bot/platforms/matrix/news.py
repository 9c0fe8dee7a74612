"""Fetches what happened, one replica at a time: the news of every room, in its order, also after a gap."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeAlias

from mautrix.errors import MatrixRequestError

from bot.core.platform import Hear, ReplyLost, SendFailed
from bot.logs import Log
from bot.platforms.matrix import errors
from bot.platforms.matrix.api import ENCRYPTION, MESSAGE, REACTION, Api, Json, Limited
from bot.platforms.matrix.bookmark import Bookmark
from bot.platforms.matrix.coming import Coming
from bot.platforms.matrix.hearing import Hearing
from bot.platforms.matrix.screen import Screen
from bot.platforms.matrix.settings import PLATFORM
from bot.platforms.matrix.standing import Standing
from bot.platforms.matrix.whose import DIRECT, Whose

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before the next try, when the homeserver cannot be asked
TIMELINE = 100  # events of a room at once
BAD = 400  # how a homeserver answers that makes nothing of a request

_KINDS = [MESSAGE, REACTION, ENCRYPTION, "m.room.redaction", "m.room.member"]
_NOTHING: Json = {"types": []}
_NO_SENSE = (LookupError, TypeError, ValueError, AttributeError)  # what reading something of another shape raises


def _sifted(timeline: int) -> str:
    """What is asked of the homeserver (spec.matrix.org, filtering): of each room at most so many events."""
    room = {
        "timeline": {"types": _KINDS, "limit": timeline},
        "state": {**_NOTHING, "lazy_load_members": True},
        "ephemeral": _NOTHING,
        "account_data": _NOTHING,
    }
    return json.dumps({"presence": _NOTHING, "account_data": {"types": [DIRECT]}, "room": room})


log = Log("matrix")

Step: TypeAlias = Callable[[], Awaitable[None]]


class News:
    """Fetches for one bot."""

    def __init__(
        self, api: Api, hearing: Hearing, coming: Coming, whose: Whose, standing: Standing, screen: Screen
    ) -> None:
        self._api, self._hearing, self._coming, self._whose = api, hearing, coming, whose
        self._standing, self._screen = standing, screen
        self._since = ""
        self._failures = 0  # in a row
        self._bookmark = Bookmark(api, screen)

    async def poll(self, hear: Hear) -> None:
        """Until cancelled. Raises what `hear` raises without a database: whoever begins anew is told the same again."""
        self._coming.listen(hear)
        self._screen.begin()
        self._whose.follow(True)
        self._standing.told(True)
        try:
            await self._followed()
        finally:
            self._whose.follow(False)
            self._standing.told(False)
            await self._bookmark.end()

    async def _followed(self) -> None:
        self._since = await self._begun()
        while True:
            found = await self._fetched(self._since)
            if found is None:
                continue
            steps: list[Step] | None = None
            while steps is None or steps:
                steps = await self._tried(self._since, found, steps)
            self._since = str(found["next_batch"])

    async def _begun(self) -> str:
        while True:
            try:
                return await self._bookmark.kept()
            except errors.FAILED as error:
                await self._failed(error)

    async def _fetched(self, since: str) -> Json | None:
        """None, after a moment, when there is no answer."""
        try:
            found = await self._api.sync(since, _sifted(TIMELINE if since else 1))
        except errors.FAILED as error:
            if since and isinstance(error, MatrixRequestError) and error.http_status == BAD:
                log.error("how far it came is not known there: what was said meanwhile is not heard", platform=PLATFORM)
                self._since = ""  # another homeserver, or an old copy of it
            await self._failed(error)
            return None
        if self._failures:
            log.info("news is fetched again", platform=PLATFORM)
        self._failures = 0
        return found

    async def _tried(self, since: str, found: Json, left: list[Step] | None) -> list[Step] | None:
        """All that is left of it, and then that it was heard; what remains, after a moment, where a call fails."""
        try:
            if left is None:
                left = [step async for step in self._steps(since, found)]
            something = bool(left) or not since
            while left:
                await self._done(left[0])
                left.pop(0)
            self._bookmark.reached(str(found["next_batch"]), something=something)
        except errors.FAILED as error:
            await self._failed(error)
        return left

    async def _done(self, step: Step) -> None:
        """What the homeserver refuses will be refused again: it does not hold up what comes after it.

        Nor does what raises because of what somebody sent: it would raise the next time too.
        """
        try:
            await step()
        except MatrixRequestError as refused:
            if errors.may_pass(refused):
                raise
            log.warning("not answered", platform=PLATFORM, reason=errors.code(refused))
        except (SendFailed, ReplyLost) as failed:  # a room of their own, for what is said to them there
            log.warning("not answered", platform=PLATFORM, reason=failed.reason)
        except _NO_SENSE as error:
            log.error("not understood", error, platform=PLATFORM)

    async def _steps(self, since: str, found: Json) -> AsyncIterator[Step]:
        """What there is to do. The first time nothing that was before is heard, but who invites is answered."""
        for one in found.get("account_data", {}).get("events", ()):
            if one.get("type") == DIRECT:
                self._whose.told(one["content"])
        rooms = found.get("rooms", {})
        for room, invitation in rooms.get("invite", {}).items():
            yield partial(self._invited, room, invitation["invite_state"]["events"])
        for room in rooms.get("leave", {}):
            yield partial(self._coming.left_out, room)
        for room, news in rooms.get("join", {}).items() if since else ():
            for event in await self._timeline(room, news["timeline"], since):
                yield partial(self._hearing.happened, room, event)

    async def _timeline(self, room: str, timeline: Json, since: str) -> list[Json]:
        """In the order of the room; what did not fit in the answer is asked for."""
        events: list[Json] = timeline["events"]
        if not timeline.get("limited"):
            return events
        try:
            missed = [one async for one in self._api.history(room, timeline["prev_batch"], since)]
        except MatrixRequestError as refused:
            if errors.may_pass(refused):
                raise
            log.warning("not all is heard", platform=PLATFORM, reason=errors.code(refused))
            return events
        return [*(one for one in reversed(missed) if one.get("type") in _KINDS), *events]

    async def _invited(self, room: str, state: list[Json]) -> None:
        """Only the last is the invitation, as our homeserver has it: all before it is as whoever invites says."""
        me = await self._api.me()
        *_, mine = (one for one in state if one.get("type") == "m.room.member" and one.get("state_key") == me)
        encrypted = any(one.get("type") == ENCRYPTION for one in state)
        await self._coming.invited(
            room, mine["sender"], direct=mine["content"].get("is_direct") is True, encrypted=encrypted
        )

    async def _failed(self, error: Exception) -> None:
        """Told when it begins, not each time."""
        if not self._failures:
            log.warning("news cannot be fetched", platform=PLATFORM, reason=errors.code(error))
        wait = error.seconds if isinstance(error, Limited) else min(FIRST_WAIT * 2**self._failures, LONGEST_WAIT)
        self._failures += 1
        await asyncio.sleep(wait)
