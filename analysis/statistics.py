"""Intervals, tests and shrinkage: pure functions on counts, each with the source of its formula.

A difference is always the first minus the second. What cannot be (more successes than tries, a negative or broken
count, no answers, NaN, a level outside 0-1) raises ValueError with the numbers in it: a figure is never guessed.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from math import fsum, hypot, inf, isfinite, sqrt
from statistics import NormalDist
from types import MappingProxyType
from typing import NamedTuple, TypeVar

# scipy.stats says the same in easier words, and takes a second and a half longer to import.
from scipy.special import bdtr, nctdtrinc, stdtr, stdtrit

SCORES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
PAIRS = frozenset(product(SCORES, SCORES))  # (received, needed)
VARIANCE_FLOOR = 0.8  # what a 1-5 scale varies by when nothing is known yet …
FLOOR_WEIGHT = 8  # … counted as this many observations
POWER = 0.8  # how often a change that may be spoken of would be found
HALVINGS = 100  # more than a float has bits

Value = TypeVar("Value", bound=Hashable)


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


@dataclass(frozen=True)
class Level(Interval):
    """A mean with its interval and the standard deviation that the interval was made with."""

    sd: float


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


def mean_margin(sd: float, n: int, level: float = 0.95) -> float:
    """Half the t interval of a mean of which only its spread and its number are known; Student (1908).

    A little wider than `mean_interval` where the floor made that spread: what it was made of is not known any more.
    """
    if not (_whole(n) and n > 1 and 0 < sd < inf):
        raise ValueError(f"no mean: n={n}, sd={sd}")
    return -float(stdtrit(n - 1, _tail(level))) * sd / sqrt(n)


def _scores(counts: Mapping[str, int]) -> dict[int, int]:
    _answers(counts, SCORES)
    return {SCORES[value]: times for value, times in counts.items()}


def _moments(counts: Mapping[int, int]) -> tuple[int, int, float]:
    """How many, their sum, and their variance (0 for one answer); in whole numbers until the last division."""
    n = sum(counts.values())
    total = sum(value * times for value, times in counts.items())
    squares = sum(value * value * times for value, times in counts.items())
    return n, total, (n * squares - total * total) / (n * max(n - 1, 1))


# --- changes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A difference of two means and how often chance alone gives one as large."""

    estimate: float
    p: float
    df: float
    n: int
    method: str = "welch"


def welch(mean_a: float, sd_a: float, n_a: int, mean_b: float, sd_b: float, n_b: int) -> Change:
    """The difference of two means of different people with spreads of their own, and its two-sided p.

    Welch (1947), The generalization of "Student's" problem when several different population variances are involved,
    Biometrika 34, 28-35. Both spreads are above 0: `mean_interval` gives one also where all answers were the same.
    """
    finite = isfinite(mean_a) and isfinite(mean_b) and 0 < sd_a < inf and 0 < sd_b < inf
    if not (finite and _whole(n_a) and _whole(n_b) and min(n_a, n_b) > 1):
        raise ValueError(f"no means to compare: {mean_a} ± {sd_a} of {n_a}, {mean_b} ± {sd_b} of {n_b}")
    a, b = sd_a**2 / n_a, sd_b**2 / n_b
    df = (a + b) ** 2 / (a**2 / (n_a - 1) + b**2 / (n_b - 1))
    t = (mean_a - mean_b) / sqrt(a + b)
    return Change(mean_a - mean_b, 2 * float(stdtr(df, -abs(t))), df, n_a + n_b)


@dataclass(frozen=True)
class Direction:
    """The share that says better, of all who see a difference, and how often chance alone divides them so unevenly."""

    estimate: float
    p: float
    n: int
    method: str = "sign"


def better_or_worse(better: int, worse: int) -> Direction:
    """The exact sign test: would a fair coin divide them so unevenly? Who says "the same" is in neither.

    Dixon and Mood (1946), The statistical sign test, JASA 41, 557-566; two-sided.
    """
    n = better + worse
    if not (_whole(better) and _whole(worse) and n > 0):
        raise ValueError(f"no direction: better={better}, worse={worse}")
    return Direction(better / n, min(2 * float(bdtr(min(better, worse), n, 0.5)), 1.0), n)


@dataclass(frozen=True)
class Detectable:
    """The smallest difference that would probably have been noticed between two groups of n."""

    estimate: float
    n: int
    method: str = "t"


def detectable_change(n: int, sd: float) -> Detectable:
    """The difference of two groups of n that a two-sided t test at 5 % finds four times out of five.

    Cohen (1988), Statistical power analysis for the behavioral sciences, 2nd ed., chapter 2, by the noncentral t.
    """
    if not (_whole(n) and n > 1 and 0 < sd < inf):
        raise ValueError(f"no groups to compare: n={n}, sd={sd}")
    df = 2 * n - 2
    return Detectable(float(nctdtrinc(df, 1 - POWER, stdtrit(df, 0.975))) * sd * sqrt(2 / n), n)


