"""By when something can be promised: days on which people work, some weeks on."""

from datetime import date, timedelta

import pytest

from bot.core.promises import WEEKS, days
from bot.core.timing import Calendar

DUTCH = Calendar("NL")
OFFERED = [
    (date(2026, 10, 1), [date(2026, 10, 15), date(2026, 10, 29), date(2026, 11, 26), date(2026, 12, 31)]),
    (date(2026, 12, 11), [date(2026, 12, 28), date(2027, 1, 8), date(2027, 2, 5), date(2027, 3, 12)]),  # not Christmas
    (date(2026, 12, 18), [date(2027, 1, 4), date(2027, 1, 15), date(2027, 2, 12), date(2027, 3, 19)]),  # nor New Year
    (date(2026, 10, 3), [date(2026, 10, 19), date(2026, 11, 2), date(2026, 11, 30), date(2027, 1, 4)]),  # on a Saturday
]


@pytest.mark.parametrize(("after", "offered"), OFFERED)
def test_nothing_is_promised_for_a_day_off(after: date, offered: list[date]) -> None:
    """On a holiday or in a weekend nobody can be asked whether it is done."""
    assert days(after, DUTCH) == offered


@pytest.mark.parametrize("year", range(2026, 2032))
def test_there_are_always_as_many_days_to_choose_from(year: int) -> None:
    """Whatever the day: each later than the one before, and none nearer than it says."""
    for after in (date(year, 1, 1) + timedelta(days=number) for number in range(366)):
        found = days(after, DUTCH)
        assert len(found) == len(WEEKS)
        assert all(one >= after + timedelta(weeks=weeks) for one, weeks in zip(found, WEEKS, strict=True))
        assert found == sorted(found)
        assert all(DUTCH.is_working(one) for one in found)
