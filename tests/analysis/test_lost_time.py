"""Lost time: the class in the middle, and the total with its range."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import LOST_HOURS, Hours, lost_time, median_class
from config.questions import Duration

WIDEST = 8
CLASSES = Duration.classes
COUNTS = st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 30), min_size=1).filter(lambda c: any(c.values()))
NONSENSE = [{}, {"none": 0}, {"none": -1}, {"none": nan}, {"two": inf}, {"two": 0.5}, {"week": 1}]


# --- the class in the middle -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "middle"),
    [
        ({"none": 1}, "none"),
        ({"none": 1, "more": 1}, "none"),
        ({"none": 1, "more": 2}, "more"),
        ({"none": 4, "hour": 3, "four": 4}, "hour"),
        ({"more": 5, "none": 0}, "more"),
    ],
)
def test_the_median_class_by_hand(counts: dict[str, int], middle: str) -> None:
    """The lower one where two share the middle."""
    assert median_class(counts, CLASSES) == middle


@given(COUNTS)
def test_the_median_class_is_that_of_the_answers_in_order(counts: dict[str, int]) -> None:
    data = sorted(CLASSES.index(value) for value, times in counts.items() for _ in range(times))
    assert median_class(counts, CLASSES) == CLASSES[data[(len(data) - 1) // 2]]


@pytest.mark.parametrize("counts", NONSENSE)
def test_the_median_class_refuses_counts_that_cannot_be(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no answers to count"):
        median_class(counts, CLASSES)


# --- the total -------------------------------------------------------------------------------------------------


def test_the_hours_are_those_of_the_question() -> None:
    """Its classes, in its order, and each begins where the one before it ends."""
    assert tuple(LOST_HOURS) == CLASSES
    ends = list(LOST_HOURS.values())
    assert [hours.high for hours in ends[:-1]] == [hours.low for hours in ends[1:]]
    assert ends[-1].high == WIDEST


def test_the_total_by_hand() -> None:
    """3 · .125 + 2 · .625 + 1.5 + 3 + 4, from 0 + 2 · .25 + 1 + 2 + 4 to 3 · .25 + 2 · 1 + 2 + 4 + 8."""
    lost = lost_time({"none": 4, "quarter": 3, "hour": 2, "two": 1, "four": 1, "more": 1})
    assert (lost.estimate, lost.low, lost.high) == (10.125, 7.5, 16.75)
    assert (lost.n, lost.method) == (12, "midpoints")


def test_nobody_lost_anything() -> None:
    lost = lost_time({"none": 10})
    assert (lost.estimate, lost.low, lost.high, lost.n) == (0, 0, 0, 10)


def test_classes_of_ones_own() -> None:
    """Any mapping to a middle, a low and a high end."""
    lost = lost_time({"day": 2}, {"day": Hours(8, 6, 10)})
    assert (lost.estimate, lost.low, lost.high) == (16, 12, 20)


@given(COUNTS)
def test_the_total_lies_within_its_range(counts: dict[str, int]) -> None:
    lost = lost_time(counts)
    assert 0 <= lost.low <= lost.estimate <= lost.high <= WIDEST * lost.n
    assert lost == lost_time(dict(reversed(counts.items()))) == lost_time(dict.fromkeys(CLASSES, 0) | counts)


@given(COUNTS, COUNTS)
def test_totals_add_up(one: dict[str, int], two: dict[str, int]) -> None:
    both = lost_time({value: one.get(value, 0) + two.get(value, 0) for value in CLASSES})
    parts = lost_time(one), lost_time(two)
    assert both.n == sum(part.n for part in parts)
    for end in ("estimate", "low", "high"):
        assert getattr(both, end) == sum(getattr(part, end) for part in parts)


@pytest.mark.parametrize("counts", NONSENSE)
def test_the_total_refuses_counts_that_cannot_be(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no answers to count"):
        lost_time(counts)


@pytest.mark.parametrize("hours", [(1, 2, 3), (5, 2, 3), (1, -1, 2), (nan, 0, 1), (1, 0, inf)])
def test_the_total_refuses_hours_that_cannot_be(hours: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=f"high={hours[2]}"):
        lost_time({"day": 1}, {"day": Hours(*hours)})
