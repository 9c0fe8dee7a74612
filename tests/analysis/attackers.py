"""Attackers: what somebody who answered, and saw everything that was ever published, can be certain of.

`breaches` looks at one block exactly: every table of answers that fits what was shown. `Ledger` looks at all blocks
of all time at once: every answer is an unknown, every publication a constraint.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations_with_replacement, product
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis import coding
from analysis.answers import Publication
from analysis.coding import Coded
from analysis.comparisons import Total
from analysis.statistics import SCORES

Value = TypeVar("Value", bound=Hashable)
Counts = Mapping[str, int]
Level = tuple[Coded | None, Coded]  # the headline, where there is one, and the mean


# --- one block, exactly ----------------------------------------------------------------------------------------


def tables(values: Iterable[Value], n: int) -> Iterator[Counter[Value]]:
    """Every way in which n people can choose among these values."""
    return map(Counter, combinations_with_replacement(list(values), n))


def is_good(value: str) -> bool:
    """Good or excellent."""
    return value in ("4", "5")


def breaches(
    answers: Iterable[Mapping[Value, int]],
    shown: Callable[[Mapping[Value, int]], Hashable],
    secret: Callable[[Value], Hashable],
) -> list[tuple[Hashable, Value, Hashable]]:
    """Where the own answer and what was shown leave one possibility for everybody else: (shown, own, secret).

    Publications treat people alike, so nothing is certain of one other person unless it is of all others.
    """
    possible: dict[tuple[Hashable, Value], set[Hashable]] = defaultdict(set)
    for counts in answers:
        out = shown(counts)
        for own in counts:
            possible[out, own] |= {secret(value) for value, n in counts.items() if n > (value == own)}
    return [(out, own, next(iter(secrets))) for (out, own), secrets in possible.items() if len(secrets) == 1]


def received_shown(counts: Counts) -> Level:
    """What is shown of received: the headline and the mean."""
    n = sum(counts.values())
    return coding.share(sum(times for value, times in counts.items() if is_good(value)), n), coding.level(counts)


def needed_shown(counts: Counts) -> Level:
    """What is shown of needed: the mean."""
    return None, coding.level(counts)


@dataclass
class _Possible:
    """Of one shown level: an example for each sum, and for each own value and sum what others may have given."""

    examples: dict[int, Counts] = field(default_factory=dict)
    others: dict[str, dict[int, set[bool]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))


def _possible(n: int, shown: Callable[[Counts], Level]) -> dict[Level, _Possible]:
    found: dict[Level, _Possible] = defaultdict(_Possible)
    for counts in tables(SCORES, n):
        here, total = found[shown(counts)], sum(int(value) * times for value, times in counts.items())
        here.examples[total] = counts
        for own in counts:
            here.others[own][total] |= {is_good(value) for value, times in counts.items() if times > (value == own)}
    return found


def gap_breaches(n: int, shown: Callable[[Counts], Level] | None = None) -> list[tuple[Level, Level, str, str]]:
    """Where received, needed and gap together make it certain that all others' received, or needed, is good or not.

    A level with a number, or at an end, has at least three people on both sides of good whatever else is shown, so
    only levels in words matter. Beside these the gap is in words, which depend on nothing but the two sums.
    `shown` is what is shown of received where it is not the headline.
    """
    received, needed = _possible(n, shown or received_shown), _possible(n, needed_shown)
    return [
        *_beside(received, needed, lambda one, other: _gap(one, other)),
        *_beside(needed, received, lambda one, other: _gap(other, one)),
    ]


def _gap(received: tuple[Level, Counts], needed: tuple[Level, Counts]) -> str:
    pairs = Counter(zip(_spread_out(received[1]), _spread_out(needed[1]), strict=True))
    return coding.gap(pairs, received[0][1], needed[0][1]).verdict


def _spread_out(counts: Counts) -> list[str]:
    return [value for value, times in counts.items() for _ in range(times)]


def _beside(
    levels: Mapping[Level, _Possible],
    others: Mapping[Level, _Possible],
    gap: Callable[[tuple[Level, Counts], tuple[Level, Counts]], str],
) -> list[tuple[Level, Level, str, str]]:
    found = []
    for level, mine in levels.items():
        if level[1].verdict not in ("low", "middle", "high"):
            continue
        for beside, theirs in others.items():
            words: dict[tuple[int, int], str] = {
                (a, b): gap((level, one), (beside, other))
                for a, one in mine.examples.items()
                for b, other in theirs.examples.items()
            }
            for own, sums in mine.others.items():
                for sums_beside in theirs.others.values():
                    possible: dict[str, set[bool]] = defaultdict(set)
                    for a, goods in sums.items():
                        for word in {words[a, b] for b in sums_beside}:
                            possible[word] |= goods
                    found += [(level, beside, own, word) for word, goods in possible.items() if len(goods) == 1]
    return found


# --- all blocks, by linear programming -------------------------------------------------------------------------

Giver = tuple[int, str]  # (block, person): one person's answers about one department in one cycle
_SCORES = {"received": (1.0, 5.0), "received_good": (0.0, 1.0), "needed": (1.0, 5.0), "needed_good": (0.0, 1.0)}
_SLACK = 1e-9


class Unknowns:
    """What each known person can have answered: unknowns between bounds, and what was published as constraints.

    The attacker knows who answered about what and when: more than anybody does.
    """

    def __init__(self, givers: Sequence[Giver], bounds: Mapping[str, tuple[float, float]]) -> None:
        self.place = {(giver, what): i for i, (giver, what) in enumerate((g, w) for g in givers for w in bounds)}
        self.givers, self.bounds = givers, bounds
        self.rows: list[np.ndarray] = []
        self.most: list[float] = []
        self.known: dict[int, float] = {}

    def range(self, givers: Iterable[Giver], what: str) -> tuple[float, float]:
        """The least and the most that these people's answers can add up to."""
        wanted = np.zeros(len(self.place))
        wanted[[self.place[giver, what] for giver in givers]] = 1
        return self._least(wanted), -self._least(-wanted)

    def _least(self, wanted: np.ndarray) -> float:
        bounds = [self.bounds[what] for _, what in self.place]
        for place, value in self.known.items():
            bounds[place] = (value, value)
        found = linprog(wanted, A_ub=np.array(self.rows), b_ub=np.array(self.most), bounds=bounds, method="highs")
        assert found.success, found.message
        return float(found["fun"])

    def between(self, terms: Mapping[tuple[Giver, str], float], low: float, high: float) -> None:
        """One more constraint: these unknowns, each so many times, add up to something from low to high."""
        row = np.zeros(len(self.place))
        for term, factor in terms.items():
            row[self.place[term]] = factor
        for sign, end in ((1, high), (-1, -low)):
            if np.isfinite(end):
                self.rows.append(sign * row)
                self.most.append(end + _SLACK)


