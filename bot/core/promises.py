"""The cards of a department that answers: which point, what it does about it, who, by when, and what became of it.

They hold only what the department says itself, and are for one person's eyes until it is posted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import moments
from bot.core.actions import Action
from bot.core.home import ABOUT_PROMISES, NO_ROUND
from bot.core.platform import Button, Card, Entry
from bot.core.timing import Calendar
from config.department import SOMETHING_ELSE, Department
from config.texts import say
from config.words import Language

STANCES = ("take", "working", "cannot")
OWNERS = ("lead", "team")  # or a role in their own words
OTHER = "other"  # asks for one
WEEKS = (2, 4, 8, 13)  # to choose from: from today, or from the day that a promise is moved from
SEEN = "seen"  # what is to be thought of first: the same point is promised already, or a name may be in it
LONGEST = 200  # characters of what they say
LONGEST_OWNER = 60
VERBS = frozenset(ABOUT_PROMISES)


@dataclass(frozen=True)
class Pledge:
    """One point as it is shown. `due` and `since` are days; `since` is when it was settled."""

    id: str
    department: Department
    theme: str
    stance: str
    words: str
    owner: str
    due: date | None
    state: str
    reason: str
    since: date | None
    is_late: bool  # its day is over, and it is not done
    was_due: date | None = None  # before it was moved last
    today: date | None = None

    def line(self, language: Language) -> str:
        """One paragraph about it, as the card of the department and its channel show it."""
        values = {"words": sentence(self.words), "point": self.point(language), "reason": sentence(self.reason)}
        if self.state in ("open", "draft"):
            return self._ahead(language, values)
        return _spaced(say(f"promise.is_{self.state}", language, **values, day=day(self.since, language, self.today)))

    def sees_to_it(self, language: Language) -> str:
        """Who does: a role."""
        return say(f"promise.as_{self.owner}", language) if self.owner in OWNERS else plain(self.owner)

    def point(self, language: Language) -> str:
        """A few words about the point that it answers; none where that is none of the six."""
        if self.theme == SOMETHING_ELSE:
            return ""
        return say("promise.point", language, theme=self.department.theme_name(self.theme, language))

    def _ahead(self, language: Language, values: Mapping[str, str]) -> str:
        key = f"promise.is_{self.stance}"
        if self.stance == "cannot":
            return _spaced(say(key, language, **values))
        owner, due = self.sees_to_it(language), day(self.due, language, self.today)
        line = _spaced(say(key, language, **values, owner=owner, day=due))
        was = day(self.was_due, language, self.today)
        because = (say("promise.because", language, **values, day=was),) if self.was_due else ()
        late = (say("promise.late", language),) if self.is_late else ()
        return " ".join((line, *because, *late))


def plain(words: str) -> str:
    """Their words, in which nothing is strong."""
    return " ".join(words.replace("**", "").split())


def sentence(words: str) -> str:
    """The same with a full stop, where something follows."""
    shown = plain(words)
    return shown if shown.endswith((".", "!", "?", "…")) or not shown else f"{shown}."


def _spaced(line: str) -> str:
    """With single spaces, where a part of it says nothing."""
    return " ".join(line.split())


def day(when: date | None, language: Language, today: date | None = None) -> str:
    """A date as people say it, with its year where that is not clear today."""
    if when is None:
        return say("promise.no_day", language)
    return moments.dated(when, today, language) if today is not None else moments.day(when, language)


# --- below a message ----------------------------------------------------------------------------------------------


def below_digest(block: int, language: Language) -> Card:
    """What a department can do with its figures."""
    buttons = (_button(f"promise.{stance}", language, "take", str(block), stance) for stance in STANCES)
    return Card(language=language, lines=(), steps=tuple(buttons))


def below(promise: str, language: Language) -> Card:
    """What can become of a promise."""
    buttons = (_button(f"promise.{verb}", language, verb, promise) for verb in ("ready", "move", "quit"))
    return Card(language=language, lines=(), steps=tuple(buttons))


# --- for who speaks for it ---------------------------------------------------------------------------------------


def told_off(language: Language, key: str, **values: object) -> Card:
    """Why nothing comes of it."""
    return Card(language=language, lines=(say(key, language, **values),), apart=True)


def which(department: Department, block: int, stance: str, themes: Sequence[str], language: Language) -> Card:
    """Which point it is about: what was missed most, or something else."""
    points = [Button(department.theme_name(t, language), _action("point", str(block), stance, t)) for t in themes]
    other = _button("promise.point_else", language, "point", str(block), stance, SOMETHING_ELSE)
    asides = (to_stances(block, language),)
    return _card(
        department, language, say(f"promise.which_{stance}", language), choices=(*points, other), asides=asides
    )


def stances(department: Department, block: int, language: Language) -> Card:
    """What stands below the digest, for who went back to it: nothing was begun."""
    line, steps = say("promise.choose", language), below_digest(block, language).steps
    return Card(language=language, heading=department.name.in_(language), lines=(line,), steps=steps, apart=True)


def words(department: Department, stance: str, theme: str, action: str, language: Language, back: Button) -> Card:
    """Asks for one sentence. `action` comes back with it, and `back` leads out."""
    about = f": {department.theme_name(theme, language)}" if theme != SOMETHING_ELSE else ""
    read = "promise.words_read_cannot" if stance == "cannot" else "promise.words_read"
    return Card(
        language=language,
        heading=department.name.in_(language),
        lines=(say(f"promise.words_{stance}", language, about=about), say(read, language)),
        entry=Entry(say("promise.sentence", language), action, say("button.look", language), LONGEST),
        asides=(back,),
        apart=True,
    )


def again(card: Card, draft: str, hint: str) -> Card:
    """The same once more, with what was typed and what is wrong with it."""
    return replace(card, hint=hint, entry=replace(card.entry, draft=draft) if card.entry is not None else None)


def to_points(block: int, stance: str, language: Language) -> Button:
    """Back to the points."""
    return _button("button.back", language, "take", str(block), stance)


def to_stances(block: int, language: Language) -> Button:
    """Back to before there was anything."""
    return _button("button.back", language, "take", str(block))


def to_draft(promise: str, language: Language) -> Button:
    """Back to how a promise or a draft stands."""
    return _button("button.back", language, "promise", promise)


def point_action(block: int, stance: str, theme: str) -> str:
    """What comes back with the first sentence."""
    return _action("point", str(block), stance, theme)


def who(pledge: Pledge, language: Language) -> Card:
    """Asks who sees to it."""
    labels = {one: say(f"promise.as_{one}", language) for one in (*OWNERS, OTHER)}
    choices = tuple(Button(label, _action("owner", pledge.id, one)) for one, label in labels.items())
    lines = (f"“{plain(pledge.words)}”", say("promise.who", language))
    return _card(pledge.department, language, *lines, choices=choices, asides=(_out(pledge, language),))


def role(pledge: Pledge, language: Language) -> Card:
    """Asks for a role in their own words."""
    return _asking(pledge, language, "promise.who", "promise.role", _action("owner", pledge.id), LONGEST_OWNER)


def days(after: date, calendar: Calendar) -> list[date]:
    """By when something can be promised: some weeks `after` that day, on days on which people work."""
    return sorted({calendar.on_or_after(after + timedelta(weeks=weeks)) for weeks in WEEKS})


def when(pledge: Pledge, offered: Sequence[date], language: Language, verb: str = "due") -> Card:
    """Asks by when, of these days; `verb` is what hears it."""
    choices = tuple(Button(day(one, language), _action(verb, pledge.id, f"{one:%Y%m%d}")) for one in offered)
    line, asides = say("promise.when", language), (_out(pledge, language),)
    return _card(pledge.department, language, line, choices=choices, asides=asides)


def look(pledge: Pledge, language: Language, hint: str = "") -> Card:
    """As it will be posted; `hint` is what to think of first, and the button then says that it was seen."""
    seen = (SEEN,) if hint else ()
    return Card(
        language=language,
        heading=pledge.department.name.in_(language),
        hint=hint,
        lines=(say("promise.look", language), pledge.line(language)),
        steps=(_button("promise.post", language, "post!", pledge.id, *seen),),
        asides=(
            _button("promise.reword", language, "reword", pledge.id),
            _out(pledge, language),
        ),
        apart=True,
    )


def standing(pledge: Pledge, language: Language, *, settled: bool = False, later: str = "") -> Card:
    """How it stands, with what can become of it; `settled` right after something did.

    `later` is when its channel reads of it, where that is after its digest.
    """
    told = say("promise.told_later", language, day=later) if later else say("promise.told_channel", language)
    buttons = () if settled or pledge.state != "open" else below(pledge.id, language).steps
    return Card(
        language=language,
        heading=pledge.department.name.in_(language),
        lines=(pledge.line(language), *((told,) if settled else ())),
        steps=buttons,
        apart=True,
    )


def sure(pledge: Pledge, language: Language) -> Card:
    """Whether it is really done: colleagues will be told, and asked."""
    step = _button("promise.done_sure", language, "ready!", pledge.id)
    return Card(
        language=language,
        heading=pledge.department.name.in_(language),
        lines=(f"“{plain(pledge.words)}”", say("promise.sure", language)),
        steps=(step,),
        asides=(_out(pledge, language),),
        apart=True,
    )


def reason(pledge: Pledge, verb: str, arguments: Sequence[str], language: Language) -> Card:
    """Asks why it is moved or dropped."""
    action = _action(verb, pledge.id, *arguments)
    return _asking(pledge, language, f"promise.why_{verb}", "promise.sentence", action, LONGEST)


def _out(pledge: Pledge, language: Language) -> Button:
    """A draft is thrown away; a promise stays as it is."""
    if pledge.state == "draft":
        return _button("promise.discard", language, "discard!", pledge.id)
    return to_draft(pledge.id, language)


def _asking(pledge: Pledge, language: Language, ask: str, label: str, action: str, most: int) -> Card:
    return Card(
        language=language,
        heading=pledge.department.name.in_(language),
        lines=(f"“{plain(pledge.words)}”", say(ask, language)),
        entry=Entry(say(label, language), action, say("button.next", language), most),
        asides=(_out(pledge, language),),
        apart=True,
    )


def _card(
    department: Department,
    language: Language,
    *lines: str,
    choices: tuple[Button, ...],
    asides: tuple[Button, ...] = (),
) -> Card:
    name = department.name.in_(language)
    return Card(language=language, heading=name, lines=lines, choices=choices, asides=asides, apart=True)


def _button(label: str, language: Language, verb: str, *arguments: str) -> Button:
    return Button(say(label, language), _action(verb, *arguments))


def _action(verb: str, *arguments: str) -> str:
    return str(Action(NO_ROUND, verb, arguments))
