"""Wilson's and Newcombe's intervals: the published examples, statsmodels as oracle, and what holds for any counts."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.statistics import newcombe, wilson

LEVELS = st.floats(0.5, 0.999)
SHARES = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
ROUNDING = 1e-9


# --- one share -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_examples(k: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I."""
    share = wilson(k, n)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)
    assert (share.estimate, share.n, share.method) == (k / n, n, "wilson")


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1)])
def test_wilson_of_one_answer_by_hand(k: int, n: int) -> None:
    """With k = 0 the upper end is z² / (n + z²)."""
    widest = 1.959964**2 / (1 + 1.959964**2)
    share = wilson(k, n)
    assert (share.low, share.high) == pytest.approx((0, widest) if k == 0 else (1 - widest, 1))


@given(SHARES, LEVELS)
def test_wilson_agrees_with_statsmodels(share: tuple[int, int], level: float) -> None:
    ours = wilson(*share, level)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(*share, alpha=1 - level, method="wilson"))


@given(SHARES, LEVELS)
def test_wilson_holds_its_estimate_between_0_and_1(share: tuple[int, int], level: float) -> None:
    ours = wilson(*share, level)
    assert 0 <= ours.low <= ours.estimate <= ours.high <= 1


@given(SHARES, LEVELS)
def test_wilson_is_the_same_from_the_other_side(share: tuple[int, int], level: float) -> None:
    (k, n), ours = share, wilson(*share, level)
    other = wilson(n - k, n, level)
    assert (1 - other.high, 1 - other.low) == pytest.approx((ours.low, ours.high))


@given(SHARES, LEVELS, st.integers(2, 9))
def test_wilson_is_narrower_with_more_people_or_less_certainty(share: tuple[int, int], level: float, m: int) -> None:
    (k, n), ours = share, wilson(*share, level)
    more, surer = wilson(m * k, m * n, level), wilson(k, n, (1 + level) / 2)
    assert more.high - more.low < ours.high - ours.low < surer.high - surer.low


def test_wilson_ends_exactly_at_the_end() -> None:
    assert (wilson(0, 10).low, wilson(10, 10).high) == (0.0, 1.0)


@pytest.mark.parametrize(("k", "n"), [(3, 2), (-1, 5), (0, 0), (1, -1), (nan, 5), (1, nan), (1, inf), (0.5, 2)])
def test_wilson_refuses_counts_that_cannot_be(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"k={k}, n={n}"):
        wilson(k, n)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.95, 95.0, nan, inf])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match=str(level)):
        wilson(1, 2, level)
    with pytest.raises(ValueError, match=str(level)):
        newcombe(1, 2, 1, 2, level)


# --- two shares ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_gives_the_published_examples(k1: int, n1: int, k2: int, n2: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    change = newcombe(k1, n1, k2, n2)
    assert (change.low, change.high) == pytest.approx((low, high), abs=5e-5)
    assert (change.n, change.method) == (n1 + n2, "newcombe")
    assert change.estimate == pytest.approx(k1 / n1 - k2 / n2)


@given(SHARES, SHARES, LEVELS)
def test_newcombe_agrees_with_statsmodels(one: tuple[int, int], two: tuple[int, int], level: float) -> None:
    ours = newcombe(*one, *two, level)
    oracle = confint_proportions_2indep(*one, *two, method="newcomb", compare="diff", alpha=1 - level)
    assert (ours.low, ours.high) == pytest.approx(oracle, abs=ROUNDING)


@given(SHARES, SHARES, LEVELS)
def test_newcombe_holds_its_estimate_and_swaps(one: tuple[int, int], two: tuple[int, int], level: float) -> None:
    ours, swapped = newcombe(*one, *two, level), newcombe(*two, *one, level)
    assert -1 <= ours.low <= ours.estimate <= ours.high <= 1
    assert (swapped.estimate, swapped.low, swapped.high) == (-ours.estimate, -ours.high, -ours.low)


@given(SHARES, SHARES, st.integers(2, 9))
def test_newcombe_is_narrower_with_more_people(one: tuple[int, int], two: tuple[int, int], m: int) -> None:
    (k1, n1), (k2, n2) = one, two
    ours, more = newcombe(k1, n1, k2, n2), newcombe(m * k1, m * n1, m * k2, m * n2)
    assert more.high - more.low < ours.high - ours.low


@given(st.integers(1, 100))
def test_newcombe_of_the_same_share_twice_holds_no_change(n: int) -> None:
    same = newcombe(n // 2, n, n // 2, n)
    assert same.estimate == 0
    assert same.low == -same.high < 0


@pytest.mark.parametrize("counts", [(3, 2, 1, 2), (1, 2, 3, 2), (0, 0, 1, 2), (1, 2, -1, 2), (1, 2, nan, 2)])
def test_newcombe_refuses_counts_that_cannot_be(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="no share: k="):
        newcombe(*counts)
