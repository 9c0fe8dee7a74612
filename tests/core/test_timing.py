"""When rounds open, remind, close and are told, and when somebody may be asked: dates that people can check."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.timing import (
    Calendar,
    Habits,
    asked_about_since,
    latest_number,
    may_ask_at,
    upcoming,
    window,
)
from config import EXAMPLE
from config.load import read
from config.organisation import Head, QuietHours
from config.survey import WEEKDAYS, Rhythm, Weekday

HEAD: Head = read(EXAMPLE)
NL = Calendar("NL")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW_YORK = ZoneInfo("America/New_York")


def rhythm(start: str, weekday: Weekday = "tuesday", weeks: int = 2, closes_on: int = 10) -> Rhythm:
    """A rhythm of the default hours: opens at 09:00, closes at 17:00."""
    return Rhythm(start=date.fromisoformat(start), weekday=weekday, every_weeks=weeks, closes_on_working_day=closes_on)


def moment(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """2026-04-27 09:00, in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def moments(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Any moment from the first year until the last."""
    earliest, latest = (datetime.fromisoformat(f"{year}-01-01") for year in (first, last))
    return st.datetimes(earliest, latest, timezones=st.just(UTC))


# --- windows -----------------------------------------------------------------------------------------------------

WINDOWS = [
    # an ordinary fortnight: ten working days end on the Monday before the next Tuesday
    ("2026-09-01", "tuesday", 2, 0, "2026-09-01", "2026-09-10", "2026-09-14", "2026-09-15"),
    ("2026-09-01", "tuesday", 2, 1, "2026-09-15", "2026-09-24", "2026-09-28", "2026-09-29"),
    ("2026-09-07", "monday", 2, 0, "2026-09-07", "2026-09-16", "2026-09-18", "2026-09-21"),
    # the first such weekday from the start date
    ("2026-09-02", "tuesday", 2, 0, "2026-09-08", "2026-09-17", "2026-09-21", "2026-09-22"),
    ("2026-09-05", "monday", 2, 0, "2026-09-07", "2026-09-16", "2026-09-18", "2026-09-21"),
    # King's Day, 27 April 2026, is a Monday: it opens on Tuesday, and has one working day less
    ("2026-04-27", "monday", 2, 0, "2026-04-28", "2026-05-06", "2026-05-08", "2026-05-11"),
    # the day of the next opening is a holiday, so there is one working day more; but ten is enough
    ("2026-04-13", "monday", 2, 0, "2026-04-13", "2026-04-22", "2026-04-24", "2026-04-28"),
    # Ascension Day (14 May) and Whit Monday (25 May) are no working days: closing waits, but not for the next round
    ("2026-05-12", "tuesday", 2, 0, "2026-05-12", "2026-05-20", "2026-05-22", "2026-05-26"),
    # Easter Monday, 6 April 2026; Good Friday counts as a holiday too
    ("2026-04-06", "monday", 2, 0, "2026-04-07", "2026-04-15", "2026-04-17", "2026-04-20"),
    # Christmas 2026 is a Friday and a Saturday, New Year a Friday
    ("2026-12-25", "friday", 2, 0, "2026-12-28", "2027-01-05", "2027-01-07", "2027-01-08"),
    ("2026-12-22", "tuesday", 2, 0, "2026-12-22", "2026-12-30", "2027-01-04", "2027-01-05"),
    # every week: closes on the last working day before the next opening
    ("2026-09-01", "tuesday", 1, 0, "2026-09-01", "2026-09-03", "2026-09-07", "2026-09-08"),
    ("2026-09-04", "friday", 1, 0, "2026-09-04", "2026-09-08", "2026-09-10", "2026-09-11"),
    # a week of which Christmas leaves three days: the reminder is not on the opening day
    ("2025-12-22", "monday", 1, 0, "2025-12-22", "2025-12-23", "2025-12-24", "2025-12-29"),
    # every three weeks: the tenth working day, long before the next opening
    ("2026-09-01", "tuesday", 3, 0, "2026-09-01", "2026-09-10", "2026-09-14", "2026-09-15"),
    ("2026-09-01", "tuesday", 3, 1, "2026-09-22", "2026-10-01", "2026-10-05", "2026-10-06"),
    ("2026-04-20", "monday", 3, 0, "2026-04-20", "2026-04-30", "2026-05-04", "2026-05-05"),
]


@pytest.mark.parametrize(("start", "weekday", "weeks", "number", "opens", "reminds", "closes", "told"), WINDOWS)
def test_a_round_opens_reminds_closes_and_is_told(
    start: str, weekday: Weekday, weeks: int, number: int, opens: str, reminds: str, closes: str, told: str
) -> None:
    """Opening on a working day, reminding two before closing on the tenth, told from the next day on; all checked."""
    found = window(rhythm(start, weekday, weeks), number, HEAD)
    assert found.opens_at == moment(f"{opens} 09:00")
    assert found.reminds_at == moment(f"{reminds} 09:00")
    assert found.closes_at == moment(f"{closes} 17:00")
    assert found.estimates_at == moment(f"{told} 09:00")
    mornings = [found.estimates_at, found.leads_at, found.digests_at]
    assert [at.date() for at in mornings] == [NL.add(found.closes_at.date(), days) for days in (1, 2, 3)]
    assert {at.time() for at in mornings} == {time(9)}


def test_a_round_of_three_days_reminds_on_the_second() -> None:
    """Two working days before closing would be the opening day, when everybody has just been asked."""
    found = window(rhythm("2026-09-01", closes_on=3), 0, HEAD)
    assert (found.opens_at.day, found.reminds_at.day, found.closes_at.day) == (1, 2, 3)


def test_a_round_that_moved_stays_in_step() -> None:
    """A holiday moves one round; the next is again on the day of the rhythm."""
    kings_day = rhythm("2026-04-27", "monday")
    assert window(kings_day, 0, HEAD).due == moment("2026-04-27 09:00")
    assert [window(kings_day, n, HEAD).opens_at.date() for n in (0, 1, 2)] == [
        date(2026, 4, 28),
        date(2026, 5, 11),
        date(2026, 5, 26),  # the 25th is Whit Monday
    ]


def test_a_week_of_holidays_opens_no_two_rounds_together() -> None:
    """Where a weekly round has no working day at all, it stays on its own day instead of opening with the next."""
    china = HEAD.model_copy(update={"country": "CN", "timezone": "Asia/Shanghai"})
    weekly = rhythm("2026-02-09", "monday", 1)
    before, during, after = (window(weekly, n, china) for n in (0, 1, 2))
    assert before.closes_at < during.opens_at < during.reminds_at <= during.closes_at < after.opens_at
    assert during.opens_at.date() == date(2026, 2, 16)


@pytest.mark.parametrize(
    ("start", "offset_before", "offset_after"), [("2026-03-24", 1, 2), ("2026-10-20", 2, 1)], ids=["spring", "autumn"]
)
def test_the_clock_on_the_wall_holds_through_a_change_of_the_clocks(
    start: str, offset_before: int, offset_after: int
) -> None:
    """A round from before to after the change opens at 09:00 and closes at 17:00 as people read it."""
    found = window(rhythm(start), 0, HEAD)
    assert (found.opens_at.time(), found.closes_at.time()) == (time(9), time(17))
    assert found.opens_at.utcoffset() == timedelta(hours=offset_before)
    assert found.closes_at.utcoffset() == timedelta(hours=offset_after)
    assert found.opens_at.astimezone(UTC).hour == 9 - offset_before
    assert found.closes_at.astimezone(UTC).hour == 17 - offset_after


def test_the_recall_period_is_one_cycle() -> None:
    """Every cohort is asked about the same length of time, also where a holiday moved the opening."""
    fortnightly = rhythm("2026-09-01")
    for number in range(30):
        opens = window(fortnightly, number, HEAD).opens_at
        assert opens.date() - asked_about_since(opens, fortnightly.cycle_weeks) == timedelta(weeks=8)


RHYTHMS = st.builds(
    Rhythm,
    start=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    weekday=st.sampled_from(WEEKDAYS),
    at=st.times(time(6), time(20)).map(lambda at: at.replace(second=0, microsecond=0)),
    every_weeks=st.integers(1, 4),
    cohorts=st.integers(1, 8),
    closes_on_working_day=st.integers(3, 20),
    closes_at=st.sampled_from([time(8), time(12), time(17), time(18)]),
)
HEADS = st.sampled_from(
    [("NL", "Europe/Amsterdam"), ("BE", "Europe/Brussels"), ("US", "America/New_York"), ("CN", "Asia/Shanghai")]
).map(lambda place: HEAD.model_copy(update={"country": place[0], "timezone": place[1]}))


@settings(deadline=None, max_examples=60)
@given(RHYTHMS, HEADS)
def test_years_of_rounds_never_overlap(any_rhythm: Rhythm, head: Head) -> None:
    """opens < reminds <= closes < three mornings, and closed before the next opens, for three years of any rhythm."""
    windows = [window(any_rhythm, number, head) for number in range(156 // any_rhythm.every_weeks)]
    for one in windows:
        assert (
            one.due <= one.opens_at < one.reminds_at <= one.closes_at < one.estimates_at < one.leads_at < one.digests_at
        )
    for one, following in pairwise(windows):
        assert one.closes_at < following.opens_at
        assert following.due.date() - one.due.date() == timedelta(weeks=any_rhythm.every_weeks)


@settings(deadline=None, max_examples=60)
@given(RHYTHMS)
def test_rounds_open_close_and_are_told_on_working_days(any_rhythm: Rhythm) -> None:
    """In the Netherlands every step of every round falls on a working day."""
    for number in range(60):
        one = window(any_rhythm, number, HEAD)
        for at in (one.opens_at, one.reminds_at, one.closes_at, one.estimates_at, one.leads_at, one.digests_at):
            assert NL.is_working(at.date())


# --- which round is it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "latest", "following"),
    [
        ("2026-01-01 12:00", None, 0),
        ("2026-08-31 23:59", None, 0),
        ("2026-09-01 08:59", None, 0),
        ("2026-09-01 09:00", 0, 1),
        ("2026-09-14 17:00", 0, 1),
        ("2026-09-15 08:59", 0, 1),
        ("2026-09-15 09:00", 1, 2),
        ("2027-01-05 10:00", 9, 10),
    ],
)
def test_the_latest_round_and_the_next(now: str, latest: int | None, following: int) -> None:
    """A round is the latest from the very moment it opens; the next is the one after it."""
    fortnightly = rhythm("2026-09-01")
    assert latest_number(fortnightly, moment(now), HEAD) == latest
    assert [one.number for one in upcoming(fortnightly, moment(now), HEAD, 2)] == [following, following + 1]


def test_a_round_moved_by_a_holiday_is_not_the_latest_on_its_due_day() -> None:
    """On King's Day itself nothing has opened; the day after at 09:00 it has."""
    kings_day = rhythm("2026-04-27", "monday")
    assert latest_number(kings_day, moment("2026-04-27 23:00"), HEAD) is None
    assert latest_number(kings_day, moment("2026-04-28 09:00"), HEAD) == 0
    assert upcoming(kings_day, moment("2026-04-27 23:00"), HEAD, 1)[0].number == 0


@settings(deadline=None, max_examples=100)
@given(RHYTHMS, HEADS, moments(2019, 2038))
@example(rhythm("2026-04-27", "monday"), HEAD, moment("2026-04-27 12:00"))
@example(rhythm("2026-12-25", "friday", 1), HEAD, moment("2026-12-27 12:00"))
def test_the_latest_round_and_the_upcoming_ones_agree(any_rhythm: Rhythm, head: Head, now: datetime) -> None:
    """Counting from the latest and asking for the next ones is the same: none twice, none left out."""
    latest = latest_number(any_rhythm, now, head)
    coming = upcoming(any_rhythm, now, head, 3)
    first = 0 if latest is None else latest + 1
    assert coming == [window(any_rhythm, first + n, head) for n in range(3)]
    assert all(one.opens_at > now for one in coming)
    assert latest is None or window(any_rhythm, latest, head).opens_at <= now


# --- the calendar ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-04-27", False),  # King's Day
        ("2025-04-26", False),  # King's Day in a year in which the 27th is a Sunday
        ("2025-04-28", True),
        ("2026-05-05", True),  # Liberation Day is a day off once in five years
        ("2025-05-05", False),
        ("2026-12-25", False),
        ("2026-12-24", True),
        ("2026-09-05", False),  # Saturday
        ("2026-09-06", False),
        ("2026-09-07", True),
    ],
)
def test_working_days_in_the_netherlands(day: str, working: bool) -> None:
    """Monday to Friday without the public holidays."""
    assert NL.is_working(date.fromisoformat(day)) is working


