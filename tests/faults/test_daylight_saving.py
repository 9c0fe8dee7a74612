"""Both changes of the clocks: everything keeps its hour on the wall, and each occurrence fires once."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.timing import Calendar, Habits, latest_number, may_ask_at, window
from config.survey import WEEKDAYS, Rhythm
from tests.flow.town import ORGANISATION

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1)]  # two here, two in New York
NL = Calendar("NL")


@pytest.mark.parametrize("start", [date(2026, 3, 24), date(2026, 10, 20)], ids=["spring", "autumn"])
def test_a_round_that_spans_a_change_keeps_its_hours(start: date) -> None:
    """It opens, reminds, closes and is told as the clock on the wall says, before and after."""
    rhythm = Rhythm(start=start, weekday="tuesday", every_weeks=2)
    found = window(rhythm, 0, ORGANISATION)
    offsets = {one.astimezone(AMSTERDAM).utcoffset() for one in (found.opens_at, found.closes_at)}
    assert len(offsets) == 2
    hours = [one.astimezone(AMSTERDAM).time() for one in (found.opens_at, found.reminds_at, found.digests_at)]
    assert hours == [time(9)] * 3
    assert found.closes_at.astimezone(AMSTERDAM).time() == time(17)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("zone", [AMSTERDAM, NEW_YORK])
@pytest.mark.parametrize("hour", [None, 9, 15])
def test_people_are_asked_at_their_hour_on_the_wall(change: date, zone: ZoneInfo, hour: int | None) -> None:
    """From every quarter of an hour of the days around a change: never in quiet hours, and at the hour they like."""
    begin = datetime.combine(change - DAY, time(0), UTC)
    far, quiet = begin + 30 * DAY, ORGANISATION.quiet
    for quarter in range(4 * 24 * 3):
        now = begin + quarter * timedelta(minutes=15)
        at = may_ask_at(now, Habits(zone.key, hour=hour), quiet, NL, far)
        local = at.astimezone(UTC).astimezone(zone)
        assert at >= now
        assert quiet.until <= local.time() < quiet.from_
        assert hour in (None, local.hour)
        assert NL.is_working(local.date())


RHYTHMS = st.builds(
    Rhythm,
    start=st.dates(date(2026, 1, 1), date(2026, 2, 1)),
    weekday=st.sampled_from(WEEKDAYS),
    at=st.times(time(6), time(20)).map(lambda at: at.replace(second=0, microsecond=0)),
    every_weeks=st.integers(1, 4),
    cohorts=st.just(4),
)


@settings(max_examples=8)
@given(RHYTHMS)
def test_each_occurrence_of_a_year_fires_once_in_its_minute(rhythm: Rhythm) -> None:
    """Ticks every minute around each opening and change, every hour else: fired to due is exactly one."""
    last = window(rhythm, 52 // rhythm.every_weeks, ORGANISATION)
    windows = [window(rhythm, number, ORGANISATION) for number in range(last.number)]
    dense = [one.opens_at.astimezone(UTC) for one in windows]
    dense += [datetime.combine(change, time(1), UTC) for change in CHANGES]
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    ticks = {begin + hours * timedelta(hours=1) for hours in range(0, 366 * 24, 5)}
    ticks |= {moment + minutes * MINUTE for moment in dense for minutes in range(-3, 4)}
    ticks = {tick for tick in ticks if tick < last.opens_at}
    fired: Counter[int] = Counter()
    before: int | None = None
    for tick in sorted(ticks):
        number = latest_number(rhythm, tick, ORGANISATION)
        if number is not None and number != before:
            assert before is None or number == before + 1
            assert timedelta() <= tick - windows[number].opens_at < MINUTE
            fired[number] += 1
            before = number
    assert fired == Counter(range(last.number))
