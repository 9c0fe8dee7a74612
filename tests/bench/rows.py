"""What a benchmark says: rows of what, against what, both figures, their ratio, the target and whether it is met."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median

Side = Callable[[], float]  # does the work once and returns seconds
HEAD = f"{'what':<46}{'against':<32}{'ours':>11}{'theirs':>11}{'ratio':>8}  {'target':<13}"


@dataclass(frozen=True)
class Row:
    """One comparison. A target is of the ratio ours : theirs, or of ours alone; without one it is for information."""

    what: str
    against: str
    ours: float
    theirs: float
    unit: str  # as both figures are in
    at_most: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float:
        """Ours as a part of theirs."""
        return self.ours / self.theirs

    @property
    def target(self) -> str:
        """In words; empty where there is none."""
        if self.at_most is not None:
            return f"ratio ≤ {self.at_most:g}"
        return f"≥ {self.least:g} {self.unit}" if self.least is not None else ""

    @property
    def is_met(self) -> bool:
        """Whether the target is reached; always where there is none."""
        return (self.at_most is None or self.ratio <= self.at_most) and (self.least is None or self.ours >= self.least)

    def __str__(self) -> str:
        ours, theirs = (f"{_shown(one)} {self.unit}" for one in (self.ours, self.theirs))
        verdict = ("met" if self.target else "") if self.is_met else "MISSED"
        figures = f"{ours:>11}{theirs:>11}{self.ratio:>8.3g}  {self.target:<13}{verdict}"
        return f"{self.what:<46}{self.against:<32}{figures}".rstrip()


def _shown(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def side_by_side(ours: Side, bare: Side, rounds: int) -> tuple[float, float]:
    """The medians of both, taken in turn so that a busy machine slows both alike."""
    found: dict[Side, list[float]] = {ours: [], bare: []}
    for side in islice(cycle((ours, bare)), 2 * rounds):
        found[side].append(side())
    return median(found[ours]), median(found[bare])
