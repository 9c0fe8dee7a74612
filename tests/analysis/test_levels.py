"""Means and gaps: statsmodels as oracle above the floor, the floor by hand below it, and what holds for any counts."""

import re
from itertools import product
from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from analysis.statistics import SCORES, VARIANCE_FLOOR, gap_interval, mean, mean_interval

COUNTS = st.dictionaries(st.sampled_from(list(SCORES)), st.integers(0, 60), min_size=1).filter(
    lambda c: any(c.values())
)
PAIRS = st.dictionaries(
    st.sampled_from(list(product(SCORES, SCORES))), st.integers(0, 20), min_size=1, max_size=12
).filter(lambda c: any(c.values()))
LEVELS = st.floats(0.5, 0.999)


def answers(counts: dict[str, int]) -> list[int]:
    """One number per answer."""
    return [int(value) for value, times in counts.items() for _ in range(times)]


def gaps(pairs: dict[tuple[str, str], int]) -> list[int]:
    """Received minus needed, one number per pair."""
    return [int(received) - int(needed) for (received, needed), times in pairs.items() for _ in range(times)]


# --- means -----------------------------------------------------------------------------------------------------


def test_a_mean_by_hand() -> None:
    """4, 4, 2: the mean is 3 1/3."""
    assert mean({"4": 2, "2": 1}) == pytest.approx(10 / 3)


def test_above_the_floor_the_interval_is_students() -> None:
    """1, 2, 3, 4, 5: s² = 2.5, and t of 4 degrees of freedom is 2.776."""
    level = mean_interval(dict.fromkeys(SCORES, 1))
    assert (level.estimate, level.n, level.method) == (3.0, 5, "t")
    assert level.sd == pytest.approx(sqrt(2.5))
    assert level.high - 3 == pytest.approx(2.7764 * sqrt(2.5 / 5), abs=1e-4)


def test_below_the_floor_eight_observations_are_added() -> None:
    """Ten people, all 4: s_b² = 8 · .8 / 17, and t of 17 degrees of freedom is 2.110."""
    level = mean_interval({"4": 10})
    assert (level.estimate, level.n, level.method) == (4.0, 10, "t-floor")
    assert level.sd == pytest.approx(sqrt(6.4 / 17))
    assert 4 - level.low == pytest.approx(2.1098 * sqrt(6.4 / 170), abs=1e-4)


def test_one_answer_stands_on_the_floor_alone() -> None:
    """s_b² = v = .8 with 8 degrees of freedom, whose t is 1.860 at 90 %; at 95 % it spans the whole scale."""
    level = mean_interval({"3": 1}, level=0.9)
    assert (level.n, level.method) == (1, "t-floor")
    assert (3 - level.low, level.high - 3) == pytest.approx((1.8595 * sqrt(0.8), 1.8595 * sqrt(0.8)), abs=1e-4)
    assert (mean_interval({"3": 1}).low, mean_interval({"3": 1}).high) == (1, 5)


@given(COUNTS, LEVELS)
def test_above_the_floor_it_agrees_with_statsmodels(counts: dict[str, int], level: float) -> None:
    data = answers(counts)
    assume(len(data) > 1 and np.var(data, ddof=1) > VARIANCE_FLOOR + 1e-9)
    low, high = DescrStatsW(data).tconfint_mean(1 - level)
    ours = mean_interval(counts, level=level)
    assert ours.method == "t"
    assert (ours.low, ours.high) == pytest.approx((max(low, 1), min(high, 5)))


@given(COUNTS, LEVELS, st.floats(0.01, 3))
def test_the_floor_agrees_with_the_formula(counts: dict[str, int], level: float, floor: float) -> None:
    data = answers(counts)
    n = len(data)
    own = float(np.var(data, ddof=1)) if n > 1 else 0.0
    assume(own < floor - 1e-9)
    half = stats.t.ppf((1 + level) / 2, n + 7) * sqrt(((n - 1) * own + 8 * floor) / (n + 7) / n)
    ours = mean_interval(counts, floor, level)
    assert ours.method == "t-floor"
    assert (ours.low, ours.high) == pytest.approx((max(mean(counts) - half, 1), min(mean(counts) + half, 5)))


@given(COUNTS, LEVELS)
def test_it_holds_its_mean_on_the_scale(counts: dict[str, int], level: float) -> None:
    ours = mean_interval(counts, level=level)
    assert 1 <= ours.low <= ours.estimate <= ours.high <= 5
    assert ours.estimate == mean(counts) == pytest.approx(np.mean(answers(counts)))
    assert ours.n == len(answers(counts))


@given(COUNTS)
def test_the_order_of_counts_and_empty_counts_do_not_matter(counts: dict[str, int]) -> None:
    turned = dict(reversed(counts.items()))
    full = dict.fromkeys(SCORES, 0) | counts
    assert mean_interval(counts) == mean_interval(turned) == mean_interval(full)


@given(COUNTS)
def test_the_scale_turned_around_gives_the_same_interval_turned_around(counts: dict[str, int]) -> None:
    ours, turned = mean_interval(counts), mean_interval({str(6 - int(value)): n for value, n in counts.items()})
    assert (6 - turned.high, 6 - turned.low) == pytest.approx((ours.low, ours.high))


