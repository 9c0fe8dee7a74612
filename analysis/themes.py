"""What was published of each theme of a deep cycle, read back from a ledger; and which a message names first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from analysis.answers import Publication
from analysis.coding import HIGH, LOW
from analysis.priorities import QUADRANTS
from config.department import THEMES, Department

INFLUENCE = ("own", "together", "rule")  # a department's own influence first
WORK_ON_THIS = QUADRANTS[False, True]
_AT_LEAST = {"low_end": -inf, "low": 1.0, "middle": LOW, "high": HIGH, "high_end": inf}  # of a level in words


@dataclass(frozen=True)
class OfTheme:
    """One theme: what was received and needed of it, the gap, and its quadrant; "" where it has no place."""

    theme: str
    received: Publication
    needed: Publication
    gap: Publication
    quadrant: str


def of_each(ledger: Sequence[Publication]) -> list[OfTheme]:
    """The themes in catalogue order; none in the ledger of an ordinary cycle."""
    found = {(row.measure, row.subject): row for row in ledger}
    return [_of(theme, found) for theme in THEMES if ("theme_received", theme) in found]


def _of(theme: str, found: dict[tuple[str, str], Publication]) -> OfTheme:
    quadrant = found.get(("quadrant", theme))
    received, needed, gap = (found[f"theme_{measure}", theme] for measure in ("received", "needed", "gap"))
    return OfTheme(theme, received, needed, gap, quadrant.verdict if quadrant is not None else "")


def best(themes: Sequence[OfTheme]) -> OfTheme | None:
    """The theme of which most was received: a level in words counts at its least; ties in catalogue order."""
    return max(themes, key=lambda one: _at_least(one.received), default=None)


def _at_least(row: Publication) -> float:
    return row.estimate if row.estimate is not None else _AT_LEAST[row.verdict]


def short_of_needed(themes: Sequence[OfTheme], department: Department) -> list[OfTheme]:
    """Those of which less was received than needed, in the order in which they are to be worked on.

    What the same message praises comes last. Then counts the quadrant, whose influence it is, and how much is lacking.
    """
    praised = best(themes)

    def rank(one: OfTheme) -> tuple[bool, bool, int, float]:
        influence = INFLUENCE.index(department.influence(one.theme).by)
        return one is praised, one.quadrant != WORK_ON_THIS, influence, one.gap.estimate or 0.0

    return sorted((one for one in themes if one.gap.verdict == "below"), key=rank)
