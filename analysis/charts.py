"""The picture of a digest, made from publications alone: what it says, in words and figures; panels.py draws it.

A figure without a number is drawn as the zone in which it lies, and said in words. The alt text is made of the same
marks and bars as the drawing, so neither can say more than the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from analysis import themes
from analysis.answers import Publication
from analysis.coding import ENDS, FEW, HIGH, LOW, OTHER, SMALLEST
from analysis.disclosure import LOWEST_THRESHOLD
from analysis.findings import theme_of
from config.department import THEMES, Department
from config.selfimage import CLASSES
from config.texts import say
from config.words import Language

LONGEST_ALT = 600  # characters; screen readers break off longer ones
BEST, WORST = 5.0, 1.0  # of a level
ZONES = {  # where a level in words lies
    "low": (WORST, LOW),
    "middle": (LOW, HIGH),
    "high": (HIGH, BEST),
    "low_end": (WORST, ENDS[0]),
    "high_end": (ENDS[1], BEST),
}

Pattern = Literal["own", "together", "rule", "other"]


@dataclass(frozen=True)
class Shown:
    """One released block: the words of its period, its ledger, and what its team thought beforehand.

    The last is a class of config/selfimage.py; empty where nothing was said.
    """

    label: str
    ledger: Sequence[Publication]
    thought: str = ""


@dataclass(frozen=True)
class Picture:
    """A PNG of 1200 by 675 pixels, and what it says for who cannot see it."""

    png: bytes
    alt: str


def chart(blocks: Sequence[Shown], department: Department, language: Language) -> Picture:
    """Draw the last of these blocks, and the trend of its headline over all of them, oldest first.

    Raises ValueError without a block, and KeyError for a ledger without headline or levels.
    """
    from analysis.panels import draw  # matplotlib is slow to import, and most processes never draw

    plot = _plot(blocks, _Words(department, language))
    return Picture(draw(plot), _alt(plot))


def described(blocks: Sequence[Shown], department: Department, language: Language) -> str:
    """The alt text of the same picture, without drawing it."""
    return _alt(_plot(blocks, _Words(department, language)))


# --- what is drawn -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """One figure on an axis: a point in its interval or, where it has no number, the zone in which it lies."""

    name: str
    words: str
    low: float
    high: float
    at: float | None = None
    bound: float | None = None  # the end of the zone that was published
    short: str = ""  # the same for a row of figures; of a level its number or word alone
    shortest: str = ""  # of a share the same without its interval


@dataclass(frozen=True)
class Bar:
    """One theme, or the rest: how often it was named, and who can change it."""

    name: str
    times: int | None  # None: named most, without a number
    pattern: Pattern
    note: str = ""


@dataclass(frozen=True)
class OfTheme:
    """What was received and needed of one theme."""

    name: str
    received: Mark
    needed: Mark


@dataclass(frozen=True)
class Plot:
    """All that one picture says."""

    title: str
    subtitle: str
    levels: tuple[Mark, Mark]  # received, needed
    trend: tuple[Mark, ...]  # oldest first; the last is the block that is shown
    thought: Mark | None  # the share that the team expected of it
    helped: tuple[Bar, ...]
    missed: tuple[Bar, ...]
    other: Bar | None
    themes: tuple[OfTheme, ...]  # of a deep cycle, which has no bars
    language: Language

    @property
    def is_first(self) -> bool:
        """Whether no earlier block was released."""
        return len(self.trend) == 1

    @property
    def is_coded(self) -> bool:
        """Whether something stands there without its number."""
        bars = (*self.helped, *self.missed)
        themes = [mark for theme in self.themes for mark in (theme.received, theme.needed)]
        marks = (*self.levels, *self.trend, *themes)
        return any(mark.at is None for mark in marks) or any(bar.times is None for bar in bars)


@dataclass(frozen=True)
class _Words:
    """How to say one department's figures."""

    department: Department
    language: Language

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def number(self, value: float) -> str:
        shown = f"{value:.1f}"
        return shown.replace(".", ",") if self.language == "nl" else shown

    def influence(self, theme: str) -> str:
        found = self.department.influence(theme)
        with_whom = found.with_.in_(self.language) if found.with_ else self.say("digest.others")
        return self.say(f"chart.by_{found.by}", with_whom=with_whom)


