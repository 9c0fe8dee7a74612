"""The cards of departments: what each is for and what may be expected, for who asks."""

from collections.abc import Iterator, Sequence

from bot.core.actions import Action
from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card
from config.department import Department, DepartmentCard
from config.texts import say
from config.words import LANGUAGES, Language

_LINES = ("what_for", "expect", "working_on", "first", "bound_by", "need_from_you", "reach")


def every_department(departments: Sequence[Department], language: Language, hint: str = "") -> Card:
    """Which departments there are, to look at."""
    return Card(
        language=language,
        heading=say("departments.heading", language),
        hint=hint,
        lines=(say("departments.ask", language),),
        choices=tuple(Button(d.name.in_(language), _action("dept", d.key)) for d in departments),
        again=_action("depts"),
        asides=(
            Button(say("where.button", language), _action("where")),
            Button(say("button.to_card", language), _action("home")),
        ),
    )


def to_judge(departments: Sequence[Department], language: Language, hint: str = "") -> Card:
    """Which departments there are, to say something about."""
    return Card(
        language=language,
        heading=say("feedback.heading", language),
        hint=hint,
        lines=(say("feedback.ask", language),),
        choices=tuple(Button(d.name.in_(language), _action("feedback", d.key)) for d in departments),
        again=_action("feedback"),
        asides=(Button(say("button.to_card", language), _action("home")),),
    )


def of_department(
    department: Department, language: Language, promised: Sequence[str] = (), *, judged: bool = True, hint: str = ""
) -> Card:
    """What a department shows of itself, and promised; `judged` where this person can say something about it."""
    feedback = Button(say("button.feedback", language), _action("feedback", department.key))
    name = department.name.in_(language)
    return Card(
        language=language,
        heading=name,
        hint=hint,
        lines=(*shown(department, language), *promised),
        asides=(
            *((feedback,) if judged else ()),
            Button(say("button.departments", language), _action("depts")),
            Button(say("button.to_card", language), _action("home")),
        ),
    )


def shown(department: Department, language: Language) -> list[str]:
    """What a department says of itself, and its services, a line each."""
    name = department.name.in_(language)
    card = _card(department.card, language) if department.card else [say("departments.no_card", language, name=name)]
    return [*card, *_services(department, language)]


def named(departments: Sequence[Department], words: str) -> Department | None:
    """The department of this key, or of this name in any language."""
    wanted = " ".join(words.split()).casefold()
    for department in departments:
        names = {department.key, *(department.name.in_(language).casefold() for language in LANGUAGES)}
        if wanted in names:
            return department
    return None


def _card(card: DepartmentCard, language: Language) -> list[str]:
    lines = {key: getattr(card, key) for key in _LINES}
    return [say(f"departments.{key}", language, words=words.in_(language)) for key, words in lines.items() if words]


def _services(department: Department, language: Language) -> Iterator[str]:
    yield say("departments.services", language)
    for service in department.services:
        name = service.name.in_(language)
        if service.expect is None:
            yield say("departments.service", language, name=name)
        else:
            yield say("departments.service_expect", language, name=name, expect=service.expect.in_(language))


def _action(verb: str, *arguments: str) -> str:
    return str(Action(NO_ROUND, verb, arguments))