class Ledger(Unknowns):
    """Everything that was published of received and needed."""

    def __init__(self, givers: Sequence[Giver]) -> None:
        super().__init__(givers, _SCORES)
        for giver in givers:
            for what in ("received", "needed"):
                self.between({(giver, what): 1, (giver, f"{what}_good"): -3}, 1, np.inf)  # good is at least 4
                self.between({(giver, what): 1, (giver, f"{what}_good"): -2}, -np.inf, 3)  # else at most 3

    def read(self, rows: Sequence[Publication], people: Sequence[str]) -> None:
        """What was published of a block, and the people in it then."""
        shown = {row.measure: row for row in rows}
        givers, n = [(rows[0].block, person) for person in people], len(people)
        if "good" in shown:  # of a theme of a deep cycle there is no share
            self.between(dict.fromkeys([(g, "received_good") for g in givers], 1), *_share(shown["good"], n))
        for measure in ("received", "needed"):
            self.between(dict.fromkeys([(g, measure) for g in givers], 1 / n), *_mean(shown[measure]))
        gap: dict[tuple[Giver, str], float] = dict.fromkeys([(g, "received") for g in givers], 1 / n)
        gap |= dict.fromkeys([(g, "needed") for g in givers], -1 / n)
        if shown["gap"].estimate is not None:
            self.between(gap, shown["gap"].estimate - 0.05, shown["gap"].estimate + 0.05)

    def read_total(self, total: Total, people: Iterable[tuple[Sequence[Publication], Sequence[str]]]) -> None:
        """What was said of several blocks together: the attacker knows which of them the total holds, and how."""
        counted = [(rows[0].block, names) for rows, names in people if _is_counted(rows)]
        givers = [(block, name) for block, names in counted for name in names]
        low = -np.inf if total.bound in ("most", "about") else total.k
        high = np.inf if total.bound in ("least", "about") else total.k
        self.between(dict.fromkeys([(giver, "received_good") for giver in givers], 1), low, high)

    def know(self, giver: Giver, received: int, needed: int) -> None:
        """The attacker's own answers."""
        for what, score in (("received", received), ("needed", needed)):
            self.known[self.place[giver, what]] = score
            self.known[self.place[giver, f"{what}_good"]] = float(score > 3)


