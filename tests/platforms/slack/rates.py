"""How often Slack lets a bot call: docs.slack.dev/apis/web-api/rate-limits.

A method has a tier, so many calls a minute in a workspace. chat.postMessage has its own: one a second in a channel
("short bursts" pass), and "several hundred a minute" in a workspace. Who calls before Retry-After is over breaks the
rules.
"""

import math
import time
from collections import Counter
from dataclasses import dataclass, field

UNDER_WAY = 0.5  # seconds until what was under way when a bot was told to wait has arrived


@dataclass
class Rate:
    """So many at once, and then one every so many seconds: what is unused is saved, up to the burst."""

    burst: int
    seconds: float
    _free_at: float = 0.0  # monotonic: when the whole burst is there again

    def wait(self) -> float:
        """Takes a turn and returns 0, or returns the seconds until there is one."""
        now = time.monotonic()
        free = max(now, self._free_at) + self.seconds
        if (wait := free - now - self.burst * self.seconds) > 1e-9:
            return wait
        self._free_at = free
        return 0.0


@dataclass
class Rates:
    """The limits of a workspace, which a test may tighten or scale, and what went beyond them."""

    per_channel: tuple[int, float] | None = (4, 1.0)  # burst and seconds; None for no limit
    overall: Rate | None = field(default_factory=lambda: Rate(300, 0.2))
    tiers: dict[int, int] = field(default_factory=lambda: {1: 20, 2: 20, 3: 50, 4: 100})  # calls a minute
    limited: Counter[str] = field(default_factory=Counter)  # how often each was refused: a method, a channel, "overall"
    impatient: list[str] = field(default_factory=list)  # what was tried before Retry-After was over
    limited_at: list[float] = field(default_factory=list)  # monotonic
    _rates: dict[str, Rate] = field(default_factory=dict)
    _told: dict[str, tuple[float, float]] = field(default_factory=dict)  # since when, and until when to wait

    def call(self, method: str, tier: int) -> int:
        """Seconds to wait before this method may be called; 0 when it counts."""
        most = self.tiers[tier]
        return self._wait(method, self._rates.setdefault(method, Rate(most, 60 / most)))

    def message(self, channel: str) -> int:
        """Seconds to wait before a message to this channel; 0 when it counts."""
        wait = 0
        if self.per_channel is not None:
            wait = self._wait(channel, self._rates.setdefault(channel, Rate(*self.per_channel)))
        return wait or (self._wait("overall", self.overall) if self.overall is not None else 0)

    def _wait(self, scope: str, rate: Rate) -> int:
        now = time.monotonic()
        since, until = self._told.get(scope, (0.0, 0.0))
        if since + UNDER_WAY < now < until - 0.01:
            self.impatient.append(scope)
        wait = math.ceil(rate.wait())
        if wait:
            self.limited[scope] += 1
            self.limited_at.append(now)
            self._told[scope] = (since if now < until else now, max(until, now + wait))
        return wait
