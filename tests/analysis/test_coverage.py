"""How often an interval holds the true value: over every table that n people can give, so without any noise."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import multinomial

from analysis.statistics import SCORES, VARIANCE_FLOOR, gap_interval, mean_interval

Table = npt.NDArray[np.int64]
ORDINARY = (0.05, 0.10, 0.25, 0.40, 0.20)
SKEWED = (0.02, 0.05, 0.13, 0.35, 0.45)
CEILING = (0.01, 0.02, 0.05, 0.12, 0.80)
POLARISED = (0.40, 0.05, 0.10, 0.05, 0.40)
EXTREME = (0.02, 0.00, 0.01, 0.02, 0.95)
NO_FLOOR = 1e-12
VALUES = np.arange(1, 6)


@cache
def tables(n: int) -> Table:
    """Every way in which n people can answer: one row of five counts each."""
    return np.array(
        [
            (a, b, c, d, n - a - b - c - d)
            for a in range(n + 1)
            for b in range(n + 1 - a)
            for c in range(n + 1 - a - b)
            for d in range(n + 1 - a - b - c)
        ]
    )


@cache
def intervals(n: int, floor: float) -> npt.NDArray[np.float64]:
    """The low and high end for each of the tables; those with the same sum and squares share theirs."""
    moments = np.stack([tables(n) @ VALUES, tables(n) @ VALUES**2], axis=1)
    _, first, which = np.unique(moments, axis=0, return_index=True, return_inverse=True)
    found = [mean_interval(dict(zip(SCORES, row, strict=True)), floor) for row in tables(n)[first].tolist()]
    return np.array([(level.low, level.high) for level in found])[which]


def coverage(n: int, shares: tuple[float, ...], floor: float = VARIANCE_FLOOR) -> float:
    """The probability that the 95 % interval of n people holds the mean of everybody."""
    low, high = intervals(n, floor).T
    true = float(VALUES @ np.array(shares))
    chances = np.asarray(multinomial(n, shares).pmf(tables(n)))
    return float(chances[(low <= true) & (true <= high)].sum())


@pytest.mark.parametrize("shares", [ORDINARY, SKEWED, CEILING, POLARISED])
@pytest.mark.parametrize("n", [10, 12, 20, 40])
def test_the_interval_of_a_mean_holds_what_it_promises(n: int, shares: tuple[float, ...]) -> None:
    assert coverage(n, shares) >= 0.94


@pytest.mark.parametrize("n", [10, 12, 20, 40])
def test_without_the_floor_it_would_not(n: int) -> None:
    """81 to 91 %."""
    assert 0.80 < coverage(n, CEILING, NO_FLOOR) < 0.92


def test_where_nearly_everybody_says_the_same_it_holds_less_often() -> None:
    """The method page says so; such a question has words only."""
    assert coverage(40, EXTREME) == pytest.approx(0.87, abs=0.005)


@pytest.mark.parametrize("n", [10, 20, 40])
def test_the_interval_of_a_gap_holds_what_it_promises(n: int) -> None:
    """Simulated: half the people get just what they needed, the others anything."""
    received, needed = np.array(ORDINARY), np.array(SKEWED)
    shares = 0.5 * np.outer(received, needed) + 0.5 * np.diag(needed)
    true = float(((VALUES[:, None] - VALUES) * shares).sum())
    drawn = np.random.default_rng(n).multinomial(n, shares.ravel(), size=4000).reshape(-1, 5, 5)
    held = [_gap_holds(table, true) for table in drawn]
    assert np.mean(held) >= 0.933


def _gap_holds(table: Table, true: float) -> bool:
    cells = {(str(i + 1), str(j + 1)): int(table[i, j]) for i, j in np.argwhere(table)}
    gap = gap_interval(cells)
    return gap.low <= true <= gap.high
