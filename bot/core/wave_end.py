"""When a wave of messages is over: how many there are, how fast the platform takes them, when nobody is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.pacing import Pace
from bot.core.timing import Calendar, Habits, may_ask_at
from config.organisation import Head, QuietHours


@dataclass(frozen=True)
class Hours:
    """When messages go out: the hours of the organisation; a person elsewhere has others, so an end is "about"."""

    zone: str
    quiet: QuietHours
    calendar: Calendar

    @classmethod
    def of(cls, head: Head) -> "Hours":
        """Those of an organisation."""
        return cls(head.timezone, head.quiet, Calendar(head.country))

    def first_from(self, moment: datetime) -> datetime:
        """The first moment from then on at which somebody may be asked."""
        return may_ask_at(moment, Habits(self.zone), self.quiet, self.calendar, moment)


def expected_end(due: Iterable[tuple[datetime, int]], pace: Pace, begin: datetime, hours: Hours) -> datetime:
    """About when the last of these is sent, beginning then: how many messages there are of each first moment."""
    each = timedelta(seconds=pace.overall.interval) if pace.overall is not None else timedelta()
    moment = begin
    for not_before, messages in sorted(due):
        moment = _after(max(moment, not_before), messages * each, hours)
    return moment


def _after(begin: datetime, work: timedelta, hours: Hours) -> datetime:
    """The moment after so much work, done in those hours only."""
    moment = hours.first_from(begin)
    while work > (room := _evening(moment, hours) - moment):
        work -= room
        moment = hours.first_from(moment + room)
    return moment + work


def _evening(moment: datetime, hours: Hours) -> datetime:
    return datetime.combine(moment.date(), hours.quiet.from_, ZoneInfo(hours.zone))