def _is_counted(rows: Sequence[Publication]) -> bool:
    """Whether a block enters the total of good answers."""
    good = next(row for row in rows if row.measure == "good")
    return good.n is not None and good.verdict != "some"


def _share(row: Publication, n: int) -> tuple[float, float]:
    if row.estimate is not None:
        return row.estimate, row.estimate
    return {"at_most_2": (0, 2), "all_but_2": (n - 2, n), "some": (3, n - 3)}[row.verdict]


def _mean(row: Publication) -> tuple[float, float]:
    if row.estimate is not None:
        return row.estimate - 0.05, row.estimate + 0.05
    words = {"low": (1, 2.75), "middle": (2.75, 3.25), "high": (3.25, 5), "low_end": (1, 1.5), "high_end": (4.5, 5)}
    return words[row.verdict]


@cache
def joint_tables(values: str, n: int) -> tuple[Counter[tuple[str, str]], ...]:
    """Every way in which n people can give pairs (received, needed) of these values."""
    return tuple(tables([(one, other) for one in values for other in values], n))


# --- one block, all its questions ------------------------------------------------------------------------------

Pair = tuple[str, str]
ALL_PAIRS = list(product(SCORES, SCORES))
_MEANS = {"low": (1, coding.LOW - 1e-3), "middle": (coding.LOW, coding.HIGH), "high": (coding.HIGH + 1e-3, 5)}
_GAPS = {"below": (-4, -coding.ABOUT - 1e-3), "about": (-coding.ABOUT, coding.ABOUT), "above": (coding.ABOUT + 1e-3, 4)}


def is_certain(pairs: Mapping[Pair, int], own: Pair, side: int, missed: tuple[int, int]) -> bool:
    """Whether received (side 0) or needed (1) of all others is certainly good, or certainly not, as it is here.

    `missed` is between how many people the themes say that received less than they needed. A level with a number is
    known to the attacker to the last answer, which is more than is published.
    """
    n = sum(pairs.values())
    margins = [Counter[str](), Counter[str]()]
    for pair, times in pairs.items():
        for margin, value in zip(margins, pair, strict=True):
            margin[value] += times
    levels = [coding.level(margin) for margin in margins]
    rows: list[tuple[list[float], float, float]] = [([1] * len(ALL_PAIRS), n, n)]
    for i, (margin, level) in enumerate(zip(margins, levels, strict=True)):
        if level.verdict not in _MEANS:
            rows += [([p[i] == value for p in ALL_PAIRS], margin[value], margin[value]) for value in SCORES]
            continue
        good, (low, high) = margin["4"] + margin["5"], _MEANS[level.verdict]
        few = (0, coding.FEW) if good <= coding.FEW else (n - coding.FEW, n)
        rows += [([is_good(p[i]) for p in ALL_PAIRS], *few), ([int(p[i]) for p in ALL_PAIRS], low * n, high * n)]
    if all(level.verdict in _MEANS for level in levels):
        low, high = _GAPS[coding.gap(pairs, levels[0], levels[1]).verdict]
        rows.append(([int(p[0]) - int(p[1]) for p in ALL_PAIRS], low * n, high * n))
    rows.append(([p[0] < p[1] for p in ALL_PAIRS], *missed))
    others = next(is_good(p[side]) for p, times in pairs.items() if times > (p == own))
    unlike = is_good(own[side]) != others
    rows.append(([is_good(p[side]) != others for p in ALL_PAIRS], 1 + unlike, n))
    fits = LinearConstraint(np.array([row for row, _, _ in rows], float), *np.array([row[1:] for row in rows], float).T)
    least = np.array([float(pair == own) for pair in ALL_PAIRS])
    found = milp(
        np.zeros(len(ALL_PAIRS)), constraints=fits, integrality=np.ones(len(least), dtype=int), bounds=Bounds(least, n)
    )
    return not found.success