# --- many departments ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdicts:
    """P-values adjusted for their number, and which of them stay below the accepted share of false alarms."""

    adjusted: tuple[float, ...]
    rejected: tuple[bool, ...]
    method: str = "benjamini-hochberg"


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.10) -> Verdicts:
    """Which of many p-values to believe when at most a share q of those believed may be false alarms.

    Benjamini and Hochberg (1995), Controlling the false discovery rate, JRSS B 57, 289-300; adjusted as by
    Yekutieli and Benjamini (1999), Journal of Statistical Planning and Inference 82, 171-196. In the order given.
    """
    if not p_values or not all(0 <= p <= 1 for p in p_values) or not 0 < q < 1:
        raise ValueError(f"no p-values to adjust: {list(p_values)} at q={q}")
    m, smallest = len(p_values), 1.0
    adjusted = [smallest] * m
    largest_first = sorted(range(m), key=lambda i: p_values[i], reverse=True)
    for before, i in enumerate(largest_first):
        adjusted[i] = smallest = min(smallest, p_values[i] * (m / (m - before)))
    return Verdicts(tuple(adjusted), tuple(p <= q for p in adjusted))


@dataclass(frozen=True)
class Shrunken:
    """Means drawn towards the overall one, each keeping `weight` of its own difference, with standard deviations."""

    means: tuple[float, ...]
    weights: tuple[float, ...]
    sds: tuple[float, ...]
    tau2: float
    overall: float
    method: str = "paule-mandel"


def shrink(means: Sequence[float], variances: Sequence[float]) -> Shrunken:
    """Each mean as far towards the overall one as its variance is large against the differences between them, tau².

    The normal-normal model: Morris (1983), Parametric empirical Bayes inference, JASA 78, 47-55; its standard
    deviations hold the uncertainty of the overall mean, not that of tau². `variances` are those of the means, s²/n.
    One department alone is its own overall mean.
    """
    usable = len(means) == len(variances) > 0 and all(map(isfinite, means))
    if not (usable and all(0 < v < inf for v in variances)):
        raise ValueError(f"no means to shrink: {list(means)} with variances {list(variances)}")
    tau2 = _paule_mandel(means, variances)
    overall, precision = _pooled(means, variances, tau2)
    weights = tuple(tau2 / (tau2 + v) for v in variances)
    return Shrunken(
        means=tuple(overall + w * (m - overall) for m, w in zip(means, weights, strict=True)),
        weights=weights,
        sds=tuple(sqrt(w * v + (1 - w) ** 2 / precision) for v, w in zip(variances, weights, strict=True)),
        tau2=tau2,
        overall=overall,
    )


def _paule_mandel(means: Sequence[float], variances: Sequence[float]) -> float:
    """The variance between the true means that makes their weighted squares what chance expects: k - 1.

    Paule and Mandel (1982), Consensus values and weighting factors, Journal of Research of the National Bureau of
    Standards 87, 377-385. The squares fall as tau² grows, and at the squared range of the means they are too few:
    halving in between finds it. 0 where the means differ no more than chance alone would make them.
    """
    expected = len(means) - 1
    low, high = 0.0, (max(means) - min(means)) ** 2
    if _squares(means, variances, low) <= expected:
        return 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _squares(means, variances, middle) > expected else (low, middle)
    return high


def _squares(means: Sequence[float], variances: Sequence[float], tau2: float) -> float:
    overall, _ = _pooled(means, variances, tau2)
    return sum((m - overall) ** 2 / (tau2 + v) for m, v in zip(means, variances, strict=True))


def _pooled(means: Sequence[float], variances: Sequence[float], tau2: float) -> tuple[float, float]:
    """The overall mean, each weighing by its precision, and the sum of the precisions."""
    precisions = [1 / (tau2 + v) for v in variances]
    return sum(p * m for p, m in zip(precisions, means, strict=True)) / sum(precisions), sum(precisions)


# --- lost time -------------------------------------------------------------------------------------------------


def median_class(counts: Mapping[str, int], classes: tuple[str, ...]) -> str:
    """The class that holds the middle answer, the lower one of two. Raises ValueError when there is none."""
    n = _answers(counts, classes)
    seen = accumulate(counts.get(value, 0) for value in classes)
    return next(value for value, so_far in zip(classes, seen, strict=True) if 2 * so_far >= n)


class Hours(NamedTuple):
    """What one answer of a class stands for."""

    middle: float
    low: float
    high: float


LOST_HOURS: Mapping[str, Hours] = MappingProxyType(
    {
        "none": Hours(0, 0, 0),
        "quarter": Hours(0.125, 0, 0.25),
        "hour": Hours(0.625, 0.25, 1),
        "two": Hours(1.5, 1, 2),
        "four": Hours(3, 2, 4),
        "more": Hours(4, 4, 8),  # half a day or more: counted at its least
    }
)


def lost_time(counts: Mapping[str, int], midpoints: Mapping[str, Hours] = LOST_HOURS) -> Interval:
    """The hours lost by all together: every answer at the middle of its class, at its least and at its most.

    The usual estimate from grouped data: Heitjan (1989), Inference from grouped continuous data: a review,
    Statistical Science 4, 164-179. The range says how coarse the classes are, not what other people would have said.
    """
    if not all(0 <= low <= middle <= high < inf for middle, low, high in midpoints.values()):
        raise ValueError(f"no hours: {dict(midpoints)}")
    n = _answers(counts, midpoints)
    middle, low, high = (fsum(times * midpoints[value][end] for value, times in counts.items()) for end in range(3))
    return Interval(middle, low, high, n, "midpoints")


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
