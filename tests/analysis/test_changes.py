"""Changes: Welch, the sign test and what could have been seen, against scipy, statsmodels and hand-made numbers."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from analysis.statistics import better_or_worse, detectable_change, mean_interval, welch

MEANS, SDS, SIZES = st.floats(1, 5), st.floats(0.05, 2), st.integers(2, 300)
GROUPS = st.tuples(MEANS, SDS, SIZES)
ANSWERS = st.lists(st.integers(1, 5), min_size=2, max_size=60).filter(lambda data: len(set(data)) > 1)
Group = tuple[float, float, int]


# --- two means -------------------------------------------------------------------------------------------------


def test_welch_by_hand() -> None:
    """Variances of the means .09 and .16: t = -.5 / .5 = -1, df = .0625 / (.0081/8 + .0256/24) = 30.06."""
    change = welch(3.5, 0.9, 9, 4.0, 2.0, 25)
    assert change.estimate == -0.5
    assert change.df == pytest.approx(30.06, abs=0.005)
    assert change.p == pytest.approx(0.3253, abs=5e-5)
    assert (change.n, change.method) == (34, "welch")


@given(GROUPS, GROUPS)
def test_welch_agrees_with_scipy(one: Group, two: Group) -> None:
    oracle = stats.ttest_ind_from_stats(*one, *two, equal_var=False)
    assert welch(*one, *two).p == pytest.approx(float(oracle.pvalue), abs=1e-12)


@given(ANSWERS, ANSWERS)
def test_welch_has_the_degrees_of_freedom_of_scipy(one: list[int], two: list[int]) -> None:
    oracle = stats.ttest_ind(one, two, equal_var=False)
    a, b = ((float(np.mean(data)), float(np.std(data, ddof=1)), len(data)) for data in (one, two))
    ours = welch(*a, *b)
    assert ours.df == pytest.approx(float(oracle.df))
    assert ours.p == pytest.approx(float(oracle.pvalue), abs=1e-9)


@given(GROUPS, GROUPS)
def test_welch_turns_around(one: Group, two: Group) -> None:
    ours, turned = welch(*one, *two), welch(*two, *one)
    assert turned.estimate == -ours.estimate
    assert (turned.p, turned.df) == pytest.approx((ours.p, ours.df))
    assert 0 <= ours.p <= 1
    assert min(one[2], two[2]) - 1 - 1e-6 <= ours.df <= one[2] + two[2] - 2 + 1e-6


@given(GROUPS, GROUPS)
def test_more_people_make_the_same_change_surer(one: Group, two: Group) -> None:
    (mean_a, sd_a, n_a), (mean_b, sd_b, n_b) = one, two
    assume(abs(mean_a - mean_b) > 0.01)
    assert welch(mean_a, sd_a, 2 * n_a, mean_b, sd_b, 2 * n_b).p <= welch(*one, *two).p


def test_no_change_is_no_evidence() -> None:
    assert welch(4, 1, 20, 4, 0.5, 12).p == pytest.approx(1)


def test_departments_that_agree_completely_can_be_compared_through_the_floor() -> None:
    """All 3 against all 4: with no spread at all Welch would be certain; the floor keeps it cautious."""
    before, after = mean_interval({"3": 10}), mean_interval({"4": 10})
    change = welch(after.estimate, after.sd, after.n, before.estimate, before.sd, before.n)
    assert change.estimate == 1
    assert 0.001 < change.p < 0.01


@pytest.mark.parametrize(
    "numbers",
    [
        (3, 1, 1, 3, 1, 10),
        (3, 1, 10, 3, 1, 0),
        (3, 1, 10.5, 3, 1, 10),
        (3, 1, nan, 3, 1, 10),
        (3, 0, 10, 3, 1, 10),
        (3, 1, 10, 3, -1, 10),
        (3, nan, 10, 3, 1, 10),
        (nan, 1, 10, 3, 1, 10),
        (3, 1, 10, inf, 1, 10),
        (3, inf, 10, 3, 1, 10),
    ],
)
def test_welch_refuses_numbers_that_cannot_be(numbers: tuple[float, float, int, float, float, int]) -> None:
    a, b = numbers[:3], numbers[3:]
    with pytest.raises(ValueError, match=f"{a[0]} ± {a[1]} of {a[2]}, {b[0]} ± {b[1]} of {b[2]}"):
        welch(*numbers)


# --- better, worse ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        (1, 0, 1.0),
        (5, 0, 2 / 32),
        (0, 6, 2 / 64),
        (9, 1, 22 / 1024),  # (1 + 10) of the 1024 ways, on both sides
        (8, 2, 112 / 1024),
        (5, 5, 1.0),
    ],
)
def test_the_sign_test_by_hand(better: int, worse: int, p: float) -> None:
    direction = better_or_worse(better, worse)
    assert direction.p == pytest.approx(p)
    assert direction.estimate == better / (better + worse)
    assert (direction.n, direction.method) == (better + worse, "sign")


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sign_test_agrees_with_scipy(better: int, worse: int) -> None:
    assume(better + worse)
    ours = better_or_worse(better, worse)
    assert ours.p == pytest.approx(stats.binomtest(better, better + worse, 0.5).pvalue, rel=1e-9, abs=1e-300)
    assert 0 <= ours.p <= 1
    assert ours.p == better_or_worse(worse, better).p


@given(st.integers(1, 100), st.integers(0, 100))
def test_one_more_on_the_larger_side_is_no_weaker(larger: int, smaller: int) -> None:
    assume(larger >= smaller)
    assert better_or_worse(larger + 1, smaller).p <= better_or_worse(larger, smaller).p + 1e-12


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (-1, 5), (5, -1), (nan, 1), (1, inf), (1.5, 1)])
def test_the_sign_test_refuses_counts_that_cannot_be(better: int, worse: int) -> None:
    with pytest.raises(ValueError, match=f"better={better}, worse={worse}"):
        better_or_worse(better, worse)


# --- what could have been seen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "change"), [(12, 1.14), (20, 0.86), (40, 0.60), (80, 0.42)])
def test_what_could_have_been_seen(n: int, change: float) -> None:
    """With a spread of .95, as these scales have."""
    seen = detectable_change(n, 0.95)
    assert seen.estimate == pytest.approx(change, abs=0.005)
    assert (seen.n, seen.method) == (n, "t")


@pytest.mark.parametrize("n", [3, 5, 10, 30, 100, 1000])
def test_it_agrees_with_statsmodels(n: int) -> None:
    effect = TTestIndPower().solve_power(nobs1=n, alpha=0.05, power=0.8)
    assert detectable_change(n, 1).estimate == pytest.approx(float(effect), rel=1e-3)


@given(st.integers(2, 1000), st.floats(0.05, 2))
def test_more_people_see_smaller_changes(n: int, sd: float) -> None:
    """And twice the spread hides twice as much."""
    seen = detectable_change(n, sd).estimate
    assert detectable_change(2 * n, sd).estimate < seen
    assert detectable_change(n, 2 * sd).estimate == pytest.approx(2 * seen)


@pytest.mark.parametrize(("n", "sd"), [(1, 1), (0, 1), (-3, 1), (nan, 1), (2.5, 1), (10, 0), (10, -1), (10, nan)])
def test_it_refuses_groups_that_cannot_be(n: int, sd: float) -> None:
    with pytest.raises(ValueError, match=f"n={n}, sd={sd}"):
        detectable_change(n, sd)
