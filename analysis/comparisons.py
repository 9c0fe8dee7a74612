"""What publications say together: changes between cycles, bands within the organisation, totals.

From publications alone: what is only words enters nothing, a coded share enters at its bound and the total says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

from analysis.answers import Publication
from analysis.coding import FEW, SMALLEST, Coded
from analysis.statistics import Change, benjamini_hochberg, detectable_change, shrink, welch

Bound = Literal["", "least", "most", "about"]

Ledgers = Mapping[str, Sequence[Sequence[Publication]]]  # department -> its blocks' publications, oldest first

MEASURES = frozenset(("change", "detectable", "band"))

FALSE_ALARMS = 0.10  # of the changes that are believed
SMALLEST_CHANGE = 0.3  # points; less is nothing to speak of
MOST_CERTAIN = 0.90  # of a band
FEWEST_DEPARTMENTS = 6  # for bands
ROUNDING = 0.05  # the least spread that a published one decimal can stand for


@dataclass(frozen=True)
class Comparison:
    """One coded figure about a department within its organisation or through time."""

    measure: str  # change, detectable or band; after a deep cycle what priorities.py makes of it
    n: int
    figure: Coded
    subject: str = ""


@dataclass(frozen=True)
class Pooled:
    """A department's received in one cycle, from the published blocks of it."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True)
class Total:
    """Answers of several blocks together: answers, not people, and so without an interval."""

    k: int
    n: int
    bound: Bound  # what the number is where shares entered at their bound: all low, all high, or some of each


def comparisons(now: Ledgers, before: Ledgers) -> dict[str, list[Comparison]]:
    """For each department with a number: its change since the cycle before, and its band, where they can be had."""
    means = {department: pooled for department, blocks in now.items() if (pooled := pool(blocks)) is not None}
    earlier = {department: pooled for department, blocks in before.items() if (pooled := pool(blocks)) is not None}
    changed, bands = _changes(means, earlier), _bands(means)
    return {d: [*changed.get(d, []), *bands.get(d, [])] for d in means if d in changed or d in bands}


def pool(blocks: Sequence[Sequence[Publication]], measure: str = "received", subject: str = "") -> Pooled | None:
    """Mean and spread of received, or another level, over a cycle's blocks; None where every block has words only."""
    found = [row for rows in blocks for row in rows if (row.measure, row.subject) == (measure, subject)]
    found = [row for row in found if row.estimate is not None]
    parts = [(row.estimate or 0.0, max(row.spread or 0.0, ROUNDING), row.n or 0) for row in found]
    n = sum(size for _, _, size in parts)
    if n < SMALLEST:
        return None
    mean = sum(size * middle for middle, _, size in parts) / n
    squares = sum((size - 1) * sd**2 + size * (middle - mean) ** 2 for middle, sd, size in parts)
    return Pooled(mean, sqrt(squares / (n - 1)), n)


def _changes(now: Mapping[str, Pooled], before: Mapping[str, Pooled]) -> dict[str, list[Comparison]]:
    """One family of tests: all departments of this cycle that have a number in both."""
    tests = {d: _welch(now[d], before[d]) for d in now if d in before}
    if not tests:
        return {}
    verdicts = benjamini_hochberg([test.p for test in tests.values()], FALSE_ALARMS)
    found = zip(tests.items(), verdicts.rejected, strict=True)
    return {d: _judged(test, certain, now[d], before[d]) for (d, test), certain in found}


def _welch(now: Pooled, before: Pooled) -> Change:
    return welch(now.mean, now.sd, now.n, before.mean, before.sd, before.n)


def _judged(test: Change, certain: bool, now: Pooled, before: Pooled) -> list[Comparison]:
    """A change that is certain and large enough to speak of, with its size; else what could have been seen."""
    points = round(test.estimate, 1)  # as it would be shown: 4.0 − 3.7 is a little less than 0.3
    if certain and abs(points) >= SMALLEST_CHANGE:
        figure = Coded(points, verdict="better" if points > 0 else "worse")
        return [Comparison("change", now.n, figure)]
    alike = round(2 / (1 / now.n + 1 / before.n))  # two groups of this size see as much as these two
    sd = sqrt((now.sd**2 + before.sd**2) / 2)
    seen = Coded(round(detectable_change(alike, sd).estimate, 1))
    return [Comparison("change", now.n, Coded(verdict="none")), Comparison("detectable", now.n, seen)]


def _bands(now: Mapping[str, Pooled]) -> dict[str, list[Comparison]]:
    """Above, around or below the organisation, when the interval of the shrunken difference excludes 0."""
    if len(now) < FEWEST_DEPARTMENTS:
        return {}
    found = shrink([one.mean for one in now.values()], [one.sd**2 / one.n for one in now.values()])
    z = NormalDist().inv_cdf((1 + MOST_CERTAIN) / 2)
    return {
        department: [Comparison("band", one.n, Coded(verdict=_band(mean - found.overall, z * sd)))]
        for (department, one), mean, sd in zip(now.items(), found.means, found.sds, strict=True)
    }


def _band(difference: float, half: float) -> str:
    return "above" if difference > half else "below" if difference < -half else "around"


def total_good(ledgers: Ledgers) -> Total:
    """How many answers of all departments together are good or excellent."""
    rows = [row for blocks in ledgers.values() for block in blocks for row in block if row.measure == "good"]
    counted = [row for row in rows if row.n is not None and row.verdict != "some"]
    return Total(
        k=sum(_at_bound(row) for row in counted),
        n=sum(row.n or 0 for row in counted),
        bound=_bound({row.verdict for row in counted if row.estimate is None}),
    )


def _bound(verdicts: Collection[str]) -> Bound:
    """ "At most 2" entered as 2, "all but at most 2" as two less than all."""
    if len(verdicts) > 1:
        return "about"
    return "most" if "at_most_2" in verdicts else "least" if verdicts else ""


def _at_bound(row: Publication) -> int:
    if row.estimate is not None:
        return int(row.estimate)
    return FEW if row.verdict == "at_most_2" else (row.n or 0) - FEW
