"""What a department does best first, after a deep cycle: the importance-performance picture, from publications alone.

Martilla and James (1977), Importance-performance analysis, Journal of Marketing 41, 77-79, with what was needed as
importance and what was received as performance. The crosshair is fixed by a rule beforehand, the same for all
departments: the mean of the means that were published of themes, over all blocks of the cycle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.answers import Publication
from analysis.coding import Coded
from analysis.comparisons import Comparison, Ledgers, Pooled, pool
from analysis.statistics import mean_margin
from config.department import THEMES

MEASURES = frozenset(("crosshair", "place_received", "place_needed", "quadrant"))

AXES = ("received", "needed")
CERTAIN = 0.80  # of the interval that has to lie on one side of a line
ON_THE_LINE = "on_the_line"
QUADRANTS = {  # whether more was received, and needed, than in the middle
    (True, True): "keep_up",
    (False, True): "work_on_this",
    (False, False): "low_priority",
    (True, False): "more_than_needed",
}
IN_ORDER = ("work_on_this", "keep_up", "more_than_needed", "low_priority", ON_THE_LINE)  # in which they are named


class Span(NamedTuple):
    """Where a theme lies on one axis: its mean and the ends of its 80 % interval, as printed."""

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Crosshair:
    """Where the lines lie, as printed, and of how many published means each is the mean."""

    received: float
    needed: float
    of: tuple[int, int]


def priorities(ledgers: Ledgers) -> dict[str, list[Comparison]]:
    """For each department of a deep cycle the crosshair, the place of each theme that has one, and its quadrant.

    Only a theme of which received and needed both are numbers has a place. Nothing where no axis has a number, as
    after an ordinary cycle.
    """
    crosshair = crosshair_of(ledgers)
    if crosshair is None:
        return {}
    found = {department: list(_places(blocks, crosshair)) for department, blocks in ledgers.items()}
    return {department: [*_lines(crosshair), *places] for department, places in found.items() if places}


def crosshair_of(ledgers: Ledgers) -> Crosshair | None:
    """The mean of what was published of themes in all blocks, each theme of a block once; None without a number."""
    rows = [row for blocks in ledgers.values() for block in blocks for row in block]
    received, needed = (_numbers(rows, f"theme_{axis}") for axis in AXES)
    if not received or not needed:
        return None
    across, up = (round(sum(numbers) / len(numbers), 1) for numbers in (received, needed))
    return Crosshair(across, up, (len(received), len(needed)))


def _numbers(rows: Sequence[Publication], measure: str) -> list[float]:
    return [row.estimate for row in rows if row.measure == measure and row.estimate is not None]


def _lines(crosshair: Crosshair) -> Iterator[Comparison]:
    for axis, middle, of in zip(AXES, (crosshair.received, crosshair.needed), crosshair.of, strict=True):
        yield Comparison("crosshair", of, Coded(middle), axis)


def _places(blocks: Sequence[Sequence[Publication]], crosshair: Crosshair) -> Iterator[Comparison]:
    for theme in THEMES:
        received, needed = (pool(blocks, f"theme_{axis}", theme) for axis in AXES)
        if received is not None and needed is not None:
            across, up = placed(received), placed(needed)
            yield Comparison("place_received", received.n, Coded(*across), theme)
            yield Comparison("place_needed", needed.n, Coded(*up), theme)
            yield Comparison(
                "quadrant", min(received.n, needed.n), Coded(verdict=quadrant(across, up, crosshair)), theme
            )


def placed(one: Pooled) -> Span:
    """A published mean with its 80 % t interval, from mean, spread and n as they were published."""
    half = mean_margin(one.sd, one.n, CERTAIN)
    low, high = max(one.mean - half, 1.0), min(one.mean + half, 5.0)
    return Span(round(one.mean, 1), round(low, 1), round(high, 1))


def quadrant(received: Span, needed: Span, crosshair: Crosshair) -> str:
    """Where a theme lies; "on the line" unless both intervals, as printed, lie on one side of their line."""
    sides = side(received, crosshair.received), side(needed, crosshair.needed)
    return ON_THE_LINE if None in sides else QUADRANTS[bool(sides[0]), bool(sides[1])]


def side(place: Span, line: float) -> bool | None:
    """Above a line, below it, or (None) on it."""
    return True if place.low > line else False if place.high < line else None
