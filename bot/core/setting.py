"""What a conversation needs to know besides the ballot: the round, the questions and a little of the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.core import moments
from bot.core.actions import Action
from bot.core.ballot import Ballot
from bot.core.cohorts import MOST_DEPARTMENTS, shuffled
from config import deep
from config.deep import THEME_PAIRS
from config.department import SOMETHING_ELSE, THEMES, Department
from config.organisation import Organisation
from config.questions import Choice, Noticed, Question, Tapped
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
    extra: Tapped | None  # the cycle's extra question; none in a deep cycle, which asks about each theme
    first_name: str
    language: Language
    workplace: str | None  # own department; "" for none of these, None where nobody knows
    since: date
    opens_at: datetime
    closes_at: datetime
    next_turn: date
    weights: Mapping[str, float]
    noticed: Mapping[str, str] = field(default_factory=dict)  # by department: the promise that the cycle asks about
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

    @property
    def is_deep(self) -> bool:
        """Whether each theme is asked about, of one department."""
        return self.extra is None

    @property
    def draw(self) -> int:
        """How many of the ticked departments are asked about."""
        return deep.DEPARTMENTS if self.is_deep else self.survey.draw

    @property
    def most(self) -> int:
        """The same with those that somebody asks for."""
        return deep.DEPARTMENTS if self.is_deep else MOST_DEPARTMENTS

    # --- the questions about one department --------------------------------------------------------------------

    def questions(self, ballot: Ballot, department: str) -> tuple[str, ...]:
        """The questions about a department, in order, whatever was answered; themes in an order of the ballot's own."""
        extra = self.extra_about(department)
        if extra is not None:
            return ("received", "needed", "service", "theme", extra.key)
        themes = shuffled(THEMES, ballot.lot, department)
        return ("received", "needed", *(key for theme in themes for key in THEME_PAIRS[theme]))

    def extra_about(self, department: str) -> Tapped | None:
        """The cycle's extra question about a department: lost time, where that about a promise finds none."""
        if not isinstance(self.extra, Noticed):
            return self.extra
        promise = self.noticed.get(department)
        return self.extra.about(promise) if promise is not None else self.survey.lost_time

    def path(self, ballot: Ballot, department: str) -> tuple[str, ...]:
        """The questions about a department, in order, given what was answered.

        Without a received there is no needed, and without both there is no theme: half a pair counts for nothing.
        """
        received = ballot.value(department, "received")
        both = received is not None and ballot.value(department, "needed") is not None
        keys = self.questions(ballot, department)
        return tuple(key for key in keys if (both if key == "theme" else self._has_first_half(ballot, department, key)))

    @staticmethod
    def _has_first_half(ballot: Ballot, department: str, key: str) -> bool:
        return not is_needed(key) or ballot.value(department, key.removesuffix("needed") + "received") is not None

    def follows(self, key: str) -> bool:
        """Whether it is changed together with the question before it: the pairs of a deep cycle, seven in all."""
        return self.is_deep and is_needed(key)

    def number(self, ballot: Ballot, department: str, key: str) -> int:
        """Which of its questions this is, also where one before it was left out."""
        return self.questions(ballot, department).index(key) + 1

    def question(self, ballot: Ballot, department: str, key: str) -> Question | None:
        """The question behind a key of the path; that of a theme has the answers of the headline's.

        The wording of "the one theme" follows the two scores.
        """
        if key == "theme":
            return getattr(self.survey, wording(ballot, department))  # type: ignore[no-any-return]
        if key not in self.questions(ballot, department):
            return None
        extra = self.extra_about(department)
        if extra is not None and key == extra.key:
            return extra
        return getattr(self.survey, half_of(key))  # type: ignore[no-any-return]

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

    def words(self, ballot: Ballot, department: str, key: str) -> str:
        """The words of a question about a department; those about a theme are the same everywhere."""
        question = self.question(ballot, department, key)
        assert question is not None  # noqa: S101  a place is only ever set to a question on the path
        if not theme_of(key):
            return self.asked(question, department)
        theme = self.department(department).theme_name(theme_of(key), self.language)
        return self.say(f"each_theme.{half_of(key)}", theme=theme, department=self.name_of(department))

    # --- words about time --------------------------------------------------------------------------------------

    def day(self, when: date) -> str:
        """A date as people say it: 4 augustus."""
        return moments.day(when, self.language)

    def seconds(self, ballot: Ballot, department: str) -> int:
        """How long the questions about a department take: an estimate."""
        return SECONDS_A_QUESTION * len(self.questions(ballot, department))

    def seconds_left(self, ballot: Ballot) -> int:
        """An estimate, rounded to five seconds."""
        place = ballot.place
        left = SECONDS_TO_END
        if place.department in ballot.drawn and place.question:
            later = ballot.drawn[ballot.drawn.index(place.department) :]
            before = self.number(ballot, place.department, place.question) - 1
            left += sum(self.seconds(ballot, department) for department in later) - SECONDS_A_QUESTION * before
        else:
            left += SECONDS_TO_TICK + self.seconds(ballot, "") * self.draw
        return -(-left // 5) * 5


def theme_of(key: str) -> str:
    """The theme that a question of a deep cycle is about; "" for any other question."""
    return key.rpartition(".")[0]


def half_of(key: str) -> str:
    """Which half of a pair this question is, `received` or `needed`; any other question is itself."""
    return key.rpartition(".")[2]


def is_needed(key: str) -> bool:
    """Whether this is the second half of a pair of scores, without which the first counts for nothing."""
    return half_of(key) == "needed"


def wording(ballot: Ballot, department: str) -> str:
    """Which of the two theme questions is asked: what was missed, or what helped."""
    received, needed = ballot.value(department, "received"), ballot.value(department, "needed")
    return "missed" if received is not None and needed is not None and received < needed else "helped"