@given(st.dates(date(2010, 1, 1), date(2060, 1, 1)), st.integers(-30, 30))
def test_counting_working_days_goes_both_ways(day: date, number: int) -> None:
    """From a working day so many further and as many back is that day again; not counting stays where it is."""
    start = NL.on_or_after(day)
    there = NL.add(start, number)
    assert NL.is_working(there)
    assert NL.add(there, -number) == start
    assert NL.add(day, 0) == day


# --- when somebody may be asked ----------------------------------------------------------------------------------

QUIET = QuietHours()  # from 17:30 until 08:30
LATE = moment("2026-12-31 17:00")

ASKED = [
    # in working hours: now
    ("2026-09-01 09:00", Habits("Europe/Amsterdam"), "2026-09-01 09:00"),
    ("2026-09-01 08:30", Habits("Europe/Amsterdam"), "2026-09-01 08:30"),
    ("2026-09-01 17:29", Habits("Europe/Amsterdam"), "2026-09-01 17:29"),
    # at night: the end of the quiet hours
    ("2026-09-01 03:00", Habits("Europe/Amsterdam"), "2026-09-01 08:30"),
    ("2026-09-01 17:30", Habits("Europe/Amsterdam"), "2026-09-02 08:30"),
    ("2026-09-01 23:59", Habits("Europe/Amsterdam"), "2026-09-02 08:30"),
    # the weekend and holidays
    ("2026-09-04 20:00", Habits("Europe/Amsterdam"), "2026-09-07 08:30"),
    ("2026-09-05 12:00", Habits("Europe/Amsterdam"), "2026-09-07 08:30"),
    ("2026-09-06 02:00", Habits("Europe/Amsterdam"), "2026-09-07 08:30"),
    ("2026-04-27 12:00", Habits("Europe/Amsterdam"), "2026-04-28 08:30"),
    ("2026-12-24 18:00", Habits("Europe/Amsterdam"), "2026-12-28 08:30"),
    # the nights in which the clocks change are in a weekend
    ("2026-03-29 02:30", Habits("Europe/Amsterdam"), "2026-03-30 08:30"),
    ("2026-10-25 02:30", Habits("Europe/Amsterdam"), "2026-10-26 08:30"),
    ("2026-03-27 18:00", Habits("Europe/Amsterdam"), "2026-03-30 08:30"),
    ("2026-10-23 18:00", Habits("Europe/Amsterdam"), "2026-10-26 08:30"),
    # a preferred hour: any minute of it, else the next day's
    ("2026-09-01 09:00", Habits("Europe/Amsterdam", hour=9), "2026-09-01 09:00"),
    ("2026-09-01 09:01", Habits("Europe/Amsterdam", hour=9), "2026-09-01 09:01"),
    ("2026-09-01 10:00", Habits("Europe/Amsterdam", hour=9), "2026-09-02 09:00"),
    ("2026-09-01 09:00", Habits("Europe/Amsterdam", hour=15), "2026-09-01 15:00"),
    ("2026-09-04 16:00", Habits("Europe/Amsterdam", hour=15), "2026-09-07 15:00"),
    ("2026-09-01 07:00", Habits("Europe/Amsterdam", hour=8), "2026-09-01 08:30"),
    ("2026-09-01 09:00", Habits("Europe/Amsterdam", hour=17), "2026-09-01 17:00"),
    # a preferred hour in the quiet hours cannot be kept
    ("2026-09-01 09:00", Habits("Europe/Amsterdam", hour=22), "2026-09-01 09:00"),
    ("2026-09-01 03:00", Habits("Europe/Amsterdam", hour=3), "2026-09-01 08:30"),
    # a preferred day: today if it is today, else the next; a holiday is none
    ("2026-09-01 10:00", Habits("Europe/Amsterdam", weekday=1), "2026-09-01 10:00"),
    ("2026-09-01 10:00", Habits("Europe/Amsterdam", weekday=3), "2026-09-03 08:30"),
    ("2026-09-01 20:00", Habits("Europe/Amsterdam", weekday=1), "2026-09-08 08:30"),
    ("2026-04-23 10:00", Habits("Europe/Amsterdam", weekday=0), "2026-05-04 08:30"),
    ("2026-09-01 10:00", Habits("Europe/Amsterdam", weekday=6), "2026-09-01 10:00"),
    # both
    ("2026-09-01 10:00", Habits("Europe/Amsterdam", weekday=3, hour=13), "2026-09-03 13:00"),
    ("2026-09-03 14:00", Habits("Europe/Amsterdam", weekday=3, hour=13), "2026-09-10 13:00"),
]


