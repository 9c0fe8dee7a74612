"""The kinds of question. Each class states its choices, how a reply is parsed, and what analysis measures of it.

A new kind is one class here: give it a `kind`, a `measure`, `choices` and, where it is more than
"one of the choices", `parse`; then add it to `_Tapped` at the bottom.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from config.texts import say
from config.words import Key, Language, Model, Phrase, Words


class Measure(StrEnum):
    """How analysis looks at the answers to a question."""

    LEVEL = "level"  # 1-5: share of 4-5, mean
    CATEGORY = "category"  # how often each value was chosen
    DURATION = "duration"  # classes of time: the median class
    DIRECTION = "direction"  # better against worse
    TEXT = "text"  # words, never counted


def with_placeholder(words: Words, placeholder: str) -> Words:
    """The same words, refused when one of the languages forgets `{placeholder}`."""
    for text in (words.nl, words.en):
        if text is not None and "{" + placeholder + "}" not in text:
            raise PydanticCustomError("placeholder_missing", "no {placeholder}", {"placeholder": placeholder})
    return words


_NO_SIGNS = str.maketrans({"{": "(", "}": ")", "*": None})  # what somebody typed fills nothing in and is not strong


@dataclass(frozen=True)
class Choice:
    """One button: the value that is stored and the words on it."""

    value: str
    label: str


class _Asked(Model):
    """What every kind has: a key, the words of the question and, where useful, an explanation."""

    measure: ClassVar[Measure]
    unclear: ClassVar[tuple[str, ...]] = ()  # values that ask for explaining better, not for performing better
    key: Key
    ask: Words
    explain: Words | None = None

    def choices(self, language: Language) -> tuple[Choice, ...]:
        """The choices the question brings along itself; empty when the department supplies them."""
        return ()

    def parse(self, value: str, offered: tuple[Choice, ...]) -> str | None:
        """The value to store, or None when the reply is not one of those offered."""
        return value if value in {choice.value for choice in offered} else None


class Scale(_Asked):
    """1 to 5, each with a label, from bad to excellent."""

    kind: Literal["scale"] = "scale"
    measure: ClassVar[Measure] = Measure.LEVEL
    labels: Annotated[tuple[Words, ...], Field(min_length=5, max_length=5)]

    def choices(self, language: Language) -> tuple[Choice, ...]:
        return tuple(Choice(str(i), f"{i} {label.in_(language)}") for i, label in enumerate(self.labels, 1))


class Option(Model):
    """One option of a pick question: a key to store and a label to show."""

    key: Key
    label: Words


def _whose(options: Any) -> str:
    """Which half of the union is meant, so that a mistake gives one message instead of one for each half."""
    return "own" if isinstance(options, list | tuple) else "named"


Own = Annotated[tuple[Option, ...], Field(min_length=2, max_length=8), Tag("own")]


class PickOne(_Asked):
    """One of a list: its own options, or the department's services or themes."""

    kind: Literal["pick_one"] = "pick_one"
    measure: ClassVar[Measure] = Measure.CATEGORY
    options: Annotated[Annotated[Literal["services", "themes"], Tag("named")] | Own, Discriminator(_whose)]

    def choices(self, language: Language) -> tuple[Choice, ...]:
        if isinstance(self.options, str):
            return ()
        return tuple(Choice(option.key, option.label.in_(language)) for option in self.options)


class PickSeveral(_Asked):
    """Any number of a list: its own options, or the departments."""

    kind: Literal["pick_several"] = "pick_several"
    measure: ClassVar[Measure] = Measure.CATEGORY
    options: Annotated[Annotated[Literal["departments"], Tag("named")] | Own, Discriminator(_whose)]

    def choices(self, language: Language) -> tuple[Choice, ...]:
        if isinstance(self.options, str):
            return ()
        return tuple(Choice(option.key, option.label.in_(language)) for option in self.options)


class Duration(_Asked):
    """How much time it took, in six classes from nothing to half a day or more (measurement in hours)."""

    kind: Literal["duration"] = "duration"
    measure: ClassVar[Measure] = Measure.DURATION
    classes: ClassVar[tuple[str, ...]] = ("none", "quarter", "hour", "two", "four", "more")

    def choices(self, language: Language) -> tuple[Choice, ...]:
        return tuple(Choice(value, say(f"duration.{value}", language)) for value in self.classes)


class _Named(_Asked):
    """A fixed set of values, worded by the catalogue."""

    values: ClassVar[tuple[str, ...]]

    def choices(self, language: Language) -> tuple[Choice, ...]:
        return tuple(Choice(value, say(f"choice.{value}", language)) for value in self.values)


class BetterSameWorse(_Named):
    """Compared with an earlier time: better, the same or worse."""

    kind: Literal["better_same_worse"] = "better_same_worse"
    measure: ClassVar[Measure] = Measure.DIRECTION
    values: ClassVar[tuple[str, ...]] = ("better", "same", "worse")


class Expected(_Named):
    """Against what somebody expected; "I did not know what to expect" is an answer of its own."""

    kind: Literal["expected"] = "expected"
    measure: ClassVar[Measure] = Measure.DIRECTION
    values: ClassVar[tuple[str, ...]] = ("better", "as-expected", "worse", "unknown")
    unclear: ClassVar[tuple[str, ...]] = ("unknown",)


class Found(_Named):
    """Whether somebody knew where to go: at once, after searching, or only after the wrong desk."""

    kind: Literal["found"] = "found"
    measure: ClassVar[Measure] = Measure.CATEGORY
    values: ClassVar[tuple[str, ...]] = ("knew", "searched", "wrong-desk")
    unclear: ClassVar[tuple[str, ...]] = ("searched", "wrong-desk")


class Noticed(_Named):
    """Whether somebody noticed what a department promised; where nothing was promised, lost time is asked instead."""

    kind: Literal["noticed"] = "noticed"
    measure: ClassVar[Measure] = Measure.CATEGORY
    values: ClassVar[tuple[str, ...]] = ("noticed", "a-little", "not-noticed")
    ask: Annotated[Words, AfterValidator(lambda words: with_placeholder(words, "promise"))]

    def about(self, promise: str) -> "Noticed":
        """The same question, which names the promise."""
        named = " ".join(promise.translate(_NO_SIGNS).split())
        asked = {
            language: words.replace("{promise}", named) for language, words in self.ask.model_dump().items() if words
        }
        return self.model_copy(update={"ask": Words.model_construct(**asked)})


class Text(_Asked):
    """A sentence in somebody's own words, cleaned before it is sealed."""

    kind: Literal["text"] = "text"
    measure: ClassVar[Measure] = Measure.TEXT
    limit: ClassVar[int] = 1000  # characters
    heaviest: ClassVar[int] = 2000  # UTF-8 bytes: three of these fit the size every ballot is padded to

    def parse(self, value: str, offered: tuple[Choice, ...] = ()) -> str | None:
        """The text without surrounding space, or None when it is empty or too long."""
        text = value.strip()
        fits = len(text) <= self.limit and len(text.encode("utf-8", "replace")) <= self.heaviest
        return text if text and fits else None


_Tapped = Scale | PickOne | PickSeveral | Duration | BetterSameWorse | Expected | Found | Noticed
Tapped = Annotated[_Tapped, Field(discriminator="kind")]
Question = _Tapped | Text


__all__ = ["Choice", "Measure", "Phrase", "Question", "Tapped", "Text"]
