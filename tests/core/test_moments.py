"""A day in words: without its year where that is clear."""

from datetime import date, timedelta

import pytest

from bot.core.moments import CLEAR, dated

TODAY = date(2027, 1, 4)
DAYS = [
    (date(2027, 1, 4), "4 januari"),
    (date(2026, 12, 31), "31 december"),  # last week
    (date(2026, 7, 6), "6 juli"),
    (date(2026, 7, 5), "5 juli 2026"),
    (date(2026, 1, 4), "4 januari 2026"),  # not today
    (date(2027, 7, 5), "5 juli"),
    (date(2027, 7, 6), "6 juli 2027"),
]


@pytest.mark.parametrize(("day", "words"), DAYS)
def test_a_day_of_long_ago_has_its_year(day: date, words: str) -> None:
    """Across New Year too: not the year counts, but how far it is."""
    assert dated(day, TODAY, "nl") == words


def test_no_two_days_that_are_said_alike_are_both_without_a_year() -> None:
    """Of the days around today only one is called so."""
    near = [TODAY + timedelta(days=days) for days in range(-CLEAR.days, CLEAR.days + 1)]
    assert len({dated(day, TODAY, "en") for day in near}) == len(near)