@pytest.mark.parametrize(("now", "habits", "expected"), ASKED)
def test_somebody_is_asked_at_a_decent_hour(now: str, habits: Habits, expected: str) -> None:
    """Never at night, in the weekend or on a holiday; on the preferred hour and day where they come round."""
    assert may_ask_at(moment(now), habits, QUIET, NL, LATE) == moment(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-09-01 09:00", "2026-09-01 08:30"),  # 03:00 in New York: five and a half hours later
        ("2026-09-01 20:00", "2026-09-01 14:00"),
        ("2026-09-01 23:45", "2026-09-02 08:30"),  # 17:45 there
        ("2026-09-05 02:00", "2026-09-07 08:30"),  # still Friday evening there
        ("2026-03-10 12:00", "2026-03-10 08:30"),  # clocks changed there, not here: 07:00
    ],
)
def test_decent_hours_are_those_of_the_person(now: str, expected: str) -> None:
    """Somebody in New York is left in peace at night in New York, whatever the time at the town hall."""
    found = may_ask_at(moment(now), Habits("America/New_York"), QUIET, NL, LATE)
    assert found == moment(expected, NEW_YORK)
    assert found.tzinfo == NEW_YORK


@pytest.mark.parametrize("habits", [Habits("Europe/Amsterdam", hour=9), Habits("Europe/Amsterdam", weekday=4)])
def test_a_preference_gives_way_when_the_round_would_be_closed(habits: Habits) -> None:
    """What comes round too late is not waited for: the first decent moment is taken instead."""
    now, closes = moment("2026-09-01 10:30"), moment("2026-09-01 17:00")
    assert may_ask_at(now, habits, QUIET, NL, closes) == now


