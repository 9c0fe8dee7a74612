"""Draws a Plot of charts.py: three panels on one sheet of 1200 by 675 pixels, with matplotlib but without pyplot.

Import it only where something is drawn: matplotlib is slow to import. Sizes and places are pixels from the top left;
y grows downwards. Colours are of Okabe and Ito, and nothing is told by colour alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from analysis.charts import BEST, WORST, Bar, Mark, Pattern, Plot
from config.texts import say
from config.words import Language

WIDTH, HEIGHT, DPI = 1200, 675, 100
LEFT, RIGHT, MIDDLE = (40, 560), (620, 1160), 345  # the columns, and where the lower panels begin
TOP, BOTTOM, FOOT = 145, 630, 656
TITLE, LONG_TITLE, HEADING, TEXT, SMALL = 30, 21, 20, 18, 16  # pixels; text on a phone is half as large
INK, GREY, PALE = "#222222", "#595959", "#d0d0d0"
BLUE, PALE_BLUE, ORANGE, DARK_ORANGE, PALE_ORANGE = "#0072b2", "#cce3f0", "#e69f00", "#9c6a00", "#fbecca"
HATCHES: dict[Pattern, str] = {"own": "", "together": "||", "rule": "..", "other": ""}
CODED = "//"  # the pattern of what has no number
FONT = "DejaVu Sans"  # comes with matplotlib, so a picture is the same on every machine


def draw(plot: Plot) -> bytes:
    """The PNG; the same bytes for the same plot."""
    sheet = _Sheet()
    _title(sheet, plot)
    _levels(sheet, plot)
    _trend(sheet, plot)
    _themes(sheet, plot)
    if plot.is_coded:
        sheet.text(LEFT[0], FOOT, say("chart.coded", plot.language), SMALL, GREY)
    return sheet.png()


class _Sheet:
    """A page to draw on in pixels."""

    def __init__(self) -> None:
        self._figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes: Axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        self._axes.axis("off")
        self._glyphs = get_font(findfont(FontProperties(family=FONT))).get_charmap()

    def png(self) -> bytes:
        """What was drawn, without a date or a program's name."""
        out = BytesIO()
        self._canvas.print_figure(out, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
        return out.getvalue()

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = TEXT,
        color: str = INK,
        *,
        bold: bool = False,
        at: str = "left",
    ) -> None:
        """One line of words on the baseline y, from, around or up to x (`at`: left, center, right)."""
        self._axes.text(x, y, self._printable(words), color=color, ha=at, parse_math=False, font=_font(size, bold=bold))

    def width(self, words: str, size: float = TEXT, *, bold: bool = False) -> float:
        """How wide these words are."""
        font = get_font(findfont(_font(size, bold=bold)))
        font.set_size(_points(size), DPI)
        font.set_text(self._printable(words), flags=LoadFlags.NO_HINTING)
        return font.get_width_height()[0] / 64  # FreeType counts in 64ths of a pixel

    def fit(self, words: str, room: float, size: float = TEXT, *, bold: bool = False) -> str:
        """The words, cut off where they do not fit."""
        if self.width(words, size, bold=bold) <= room:
            return words
        shorter = [f"{words[:length].rstrip()}…" for length in range(len(words))]
        fitting = bisect_right(shorter, room, key=lambda cut: self.width(cut, size, bold=bold))
        return shorter[max(0, fitting - 1)]

    def lines(self, words: str, room: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
        """The words on as many lines as they need."""
        found = [""]
        for word in words.split():
            longer = f"{found[-1]} {word}".strip()
            if found[-1] and self.width(longer, size, bold=bold) > room:
                found.append(word)
            else:
                found[-1] = longer
        return found

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str = INK, width: float = 2) -> None:
        """A line through these points."""
        self._axes.add_line(Line2D(xs, ys, color=color, linewidth=_points(width), solid_capstyle="butt", zorder=1))

    def box(self, x: float, y: float, width: float, height: float, face: str, edge: str, hatch: str = "") -> None:
        """A rectangle with its top left corner at x, y."""
        box = Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, linewidth=_points(1.5), zorder=2)
        box.set_hatch(hatch)
        box.set_hatch_linewidth(_points(1.8))
        self._axes.add_patch(box)

    def point(
        self, x: float, y: float, color: str, shape: str = "o", size: float = 16, *, is_open: bool = False
    ) -> None:
        """A sign: filled with its colour, or open."""
        sign = Line2D([x], [y], marker=shape, markersize=_points(size), markeredgecolor=color, zorder=3)
        sign.set(markerfacecolor="white" if is_open else color, markeredgewidth=_points(2.5))
        self._axes.add_line(sign)

    def _printable(self, words: str) -> str:
        """On one line, without signs that the font does not have."""
        return "".join(sign for sign in " ".join(words.split()) if ord(sign) in self._glyphs)


def _points(pixels: float) -> float:
    return pixels * 72 / DPI


def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=_points(size), weight="bold" if bold else "normal")


