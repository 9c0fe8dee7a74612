"""How coarsely a figure may be shown: counts in, coded figures out. Pure; the reasons are in docs/anonymity.md.

A number that would tell what nearly everybody, or one of two people, answered becomes words. Everything that
leaves is rounded: counts as they are, shares to whole per cents, means and hours to one decimal.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.statistics import (
    LOST_HOURS,
    better_or_worse,
    gap_interval,
    lost_time,
    mean,
    mean_interval,
    median_class,
    wilson,
)

FEW = 2  # at most this many people on one side of a share are not counted out
ALIKE = FEW + 1  # a gap has no number where at most this many people have another gap than all others
SMALLEST = 10  # with fewer people a figure is words only
SHARED = 5  # each part of a crossing has at least this many people
LOW, HIGH = 2.75, 3.25  # where a level in words begins and ends
WORDS = ("low", "middle", "high")  # of a level that tells no number, and not that it is at an end either
_RANKS = {"low_end": 0, "low": 0, "middle": 1, "high": 2, "high_end": 2}
ABOUT = 0.25  # how far received may be from needed and still be about the same
ENDS, ENDS_OF_MANY, MANY = (1.5, 4.5), (1.2, 4.8), 30  # outside these a mean has no number; from 30 people the second
SIGNIFICANT = 0.05  # of the sign test
LONG = ("two", "four", "more")  # the classes of more than an hour
LOSERS, DOMINANT, REST = (
    10,
    0.75,
    0.10,
)  # of a total of hours: people with a loss, share of the two largest, of the rest
OTHER = "other"


@dataclass(frozen=True)
class Coded:
    """A figure as it may be shown. `estimate` is a count, a mean or hours; `low` and `high` are its interval."""

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    verdict: str = ""


def share(k: int, n: int) -> Coded:
    """So many of n, with Wilson's interval as shares; words where at most two are on one side."""
    if k <= FEW or n - k <= FEW:
        return Coded(verdict="at_most_2" if k <= FEW else "all_but_2")
    if n < SMALLEST:
        return Coded(verdict="some")
    interval = wilson(k, n)
    return Coded(float(k), round(interval.low, 2), round(interval.high, 2))


def level(counts: Mapping[str, int]) -> Coded:
    """The mean of a 1-5 scale with its interval and spread; at its ends or nearly unanimous in words."""
    n = sum(counts.values())
    if is_words_only(counts):
        return Coded(verdict=_in_words(counts))
    interval = mean_interval(counts)
    low_end, high_end = ENDS_OF_MANY if n >= MANY else ENDS
    if not low_end <= interval.estimate <= high_end:
        return Coded(verdict="low_end" if interval.estimate < low_end else "high_end")
    return Coded(round(interval.estimate, 1), round(interval.low, 1), round(interval.high, 1), round(interval.sd, 1))


def is_words_only(counts: Mapping[str, int]) -> bool:
    """Whether a scale has no number: its share of 4-5 is coded, it is nearly unanimous, or it has too few people."""
    n, good = sum(counts.values()), counts.get("4", 0) + counts.get("5", 0)
    return n < SMALLEST or good <= FEW or n - good <= FEW or is_nearly_unanimous(counts)


def is_nearly_unanimous(counts: Mapping[str, int]) -> bool:
    """Whether all but at most two people chose the same."""
    return sum(counts.values()) - max(counts.values()) <= FEW


def _in_words(counts: Mapping[str, int]) -> str:
    return _word(mean(counts))


def _word(middle: float) -> str:
    return "low" if middle < LOW else "high" if middle > HIGH else "middle"


def gap(pairs: Mapping[tuple[str, str], int], received: Coded, needed: Coded) -> Coded:
    """Received minus needed by the same people: a number where both are, and where people differ in it.

    Two numbers tell the mean of the gaps, also when it is not shown. Whoever differs from all others could then count
    out that nobody else does, were it not that one more than elsewhere may differ where it goes without a number.
    """
    gaps: Counter[str] = Counter()
    for (got, wanted), times in pairs.items():
        gaps[str(int(got) - int(wanted))] += times
    interval = gap_interval(pairs)
    if (received.verdict in WORDS) != (needed.verdict in WORDS):
        return Coded(verdict=_words_apart(received, needed))
    if received.estimate is None or needed.estimate is None or gaps.total() - max(gaps.values()) <= ALIKE:
        words = "below" if interval.estimate < -ABOUT else "above" if interval.estimate > ABOUT else "about"
        return Coded(verdict=words)
    low, high = round(interval.low, 1), round(interval.high, 1)
    verdict = "below" if high < 0 else "above" if low > 0 else "about"  # as printed: one that ends at 0.0 is not below
    return Coded(round(interval.estimate, 1), low, high, verdict=verdict)


