"""Draws a Plot of charts.py: three panels on one sheet.

Import it only where something is drawn: matplotlib is slow to import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.charts import BEST, WORST, Bar, Mark, OfTheme, Pattern, Plot
from analysis.sheet import (
    BLUE,
    BOTTOM,
    DARK_ORANGE,
    FOOT,
    GREY,
    HEADING,
    INK,
    LEFT,
    ORANGE,
    PALE,
    PALE_BLUE,
    PALE_ORANGE,
    RIGHT,
    SMALL,
    TEXT,
    TOP,
    Sheet,
)
from config.texts import say
from config.words import Language

MIDDLE = 345  # where the lower panels begin
HATCHES: dict[Pattern, str] = {"own": "", "together": "||", "rule": "..", "other": ""}
CODED = "//"  # the pattern of what has no number


def draw(plot: Plot) -> bytes:
    """The PNG; the same bytes for the same plot."""
    sheet = Sheet()
    sheet.title(plot.title, plot.subtitle)
    _levels(sheet, plot)
    _trend(sheet, plot)
    if plot.themes:
        _each_theme(sheet, plot)
    else:
        _themes(sheet, plot)
    if plot.is_coded:
        sheet.text(LEFT[0], FOOT, say("chart.coded", plot.language), SMALL, GREY)
    return sheet.png()


# --- received and needed -----------------------------------------------------------------------------------------


def _levels(sheet: Sheet, plot: Plot) -> None:
    """Both means on one axis of 1 to 5."""
    sheet.text(LEFT[0], TOP, say("chart.levels", plot.language), HEADING, bold=True)
    for tick in range(int(WORST) + 1, int(BEST)):
        sheet.text(_along(tick), TOP + 156, str(tick), SMALL, GREY, at="center")
    sheet.text(LEFT[0], TOP + 156, say("chart.low", plot.language), SMALL, GREY)
    sheet.text(LEFT[1], TOP + 156, say("chart.high", plot.language), SMALL, GREY, at="right")
    for mark, y, color, shape in zip(plot.levels, (TOP + 34, TOP + 90), (BLUE, INK), ("o", "D"), strict=True):
        _level(sheet, mark, y, color, shape)


Ends = tuple[int, int]  # of a column


def _along(level: float, column: Ends = LEFT) -> float:
    first, last = column[0] + 8, column[1] - 8
    return first + (last - first) * (level - WORST) / (BEST - WORST)


def _level(sheet: Sheet, mark: Mark, y: float, color: str, shape: str) -> None:
    sheet.text(LEFT[0], y, f"{mark.name}: {mark.words}")
    _scale(sheet, y + 24, LEFT)
    _mark(sheet, mark, y + 24, color, shape, LEFT)


def _scale(sheet: Sheet, y: float, column: Ends) -> None:
    """A line from 1 to 5."""
    sheet.line((_along(WORST, column), _along(BEST, column)), (y, y), PALE, 1)
    for tick in range(int(WORST), int(BEST) + 1):
        sheet.line((_along(tick, column),) * 2, (y - 8, y + 8), PALE, 1.5)


def _mark(sheet: Sheet, mark: Mark, y: float, color: str, shape: str, column: Ends) -> None:
    low, high = _along(mark.low, column), _along(mark.high, column)
    if mark.at is None:
        sheet.box(low, y - 9, high - low, 18, "white", color, CODED)
    else:
        sheet.line((low, high), (y, y), color, 4)
        sheet.point(_along(mark.at, column), y, color, shape, 18 if shape == "o" else 14)


# --- the trend ---------------------------------------------------------------------------------------------------

ALL, NOBODY = 408, 572  # where 100 % and 0 % are
FIRST = LEFT[0] + 62  # where the points begin


def _trend(sheet: Sheet, plot: Plot) -> None:
    """The share of 4 and 5 over blocks; the line breaks where there is no number."""
    language, trend = plot.language, plot.trend
    sheet.text(LEFT[0], MIDDLE, say("chart.good", language), HEADING, bold=True)
    sheet.text(LEFT[0], MIDDLE + 29, trend[-1].words)
    for share in (0, 0.5, 1):
        sheet.line((FIRST, LEFT[1]), (_up(share),) * 2, PALE, 1)
        percent = say("chart.percent", language, percent=f"{100 * share:.0f}")
        sheet.text(FIRST - 8, _up(share) + 6, percent, SMALL, GREY, at="right")
    slot = (LEFT[1] - FIRST) / len(trend)
    places = [(FIRST + slot * (i + 0.5), mark) for i, mark in enumerate(trend)]
    for (then, before), (now, mark) in pairwise(places):
        if before.at is not None and mark.at is not None:
            sheet.line((then, now), (_up(before.at), _up(mark.at)), BLUE, 2.5)
    if plot.thought is not None:
        _thought(sheet, plot.thought, places[-1][0])
    for x, mark in places:
        _share(sheet, mark, x, is_last=mark is trend[-1])
    _periods(sheet, places, slot - 10)
    if plot.is_first:
        sheet.text(LEFT[0], NOBODY + 54, say("chart.alone", language), SMALL, GREY)


def _thought(sheet: Sheet, mark: Mark, x: float) -> None:
    """The class that the team expected: a bracket around the last point, named above the panel."""
    low, high = _up(mark.low), _up(mark.high)
    for side in (-1, 1):
        edge, foot = x + side * 24, x + side * 16
        sheet.line((edge, edge), (low, high), INK, 2)
        for y in (low, high):
            sheet.line((foot, edge), (y, y), INK, 2)
    sheet.text(LEFT[1], MIDDLE, f"[ ] {mark.words}", SMALL, INK, at="right")


def _up(share: float) -> float:
    return NOBODY - (NOBODY - ALL) * share


def _share(sheet: Sheet, mark: Mark, x: float, *, is_last: bool) -> None:
    low, high = _up(mark.low), _up(mark.high)
    if mark.at is None:
        sheet.box(x - 13, high, 26, low - high, "white", BLUE, CODED)
        if mark.bound is not None:
            sheet.point(x, _up(mark.bound), BLUE, is_open=True)
        return
    sheet.line((x, x), (low, high), BLUE, 3)
    sheet.point(x, _up(mark.at), BLUE, size=18 if is_last else 13)
    sheet.text(x, high - 6, f"{100 * mark.at:.0f}", SMALL, INK, bold=is_last, at="center")


def _periods(sheet: Sheet, places: Sequence[tuple[float, Mark]], room: float) -> None:
    """The period under each point; where these do not fit, under the first and the last alone."""
    lines = [line for _, mark in places for line in _on_two_lines(sheet, mark.name, room)]
    if any(sheet.width(line, SMALL) > room for line in lines):
        places, room = [places[0], *places[1:][-1:]], (LEFT[1] - LEFT[0]) / 2 - 12
    for x, mark in places:
        shown = [sheet.fit(line, room, SMALL) for line in _on_two_lines(sheet, mark.name, room)]
        half = max(sheet.width(line, SMALL) for line in shown) / 2
        for y, line in zip((NOBODY + 24, NOBODY + 44), shown, strict=False):
            sheet.text(min(max(x, LEFT[0] + half), LEFT[1] - half), y, line, SMALL, GREY, at="center")


def _on_two_lines(sheet: Sheet, period: str, room: float) -> list[str]:
    """One line where it fits; else parted at its dash."""
    first, dash, rest = period.partition(" – ")
    return [f"{first} –", rest] if dash and sheet.width(period, SMALL) > room else [period]


# --- the themes --------------------------------------------------------------------------------------------------

HEAD, GAP, ROOMY = 14, 32, 70  # pixels: from a heading to its rows and from these to the next, and a row at most
LONGEST = 480  # of a bar
HELPED, MISSED, REST = (BLUE, BLUE, PALE_BLUE), (DARK_ORANGE, ORANGE, PALE_ORANGE), (GREY, PALE, PALE)  # edge, faces


@dataclass(frozen=True)
class _Rows:
    """How high a row is, how long the bar of one mention, and in which language."""

    height: float
    mention: float
    language: Language


def _themes(sheet: Sheet, plot: Plot) -> None:
    """What helped and what was missed; the lower list begins beside the lower panel of the left where both fit."""
    rest = (plot.other,) if plot.other else ()
    mention = LONGEST / max([bar.times or 1 for bar in (*plot.helped, *plot.missed, *rest)] or [1])
    upper, lower = max(1, len(plot.helped)), max(1, len(plot.missed)) + len(rest)
    height = min(ROOMY, (BOTTOM - TOP - 2 * HEAD - GAP) / (upper + lower))
    second = max(MIDDLE, TOP + HEAD + upper * height + GAP)
    height = min(height, (BOTTOM - second - HEAD) / lower)
    rows = _Rows(height, mention, plot.language)
    _list(sheet, plot, "helped", TOP, rows)
    end = _list(sheet, plot, "missed", second, rows)
    if plot.other:
        _bar(sheet, plot.other, end, rows, REST)


def _list(sheet: Sheet, plot: Plot, side: str, y: float, rows: _Rows) -> float:
    """A heading and its bars. Returns where it ends."""
    bars, colors = (plot.helped, HELPED) if side == "helped" else (plot.missed, MISSED)
    sheet.text(RIGHT[0], y, say(f"chart.{side}", plot.language), HEADING, bold=True)
    if not bars:
        sheet.text(RIGHT[0], y + 30, say("chart.none", plot.language), TEXT, GREY)
    for i, bar in enumerate(bars):
        _bar(sheet, bar, y + HEAD + i * rows.height, rows, colors)
    return y + HEAD + max(1, len(bars)) * rows.height


def _bar(sheet: Sheet, bar: Bar, y: float, rows: _Rows, colors: tuple[str, str, str]) -> None:
    """Its name and influence, and under them a bar: filled, striped or dotted by whose influence it is."""
    room, (edge, face, pale), hatch = RIGHT[1] - RIGHT[0], colors, HATCHES[bar.pattern]
    name = sheet.fit(bar.name, room - min(190, 12 + sheet.width(bar.note, SMALL)))
    after = sheet.width(name) + 12
    sheet.text(RIGHT[0], y + 18, name)
    sheet.text(RIGHT[0] + after, y + 18, sheet.fit(bar.note, room - after, SMALL), SMALL, GREY)
    thickness = max(9, min(24, rows.height - 30))
    if bar.times is None:
        length, words = LONGEST * 0.6, say("digest.times_most", rows.language)
        sheet.box(RIGHT[0], y + 24, length, thickness, "white", edge, CODED)
    else:
        length, words = bar.times * rows.mention, str(bar.times)
        sheet.box(RIGHT[0], y + 24, length, thickness, pale if hatch else face, edge, hatch)
    sheet.text(RIGHT[0] + length + 10, y + 24 + thickness / 2 + 6, words, bold=bar.times is not None)


# --- each theme of a deep cycle ----------------------------------------------------------------------------------

STEP = 80  # pixels from one theme to the next
APART = 11  # of the two marks of a theme from their line


def _each_theme(sheet: Sheet, plot: Plot) -> None:
    """What was received and needed of each theme, one above the other on an axis of 1 to 5."""
    sheet.text(RIGHT[0], TOP, say("chart.themes", plot.language), HEADING, bold=True)
    for i, theme in enumerate(plot.themes):
        _theme(sheet, theme, TOP + 34 + i * STEP)


def _theme(sheet: Sheet, theme: OfTheme, y: float) -> None:
    figures = f"{theme.received.short} / {theme.needed.short}"
    sheet.text(RIGHT[0], y, sheet.fit(theme.name, RIGHT[1] - RIGHT[0] - sheet.width(figures) - 16))
    sheet.text(RIGHT[1], y, figures, at="right")
    _scale(sheet, y + 28, RIGHT)
    _mark(sheet, theme.received, y + 28 - APART, BLUE, "o", RIGHT)
    _mark(sheet, theme.needed, y + 28 + APART, INK, "D", RIGHT)
