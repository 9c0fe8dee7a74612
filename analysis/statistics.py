"""Intervals, tests and shrinkage: pure functions on counts, each with the source of its formula.

A difference is always the first minus the second. What cannot be (more successes than tries, a negative or broken
count, no answers, NaN, a level outside 0-1) raises ValueError with the numbers in it: a figure is never guessed.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from itertools import accumulate, product
from math import hypot, inf, sqrt
from statistics import NormalDist
from typing import TypeVar

from scipy.special import stdtrit  # scipy.stats says the same, and takes a second and a half longer to import

SCORES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
PAIRS = frozenset(product(SCORES, SCORES))  # (received, needed)
VARIANCE_FLOOR = 0.8  # what a 1-5 scale varies by when nothing is known yet …
FLOOR_WEIGHT = 8  # … counted as this many observations

Value = TypeVar("Value", bound=Hashable)

# --- what comes back -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interval:
    """An estimate, the interval around it, and the number of answers behind it."""

    estimate: float
    low: float
    high: float
    n: int
    method: str


@dataclass(frozen=True)
class Level(Interval):
    """A mean with its interval and the standard deviation that the interval was made with."""

    sd: float


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


def mean(counts: Mapping[str, int]) -> float:
    """The mean of a 1-5 scale from its counts. Raises ValueError when there are none."""
    n, total, _ = _moments(_scores(counts))
    return total / n


def mean_interval(counts: Mapping[str, int], floor_variance: float = VARIANCE_FLOOR, level: float = 0.95) -> Level:
    """The t interval of the mean of a 1-5 scale, its variance kept from falling far below `floor_variance`.

    Student (1908), The probable error of a mean, Biometrika 6, 1-25; the variance is held against a prior of
    FLOOR_WEIGHT observations as in Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3 (1) 3:
    s_b² = ((n - 1) s² + 8 v) / (n + 7). The larger of s² and s_b² counts, with n - 1 or n + 7 degrees of freedom.
    One answer has no s² of its own: its interval comes from the floor alone, and spans most of the scale.
    """
    return _t_interval(_scores(counts), (1, 5), floor_variance, level)


def gap_interval(
    pair_counts: Mapping[tuple[str, str], int], floor_variance: float = VARIANCE_FLOOR, level: float = 0.95
) -> Level:
    """The paired t interval of received minus needed, between -4 and 4, from how often each (received, needed) came.

    Student (1908) on the differences, with the same floor under their variance as `mean_interval`.
    """
    _answers(pair_counts, PAIRS)
    gaps: Counter[int] = Counter()
    for (received, needed), times in pair_counts.items():
        gaps[SCORES[received] - SCORES[needed]] += times
    return _t_interval(gaps, (-4, 4), floor_variance, level)


def _t_interval(counts: Mapping[int, int], ends: tuple[int, int], floor_variance: float, level: float) -> Level:
    n, total, variance = _moments(counts)
    if not 0 < floor_variance < inf:
        raise ValueError(f"no variance to stand on: {floor_variance}")
    floored = ((n - 1) * variance + FLOOR_WEIGHT * floor_variance) / (n + FLOOR_WEIGHT - 1)
    own = variance >= floored
    df, used, method = (n - 1, variance, "t") if own else (n + FLOOR_WEIGHT - 1, floored, "t-floor")
    half = -float(stdtrit(df, _tail(level))) * sqrt(used / n)
    middle = total / n
    return Level(middle, max(middle - half, ends[0]), min(middle + half, ends[1]), n, method, sqrt(used))


def _scores(counts: Mapping[str, int]) -> dict[int, int]:
    _answers(counts, SCORES)
    return {SCORES[value]: times for value, times in counts.items()}


def _moments(counts: Mapping[int, int]) -> tuple[int, int, float]:
    """How many, their sum, and their variance (0 for one answer); in whole numbers until the last division."""
    n = sum(counts.values())
    total = sum(value * times for value, times in counts.items())
    squares = sum(value * value * times for value, times in counts.items())
    return n, total, (n * squares - total * total) / (n * max(n - 1, 1))


# --- lost time -------------------------------------------------------------------------------------------------


def median_class(counts: Mapping[str, int], classes: tuple[str, ...]) -> str:
    """The class that holds the middle answer, the lower one of two. Raises ValueError when there is none."""
    n = _answers(counts, classes)
    seen = accumulate(counts.get(value, 0) for value in classes)
    return next(value for value, so_far in zip(classes, seen, strict=True) if 2 * so_far >= n)


# --- what is refused -------------------------------------------------------------------------------------------


def _answers(counts: Mapping[Value, int], known: Collection[Value]) -> int:
    """How many answers there are: at least one, each of a known value."""
    n = sum(counts.values())
    if n == 0 or not all(value in known and _whole(times) for value, times in counts.items()):
        raise ValueError(f"no answers to count: {dict(counts)}")
    return n


def _whole(number: float) -> bool:
    """Whether it can be a count: 0, 1, 2 …; not NaN, not infinite."""
    return number >= 0 and number % 1 == 0


def _tail(level: float) -> float:
    """The probability left out on either side."""
    if not 0 < level < 1:
        raise ValueError(f"no level: {level}")
    return (1 - level) / 2