def _plot(blocks: Sequence[Shown], words: _Words) -> Plot:
    if not blocks:
        raise ValueError("nothing to draw: no block")
    shown, rows = blocks[-1], _by_measure(blocks[-1].ledger)
    n = rows["good"].n
    return Plot(
        title=words.department.name.in_(words.language),
        subtitle=words.say("chart.people_few" if n is None else "chart.people", period=shown.label, n=n),
        levels=(_level(words, rows["received"], "received"), _level(words, rows["needed"], "needed")),
        trend=tuple(_share(words, block.label, _by_measure(block.ledger)["good"]) for block in blocks),
        thought=_thought(words, shown.thought),
        helped=_themes(words, shown.ledger, "helped"),
        missed=_themes(words, shown.ledger, "missed"),
        other=_other(words, shown.ledger),
        themes=tuple(_of_theme(words, one) for one in themes.of_each(shown.ledger)),
        language=words.language,
    )


def _by_measure(ledger: Sequence[Publication]) -> dict[str, Publication]:
    return {row.measure: row for row in reversed(ledger)}


def _of_theme(words: _Words, one: themes.OfTheme) -> OfTheme:
    name = words.department.theme_name(one.theme, words.language)
    return OfTheme(name, _level(words, one.received, "received"), _level(words, one.needed, "needed"))


def _level(words: _Words, row: Publication, measure: str) -> Mark:
    name = words.say(f"answers.{measure}")
    if row.estimate is None or row.low is None or row.high is None:
        low, high = ZONES[row.verdict]
        said = words.say(f"digest.level_{row.verdict}")
        return Mark(name, said, low, high, short=said)
    numbers = {"estimate": row.estimate, "low": row.low, "high": row.high}
    said = words.say("details.interval", **{name: words.number(value) for name, value in numbers.items()})
    return Mark(name, said, row.low, row.high, at=row.estimate, short=words.number(row.estimate))


def _share(words: _Words, label: str, row: Publication) -> Mark:
    if row.estimate is None or row.low is None or row.high is None or row.n is None:
        said = words.say(f"chart.good_{row.verdict}")
        low, high, bound = zone(row)
        return Mark(label, said, low, high, bound=bound, short=said, shortest=said)
    share = row.estimate / row.n
    numbers = {"percent": f"{100 * share:.0f}", "low": f"{100 * row.low:.0f}", "high": f"{100 * row.high:.0f}"}
    said = words.say("chart.share", k=int(row.estimate), n=row.n, **numbers)
    short, shortest = words.say("chart.share_before", **numbers), words.say("chart.percent", **numbers)
    return Mark(label, said, row.low, row.high, at=share, short=short, shortest=shortest)


def _thought(words: _Words, share: str) -> Mark | None:
    if not share:
        return None
    said = words.say("chart.thought", share=words.say(f"selfimage.said_{share}"))
    return Mark(said, said, *CLASSES[share])


def zone(row: Publication) -> tuple[float, float, float | None]:
    """Where a share without a number lies, and its bound: at its widest where it is hidden how many answered."""
    bound = FEW / (row.n or LOWEST_THRESHOLD)
    if row.verdict == "at_most_2":
        return 0.0, bound, bound
    if row.verdict == "all_but_2":
        return 1 - bound, 1.0, 1 - bound
    fewest = (FEW + 1) / (SMALLEST - 1)
    return fewest, 1 - fewest, None


def _themes(words: _Words, ledger: Sequence[Publication], side: str) -> tuple[Bar, ...]:
    """The themes that helped or were missed, most mentioned first; ties in catalogue order."""
    rows = [row for row in ledger if row.measure == "theme" and row.subject.startswith(f"{side}.")]
    rows.sort(key=lambda row: (-(row.estimate or 0.0), THEMES.index(theme_of(row))))
    return tuple(_bar(words, row) for row in rows)


