"""The picture of a department's priorities after a deep cycle: themes around a crosshair; priorities_panel.py draws it.

Made of one ledger alone. A theme without a place, because its figures are words, is listed in words and not drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis import themes
from analysis.answers import Publication
from analysis.charts import LONGEST_ALT, Picture
from analysis.priorities import AXES, IN_ORDER, Span
from config.department import THEMES, Department
from config.texts import say
from config.words import Language


@dataclass(frozen=True)
class Point:
    """One theme with a place; its number in the picture, from 1."""

    number: int
    name: str
    received: Span
    needed: Span
    quadrant: str


@dataclass(frozen=True)
class Priorities:
    """All that one picture says."""

    title: str
    subtitle: str
    crosshair: tuple[float, float]  # received, needed
    points: tuple[Point, ...]
    in_words: tuple[str, ...]  # themes without a place, with what is known of them
    language: Language


def is_drawn(ledger: Sequence[Publication]) -> bool:
    """Whether there is such a picture of a block: at the end of a deep cycle, where a theme has a place."""
    return any(row.measure == "quadrant" for row in ledger)


def chart(label: str, ledger: Sequence[Publication], department: Department, language: Language) -> Picture:
    """Draw the priorities in a ledger of which there is such a picture; `label` is its period."""
    from analysis.priorities_panel import draw  # matplotlib is slow to import

    made = _made(label, ledger, department, language)
    return Picture(draw(made), _alt(made))


def described(label: str, ledger: Sequence[Publication], department: Department, language: Language) -> str:
    """The alt text of the same picture, without drawing it."""
    return _alt(_made(label, ledger, department, language))


def _made(label: str, ledger: Sequence[Publication], department: Department, language: Language) -> Priorities:
    rows = {(row.measure, row.subject): row for row in ledger}
    placed = [theme for theme in THEMES if ("quadrant", theme) in rows]
    return Priorities(
        title=say("priorities.title", language, department=department.name.in_(language)),
        subtitle=say("priorities.subtitle", language, period=label),
        crosshair=(_span(rows["crosshair", AXES[0]]).at, _span(rows["crosshair", AXES[1]]).at),
        points=tuple(
            Point(
                number,
                department.theme_name(theme, language),
                _span(rows["place_received", theme]),
                _span(rows["place_needed", theme]),
                rows["quadrant", theme].verdict,
            )
            for number, theme in enumerate(placed, 1)
        ),
        in_words=tuple(
            _in_words(one, department, language) for one in themes.of_each(ledger) if one.theme not in placed
        ),
        language=language,
    )


def _span(row: Publication) -> Span:
    at = row.estimate or 0.0
    return Span(at, at if row.low is None else row.low, at if row.high is None else row.high)


def _in_words(one: themes.OfTheme, department: Department, language: Language) -> str:
    levels = {"received": _level(one.received, language), "needed": _level(one.needed, language)}
    return say("priorities.in_words", language, theme=department.theme_name(one.theme, language), **levels)


def _level(row: Publication, language: Language) -> str:
    return number(row.estimate, language) if row.estimate is not None else say(f"digest.level_{row.verdict}", language)


def number(value: float, language: Language) -> str:
    """With one decimal."""
    return f"{value:.1f}".replace(".", ",") if language == "nl" else f"{value:.1f}"


# --- the same in words -------------------------------------------------------------------------------------------


def _alt(made: Priorities) -> str:
    """All that the picture says; names are cut where it would become too long for a screen reader."""
    said = [" ".join(_sentences(made, longest)) for longest in (300, 40, 24, 12)]
    return next((text for text in said if len(text) <= LONGEST_ALT), f"{said[-1][: LONGEST_ALT - 1].rstrip()}…")


def _sentences(made: Priorities, longest: int) -> Iterator[str]:
    received, needed = (number(line, made.language) for line in made.crosshair)
    yield f"{_cut(made.title, 2 * longest)}. {_cut(made.subtitle, 70 + longest)}."
    yield say("priorities.alt_lines", made.language, received=received, needed=needed)
    for quadrant in IN_ORDER:
        items = [_item(point, made.language, longest) for point in made.points if point.quadrant == quadrant]
        if items:
            yield f"{say(f'priorities.quadrant_{quadrant}', made.language)}: {', '.join(items)}."
    if made.in_words:
        yield say("priorities.alt_words", made.language, items="; ".join(made.in_words))


def _item(point: Point, language: Language, longest: int) -> str:
    return f"{_cut(point.name, longest)} {number(point.received.at, language)} / {number(point.needed.at, language)}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
