"""Intervals, tests and shrinkage: pure functions on counts, each with the source of its formula.

A difference is always the first minus the second. What cannot be (more successes than tries, a negative or broken
count, no answers, NaN, a level outside 0-1) raises ValueError with the numbers in it: a figure is never guessed.
"""

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist

# --- what comes back -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interval:
    """An estimate, the interval around it, and the number of answers behind it."""

    estimate: float
    low: float
    high: float
    n: int
    method: str


# --- shares ----------------------------------------------------------------------------------------------------


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """The score interval of a share k out of n, between 0 and 1.

    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
    """
    if not (_whole(k) and _whole(n) and k <= n and n > 0):
        raise ValueError(f"no share: k={k}, n={n}")
    z = -NormalDist().inv_cdf(_tail(level))
    share = k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return Interval(share, min(low, share), max(high, share), n, "wilson")


def newcombe(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """The hybrid score interval of the difference of two shares of different people, between -1 and 1.

    Newcombe (1998), Interval estimation for the difference between independent proportions: comparison of eleven
    methods, Statistics in Medicine 17, 873-890, method 10.
    """
    one, two = wilson(k1, n1, level), wilson(k2, n2, level)
    difference = one.estimate - two.estimate
    below = hypot(one.estimate - one.low, two.high - two.estimate)
    above = hypot(one.high - one.estimate, two.estimate - two.low)
    return Interval(difference, max(difference - below, -1.0), min(difference + above, 1.0), n1 + n2, "newcombe")


# --- levels ----------------------------------------------------------------------------------------------------


def mean(counts: dict[str, int]) -> float:
    """The mean of a 1-5 scale from its counts. Raises ValueError when there are none."""
    n = sum(counts.values())
    if n == 0:
        raise ValueError("no mean of no answers")
    return sum(int(value) * times for value, times in counts.items()) / n


# --- lost time -------------------------------------------------------------------------------------------------


def median_class(counts: dict[str, int], classes: tuple[str, ...]) -> str:
    """The class that holds the middle answer, the lower one of two. Raises ValueError when there are none."""
    n = sum(counts.values())
    if n == 0:
        raise ValueError("no median of no answers")
    seen = 0
    for value in classes:
        seen += counts.get(value, 0)
        if 2 * seen >= n:
            return value
    raise ValueError(f"values outside the classes {classes}")


# --- what is refused -------------------------------------------------------------------------------------------


def _whole(number: float) -> bool:
    """Whether it can be a count: 0, 1, 2 …; not NaN, not infinite."""
    return number >= 0 and number % 1 == 0


def _tail(level: float) -> float:
    """The probability left out on either side."""
    if not 0 < level < 1:
        raise ValueError(f"no level: {level}")
    return (1 - level) / 2