def _bar(words: _Words, row: Publication) -> Bar:
    theme, department = theme_of(row), words.department
    return Bar(
        name=department.theme_name(theme, words.language),
        times=None if row.estimate is None else int(row.estimate),
        pattern=department.influence(theme).by,
        note=words.influence(theme),
    )


def _other(words: _Words, ledger: Sequence[Publication]) -> Bar | None:
    for row in ledger:
        if row.measure == "theme" and row.subject == OTHER and row.estimate is not None:
            return Bar(words.say("chart.other"), int(row.estimate), "other")
    return None


# --- the same in words -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Brevity:
    """How much is said: the longest name, whether with whom a theme can be changed, and how much of earlier blocks."""

    name: int
    with_whom: bool
    past: Literal["interval", "share", "bare", "first"]


_SHORTER = (
    _Brevity(300, True, "interval"),
    _Brevity(60, True, "share"),
    _Brevity(36, False, "share"),
    _Brevity(36, False, "bare"),
    _Brevity(22, False, "bare"),
    _Brevity(12, False, "bare"),
    _Brevity(12, False, "first"),
)


def _alt(plot: Plot) -> str:
    """All that the picture says in at most LONGEST_ALT characters: in full, else with less detail until it fits."""
    said = [" ".join(_sentences(plot, brevity)) for brevity in _SHORTER]
    return next((text for text in said if len(text) <= LONGEST_ALT), _cut(said[-1], LONGEST_ALT))


def _sentences(plot: Plot, brevity: _Brevity) -> Iterator[str]:
    language, (received, needed) = plot.language, plot.levels
    yield f"{_cut(plot.title, 2 * brevity.name)}. {_cut(plot.subtitle, 70 + brevity.name)}."
    yield say("chart.alt_levels", language, received=received.words, needed=needed.words)
    yield say("chart.alt_good", language, good=plot.trend[-1].words)
    if plot.thought is not None:
        yield f"{plot.thought.words}."
    yield say("chart.alone", language) if plot.is_first else _past(plot, brevity)
    if plot.themes:
        items = "; ".join(_levels_of(theme, brevity) for theme in plot.themes)
        yield say("chart.alt_list", language, heading=say("chart.themes", language), items=items)
    bars_of = (("chart.helped", plot.helped), ("chart.missed", plot.missed))
    for heading, bars in () if plot.themes else bars_of:
        items = "; ".join(_items(bars, language, brevity)) or say("chart.none", language)
        yield say("chart.alt_list", language, heading=say(heading, language), items=items)
    if plot.other:
        yield f"{plot.other.name}: {plot.other.times}."
    if plot.is_coded:
        yield say("chart.alt_coded", language)


def _levels_of(theme: OfTheme, brevity: _Brevity) -> str:
    """What was received and needed of a theme, in this order."""
    return f"{_cut(theme.name, brevity.name)} {theme.received.short} / {theme.needed.short}"


def _past(plot: Plot, brevity: _Brevity) -> str:
    """The headline of the earlier blocks, oldest first."""
    earlier = plot.trend[:-1]
    if brevity.past == "interval":
        items = [f"{mark.name} {mark.short}" for mark in earlier]
    elif brevity.past == "share":
        items = [f"{_cut(mark.name, brevity.name)} {mark.shortest}" for mark in earlier]
    else:
        items = [mark.shortest for mark in (earlier if brevity.past == "bare" else earlier[:1])]
    return say("chart.alt_before", plot.language, items="; ".join(items))


def _items(bars: Sequence[Bar], language: Language, brevity: _Brevity) -> Iterator[str]:
    """The themes with how often: each with its influence, or shorter, together by influence."""
    if brevity.with_whom:
        yield from (f"{_item(bar, language, brevity)} ({bar.note})" for bar in bars)
        return
    for pattern in get_args(Pattern):
        same = [_item(bar, language, brevity) for bar in bars if bar.pattern == pattern]
        if same:
            yield say(f"chart.alt_{pattern}", language, items=", ".join(same))


def _item(bar: Bar, language: Language, brevity: _Brevity) -> str:
    times = say("digest.times_most", language) if bar.times is None else bar.times
    return f"{_cut(bar.name, brevity.name)} {times}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
