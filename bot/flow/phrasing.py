"""How the figures of a department are said in words: numbers, levels, margins and days, in its language."""

from dataclasses import dataclass
from datetime import date, timedelta

from analysis.answers import Publication
from bot.core import moments
from config.department import Department
from config.questions import Choice, Tapped
from config.texts import fill, say
from config.words import Language


@dataclass(frozen=True)
class Period:
    """The days a block's rounds were open, where they are known, and how many weeks a cycle takes."""

    first: date | None
    last: date | None
    cycle_weeks: int


@dataclass(frozen=True)
class Words:
    """How to say one department's figures."""

    department: Department
    extra: Tapped | None  # none in a deep cycle
    period: Period
    language: Language

    def say(self, key: str, **values: object) -> str:
        """A text of the catalogue in the department's language."""
        return say(key, self.language, **values)

    def day(self, when: date | None) -> str:
        """A date as people say it."""
        if when is None:
            return self.say("analyse.some_day")
        return moments.day(when, self.language)

    def number(self, value: float | None) -> str:
        """With one decimal."""
        shown = f"{(value or 0.0) + 0.0:.1f}".replace("-", "−")  # never a negative nothing
        return shown.replace(".", ",") if self.language == "nl" else shown

    @property
    def since(self) -> date | None:
        """The first day that the first people were asked about: one cycle before they were."""
        first = self.period.first
        return first - timedelta(weeks=self.period.cycle_weeks) if first is not None else None

    @property
    def question(self) -> str:
        """The words of the cycle's extra question; a deep cycle has none, and no figure of it."""
        name = self.department.name.in_(self.language)
        return (
            fill(self.extra.ask.in_(self.language), department=name, since=self.day(self.since)) if self.extra else ""
        )

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What could be answered to it."""
        return self.extra.choices(self.language) if self.extra else ()


def with_whom(words: Words, theme: str) -> str:
    """With whom the department can change a theme."""
    with_ = words.department.influence(theme).with_
    return with_.in_(words.language) if with_ else words.say("digest.others")


def influence(words: Words, theme: str) -> str:
    """Who can change a theme, between brackets."""
    by = words.department.influence(theme).by
    return words.say(f"details.influence_{by}", with_whom=with_whom(words, theme))


def level(words: Words, row: Publication) -> str:
    """A level as a number or in words."""
    return words.number(row.estimate) if row.estimate is not None else words.say(f"digest.level_{row.verdict}")


def with_margin(words: Words, row: Publication) -> str:
    """A level with its interval, where it has one."""
    if row.estimate is None:
        return level(words, row)
    low, high = words.number(row.low), words.number(row.high)
    return words.say("details.interval", estimate=words.number(row.estimate), low=low, high=high)


def with_spread(words: Words, row: Publication) -> str:
    """The same, with how much people differ."""
    if row.estimate is None or row.spread is None:
        return with_margin(words, row)
    return words.say("details.spread", interval=with_margin(words, row), spread=words.number(row.spread))


def gap(words: Words, row: Publication) -> str:
    """A difference with its interval, and what it means."""
    judged = words.say(f"details.gap_{row.verdict}")
    return judged if row.estimate is None else f"{with_margin(words, row)}, {judged}"
