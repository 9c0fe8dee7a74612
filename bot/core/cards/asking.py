"""The card of one question about one department."""

from collections.abc import Iterator

from bot.core import told
from bot.core.ballot import Ballot
from bot.core.cards.choosing import is_taken
from bot.core.cards.pieces import asides, button
from bot.core.platform import Button, Card
from bot.core.setting import Setting
from config.questions import PickSeveral, Question


def ask(ballot: Ballot, setting: Setting) -> Card:
    """The question where somebody is, and how much is still to come."""
    department, key = ballot.place.department, ballot.place.question
    question = setting.question(ballot, department, key)
    assert question is not None  # noqa: S101  a place is only ever set to a question on the path
    number, seconds = setting.number(ballot, department, key), setting.seconds_left(ballot)
    name, all_of_them = setting.name_of(department), len(setting.questions(ballot, department))
    return Card(
        language=setting.language,
        heading=setting.say("question.heading", department=name, number=number, of=all_of_them, seconds=seconds),
        lines=(*_about(setting, department, key), f"**{setting.words(ballot, department, key)}**"),
        choices=_choices(ballot, setting, question),
        several=setting.action("picks", department, key) if isinstance(question, PickSeveral) else "",
        steps=_steps(setting, question, department, key),
        asides=(*_question_asides(ballot, setting, question), *asides(setting, "later", "notnow", "who")),
    )


def _about(setting: Setting, department: str, key: str) -> tuple[str, ...]:
    """With the first question about a department: the line of its card, and what it does with what was said."""
    if key != "received":
        return ()
    shown, promised = setting.department(department), setting.promised.get(department, ())
    return (*_card_line(setting, department), *told.lines(promised, shown, setting.language))


def _card_line(setting: Setting, department: str) -> tuple[str, ...]:
    card = setting.department(department).card
    if card is None:
        return ()
    what_for, expect = card.what_for.in_(setting.language), card.expect.in_(setting.language)
    name = setting.name_of(department)
    return (setting.say("question.about", department=name, what_for=what_for, expect=expect),)


def _choices(ballot: Ballot, setting: Setting, question: Question) -> tuple[Button, ...]:
    department, key = ballot.place.department, ballot.place.question
    choices = setting.choices(ballot, department, key)
    if isinstance(question, PickSeveral):
        chosen = (ballot.value(department, key) or "").split(",")
        return tuple(
            Button(
                choice.label,
                setting.action("-" if choice.value in chosen else "+", department, key, choice.value),
                choice.value in chosen,
                choice.value,
            )
            for choice in choices
        )
    buttons = [Button(c.label, setting.action("a", department, key, c.value)) for c in choices]
    if key != "service":
        buttons.append(button(setting, "button.dont_know", "pass", department, key))
    return tuple(buttons)


def _steps(setting: Setting, question: Question, department: str, key: str) -> tuple[Button, ...]:
    if isinstance(question, PickSeveral):
        return (button(setting, "button.next", "go", department, key),)
    return ()


def _question_asides(ballot: Ballot, setting: Setting, question: Question) -> tuple[Button, ...]:
    department, key = ballot.place.department, ballot.place.question
    found = [*_back(ballot, setting)]
    if key == "service" or isinstance(question, PickSeveral):
        found.append(button(setting, "button.skip", "pass", department, key))
    if question.explain is not None:
        found.append(button(setting, "button.explain", "explain", department, key))
    return tuple(found)


def _back(ballot: Ballot, setting: Setting) -> Iterator[Button]:
    """Back to the question before this one; from the first one to the departments, where there is a choice of them."""
    department, key = ballot.place.department, ballot.place.question
    path = setting.path(ballot, department)
    if path.index(key) > 0:
        yield button(setting, "button.back", "to", department, path[path.index(key) - 1])
    elif before := ballot.drawn[: ballot.drawn.index(department)]:
        yield button(setting, "button.back", "to", before[-1], setting.path(ballot, before[-1])[-1])
    elif not is_taken(ballot, setting):
        yield button(setting, "button.back", "at", "tick")
