"""The words of a deep cycle: what each theme came to, and at its end which of them come first."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.answers import Publication
from analysis.coding import HIGH
from analysis.priorities import IN_ORDER, ON_THE_LINE
from analysis.themes import OfTheme, praised, short_of_needed
from bot.flow.phrasing import Words, gap, influence, level, with_margin, with_whom


def goes_well(words: Words, themes: Sequence[OfTheme]) -> str:
    """The theme of which most was received, or those of which that is high; what is not high is only the best."""
    found = praised(themes)
    if not found:
        return words.say("digest.nothing_helped")
    estimate = found[0].received.estimate
    if estimate is None:
        names = ", ".join(_name(words, one) for one in found)
        return words.say("priorities.well_in_words", themes=names, received=level(words, found[0].received))
    return words.say("priorities.well" if estimate >= HIGH else "priorities.best", **_levels(words, found[0]))


def to_work_on(words: Words, themes: Sequence[OfTheme]) -> str:
    """One theme of which less was received than needed, under what the department can do about it."""
    found = short_of_needed(themes, words.department)
    if not found:
        return words.say("priorities.nothing_short")
    by = words.department.influence(found[0].theme).by
    return words.say(f"priorities.short_{by}", with_whom=with_whom(words, found[0].theme), **_levels(words, found[0]))


def placed(words: Words, themes: Sequence[OfTheme]) -> Iterator[str]:
    """At the end of the cycle: which themes lie where; nothing where none has a place."""
    found = {one.quadrant for one in themes} - {""}
    named = [_quadrant(words, quadrant, themes) for quadrant in IN_ORDER if quadrant in found - {ON_THE_LINE}]
    if ON_THE_LINE in found:
        named.append(words.say("priorities.rest_on_the_line" if named else "priorities.all_on_the_line"))
    if named:
        yield words.say("priorities.placed", items="; ".join(named))


def _quadrant(words: Words, quadrant: str, themes: Sequence[OfTheme]) -> str:
    names = ", ".join(_name(words, one) for one in themes if one.quadrant == quadrant)
    return words.say(f"priorities.in_{quadrant}", themes=names)


def details(words: Words, themes: Sequence[OfTheme], crosshair: Mapping[str, Publication]) -> Iterator[str]:
    """A line for each theme, and what the places are measured by."""
    for one in themes:
        yield words.say(
            "priorities.theme",
            theme=_name(words, one),
            note=influence(words, one.theme),
            received=with_margin(words, one.received),
            needed=with_margin(words, one.needed),
            gap=gap(words, one.gap),
            place=_place(words, one),
        )
    if crosshair:
        lines = {axis: words.number(row.estimate) for axis, row in crosshair.items()}
        yield words.say("priorities.crosshair", **lines)


def _place(words: Words, one: OfTheme) -> str:
    """Where it lies, where it has a place."""
    if not one.quadrant:
        return ""
    quadrant = words.say(f"priorities.quadrant_{one.quadrant}")
    return " " + words.say("priorities.place", quadrant=quadrant[:1].lower() + quadrant[1:])


def _levels(words: Words, one: OfTheme) -> dict[str, str]:
    return {"theme": _name(words, one), "received": level(words, one.received), "needed": level(words, one.needed)}


def _name(words: Words, one: OfTheme) -> str:
    return words.department.theme_name(one.theme, words.language)
