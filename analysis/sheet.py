"""A page of 1200 by 675 pixels to draw on, with matplotlib but without pyplot.

Import it only where something is drawn: matplotlib is slow to import. Sizes and places are pixels from the top left;
y grows downwards. Colours are of Okabe and Ito, and nothing is told by colour alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

WIDTH, HEIGHT, DPI = 1200, 675, 100
LEFT, RIGHT = (40, 560), (620, 1160)  # the columns
TOP, BOTTOM, FOOT = 145, 630, 656
TITLE, LONG_TITLE, HEADING, TEXT, SMALL = 30, 21, 20, 18, 16  # pixels; text on a phone is half as large
INK, GREY, PALE = "#222222", "#595959", "#d0d0d0"
BLUE, PALE_BLUE, ORANGE, DARK_ORANGE, PALE_ORANGE = "#0072b2", "#cce3f0", "#e69f00", "#9c6a00", "#fbecca"
FONT = "DejaVu Sans"  # comes with matplotlib, so a picture is the same on every machine


class Sheet:
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

    def title(self, title: str, subtitle: str) -> None:
        """What the page is about, smaller on two lines where it is long, and under it whose answers these are."""
        room = RIGHT[1] - LEFT[0]
        if self.width(title, TITLE, bold=True) <= room:
            self.text(LEFT[0], 56, title, TITLE, bold=True)
        else:
            first, *rest = self.lines(title, room, LONG_TITLE, bold=True)
            self.text(LEFT[0], 34, self.fit(first, room, LONG_TITLE, bold=True), LONG_TITLE, bold=True)
            self.text(LEFT[0], 61, self.fit(" ".join(rest), room, LONG_TITLE, bold=True), LONG_TITLE, bold=True)
        self.text(LEFT[0], 92, self.fit(subtitle, room, HEADING), HEADING, GREY)
        self.line((LEFT[0], RIGHT[1]), (110, 110), PALE)

    def _printable(self, words: str) -> str:
        """On one line, without signs that the font does not have."""
        return "".join(sign for sign in " ".join(words.split()) if ord(sign) in self._glyphs)


def _points(pixels: float) -> float:
    return pixels * 72 / DPI


def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=_points(size), weight="bold" if bold else "normal")
