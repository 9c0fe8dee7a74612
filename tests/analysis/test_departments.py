"""Many departments at once: false alarms and shrinkage, against statsmodels, published examples and plain algebra."""

import re
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests

from analysis.statistics import benjamini_hochberg, shrink

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
Q = st.floats(0.01, 0.5)
ROUNDING = 1e-9
DEPARTMENTS = st.lists(st.tuples(st.floats(1, 5), st.floats(0.005, 0.5)), min_size=1, max_size=30)
Departments = list[tuple[float, float]]


def halves(departments: Departments) -> tuple[list[float], list[float]]:
    """Their means, and the variances of these."""
    return [mean for mean, _ in departments], [variance for _, variance in departments]


# --- false alarms ----------------------------------------------------------------------------------------------

HEART = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298),
    *(0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_published_example() -> None:
    """Benjamini and Hochberg (1995), section 3.2: of fifteen comparisons of treatments four hold at 5 %."""
    assert benjamini_hochberg(HEART, 0.05).rejected == (True,) * 4 + (False,) * 11


def test_adjusting_by_hand() -> None:
    """Of four: .01 · 4/1, .02 · 4/2, .03 · 4/3 and .5, none above what follows it; in the order given."""
    verdicts = benjamini_hochberg([0.5, 0.02, 0.01, 0.03], 0.1)
    assert verdicts.adjusted == pytest.approx((0.5, 0.04, 0.04, 0.04))
    assert verdicts.rejected == (False, True, True, True)


def test_one_p_value_stays_what_it_is() -> None:
    assert benjamini_hochberg([0.07], 0.1).adjusted == (0.07,)
    assert benjamini_hochberg([0.0, 1.0], 0.1).rejected == (True, False)


@given(P_VALUES, Q)
def test_it_agrees_with_statsmodels(p_values: list[float], q: float) -> None:
    ours = benjamini_hochberg(p_values, q)
    rejected, adjusted, *_ = multipletests(p_values, alpha=q, method="fdr_bh")
    assert ours.adjusted == pytest.approx(adjusted, abs=1e-12)
    assume(all(abs(p - q) > ROUNDING for p in ours.adjusted))
    assert ours.rejected == tuple(rejected)


@given(P_VALUES, Q)
def test_adjusting_keeps_the_order_and_never_flatters(p_values: list[float], q: float) -> None:
    ours = benjamini_hochberg(p_values, q)
    assert all(p <= adjusted <= 1 for p, adjusted in zip(p_values, ours.adjusted, strict=True))
    in_order = [adjusted for _, adjusted in sorted(zip(p_values, ours.adjusted, strict=True))]
    assert in_order == sorted(in_order)
    assert ours.rejected == tuple(adjusted <= q for adjusted in ours.adjusted)


@given(P_VALUES)
def test_the_order_in_which_they_come_does_not_matter(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values[::-1]).adjusted == benjamini_hochberg(p_values).adjusted[::-1]


@given(P_VALUES, Q)
def test_who_accepts_more_false_alarms_believes_no_less(p_values: list[float], q: float) -> None:
    strict, lenient = benjamini_hochberg(p_values, q / 2), benjamini_hochberg(p_values, q)
    assert all(after or not before for before, after in zip(strict.rejected, lenient.rejected, strict=True))


@pytest.mark.parametrize(
    ("p_values", "q"),
    [([], 0.1), ([-0.1], 0.1), ([1.1], 0.1), ([0.5, nan], 0.1), ([inf], 0.1), ([0.5], 0), ([0.5], 1), ([0.5], nan)],
)
def test_it_refuses_p_values_that_cannot_be(p_values: list[float], q: float) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{p_values} at q={q}")):
        benjamini_hochberg(p_values, q)


# --- shrinkage -------------------------------------------------------------------------------------------------


def test_eight_schools() -> None:
    """Rubin (1981), Journal of Educational Statistics 6, 377-401: no differences shown, all 7.7 with spread 4.1."""
    errors = (15, 10, 16, 11, 9, 11, 10, 18)
    shrunken = shrink([28, 8, -3, 7, -1, 1, 18, 12], [error**2 for error in errors])
    assert shrunken.tau2 == 0
    assert shrunken.weights == (0,) * 8
    assert shrunken.means == pytest.approx([7.69] * 8, abs=0.005)
    assert shrunken.sds == pytest.approx([4.07] * 8, abs=0.005)


def test_thirteen_trials_of_a_vaccine() -> None:
    """Colditz et al. (1994), JAMA 271, 698-702, as log risk ratios: Paule and Mandel's tau² is .318."""
    ratios = [-0.889, -1.585, -1.348, -1.442, -0.218, -0.786, -1.621, 0.012, -0.469, -1.371, -0.339, 0.446, -0.017]
    variances = [0.326, 0.195, 0.415, 0.020, 0.051, 0.007, 0.223, 0.004, 0.056, 0.073, 0.012, 0.533, 0.071]
    shrunken = shrink(ratios, variances)
    assert shrunken.tau2 == pytest.approx(0.318, abs=0.001)
    assert shrunken.overall == pytest.approx(-0.715, abs=0.001)


def test_shrinking_by_hand() -> None:
    """Equal variances .1, means 3, 4, 5 of variance 1: tau² is 1 - .1 and nine tenths of each difference stays."""
    shrunken = shrink([3, 4, 5], [0.1] * 3)
    assert shrunken.tau2 == pytest.approx(0.9)
    assert shrunken.overall == pytest.approx(4)
    assert shrunken.weights == pytest.approx([0.9] * 3)
    assert shrunken.means == pytest.approx([3.1, 4, 4.9])
    assert shrunken.sds == pytest.approx([(0.9 * 0.1 + 0.1**2 / 3) ** 0.5] * 3)


@given(DEPARTMENTS)
def test_tau2_agrees_with_statsmodels(departments: Departments) -> None:
    """To the precision at which that stops by default; asked for more, it may step past the answer and say 0."""
    means, variances = (np.array(half) for half in halves(departments))
    assume(np.ptp(means) > 0.001)
    oracle = combine_effects(means, variances, method_re="iterated")
    ours = shrink(list(means), list(variances))
    assert ours.tau2 == pytest.approx(oracle.tau2, abs=2e-4)
    assert ours.overall == pytest.approx(oracle.mean_effect_re, abs=2e-4)


@given(DEPARTMENTS)
def test_tau2_makes_the_squares_what_chance_expects(departments: Departments) -> None:
    means, variances = (np.array(half) for half in halves(departments))
    ours = shrink(list(means), list(variances))
    squares = float(((means - ours.overall) ** 2 / (ours.tau2 + variances)).sum())
    if ours.tau2 > 0:
        assert squares == pytest.approx(len(departments) - 1)
    else:
        assert squares <= len(departments) - 1 + ROUNDING


@given(DEPARTMENTS)
def test_it_is_the_posterior_of_the_normal_model(departments: Departments) -> None:
    """Solved as one system: precisions of the data, and of the true means around an overall mean of which nothing
    is known beforehand."""
    means, variances = (np.array(half) for half in halves(departments))
    ours, k = shrink(list(means), list(variances)), len(departments)
    assume(ours.tau2 > 1e-4)
    covariance = np.linalg.inv(np.diag(1 / variances) + (np.eye(k) - 1 / k) / ours.tau2)
    assert ours.means == pytest.approx(covariance @ (means / variances), abs=1e-6)
    assert ours.sds == pytest.approx(np.sqrt(np.diag(covariance)), abs=1e-6)


@given(DEPARTMENTS)
def test_each_mean_lies_between_its_own_and_the_overall_one(departments: Departments) -> None:
    (means, variances), ours = halves(departments), shrink(*halves(departments))
    for own, shrunken, weight in zip(means, ours.means, ours.weights, strict=True):
        assert 0 <= weight <= 1
        assert min(own, ours.overall) - ROUNDING <= shrunken <= max(own, ours.overall) + ROUNDING
    assert min(means) - ROUNDING <= ours.overall <= max(means) + ROUNDING
    assert all(sd > 0 for sd in ours.sds)
    by_variance = [weight for _, weight in sorted(zip(variances, ours.weights, strict=True), reverse=True)]
    assert by_variance == sorted(by_variance)


@given(DEPARTMENTS, st.floats(-4, 4))
def test_moving_all_means_moves_nothing_else(departments: Departments, shift: float) -> None:
    (means, variances), ours = halves(departments), shrink(*halves(departments))
    moved = shrink([mean + shift for mean in means], variances)
    assert moved.tau2 == pytest.approx(ours.tau2, abs=1e-6)
    assert moved.overall == pytest.approx(ours.overall + shift, abs=1e-6)


@given(st.floats(1, 5), st.lists(st.floats(0.005, 0.5), min_size=1, max_size=30))
def test_equal_means_show_no_differences(mean: float, variances: list[float]) -> None:
    ours = shrink([mean] * len(variances), variances)
    assert ours.tau2 == 0
    assert ours.means == pytest.approx([mean] * len(variances))


def test_one_department_alone_is_its_own_overall_mean() -> None:
    alone = shrink([3.4], [0.04])
    assert (alone.means, alone.overall, alone.tau2) == ((3.4,), 3.4, 0)
    assert alone.sds == pytest.approx((0.2,))


@pytest.mark.parametrize(
    ("means", "variances"),
    [
        ([], []),
        ([3, 4], [0.1]),
        ([3], [0.1, 0.1]),
        ([3, 4], [0.1, 0]),
        ([3, 4], [0.1, -0.1]),
        ([3, 4], [0.1, nan]),
        ([3, 4], [0.1, inf]),
        ([3, nan], [0.1, 0.1]),
        ([3, inf], [0.1, 0.1]),
    ],
)
def test_it_refuses_means_that_cannot_be(means: list[float], variances: list[float]) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{means} with variances {variances}")):
        shrink(means, variances)
