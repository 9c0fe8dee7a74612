"""When to try again, how fast to send and when each message may go: arithmetic without a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 22  # about half a day, then the admin channel is told
FIRST_PAUSE = timedelta(seconds=30)  # of a platform that took nothing several times in a row
LONGEST_PAUSE = timedelta(minutes=15)
HELD_WAIT = timedelta(hours=1)  # of a channel that refuses messages until somebody mends it
HELD_LONG = timedelta(days=2)  # after which nobody seems to be in a hurry
HELD_LONG_WAIT = timedelta(days=1)


def next_try(tries: int, now: datetime, retry_after: timedelta | None = None) -> datetime | None:
    """When to send again after `tries` failures, or None when it has been tried often enough.

    The wait doubles each time; a platform that says how long to wait is obeyed, whatever we would have done.
    """
    if tries >= MOST_TRIES:
        return None
    wait = min(FIRST_WAIT * (1 << (tries - 1)), LONGEST_WAIT)
    return now + max(wait, retry_after or timedelta())


def pause_for(times: int) -> timedelta:
    """How long to leave a platform alone that was tried `times` times in vain since it was first left alone."""
    return min(FIRST_PAUSE * (1 << min(times, 10)), LONGEST_PAUSE)


def next_try_held(since: datetime, now: datetime) -> datetime:
    """When to try a channel again that has refused messages since then. There is no last time."""
    return now + (HELD_WAIT if now - since < HELD_LONG else HELD_LONG_WAIT)


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


_LONG_AGO = float("-inf")


class Schedule:
    """When each message may go: one theoretical arrival time for the platform and one for each chat.

    This is the generic cell rate algorithm (ITU-T I.371 and ATM Forum Traffic Management 4.1, virtual scheduling):
    every message moves its theoretical arrival time on by one interval, and a message may come `burst` - 1
    intervals before it. So never more than `burst` go at once, nor more than rate × t + `burst` in any t seconds.

    Times are seconds of a steady clock of the caller's. A sender that oversleeps by less than `burst` - 1 intervals
    makes it up with the next message, so its long-run rate is exactly the rate. With a `burst` of 1 nothing can be
    made up: whatever each message is late is lost, and the rate drifts below what was asked. That is right for one
    chat, which hardly ever gets two messages in a row; a platform as a whole needs at least 2.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._overall = _LONG_AGO  # the theoretical arrival time of the next message
        self._chats: dict[str, float] = {}  # the same for each chat
        self._all_held = _LONG_AGO
        self._held: dict[str, float] = {}

    def wait(self, chat: str, *, channel: bool, now: float) -> float:
        """Seconds until a message to this chat may go; 0.0 is now. Changes nothing."""
        earliest = max(
            self._all_held,
            self._held.get(chat, _LONG_AGO),
            _earliest(self._overall, self._pace.overall),
            _earliest(self._chats.get(chat, _LONG_AGO), self._rate(channel)),
        )
        return max(0.0, earliest - now)

    def take(self, chat: str, *, channel: bool, now: float) -> None:
        """A message to this chat goes now. One that goes too early is made up for by those after it."""
        if self._pace.overall is not None:
            self._overall = max(self._overall, now) + self._pace.overall.interval
        rate = self._rate(channel)
        if rate is not None:
            self._chats[chat] = max(self._chats.get(chat, now), now) + rate.interval

    def hold(self, until: float, chat: str | None = None) -> None:
        """Nothing goes to this chat before `until`, or to any where none is named; an earlier, longer hold stays."""
        if chat is None:
            self._all_held = max(self._all_held, until)
        else:
            self._held[chat] = max(self._held.get(chat, until), until)

    def forget(self, now: float) -> None:
        """Drop every chat whose times have passed: a new one is treated alike, and memory stays small."""
        self._chats = {chat: due for chat, due in self._chats.items() if due > now}
        self._held = {chat: until for chat, until in self._held.items() if until > now}

    @property
    def remembered(self) -> int:
        """How many chats it keeps a time for."""
        return len(self._chats.keys() | self._held.keys())

    def _rate(self, channel: bool) -> Rate | None:
        return self._pace.channel if channel else self._pace.person


def _earliest(due: float, rate: Rate | None) -> float:
    return _LONG_AGO if rate is None else due - (rate.burst - 1) * rate.interval
