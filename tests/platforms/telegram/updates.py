"""The updates that wait for the bot: core.telegram.org/bots/api#getting-updates.

They wait until they are confirmed: by getUpdates with a higher offset, or by a webhook that answered 2xx.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from .payloads import Payload, update
from .refusals import OTHER_CONSUMER, conflict

FIRST = 870_000_001  # "Update identifiers start from a certain positive number and increase sequentially."
AHEAD = 10  # an offset that is further ahead than this is no offset of this queue: all is sent (tdlib: TQueue::get)
LATER = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # only for who names them
# core.telegram.org/bots/api#update
KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost",
})  # fmt: skip


@dataclass(frozen=True)
class Update:
    """Something that happened, for the bot to hear of."""

    id: int
    kind: str
    chat: int  # of one chat, a webhook gets one update after another
    payload: Payload = field(repr=False)

    def shown(self) -> Payload:
        """As it is sent."""
        return update(self.id, self.kind, self.payload)


class Bell:
    """Wakes everybody who waits for it. An Event that two of them clear would let one sleep through what it told."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Something happened."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    def next(self) -> asyncio.Future[None]:
        """The next time that something happens, from this moment on."""
        coming = asyncio.get_running_loop().create_future()
        self._waiting.append(coming)
        return coming


class Updates:
    """All that wait, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Update] = []
        self.fetched: list[Update] = []  # all that were ever confirmed, in that order
        self.unwanted: list[str] = []  # the kinds of updates that the bot did not ask for
        self.allowed: frozenset[str] = KINDS - LATER
        self.conflicts = 0
        self._next = FIRST
        self._back: list[Update] | None = None  # those that a test holds back
        self._turn = 0  # of the last who fetched
        self._words = ""  # to who fetched before
        self.changed = Bell()

    # --- what happens ----------------------------------------------------------------------------------------------

    def add(self, kind: str, chat: int, payload: Payload) -> Update | None:
        """Something happened; None when the bot does not want to hear of it."""
        if kind not in self.allowed:
            self.unwanted.append(kind)
            return None
        made = Update(self._next, kind, chat, payload)
        self._next += 1
        (self.waiting if self._back is None else self._back).append(made)
        self.changed.ring()
        return made

    def restart(self, number: int) -> None:
        """After a week without updates "the next update will be chosen randomly instead of sequentially"."""
        self._next = number

    def repeat(self, update: Update) -> None:
        """Bring an update again that was confirmed, as happens when Telegram did not see the confirmation."""
        self.waiting.append(update)
        self.changed.ring()

    @contextmanager
    def held_back(self) -> Iterator[list[Update]]:
        """What happens meanwhile waits in this list, which the test may turn round, and comes at the end."""
        self._back = []
        try:
            yield self._back
        finally:
            self.waiting, self._back = self.waiting + self._back, None
            self.changed.ring()

    async def settled(self, patience: float = 10.0) -> None:
        """Until nothing waits any more. Raises AssertionError when that takes too long."""
        end = time.monotonic() + patience
        while self.waiting:
            assert time.monotonic() < end, f"still waiting: {[one.kind for one in self.waiting]}"
            await asyncio.sleep(0.01)

    # --- who fetches -----------------------------------------------------------------------------------------------

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Which kinds the bot wants from now on. None changes nothing; an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & KINDS or KINDS - LATER

    async def fetch(self, offset: int, limit: int, seconds: float) -> list[Payload]:
        """What waits from this offset on; all before it is confirmed. Raises Refused when somebody else comes."""
        self._confirm(offset)
        self.send_away(OTHER_CONSUMER)
        turn, end = self._turn, time.monotonic() + seconds
        while not self.waiting and time.monotonic() < end and turn == self._turn:
            await self._change(end - time.monotonic())
        if turn != self._turn and self._words:
            self.conflicts += 1
            raise conflict(self._words)
        return [one.shown() for one in self.waiting[:limit]]

    def send_away(self, words: str = "") -> None:
        """Whoever waits in `fetch` waits no longer: there is nothing new, or they are told why."""
        self._turn, self._words = self._turn + 1, words
        self.changed.ring()

    def confirmed(self, update: Update) -> None:
        """The bot has this one."""
        with suppress(ValueError):  # it was brought twice, and the other one was first
            self.waiting.remove(update)
        self.fetched.append(update)

    def _confirm(self, offset: int) -> None:
        if offset < 0:  # "counted from the end"
            offset = max((one.id for one in self.waiting), default=self._next - 1) + 1 + offset
        if offset > self._next + AHEAD:
            return
        for one in [one for one in self.waiting if one.id < offset]:
            self.confirmed(one)

    async def _change(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.changed.next(), seconds)
