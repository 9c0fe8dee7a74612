"""The cards that belong to a person and not to a round: help, pause, the hour to be asked, stop and return."""

from dataclasses import dataclass, replace

from bot.core.actions import Action, decode
from bot.core.platform import Button, Card
from config.texts import say
from config.words import Language

NO_ROUND = "0"  # stands for the invitation in the buttons of these cards
PAUSES = ("1", "3", "6")  # months
HOURS = ("9", "11", "13", "15", "16")
DAYS = ("0", "1", "2", "3", "4")  # Monday to Friday
ANY = "any"
_ABOUT_DEPARTMENTS = ("depts", "dept", "where", "need")  # bot/core/departments.py, bot/core/pointing.py
_ABOUT_ASKING = ("pause", "pause!", "hours", "hour", "days", "day", "habits", "stop", "stop!", "return")
_ABOUT_ANSWERS = ("feedback", "forget", "forget!")  # bot/flow/feedback.py
ABOUT_CARDS = ("fresh!", "adapt")  # bot/flow/freshness.py
ABOUT_PROMISES = (  # bot/flow/promises.py
    *("take", "point", "reword", "owner", "due", "promise", "post!", "discard!"),
    *("ready", "ready!", "move", "moved", "quit"),
)
_ABOUT_SURVEYS = ("desk", "rounds", "survey", "survey-pause!", "survey-resume!")  # bot/flow/desk.py
PERSONAL = frozenset(
    (
        *_ABOUT_SURVEYS,
        *_ABOUT_ASKING,
        *_ABOUT_DEPARTMENTS,
        *_ABOUT_ANSWERS,
        *ABOUT_PROMISES,
        *ABOUT_CARDS,
        "help",
        "home",
    )
)
"""The verbs that are about a person. Everything else is about a round."""


def help_card(language: Language, first_name: str, contact: str, hint: str = "", *, away: bool = False) -> Card:
    """What the bot is and what can be asked of it; for who paused or stopped also the way back."""
    lines = (
        say("help.hello", language, first_name=first_name),
        say("help.contact", language, contact=contact),
    )
    where = _button("where.button", "where", language)
    return Card(
        language=language, lines=lines, hint=hint, steps=_to_card(language), asides=(where, *_menu(language, away=away))
    )


def nothing_open(language: Language, first_name: str, *, away: bool = False) -> Card:
    """No question waits for this person now."""
    return Card(
        language=language,
        lines=(say("home.nothing", language, first_name=first_name),),
        asides=_menu(language, away=away),
    )


@dataclass(frozen=True)
class Lot:
    """How chance has people take turns: one group after another, or in a pilot everybody each time."""

    weeks: int
    cohorts: int
    pilot: bool = False


def why(language: Language, lot: Lot, when: str, *, away: bool = False) -> Card:
    """Why somebody is asked, for who has no open round; `when` says when next."""
    between = say("why.between", language, weeks=lot.weeks, cohorts=lot.cohorts)
    return Card(
        language=language,
        heading=say("why.heading", language),
        lines=(say("why.pilot", language) if lot.pilot else between, when),
        steps=_to_card(language),
        asides=_menu(language, away=away),
        apart=True,
    )


def privacy(language: Language, platform: str, threshold: int) -> Card:
    """Who sees what, for who has no open round."""
    return Card(
        language=language,
        heading=say("who.heading", language),
        lines=(
            say("who.closing", language),
            say("who.department", language, threshold=threshold),
            say("who.honest", language, platform=platform.capitalize(), threshold=threshold),
        ),
        steps=_to_card(language),
        apart=True,
    )


def unfinished(card: Card) -> Card:
    """In the place of a card apart, where it would be kept: says that something waits, with the way to it.

    Where it only asks what to look for, nothing was said yet: it stays, with the way to its place to type.
    """
    if card.entry is not None and card.entry.action == _action("where"):
        step = Button(card.entry.label, card.entry.action)
        return replace(card, entry=None, steps=(step, *card.steps), apart=False)
    buttons = (*card.choices, *card.steps, *card.asides)
    action = card.entry.action if card.entry is not None else buttons[0].action if buttons else ""
    decoded = decode(action)
    show = str(Action(decoded.invitation, "show")) if decoded else _action("home")
    step = Button(say("button.go_on", card.language), show)
    return Card(language=card.language, lines=(say("home.unfinished", card.language),), steps=(step,))


