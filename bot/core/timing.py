"""Openings, closings, reminders, digests and quiet hours. Datetimes in and out are aware; days are local."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger

from config.organisation import Head, QuietHours
from config.survey import WEEKDAYS, Rhythm
from config.words import Language

REMIND_BEFORE = 2  # working days before closing
MORNING = time(9)
"""When what follows a closing happens: the leads are asked, the leads read, every channel reads; a working day each."""
DAY = timedelta(days=1)
_TONGUES: dict[Language, str] = {"nl": "nl", "en": "en_US"}  # as the library calls them
SHORTEST = timedelta(hours=1)  # a round, where holidays leave it a single day


@dataclass(frozen=True)
class Calendar:
    """An organisation's working days: Monday to Friday without the public holidays of its country."""

    country: str

    def is_working(self, day: date) -> bool:
        """Whether people work on this day."""
        return day.weekday() < 5 and day not in _holidays(self.country, day.year)

    def on_or_after(self, day: date) -> date:
        """This day, or the first working day after it."""
        return next(d for d in _days(day, DAY) if self.is_working(d))

    def add(self, day: date, working_days: int) -> date:
        """That many working days later, or earlier where the number is negative."""
        step = DAY if working_days > 0 else -DAY
        for _ in range(abs(working_days)):
            day = next(d for d in _days(day + step, step) if self.is_working(d))
        return day

    def holidays(self, first: date, last: date, language: Language) -> list[tuple[date, str]]:
        """The public holidays on a weekday from the one day to the other, with their names in this language.

        Where a country's names are not known in it, they are English or as people there call them.
        """
        days = (first + n * DAY for n in range((last - first).days + 1))
        free = (d for d in days if d.weekday() < 5 and not self.is_working(d))
        return [(d, str(_holidays(self.country, d.year, _TONGUES[language])[d])) for d in free]


def _days(first: date, step: timedelta) -> Iterator[date]:
    while True:
        yield first
        first += step


@lru_cache(maxsize=64)
def _holidays(country: str, year: int, language: str | None = None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=year, language=language)


@dataclass(frozen=True)
class Window:
    """When round `number` (from 0) opens, reminds, closes and is told; all aware, in the organisation's zone.

    Told on three working days after closing, each morning at nine.
    """

    number: int
    due: datetime  # as the rhythm says it
    opens_at: datetime  # moved to a working day
    reminds_at: datetime
    closes_at: datetime
    estimates_at: datetime  # the leads are asked what they expect
    leads_at: datetime  # the figures are published, and each lead reads them
    digests_at: datetime  # every channel does, together


def window(rhythm: Rhythm, number: int, head: Head) -> Window:
    """The times of one round.

    It closes on its tenth working day (the opening day is the first), at the latest on the last working day
    before the next opening, so that two rounds of a survey are never open together. It reminds two working days
    before it closes, but not on the opening day.
    """
    calendar = Calendar(head.country)
    opens = _opening_day(rhythm, number, calendar)
    return _window(rhythm, number, head, opens, _at(opens, rhythm.at, head), reminds=calendar.add(opens, 1))


def late_window(rhythm: Rhythm, number: int, head: Head, now: datetime) -> Window:
    """The times of a round that nobody could open in time.

    Opened on a later day it moves: it closes after as many working days as ever, but at the latest on the last working
    day before the next opening. It reminds two working days before it closes; where that moment has passed, there is
    too little time to answer.
    """
    in_time = window(rhythm, number, head)
    local = now.astimezone(_zone(head))
    if local.date() <= in_time.opens_at.date():
        return in_time
    return _window(rhythm, number, head, Calendar(head.country).on_or_after(local.date()), local, reminds=date.min)


def next_morning(now: datetime, head: Head) -> datetime:
    """The hour at which channels read, on the first working day after today."""
    return _at(Calendar(head.country).add(now.astimezone(_zone(head)).date(), 1), MORNING, head)


def _window(rhythm: Rhythm, number: int, head: Head, opens: date, opens_at: datetime, *, reminds: date) -> Window:
    """The times of a round that opens then, and does not remind before that day."""
    calendar = Calendar(head.country)
    next_opens = _opening_day(rhythm, number + 1, calendar)
    closes = min(calendar.add(opens, rhythm.closes_on_working_day - 1), calendar.add(next_opens, -1))
    closes = max(closes, opens)
    reminds = max(calendar.add(closes, -REMIND_BEFORE), reminds)
    closes_at = max(_at(closes, rhythm.closes_at, head), opens_at + SHORTEST)
    return Window(
        number,
        due=_at(_due_day(rhythm, number), rhythm.at, head),
        opens_at=opens_at,
        reminds_at=min(_at(reminds, rhythm.at, head), closes_at),
        closes_at=closes_at,
        estimates_at=_at(calendar.add(closes, 1), MORNING, head),
        leads_at=_at(calendar.add(closes, 2), MORNING, head),
        digests_at=_at(calendar.add(closes, 3), MORNING, head),
    )


