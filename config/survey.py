"""A survey: a recurring questionnaire with its questions, its rhythm and its audience."""

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from config.deep import Deep
from config.questions import Duration, Noticed, PickOne, PickSeveral, Question, Scale, Tapped, Text, with_placeholder
from config.words import Clock, Day, Key, Model, Whole, Words

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")

MOST_COHORTS = 26

AboutADepartment = Annotated[Words, AfterValidator(lambda words: with_placeholder(words, "department"))]


FIXED = ("tick", "received", "needed", "service", "missed", "helped", "text")
"""The questions every survey has, in the order in which they are asked (an extra one comes before the text)."""


class Rhythm(Model):
    """When rounds open and close. Round k opens on the first such weekday from `start`, plus k × N weeks."""

    start: Day
    weekday: Weekday
    at: Clock = time(9)
    every_weeks: Annotated[Whole, Field(ge=1, le=13)] = 2
    cohorts: Annotated[Whole, Field(ge=1, le=MOST_COHORTS)] = 4
    closes_on_working_day: Annotated[Whole, Field(ge=3, le=20)] = 10
    closes_at: Clock = time(17)

    @property
    def cycle_weeks(self) -> int:
        """How many weeks pass before the same person is asked again."""
        return self.every_weeks * self.cohorts


class Audience(Model):
    """Whose opinion is asked: everyone, or the people who work in these departments."""

    departments: tuple[Key, ...] = ()


class Received(Scale):
    """The first question about a department, which has to name it."""

    ask: AboutADepartment


class Survey(Model):
    """The questions of one questionnaire, in the order in which they are asked, and when."""

    key: Key
    name: Words
    paused: bool = False  # no round opens meanwhile; the one thing of a survey that holds within a cycle
    rhythm: Rhythm
    audience: Audience = Audience()
    about: tuple[Key, ...] = ()  # the departments it asks about; all when empty
    draw: Annotated[Whole, Field(ge=1, le=3)] = 2  # how many of the ticked departments it asks about
    deep: Deep | None = None  # which cycles ask about each theme instead; none where it is left out
    tick: PickSeveral
    received: Received
    needed: Scale
    service: PickOne
    missed: PickOne
    helped: PickOne
    extra: Annotated[tuple[Tapped, ...], Field(min_length=1, max_length=12)]
    text: Text

    @model_validator(mode="before")
    @classmethod
    def _keys_of_the_fixed_questions(cls, data: Any) -> Any:
        """The fixed questions are known by their place; only the extra ones need a key of their own."""
        if not isinstance(data, dict):
            return data
        fixed = {name: data[name] for name in FIXED if isinstance(data.get(name), dict)}
        return {**data, **{name: {"key": name, **table} for name, table in fixed.items()}}

    def is_deep(self, cycle: int) -> bool:
        """Whether this cycle, counted from 0, asks about each theme, of one department per person."""
        return self.deep is not None and self.deep.holds(cycle)

    def extra_of(self, cycle: int) -> Tapped | None:
        """The extra question of this cycle: the same for everyone, the next one every cycle; none in a deep one."""
        if self.is_deep(cycle):
            return None
        skipped = self.deep.before(cycle) if self.deep is not None else 0
        return self.extra[(cycle - skipped) % len(self.extra)]

    def extra_about(self, cycle: int, *, promised: bool) -> Tapped | None:
        """The same, about a department that `promised` something or did not: nobody notices what was not promised."""
        extra = self.extra_of(cycle)
        return extra if promised or not isinstance(extra, Noticed) else self.lost_time

    @property
    def lost_time(self) -> Duration | None:
        """The extra question about lost time; a survey that asks about promises has one."""
        return next((question for question in self.extra if isinstance(question, Duration)), None)

    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order in which it is asked."""
        return (
            self.tick,
            self.received,
            self.needed,
            self.service,
            self.missed,
            self.helped,
            *self.extra,
            self.text,
        )