@given(COUNTS, st.integers(2, 9))
def test_it_is_never_wider_with_more_people_or_less_certainty(counts: dict[str, int], m: int) -> None:
    ours = mean_interval(counts)
    more, surer = mean_interval({value: m * n for value, n in counts.items()}), mean_interval(counts, level=0.99)
    assert more.high - more.low <= ours.high - ours.low <= surer.high - surer.low


@given(COUNTS)
def test_the_floor_only_ever_raises_the_spread(counts: dict[str, int]) -> None:
    data = answers(counts)
    own = np.std(data, ddof=1) if len(data) > 1 else 0
    assert mean_interval(counts).sd >= own - 1e-9
    assert mean_interval(counts).sd > 0


# --- gaps ------------------------------------------------------------------------------------------------------


def test_a_gap_by_hand() -> None:
    """Gaps -3, -1, 1, 3: s² = 20/3, and t of 3 degrees of freedom is 3.182: beyond the ends of the scale."""
    gap = gap_interval({("1", "4"): 1, ("3", "4"): 1, ("4", "3"): 1, ("5", "2"): 1})
    assert (gap.estimate, gap.n, gap.method) == (0.0, 4, "t")
    assert gap.sd == pytest.approx(sqrt(20 / 3))
    assert (gap.low, gap.high) == (-4, 4)


def test_a_gap_that_everybody_shares_stands_on_the_floor() -> None:
    """Twelve people one below what they needed: s_b² = 6.4 / 19, and t of 19 degrees of freedom is 2.093."""
    gap = gap_interval({("3", "4"): 7, ("4", "5"): 5})
    assert (gap.estimate, gap.n, gap.method) == (-1.0, 12, "t-floor")
    assert gap.high + 1 == pytest.approx(2.0930 * sqrt(6.4 / 19 / 12), abs=1e-4)


def test_one_pair_stands_on_the_floor_alone() -> None:
    gap = gap_interval({("4", "4"): 1})
    assert gap.high == -gap.low == pytest.approx(2.3060 * sqrt(0.8), abs=1e-4)


@given(PAIRS, LEVELS)
def test_above_the_floor_a_gap_agrees_with_statsmodels(pairs: dict[tuple[str, str], int], level: float) -> None:
    data = gaps(pairs)
    assume(len(data) > 1 and np.var(data, ddof=1) > VARIANCE_FLOOR + 1e-9)
    low, high = DescrStatsW(data).tconfint_mean(1 - level)
    ours = gap_interval(pairs, level=level)
    assert (ours.low, ours.high) == pytest.approx((max(low, -4), min(high, 4)))


@given(PAIRS)
def test_a_gap_holds_its_estimate_and_swaps(pairs: dict[tuple[str, str], int]) -> None:
    ours, swapped = gap_interval(pairs), gap_interval({(b, a): n for (a, b), n in pairs.items()})
    assert -4 <= ours.low <= ours.estimate <= ours.high <= 4
    assert (swapped.estimate, swapped.low, swapped.high) == pytest.approx((-ours.estimate, -ours.high, -ours.low))


@given(PAIRS)
def test_a_gap_is_the_difference_of_its_means(pairs: dict[tuple[str, str], int]) -> None:
    """The same people on both sides, so that nobody can find another number by subtracting."""
    received, needed = (
        {value: sum(n for pair, n in pairs.items() if pair[half] == value) for value in SCORES} for half in (0, 1)
    )
    assert gap_interval(pairs).estimate == pytest.approx(mean(received) - mean(needed))
    assert gap_interval(pairs) == gap_interval(dict(reversed(pairs.items())))


@given(PAIRS, st.integers(2, 9))
def test_a_gap_is_never_wider_with_more_people(pairs: dict[tuple[str, str], int], m: int) -> None:
    ours, more = gap_interval(pairs), gap_interval({pair: m * n for pair, n in pairs.items()})
    assert more.high - more.low <= ours.high - ours.low


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "counts",
    [{}, {"4": 0}, {"4": -1}, {"4": 3, "5": -3}, {"4": nan}, {"4": inf}, {"4": 1.5}, {"6": 1}, {"0": 1}, {"good": 1}],
)
def test_means_refuse_counts_that_cannot_be(counts: dict[str, int]) -> None:
    numbers = re.escape(str(counts))
    with pytest.raises(ValueError, match=numbers):
        mean(counts)
    with pytest.raises(ValueError, match=numbers):
        mean_interval(counts)


@pytest.mark.parametrize(
    "pairs", [{}, {("4", "4"): 0}, {("4", "4"): -2}, {("4", "4"): nan}, {("4", "6"): 1}, {("", "4"): 1}]
)
def test_gaps_refuse_pairs_that_cannot_be(pairs: dict[tuple[str, str], int]) -> None:
    with pytest.raises(ValueError, match=re.escape(str(pairs))):
        gap_interval(pairs)


@pytest.mark.parametrize("floor", [0.0, -0.8, nan, inf])
def test_a_floor_is_a_variance(floor: float) -> None:
    with pytest.raises(ValueError, match=str(floor)):
        mean_interval({"4": 10}, floor)
    with pytest.raises(ValueError, match=str(floor)):
        gap_interval({("4", "4"): 10}, floor)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, nan])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match=str(level)):
        mean_interval({"4": 10}, level=level)
    with pytest.raises(ValueError, match=str(level)):
        gap_interval({("4", "4"): 10}, level=level)