def _opening_day(rhythm: Rhythm, number: int, calendar: Calendar) -> date:
    """The due day, or the first working day after it.

    Where not one working day is left before the next round (a weekly rhythm in a week of holidays), the round
    stays on its due day and nobody is asked: two rounds may not open together.
    """
    due = _due_day(rhythm, number)
    opens = calendar.on_or_after(due)
    return opens if opens < calendar.on_or_after(_due_day(rhythm, number + 1)) else due


def _due_day(rhythm: Rhythm, number: int) -> date:
    return _first_day(rhythm) + number * timedelta(weeks=rhythm.every_weeks)


def latest_number(rhythm: Rhythm, now: datetime, head: Head) -> int | None:
    """The last round whose opening has come, or None before the first."""
    weeks = (now.astimezone(_zone(head)).date() - _first_day(rhythm)).days // 7
    number = weeks // rhythm.every_weeks
    while number >= 0 and window(rhythm, number, head).opens_at > now:
        number -= 1
    return number if number >= 0 else None


def upcoming(rhythm: Rhythm, now: datetime, head: Head, how_many: int) -> list[Window]:
    """The next rounds to open after now."""
    trigger = CalendarIntervalTrigger(
        weeks=rhythm.every_weeks,
        hour=rhythm.at.hour,
        minute=rhythm.at.minute,
        start_date=_first_day(rhythm),
        timezone=_zone(head),
    )
    found: list[Window] = []
    due = trigger.get_next_fire_time(None, now - timedelta(weeks=1))
    while due is not None and len(found) < how_many:
        number = (due.date() - _first_day(rhythm)).days // (7 * rhythm.every_weeks)
        if (coming := window(rhythm, number, head)).opens_at > now:
            found.append(coming)
        due = trigger.get_next_fire_time(due, due + timedelta(minutes=1))
    return found


def asked_about_since(opens_at: datetime, cycle_weeks: int) -> date:
    """The first day of the recall period: one cycle before the opening, the same length for every cohort."""
    return opens_at.date() - timedelta(weeks=cycle_weeks)


def _first_day(rhythm: Rhythm) -> date:
    weekday = WEEKDAYS.index(rhythm.weekday)
    return rhythm.start + timedelta(days=(weekday - rhythm.start.weekday()) % 7)


def _zone(head: Head) -> ZoneInfo:
    return ZoneInfo(head.timezone)


def _at(day: date, clock: time, head: Head) -> datetime:
    return datetime.combine(day, clock, _zone(head))


@dataclass(frozen=True)
class Habits:
    """When somebody likes to be asked: their zone and, if they said so, a weekday (0 = Monday) and an hour."""

    zone: str
    weekday: int | None = None
    hour: int | None = None


def may_ask_at(now: datetime, habits: Habits, quiet: QuietHours, calendar: Calendar, before: datetime) -> datetime:
    """The first moment from now on when this person may be asked, in their own zone.

    Never in quiet hours, in the weekend or on a holiday. A preferred hour (any minute of it) or day is kept where it
    comes round `before` the moment after which asking is useless; else the first decent moment is.
    """
    zone = ZoneInfo(habits.zone)
    decent = _decent(now.astimezone(zone), quiet, calendar)
    if habits.hour is None and habits.weekday is None:
        return decent
    for day in (decent.date() + timedelta(days=n) for n in range(15)):
        earliest = datetime.combine(day, max(quiet.until, time(habits.hour or 0)), zone)
        moment = max(earliest, decent)
        if _is_liked(moment, habits) and calendar.is_working(day) and not _is_quiet(moment.time(), quiet):
            return moment if moment < before else decent
    return decent


def _is_liked(moment: datetime, habits: Habits) -> bool:
    return habits.hour in (None, moment.hour) and habits.weekday in (None, moment.weekday())


def _decent(local: datetime, quiet: QuietHours, calendar: Calendar) -> datetime:
    if calendar.is_working(local.date()) and not _is_quiet(local.time(), quiet):
        return local
    today_still = calendar.is_working(local.date()) and local.time() < quiet.until
    day = local.date() if today_still else calendar.add(local.date(), 1)
    return datetime.combine(day, quiet.until, local.tzinfo)


def _is_quiet(clock: time, quiet: QuietHours) -> bool:
    return not quiet.until <= clock < quiet.from_
