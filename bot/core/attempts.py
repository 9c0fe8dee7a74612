"""How often somebody may guess: a few times, then they wait until the first of these is an hour old."""

from collections import deque
from datetime import datetime, timedelta

MOST = 5
WITHIN = timedelta(hours=1)
REMEMBERED = 10_000  # who guessed; beyond that the one who began first is forgotten


class Attempts:
    """The attempts of everybody, in memory: after a restart everybody begins anew."""

    def __init__(self, most: int = MOST, within: timedelta = WITHIN) -> None:
        self._most, self._within = most, within
        self._made: dict[str, deque[datetime]] = {}

    def may(self, who: str, now: datetime) -> bool:
        """Whether they may try once more."""
        return len(self._recent(who, now)) < self._most

    def made(self, who: str, now: datetime) -> None:
        """They tried, in vain."""
        recent = self._recent(who, now)
        recent.append(now)
        self._made[who] = recent
        if len(self._made) > REMEMBERED:
            self._made.pop(next(iter(self._made)), None)

    def _recent(self, who: str, now: datetime) -> deque[datetime]:
        times = self._made.get(who, ())
        return deque((at for at in times if now - at < self._within), maxlen=self._most)
