"""What a conversation needs to know besides the ballot: the round, the questions and a little of the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.core.actions import Action
from bot.core.ballot import Ballot
from bot.core.cohorts import shuffled
from config.department import SOMETHING_ELSE, THEMES, Department
from config.organisation import Organisation
from config.questions import Choice, Question, Tapped
from config.survey import Survey
from config.texts import fill, say
from config.words import Language

SECONDS_A_QUESTION = 4  # estimates: ticking 10, a question 4, the end 5: 35 for one department, 55 for two
SECONDS_TO_TICK = 10
SECONDS_TO_END = 5


@dataclass(frozen=True)
class Setting:
    """One person's round, as the conversation sees it. Datetimes are in the person's own zone."""

    invitation: str
    organisation: Organisation  # as the cycle sees it
    survey: Survey
    extra: Tapped  # the cycle's extra question
    first_name: str
    language: Language
    workplace: str | None  # own department; "" for none of these, None where nobody knows
    since: date
    opens_at: datetime
    closes_at: datetime
    next_turn: date
    weights: Mapping[str, float]
    promised: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # by department: what is told
    pilot: bool = False  # only a few are asked, in every round
    early: bool = False  # begun by the person, before the round: nobody was asked
    platform: str = ""
    names: frozenset[str] = field(default=frozenset(), repr=False)  # taken out of texts

    @property
    def offered(self) -> tuple[Department, ...]:
        """The departments to choose from: nobody judges their own."""
        return tuple(d for d in self.organisation.asked_about(self.survey) if d.key != self.workplace)

    def department(self, key: str) -> Department:
        """A department of this cycle."""
        return self.organisation.by_key[key]

    def name_of(self, department: str) -> str:
        """What colleagues call it."""
        return self.department(department).name.in_(self.language)

    def say(self, key: str, **values: object) -> str:
        """A text of the catalogue in the person's language."""
        return say(key, self.language, **values)

    def action(self, verb: str, *arguments: str) -> str:
        """The text of a button of this invitation."""
        return str(Action(self.invitation, verb, arguments))

    # --- the questions about one department --------------------------------------------------------------------

    @property
    def five(self) -> tuple[str, ...]:
        """The questions about a department, in order, whatever was answered."""
        return ("received", "needed", "service", "theme", self.extra.key)

    def path(self, ballot: Ballot, department: str) -> tuple[str, ...]:
        """The questions about a department, in order, given what was answered.

        Without a received there is no needed, and without both there is no theme: half a pair counts for nothing.
        """
        received = ballot.value(department, "received")
        both = received is not None and ballot.value(department, "needed") is not None
        needed = ("needed",) if received is not None else ()
        return ("received", *needed, "service", *(("theme",) if both else ()), self.extra.key)

    def number(self, key: str) -> int:
        """Which of the five questions this is, also where one before it was left out."""
        return self.five.index(key) + 1

    def question(self, ballot: Ballot, department: str, key: str) -> Question | None:
        """The question behind a key of the path; the theme's wording follows the two scores."""
        if key == "theme":
            return getattr(self.survey, wording(ballot, department))  # type: ignore[no-any-return]
        if key in ("received", "needed", "service"):
            return getattr(self.survey, key)  # type: ignore[no-any-return]
        return self.extra if key == self.extra.key else None

    def choices(self, ballot: Ballot, department: str, key: str) -> tuple[Choice, ...]:
        """What may be answered; services in the department's order, themes in an order of the ballot's own."""
        question = self.question(ballot, department, key)
        if question is None:
            return ()
        if key == "service":
            return self._services(self.department(department))
        if key == "theme":
            return self._themes(self.department(department), wording(ballot, department), ballot.lot)
        return question.choices(self.language)

    def _services(self, department: Department) -> tuple[Choice, ...]:
        keys = (*(service.key for service in department.services), SOMETHING_ELSE)
        return tuple(Choice(key, department.service_name(key, self.language)) for key in keys)

    def _themes(self, department: Department, word: str, lot: int) -> tuple[Choice, ...]:
        keys = shuffled(THEMES, lot, department.key)
        return tuple(Choice(f"{word}.{key}", department.theme_name(key, self.language)) for key in keys)

    def asked(self, question: Question, department: str = "") -> str:
        """The words of a question."""
        name = self.name_of(department) if department else ""
        return fill(question.ask.in_(self.language), department=name, since=self.day(self.since))

    # --- words about time --------------------------------------------------------------------------------------

    def day(self, when: date) -> str:
        """A date as people say it: 4 augustus."""
        return say("date.day", self.language, day=when.day, month=say(f"month.m{when.month}", self.language))

    def seconds_left(self, ballot: Ballot) -> int:
        """An estimate, rounded to five seconds."""
        place = ballot.place
        left = SECONDS_TO_END
        if place.department in ballot.drawn and place.question:
            later = len(ballot.drawn) - ballot.drawn.index(place.department) - 1
            left += SECONDS_A_QUESTION * (5 * later + 6 - self.number(place.question))
        else:
            left += SECONDS_TO_TICK + SECONDS_A_QUESTION * 5 * self.survey.draw
        return -(-left // 5) * 5


def wording(ballot: Ballot, department: str) -> str:
    """Which of the two theme questions is asked: what was missed, or what helped."""
    received, needed = ballot.value(department, "received"), ballot.value(department, "needed")
    return "missed" if received is not None and needed is not None and received < needed else "helped"