@settings(deadline=None)
@given(
    moments(2024, 2030),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Africa/Cairo"]),
    st.none() | st.integers(0, 6),
    st.none() | st.integers(0, 23),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_no_moment_is_indecent(
    now: datetime, zone: str, weekday: int | None, hour: int | None, left: timedelta
) -> None:
    """Any now, zone and preference: not in the past, not in quiet hours, on a working day, and asking again agrees."""
    habits = Habits(zone, weekday, hour)
    found = may_ask_at(now, habits, QUIET, NL, now + left)
    local = found.astimezone(ZoneInfo(zone))
    assert found >= now
    assert QUIET.until <= local.time() < QUIET.from_
    assert NL.is_working(local.date())
    assert may_ask_at(found, habits, QUIET, NL, now + left) == found


def test_holidays_of_a_round_are_those_on_a_weekday() -> None:
    """Christmas 2026 is a Friday and a Saturday; New Year's Day 2027 is a Friday."""
    found = Calendar("NL").holidays(date(2026, 12, 21), date(2027, 1, 4), "nl")
    assert found == [(date(2026, 12, 25), "Eerste kerstdag"), (date(2027, 1, 1), "Nieuwjaarsdag")]
    english = Calendar("NL").holidays(date(2026, 12, 21), date(2026, 12, 31), "en")
    assert english == [(date(2026, 12, 25), "Christmas Day")]
    assert Calendar("NL").holidays(date(2026, 11, 2), date(2026, 11, 13), "nl") == []
