"""When a wave is over: arithmetic on a rate, and hours in which nobody is asked."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pacing import Pace, Rate
from bot.core.timing import Calendar
from bot.core.wave_end import Hours, expected_end
from config.organisation import QuietHours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOURS = Hours("Europe/Amsterdam", QuietHours(), Calendar("NL"))  # from half past eight to half past five


def moment(text: str) -> datetime:
    """In Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def end(messages: int, rate: Rate | None, begin: str, not_before: str = "2026-09-01 09:00") -> str:
    """When so many messages are sent."""
    ends = expected_end([(moment(not_before), messages)], Pace(overall=rate), moment(begin), HOURS)
    return f"{ends:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("messages", "rate", "begin", "ends"),
    [
        (100_000, None, "2026-09-01 09:00", "2026-09-01 09:00"),  # a platform without a limit
        (600, Rate(1), "2026-09-01 09:00", "2026-09-01 09:10"),
        (600, Rate(1), "2026-09-01 11:00", "2026-09-01 11:10"),  # what waits since nine
        (600, Rate(20, 60), "2026-09-01 09:00", "2026-09-01 09:30"),
        (600, Rate(1), "2026-09-01 08:00", "2026-09-01 09:10"),  # not before nine
        (30_600, Rate(1), "2026-09-01 09:00", "2026-09-01 17:30"),  # until the evening
        (30_660, Rate(1), "2026-09-01 09:00", "2026-09-02 08:31"),  # and the rest in the morning
        (600, Rate(1), "2026-09-04 17:25", "2026-09-07 08:35"),  # over a weekend
        (600, Rate(1), "2026-09-01 20:00", "2026-09-02 08:40"),
    ],
)
def test_the_end_of_a_wave(messages: int, rate: Rate | None, begin: str, ends: str) -> None:
    """So many messages at that rate, in decent hours only."""
    assert end(messages, rate, begin) == ends


def test_a_later_hour_waits_for_the_earlier_messages() -> None:
    """Ninety at nine and ten at ten, a minute each: those of ten o'clock wait until half past ten."""
    due = [(moment("2026-09-01 10:00"), 10), (moment("2026-09-01 09:00"), 90)]
    ends = expected_end(due, Pace(overall=Rate(1, 60)), moment("2026-09-01 09:00"), HOURS)
    assert ends == moment("2026-09-01 10:40")


MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: moment("2026-01-01 00:00") + timedelta(minutes=minutes))


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 5000)), max_size=5), st.integers(1, 100), MOMENTS)
def test_a_wave_ends_in_decent_hours(due: list[tuple[datetime, int]], seconds: int, begin: datetime) -> None:
    """Not before it began, not before the last may go out, not sooner than the rate allows, on a working day."""
    ends = expected_end(due, Pace(overall=Rate(1, seconds)), begin, HOURS)
    assert ends >= max([begin, *(one for one, _ in due)])
    if due:
        work = timedelta(seconds=seconds * sum(messages for _, messages in due))
        assert ends - begin >= work - timedelta(hours=1)  # a clock that is set back
        assert time(8, 30) <= ends.time() <= time(17, 30)
        assert HOURS.calendar.is_working(ends.date())
