"""Lost time: the class in the middle."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import median_class
from config.questions import Duration

CLASSES = Duration.classes
COUNTS = st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 30), min_size=1).filter(lambda c: any(c.values()))
NONSENSE = [{}, {"none": 0}, {"none": -1}, {"none": nan}, {"two": inf}, {"two": 0.5}, {"week": 1}]


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