def pause_menu(language: Language) -> Card:
    """How long to leave somebody alone."""
    choices = tuple(_button(f"button.pause_{months}", "pause!", language, months) for months in PAUSES)
    return Card(language=language, lines=(say("pause.ask", language),), choices=choices, steps=_to_card(language))


def paused(language: Language, until: str, *, gone: bool = False) -> Card:
    """Confirms the pause, with the way back; `gone` where an early ballot cannot count any more."""
    steps = (_button("button.return", "return", language),)
    lines = (say("pause.done", language, until=until), *((say("early.gone", language),) if gone else ()))
    return Card(language=language, lines=lines, steps=steps)


def hours_menu(language: Language) -> Card:
    """At what hour somebody likes to be asked."""
    hours = [Button(say("button.hour", language, hour=hour), _action("hour", hour)) for hour in HOURS]
    return Card(
        language=language,
        lines=(say("hours.ask", language),),
        choices=(*hours, _button("button.any_hour", "hour", language, ANY)),
        steps=_to_card(language),
    )


def hours_kept(language: Language) -> Card:
    """Confirms the hour."""
    return Card(language=language, lines=(say("hours.done", language),), steps=_to_card(language))


def days_menu(language: Language) -> Card:
    """On what day somebody likes to be asked."""
    days = [Button(say(f"weekday.d{day}", language).capitalize(), _action("day", day)) for day in DAYS]
    return Card(
        language=language,
        lines=(say("days.ask", language),),
        choices=(*days, _button("button.any_day", "day", language, ANY)),
        steps=_to_card(language),
    )


def days_kept(language: Language) -> Card:
    """Confirms the day."""
    return Card(language=language, lines=(say("days.done", language),), steps=_to_card(language))


def habits(
    language: Language, weekday: int | None, hour: int | None, *, until: str = "", stopped: bool = False
) -> Card:
    """When somebody is asked, as they wished it, with what they can change; `until` when somebody paused."""
    wished = "both" if weekday is not None and hour is not None else "day" if weekday is not None else "hour"
    key = "any" if weekday is None and hour is None else wished
    day = say(f"weekday.d{weekday}", language) if weekday is not None else ""
    line = say(f"habits.{key}", language, weekday=day, hour=hour)
    if until or stopped:
        line = say("habits.stopped", language) if stopped else say("habits.paused", language, until=until)
    asides = () if stopped else (_button("button.days", "days", language),)
    return Card(
        language=language,
        heading=say("habits.heading", language),
        lines=(line,),
        asides=(*_menu(language, away=bool(until) or stopped), *asides),
    )


def sure_to_stop(language: Language) -> Card:
    """Asks once more, and says what happens to what was answered."""
    steps = (_button("button.stop_sure", "stop!", language), *_to_card(language))
    asides = (_button("button.pause", "pause", language),)
    return Card(language=language, lines=(say("stop.sure", language),), steps=steps, asides=asides)


def sure_to_forget(language: Language) -> Card:
    """Asks once more."""
    steps = (_button("button.erase_all", "forget!", language), *_to_card(language))
    return Card(language=language, lines=(say("forget.sure", language),), steps=steps, apart=True)


def stopped(language: Language) -> Card:
    """Says goodbye, with the way back."""
    steps = (_button("button.return", "return", language),)
    return Card(language=language, lines=(say("stop.done", language),), steps=steps)


def returned(language: Language) -> Card:
    """Welcomes back."""
    return Card(language=language, lines=(say("return.done", language),), steps=_to_card(language))


def _menu(language: Language, *, away: bool) -> tuple[Button, ...]:
    verbs = ("return", "hours", "pause", "stop") if away else ("hours", "pause", "stop")
    return tuple(_button(f"button.{verb}", verb, language) for verb in verbs)


def _to_card(language: Language) -> tuple[Button, ...]:
    return (_button("button.to_card", "home", language),)


def _button(label: str, verb: str, language: Language, *arguments: str) -> Button:
    return Button(say(label, language), _action(verb, *arguments))


def _action(verb: str, *arguments: str) -> str:
    return str(Action(NO_ROUND, verb, arguments))
