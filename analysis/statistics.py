"""Intervals: pure functions on counts, each with the source of its formula."""

from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Share:
    """A share of n with its interval; all between 0 and 1."""

    estimate: float
    low: float
    high: float
    n: int
    method: str = "wilson"


def wilson(k: int, n: int, level: float = 0.95) -> Share:
    """The score interval of a share k out of n. Raises ValueError for counts that cannot be.

    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
    """
    if not 0 <= k <= n or n == 0 or not 0 < level < 1:
        raise ValueError(f"no share of k={k}, n={n} at level={level}")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return Share(share, max(middle - half, 0.0), min(middle + half, 1.0), n)


def mean(counts: dict[str, int]) -> float:
    """The mean of a 1-5 scale from its counts. Raises ValueError when there are none."""
    n = sum(counts.values())
    if n == 0:
        raise ValueError("no mean of no answers")
    return sum(int(value) * times for value, times in counts.items()) / n


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