def _words_apart(received: Coded, needed: Coded) -> str:
    """The gap by what is shown of both: beside a number, a finer word would tell the sum of what is only words.

    Needed 4.2 and "above" make a received that is only "high" so high that who gave a 1 knows that all others gave 4-5.
    Where both have the same word nothing is said, not that they are about the same.
    """
    one, other = (_word(level.estimate) if level.estimate else level.verdict for level in (received, needed))
    apart = _RANKS[one] - _RANKS[other]
    return "below" if apart < 0 else "above" if apart > 0 else "unsaid"


def categories(counts: Mapping[str, int], order: Sequence[str]) -> dict[str, Coded]:
    """The categories that may be named, in this order, with their counts; OTHER last.

    Those with at most two people become one "other", joined by the smallest remaining one until it holds three (also
    where it holds nobody, when at most two people speak of another kind than all the others). If fewer than two are
    left, or with too few people, only the largest is named, without a number.
    """
    kept, other = _kept(counts, order)
    if not kept or len(kept) + (other > 0) < 2 or sum(counts.values()) < SMALLEST:
        largest = max(order, key=lambda value: counts.get(value, 0))
        return {largest: Coded(verdict="most")} if counts.get(largest, 0) > FEW else {}
    return {value: Coded(float(n)) for value, n in (kept | ({OTHER: other} if other else {})).items()}


def _kept(counts: Mapping[str, int], order: Sequence[str]) -> tuple[dict[str, int], int]:
    kept = {value: counts[value] for value in order if counts.get(value, 0) > FEW}
    other = sum(n for n in counts.values() if n <= FEW)
    while other <= FEW and kept and (other or _is_of_one_kind(counts, order)):
        smallest = min(kept, key=lambda value: (kept[value], -order.index(value)))
        other += kept.pop(smallest)
    return kept, other


def _is_of_one_kind(counts: Mapping[str, int], order: Sequence[str]) -> bool:
    """Whether all but at most two people speak of one kind, such as missed among "helped.speed", "missed.speed" ….

    Who misses something received less than was needed. Counted out for everybody, that tells of scores in words: where
    nobody needed a 5 and all received less, nobody received a 4 or 5.
    """
    kinds = Counter({value.rpartition(".")[0]: 0 for value in order})
    for value, times in counts.items():
        kinds[value.rpartition(".")[0]] += times
    return len(kinds) > 1 and kinds.total() - max(kinds.values()) <= FEW


def crossing(theme: str, crossed: Mapping[tuple[str, str], int], services: Sequence[str]) -> str:
    """The one service a theme is mostly about, where crossing and every rest have enough people; else nothing."""
    everyone = sum(crossed.values())
    of_theme = sum(n for (t, _), n in crossed.items() if t == theme)
    for service in services:
        both = crossed.get((theme, service), 0)
        of_service = sum(n for (_, s), n in crossed.items() if s == service)
        rest = everyone - of_theme - of_service + both
        if 2 * both > of_theme and min(both, of_theme - both, of_service - both, rest) >= SHARED:
            return service
    return ""


def middle(counts: Mapping[str, int], classes: tuple[str, ...]) -> Coded:
    """The class of the middle answer: words at any number of people."""
    return Coded(verdict=median_class(counts, classes))


def over_an_hour(counts: Mapping[str, int]) -> Coded:
    """How many lost more than an hour."""
    return share(sum(counts.get(value, 0) for value in LONG), sum(counts.values()))


def hours(counts: Mapping[str, int]) -> Coded | None:
    """The hours lost by all together, where no one or two people make the total; else nothing.

    Dominance as in statistical disclosure control: Hundepool et al. (2012), Statistical disclosure control, ch. 4.
    """
    losses = sorted((LOST_HOURS[v].middle for v, n in counts.items() for _ in range(n)), reverse=True)
    total, largest = sum(losses), sum(losses[:2])
    losers = sum(loss > 0 for loss in losses)
    if losers < LOSERS or is_nearly_unanimous(counts) or over_an_hour(counts).estimate is None:
        return None  # a small total of many would tell that nobody at all lost more than an hour
    if largest > DOMINANT * total:
        return None
    if total - largest < REST * losses[0]:
        return None
    found = lost_time(counts)
    return Coded(round(found.estimate, 1), round(found.low, 1), round(found.high, 1))


def direction(better: int, worse: int) -> Coded:
    """Better, worse or no difference that chance would not make: a verdict of the sign test, no number.

    At most two on the smaller side enter as two: else, of nine people, the only one who says "worse" would know from
    "better" that all others said so.
    """
    smaller = max(min(better, worse), FEW)
    larger = better + worse - smaller
    if larger <= smaller or better_or_worse(larger, smaller).p >= SIGNIFICANT:
        return Coded(verdict="none")
    return Coded(verdict="better" if better > worse else "worse")
