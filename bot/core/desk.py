"""The cards of an admin in chat: the next rounds, pausing a survey, test cards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.actions import Action
from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card
from config.survey import Survey
from config.texts import say
from config.words import Language

PAUSE, RESUME = "survey-pause!", "survey-resume!"


@dataclass(frozen=True)
class Foreseen:
    """A round that comes: when, and how many people it will about ask."""

    survey: str  # its name
    number: int
    opens: str
    people: int
    is_deep: bool  # whether it asks about each theme


def desk(language: Language) -> Card:
    """What an admin can ask for here."""
    return Card(
        language=language,
        heading=say("desk.heading", language),
        lines=(say("desk.words", language),),
        choices=(_button("desk.next", "rounds", language), _button("desk.pause", "survey", language)),
        asides=_to_card(language),
    )


def entrance(language: Language, link: str, minutes: int, *, is_admin: bool) -> Card:
    """A link that signs in once; for an admin also what can be asked for here."""
    lines = (say("desk.link", language, minutes=minutes), link)
    if not is_admin:
        return Card(language=language, heading=say("desk.heading", language), lines=lines, asides=_to_card(language))
    whole = desk(language)
    return replace(whole, lines=(*lines, *whole.lines))


def next_rounds(language: Language, coming: Sequence[Foreseen], paused: Sequence[str]) -> Card:
    """The rounds that come, first to open first, and the names of the surveys that are paused."""
    lines = [_round(one, language) for one in coming]
    lines += [say("desk.paused", language, survey=survey) for survey in paused]
    lines = lines or [say("desk.no_round", language)]
    return Card(language=language, heading=say("desk.next", language), lines=tuple(lines), asides=_back(language))


def _round(one: Foreseen, language: Language) -> str:
    line = say("desk.round", language, survey=one.survey, number=one.number, opens=one.opens, people=one.people)
    return f"{line} {say('desk.round_deep', language)}" if one.is_deep else line


def which_survey(language: Language, surveys: Sequence[Survey], hint: str = "") -> Card:
    """Which one is to be paused, or to go on."""
    return Card(
        language=language,
        heading=say("desk.pause", language),
        hint=hint,
        lines=(say("desk.which_survey", language),),
        choices=tuple(Button(one.name.in_(language), _action("survey", one.key)) for one in surveys),
        asides=_back(language),
    )


def sure(language: Language, survey: Survey) -> Card:
    """Asks once more, and says what it means."""
    key, verb, label = ("resume", RESUME, "desk.resume_sure") if survey.paused else ("pause", PAUSE, "desk.pause_sure")
    return Card(
        language=language,
        lines=(say(f"desk.sure_{key}", language, survey=survey.name.in_(language)),),
        steps=(_button(label, verb, language, survey.key),),
        asides=_back(language),
    )


def done(language: Language, survey: Survey) -> Card:
    """How it stands now."""
    key = "desk.done_pause" if survey.paused else "desk.done_resume"
    return Card(
        language=language, lines=(say(key, language, survey=survey.name.in_(language)),), asides=_back(language)
    )


def which_test_card(language: Language, kinds: Sequence[str], hint: str = "") -> Card:
    """The names of the test cards."""
    lines = (say("desk.which_card", language, names=", ".join(kinds)),)
    return Card(language=language, heading=say("desk.test", language), hint=hint, lines=lines, asides=_back(language))


def _back(language: Language) -> tuple[Button, ...]:
    return (_button("desk.heading", "desk", language), *_to_card(language))


def _to_card(language: Language) -> tuple[Button, ...]:
    return (_button("button.to_card", "home", language),)


def _button(label: str, verb: str, language: Language, *arguments: str) -> Button:
    return Button(say(label, language), _action(verb, *arguments))


def _action(verb: str, *arguments: str) -> str:
    return str(Action(NO_ROUND, verb, arguments))
