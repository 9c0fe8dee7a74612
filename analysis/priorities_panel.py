"""Draws Priorities of priorities_chart.py on one sheet: a crosshair with themes around it, and beside it their names.

Import it only where something is drawn: matplotlib is slow to import.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import ceil, floor, hypot

from analysis.charts import BEST, WORST
from analysis.priorities import IN_ORDER, ON_THE_LINE
from analysis.priorities_chart import Point, Priorities, number
from analysis.sheet import BLUE, FOOT, GREY, HEADING, INK, LEFT, PALE, RIGHT, SMALL, TEXT, TOP, Sheet
from config.texts import say

ACROSS, UP = (84, 634), (150, 590)  # the ends of the axes: received to the right, needed upwards
LIST = 690  # where the names begin
NARROWEST = 0.6  # points from the crosshair to the end of an axis, at least …
ROOM = 1.2  # … and so much more, for the words in the corners
SIZE = 27  # of a point, with its number in it
STEP = 30  # from one line of the list to the next


def draw(made: Priorities) -> bytes:
    """The PNG; the same bytes for the same picture."""
    sheet = Sheet()
    sheet.title(made.title, made.subtitle)
    scale = _Scale(made)
    _axes(sheet, made, scale)
    _corners(sheet, made)
    _points(sheet, made, scale)
    _list(sheet, made)
    sheet.text(LEFT[0], FOOT, say("priorities.legend", made.language), SMALL, GREY)
    return sheet.png()


class _Scale:
    """Where a figure lies: the crosshair is in the middle, a point is as long on both axes, and all margins fit."""

    def __init__(self, made: Priorities) -> None:
        self.received, self.needed = made.crosshair
        spans = [*((p.received, self.received) for p in made.points), *((p.needed, self.needed) for p in made.points)]
        furthest = max(abs(end - line) for span, line in spans for end in (span.low, span.high))
        self.half = max(furthest, NARROWEST) * ROOM

    def x(self, received: float) -> float:
        """Pixels from the left."""
        return sum(ACROSS) / 2 + (ACROSS[1] - ACROSS[0]) / 2 * (received - self.received) / self.half

    def y(self, needed: float) -> float:
        """Pixels from the top."""
        return sum(UP) / 2 - (UP[1] - UP[0]) / 2 * (needed - self.needed) / self.half

    def ticks(self, line: float) -> Iterator[float]:
        """Every half point of an axis that has its line there."""
        halves = range(ceil(2 * (line - self.half)), floor(2 * (line + self.half)) + 1)
        return (half / 2 for half in halves if WORST <= half / 2 <= BEST)


def _axes(sheet: Sheet, made: Priorities, scale: _Scale) -> None:
    language = made.language
    received, needed = made.crosshair
    for tick in scale.ticks(received):
        sheet.line((scale.x(tick),) * 2, (UP[1], UP[1] + 6), GREY, 1.5)
        sheet.text(scale.x(tick), UP[1] + 24, number(tick, language), SMALL, GREY, at="center")
    for tick in scale.ticks(needed):
        sheet.line((ACROSS[0] - 6, ACROSS[0]), (scale.y(tick),) * 2, GREY, 1.5)
        sheet.text(ACROSS[0] - 12, scale.y(tick) + 6, number(tick, language), SMALL, GREY, at="right")
    sheet.line(ACROSS, (UP[1], UP[1]), GREY, 1.5)
    sheet.line((ACROSS[0], ACROSS[0]), UP, GREY, 1.5)
    sheet.text(LEFT[0], UP[0] - 20, f"↑ {say('answers.needed', language)}", TEXT, bold=True)
    sheet.text(ACROSS[1], UP[1] + 44, f"{say('answers.received', language)} →", TEXT, bold=True, at="right")
    sheet.line((scale.x(received),) * 2, UP, GREY, 2)
    sheet.line(ACROSS, (scale.y(needed),) * 2, GREY, 2)


def _corners(sheet: Sheet, made: Priorities) -> None:
    """What each quadrant means, in its corner."""
    corners = product(((ACROSS[0] + 10, "left"), (ACROSS[1] - 4, "right")), (UP[0] + 18, UP[1] - 12))
    names = ("work_on_this", "low_priority", "keep_up", "more_than_needed")
    for ((x, at), y), quadrant in zip(corners, names, strict=True):
        sheet.text(x, y, say(f"priorities.quadrant_{quadrant}", made.language), TEXT, GREY, at=at)


def _points(sheet: Sheet, made: Priorities, scale: _Scale) -> None:
    """The margins first, then the points with their numbers; points that would hide each other stand apart."""
    for point in made.points:
        x, y = scale.x(point.received.at), scale.y(point.needed.at)
        sheet.line((scale.x(point.received.low), scale.x(point.received.high)), (y, y), BLUE, 3.5)
        sheet.line((x, x), (scale.y(point.needed.low), scale.y(point.needed.high)), BLUE, 3.5)
    taken: list[tuple[float, float]] = []
    for point in made.points:
        x, y = _free(scale.x(point.received.at), scale.y(point.needed.at), taken)
        taken.append((x, y))
        _numbered(sheet, point, x, y)


def _free(x: float, y: float, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """This place, or the nearest one beside it where no other point lies."""
    steps = sorted(product(range(-6, 7), repeat=2), key=lambda step: hypot(*step))
    places = ((x + across * SIZE / 2, y + up * SIZE / 2) for across, up in steps)
    return next(one for one in places if all(hypot(one[0] - a, one[1] - b) >= SIZE for a, b in taken))


def _numbered(sheet: Sheet, point: Point, x: float, y: float) -> None:
    """A point; open where it is on the line."""
    is_open = point.quadrant == ON_THE_LINE
    sheet.point(x, y, BLUE, size=SIZE, is_open=is_open)
    sheet.text(x, y + 6, str(point.number), SMALL, BLUE if is_open else "white", bold=True, at="center")


def _list(sheet: Sheet, made: Priorities) -> None:
    """The themes by quadrant, with their numbers, and those that have no place."""
    y, room = TOP + 0.0, RIGHT[1] - LIST
    for quadrant in IN_ORDER:
        points = [point for point in made.points if point.quadrant == quadrant]
        if points:
            y = _heading(sheet, say(f"priorities.quadrant_{quadrant}", made.language), y)
        for point in points:
            _numbered(sheet, point, LIST + SIZE / 2, y - 6)
            figures = " / ".join(number(span.at, made.language) for span in (point.received, point.needed))
            sheet.text(RIGHT[1], y, figures, SMALL, GREY, at="right")
            sheet.text(LIST + SIZE + 10, y, sheet.fit(point.name, room - SIZE - 20 - sheet.width(figures, SMALL)))
            y += STEP
    if made.in_words:
        y = _heading(sheet, say("priorities.without_place", made.language), y)
    for words in made.in_words:
        sheet.text(LIST, y, sheet.fit(words, room, SMALL), SMALL)
        y += STEP - 6


def _heading(sheet: Sheet, words: str, y: float) -> float:
    """A heading of the list, with room above it but for the first. Returns where its first line stands."""
    y += 12 if y > TOP else 0
    sheet.text(LIST, y, words, HEADING, INK, bold=True)
    sheet.line((LIST, RIGHT[1]), (y + 9, y + 9), PALE, 1)
    return y + STEP + 4
