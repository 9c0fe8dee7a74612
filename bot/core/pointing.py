"""The cards that answer “where do I go with this?”: where to type it, which services fit, and each of those.

None of them shows what was typed, and they are apart: a search stays nowhere, nor does what it found.
"""

from collections.abc import Iterator, Sequence

from bot.core.actions import Action
from bot.core.finding import Found
from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card, Entry
from config.department import Department, Service
from config.texts import say
from config.words import Language

LONGEST = 80  # characters of a search
SEARCH = str(Action(NO_ROUND, "where"))  # what comes back with a search; alone, the card to type it on


def to_search(language: Language) -> Card:
    """Where somebody types what they need."""
    lines = (say("where.ask", language), say("where.kept", language))
    return _searching(language, lines)


def nothing(language: Language, contact: str) -> Card:
    """No service fits: other words, every department, or somebody to call."""
    lines = (say("where.nothing", language), say("where.call", language, contact=contact))
    return _searching(language, lines)


def confidential(language: Language, name: str, reach: str) -> Card:
    """To whom somebody goes with what no department is for: how people behave."""
    lines = (say("where.confidential", language, name=name, reach=reach), say("where.kept", language))
    asides = (_again(language), _departments(language), _to_card(language))
    return Card(language=language, heading=say("where.heading", language), lines=lines, asides=asides, apart=True)


def several(found: Sequence[Found], language: Language) -> Card:
    """Services that may be meant."""
    return Card(
        language=language,
        heading=say("where.heading", language),
        lines=(say("where.which", language),),
        choices=tuple(Button(label(one, language), _to(one)) for one in found),
        asides=(_again(language), _departments(language), _to_card(language)),
        apart=True,
    )


def label(found: Found, language: Language) -> str:
    """What stands on the button of a result."""
    name = found.department.name.in_(language)
    return f"{name}: {found.service.name.in_(language)}" if found.service else name


def one(
    department: Department,
    service: Service,
    language: Language,
    *,
    judged: bool,
    is_guess: bool = False,
    stale: Sequence[str] = (),
) -> Card:
    """Whom to go to with what, what to expect, how to reach them; `judged` where this person may say something.

    `stale` says since when nobody looked at it, where that is long ago.
    """
    told = tuple(_told(department, service, language, "guess" if is_guess else "there"))
    feedback = Button(say("button.feedback", language), _action("feedback", department.key))
    return Card(
        language=language,
        heading=say("where.heading", language),
        lines=(*told, *stale, *((say("where.guessed", language),) if is_guess else ())),
        steps=(Button(say("where.department", language), _action("dept", department.key)),),
        asides=(*((feedback,) if judged else ()), _again(language), _to_card(language)),
        apart=True,
    )


def _told(department: Department, service: Service, language: Language, how: str) -> Iterator[str]:
    """What a service does not say of what to expect, the department's card may say."""
    card, name = department.card, department.name.in_(language)
    yield say(f"where.{how}", language, department=name, service=service.name.in_(language))
    if expect := service.expect or (card and card.expect):
        yield say("departments.expect", language, words=expect.in_(language))
    if card and card.reach:
        yield say("where.reach", language, department=name, words=card.reach.in_(language))


def _searching(language: Language, lines: tuple[str, ...]) -> Card:
    entry = Entry(say("where.label", language), SEARCH, say("where.search", language), LONGEST)
    asides = (_departments(language), _to_card(language))
    return Card(
        language=language,
        heading=say("where.heading", language),
        lines=lines,
        entry=entry,
        asides=asides,
        apart=True,
    )


def _to(found: Found) -> str:
    key = found.department.key
    return _action("need", key, found.service.key) if found.service else _action("dept", key)


def _again(language: Language) -> Button:
    return Button(say("where.again", language), SEARCH)


def _departments(language: Language) -> Button:
    return Button(say("button.departments", language), _action("depts"))


def _to_card(language: Language) -> Button:
    return Button(say("button.to_card", language), _action("home"))


def _action(verb: str, *arguments: str) -> str:
    return str(Action(NO_ROUND, verb, arguments))
