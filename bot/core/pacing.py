"""How fast to send and when to try again: arithmetic without a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 22  # about half a day, then the admin channel is told


def next_try(tries: int, now: datetime, retry_after: timedelta | None = None) -> datetime | None:
    """When to send again after `tries` failures, or None when it has been tried often enough.

    The wait doubles each time; a platform that says how long to wait is obeyed, whatever we would have done.
    """
    if tries >= MOST_TRIES:
        return None
    wait = min(FIRST_WAIT * (1 << (tries - 1)), LONGEST_WAIT)
    return now + max(wait, retry_after or timedelta())


@dataclass(frozen=True)
class Rate:
    """So many messages in so many seconds, evenly spread; a few more may come at once."""

    messages: float
    seconds: float = 1.0
    burst: int = 1  # how many at once

    @property
    def interval(self) -> float:
        """Seconds from one message to the next."""
        return self.seconds / self.messages


@dataclass(frozen=True)
class Pace:
    """How fast a platform takes messages; None is without a limit."""

    overall: Rate | None = None
    person: Rate | None = None  # in the chat of one person
    channel: Rate | None = None  # in one channel
