"""How long a wave of messages takes: the pace of a platform and the hours in which people may be asked, nothing else.

Time is virtual: each message goes at the first moment that the schedule of delivery and the quiet hours allow.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.pacing import Pace, Schedule
from bot.core.timing import Calendar, Habits, Window, may_ask_at
from config.organisation import Head
from config.survey import MOST_COHORTS

HOUR = timedelta(hours=1)
FORGET_EVERY = 10_000  # messages: so that a schedule stays small


@dataclass
class Wave:
    """One message to each of so many people, and what became of it."""

    wanted: int
    hours: Counter[datetime] = field(default_factory=Counter)  # how many went in each hour; local, its first moment
    first: datetime | None = None
    last: datetime | None = None
    sending: timedelta = timedelta()  # without the nights and days in which nobody is asked

    @property
    def sent(self) -> int:
        """How many went in time."""
        return self.hours.total()

    @property
    def missed(self) -> int:
        """How many would have come too late, so that they are not sent at all."""
        return self.wanted - self.sent

    @property
    def days(self) -> Mapping[datetime, int]:
        """How many went on each day; local, its first moment."""
        days: Counter[datetime] = Counter()
        for hour, messages in self.hours.items():
            days[hour.replace(hour=0)] += messages
        return days


@dataclass(frozen=True)
class Rehearsal:
    """One round on one platform."""

    invitations: Wave
    reminders: Wave
    fewest_cohorts: int | None  # with which the invitations fit in one working day; None: no number of them will do


def rehearse(people: int, cohorts: int, window: Window, head: Head, pace: Pace) -> Rehearsal:
    """The round of the largest cohort.

    Everybody of the cohort is invited; who is not expected to answer is reminded, after the last invitation.
    """
    size = -(-people // cohorts)
    schedule = Schedule(pace)
    invitations = wave(size, window.opens_at, window.closes_at, head, schedule)
    begin = max(window.reminds_at, invitations.last or window.reminds_at)
    unanswered = round(invitations.sent * (1 - head.response))
    reminders = wave(unanswered, begin, window.closes_at, head, schedule)
    return Rehearsal(invitations, reminders, fewest_cohorts(people, window, head, pace))


def fewest_cohorts(people: int, window: Window, head: Head, pace: Pace) -> int | None:
    """The smallest number of cohorts with which a wave fits in one working day: the day on which the round opens.

    Who is asked a day later has a day less to answer, and would meet the reminder sooner than the others.
    """
    day = next(_stretches(window.opens_at, window.closes_at, head), None)
    fit = wave(people, *day, head, Schedule(pace)).sent if day else 0
    return -(-people // fit) if people <= fit * MOST_COHORTS else None


def wave(people: int, begin: datetime, end: datetime, head: Head, schedule: Schedule) -> Wave:
    """Send to this many people between two moments."""
    found = Wave(people)
    for opens, closes in _stretches(begin, end, head):
        _fill(found, opens, closes, schedule)
        if found.missed == 0:
            break
    return found


def _fill(found: Wave, opens: datetime, closes: datetime, schedule: Schedule) -> None:
    """Send what can be sent in one stretch of time."""
    begin, until = opens.timestamp(), closes.timestamp()
    now, sent, next_hour = begin, found.sent, begin
    for number in range(sent, found.wanted):
        at = now + schedule.wait(str(number), channel=False, now=now)
        if at >= until:
            break
        now = at
        schedule.take(str(number), channel=False, now=now)
        if now >= next_hour:
            local = datetime.fromtimestamp(now, opens.tzinfo)
            found.first = found.first or local
            hour = local.replace(minute=0, second=0, microsecond=0)
            next_hour = (hour + HOUR).timestamp()
        found.hours[hour] += 1
        if number % FORGET_EVERY == 0:
            schedule.forget(now)
    if found.sent > sent:
        found.last = datetime.fromtimestamp(now, opens.tzinfo)
        found.sending += timedelta(seconds=now - begin)


def _stretches(begin: datetime, end: datetime, head: Head) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of time, from one moment until another, in which people may be asked; local."""
    habits, calendar = Habits(head.timezone), Calendar(head.country)
    while (opens := may_ask_at(begin, habits, head.quiet, calendar, end)) < end:
        begin = min(datetime.combine(opens.date(), head.quiet.from_, opens.tzinfo), end)
        yield opens, begin
