"""How many messages a bot may send: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.

"In a single chat, avoid sending more than one message per second. We may allow short bursts that go over this limit,
but eventually you'll begin receiving 429 errors." "In a group, bots are not able to send more than 20 messages per
minute." "Bots are able to broadcast […] no more than about 30 messages per second."

Counted in a sliding window, unlike the bot's own limiter (`bot/core/pacing.py`), so that one checks the other.
"""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .refusals import Refused, too_many

TOLD = 0.3  # seconds until what was under way when a bot was told to wait has arrived


@dataclass(frozen=True)
class Limit:
    """So many messages in any so many seconds, and a few that left in time and arrived together."""

    messages: int
    seconds: float
    spare: int = 1


@dataclass(frozen=True)
class Limits:
    """All of them. A test that speeds up the bot's pace speeds up these: `Limits().faster(100)`."""

    overall: Limit = Limit(30, 1.0, spare=8)
    chat: Limit = Limit(5, 5.0)  # one a second, with a short burst
    group: Limit = Limit(20, 60.0)

    def faster(self, times: float) -> "Limits":
        """The same numbers in so much shorter times."""
        return Limits(
            *(Limit(one.messages, one.seconds / times, one.spare) for one in (self.overall, self.chat, self.group))
        )


@dataclass
class Meter:
    """Counts what is sent, and holds the whole bot when it was too much."""

    limits: Limits
    now: Callable[[], float] = time.monotonic  # seconds; a test may set another clock
    held_since: float = -math.inf
    held_until: float = -math.inf
    _sent: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))  # by chat; 0 is all of them

    def hold(self, seconds: float) -> None:
        """The bot was told to wait."""
        now = self.now()
        if now >= self.held_until:
            self.held_since = now
        self.held_until = max(self.held_until, now + seconds)

    def refusal(self, *, sending: bool) -> Refused | None:
        """Why nothing may be done now: the bot is held. To send all the same is a slip, once the bot can know."""
        now = self.now()
        if now >= self.held_until - 0.01:
            return None
        return too_many(math.ceil(self.held_until - now), slip=sending and now > self.held_since + TOLD)

    def count(self, chat: int) -> None:
        """A message is sent. Raises Refused, and holds the bot, when it is one too many."""
        now = self.now()
        for key, limit in ((0, self.limits.overall), (chat, self.limits.group if chat < 0 else self.limits.chat)):
            wait = self._wait(self._sent[key], limit, now)
            if wait > 0:
                self.hold(math.ceil(wait))
                raise too_many(math.ceil(wait), slip=True)
        for key in (0, chat):
            self._sent[key].append(now)

    def _wait(self, sent: deque[float], limit: Limit, now: float) -> float:
        while sent and sent[0] <= now - limit.seconds:
            sent.popleft()
        return sent[0] + limit.seconds - now if len(sent) >= limit.messages + limit.spare else 0.0
