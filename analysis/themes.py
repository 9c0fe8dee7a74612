"""What was published of each theme of a deep cycle, read back from a ledger; and which a message names first."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.answers import Publication
from analysis.coding import HIGH
from analysis.priorities import QUADRANTS
from config.department import THEMES, Department

INFLUENCE = ("own", "together", "rule")  # a department's own influence first
WORK_ON_THIS = QUADRANTS[False, True]


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


def praised(themes: Sequence[OfTheme]) -> list[OfTheme]:
    """What goes well: the very highest in words; else the theme of which most was received, where that is a number and
    high; else those that are high in words. Where nothing is high, the one of which most was received.

    A number and a word cannot be told apart, so a high number beside a high word is not called the best.
    """
    numbers = [one for one in themes if one.received.estimate is not None]
    top = sorted(numbers, key=lambda one: one.received.estimate or 0.0, reverse=True)[:1]
    is_high = any((one.received.estimate or 0.0) >= HIGH for one in top)
    very, high = (_in_words(themes, word) for word in ("high_end", "high"))
    return very or (top if is_high else high or top)


def _in_words(themes: Sequence[OfTheme], word: str) -> list[OfTheme]:
    return [one for one in themes if one.received.verdict == word]


def short_of_needed(themes: Sequence[OfTheme], department: Department) -> list[OfTheme]:
    """Those of which less was received than needed, in the order in which they are to be worked on.

    What the same message praises comes last. Then counts the quadrant, whose influence it is, and how much is lacking.
    """
    well = [one.theme for one in praised(themes)]

    def rank(one: OfTheme) -> tuple[bool, bool, int, float]:
        influence = INFLUENCE.index(department.influence(one.theme).by)
        return one.theme in well, one.quadrant != WORK_ON_THIS, influence, one.gap.estimate or 0.0

    return sorted((one for one in themes if one.gap.verdict == "below"), key=rank)