def _title(sheet: _Sheet, plot: Plot) -> None:
    """The department, smaller on two lines where its name is long, the period and how many answered."""
    room = RIGHT[1] - LEFT[0]
    if sheet.width(plot.title, TITLE, bold=True) <= room:
        sheet.text(LEFT[0], 56, plot.title, TITLE, bold=True)
    else:
        first, *rest = sheet.lines(plot.title, room, LONG_TITLE, bold=True)
        sheet.text(LEFT[0], 34, sheet.fit(first, room, LONG_TITLE, bold=True), LONG_TITLE, bold=True)
        sheet.text(LEFT[0], 61, sheet.fit(" ".join(rest), room, LONG_TITLE, bold=True), LONG_TITLE, bold=True)
    sheet.text(LEFT[0], 92, sheet.fit(plot.subtitle, room, HEADING), HEADING, GREY)
    sheet.line((LEFT[0], RIGHT[1]), (110, 110), PALE)


# --- received and needed -----------------------------------------------------------------------------------------


def _levels(sheet: _Sheet, plot: Plot) -> None:
    """Both means on one axis of 1 to 5."""
    sheet.text(LEFT[0], TOP, say("chart.levels", plot.language), HEADING, bold=True)
    for tick in range(int(WORST) + 1, int(BEST)):
        sheet.text(_along(tick), TOP + 156, str(tick), SMALL, GREY, at="center")
    sheet.text(LEFT[0], TOP + 156, say("chart.low", plot.language), SMALL, GREY)
    sheet.text(LEFT[1], TOP + 156, say("chart.high", plot.language), SMALL, GREY, at="right")
    for mark, y, color, shape in zip(plot.levels, (TOP + 34, TOP + 90), (BLUE, INK), ("o", "D"), strict=True):
        _level(sheet, mark, y, color, shape)


def _along(level: float) -> float:
    first, last = LEFT[0] + 8, LEFT[1] - 8
    return first + (last - first) * (level - WORST) / (BEST - WORST)


def _level(sheet: _Sheet, mark: Mark, y: float, color: str, shape: str) -> None:
    sheet.text(LEFT[0], y, f"{mark.name}: {mark.words}")
    low, high, line = _along(mark.low), _along(mark.high), y + 24
    sheet.line((_along(WORST), _along(BEST)), (line, line), PALE, 1)
    for tick in range(int(WORST), int(BEST) + 1):
        sheet.line((_along(tick),) * 2, (line - 8, line + 8), PALE, 1.5)
    if mark.at is None:
        sheet.box(low, line - 9, high - low, 18, "white", color, CODED)
    else:
        sheet.line((low, high), (line, line), color, 4)
        sheet.point(_along(mark.at), line, color, shape, 18 if shape == "o" else 14)


# --- the trend ---------------------------------------------------------------------------------------------------

ALL, NOBODY = 408, 572  # where 100 % and 0 % are
FIRST = LEFT[0] + 62  # where the points begin


def _trend(sheet: _Sheet, plot: Plot) -> None:
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
    for x, mark in places:
        _share(sheet, mark, x, is_last=mark is trend[-1])
    _periods(sheet, places, slot - 10)
    if plot.is_first:
        sheet.text(LEFT[0], NOBODY + 54, say("chart.alone", language), SMALL, GREY)


def _up(share: float) -> float:
    return NOBODY - (NOBODY - ALL) * share


def _share(sheet: _Sheet, mark: Mark, x: float, *, is_last: bool) -> None:
    low, high = _up(mark.low), _up(mark.high)
    if mark.at is None:
        sheet.box(x - 13, high, 26, low - high, "white", BLUE, CODED)
        if mark.bound is not None:
            sheet.point(x, _up(mark.bound), BLUE, is_open=True)
        return
    sheet.line((x, x), (low, high), BLUE, 3)
    sheet.point(x, _up(mark.at), BLUE, size=18 if is_last else 13)
    sheet.text(x, high - 6, f"{100 * mark.at:.0f}", SMALL, INK, bold=is_last, at="center")


def _periods(sheet: _Sheet, places: Sequence[tuple[float, Mark]], room: float) -> None:
    """The period under each point; where these do not fit, under the first and the last alone."""
    lines = [line for _, mark in places for line in _on_two_lines(sheet, mark.name, room)]
    if any(sheet.width(line, SMALL) > room for line in lines):
        places, room = [places[0], *places[1:][-1:]], (LEFT[1] - LEFT[0]) / 2 - 12
    for x, mark in places:
        shown = [sheet.fit(line, room, SMALL) for line in _on_two_lines(sheet, mark.name, room)]
        half = max(sheet.width(line, SMALL) for line in shown) / 2
        for y, line in zip((NOBODY + 24, NOBODY + 44), shown, strict=False):
            sheet.text(min(max(x, LEFT[0] + half), LEFT[1] - half), y, line, SMALL, GREY, at="center")


def _on_two_lines(sheet: _Sheet, period: str, room: float) -> list[str]:
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


def _themes(sheet: _Sheet, plot: Plot) -> None:
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


def _list(sheet: _Sheet, plot: Plot, side: str, y: float, rows: _Rows) -> float:
    """A heading and its bars. Returns where it ends."""
    bars, colors = (plot.helped, HELPED) if side == "helped" else (plot.missed, MISSED)
    sheet.text(RIGHT[0], y, say(f"chart.{side}", plot.language), HEADING, bold=True)
    if not bars:
        sheet.text(RIGHT[0], y + 30, say("chart.none", plot.language), TEXT, GREY)
    for i, bar in enumerate(bars):
        _bar(sheet, bar, y + HEAD + i * rows.height, rows, colors)
    return y + HEAD + max(1, len(bars)) * rows.height


def _bar(sheet: _Sheet, bar: Bar, y: float, rows: _Rows, colors: tuple[str, str, str]) -> None:
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
