"""What a platform shows of a card, as data: parts in the order in which they stand there, to draw without knowing it.

A platform reads it off what it really sends. So it holds what was cut short, marked and moved on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """How a paragraph stands out."""

    TITLE = "title"
    PLAIN = "plain"
    SMALL = "small"  # small print
    NOTE = "note"  # set apart: something about the last reply
    QUOTED = "quoted"  # what somebody wrote


class Style(StrEnum):
    """How a button stands out."""

    PLAIN = "plain"
    FIRST = "first"  # what leads on
    FINAL = "final"  # what cannot be undone
    QUIET = "quiet"  # a link rather than a button


class Kind(StrEnum):
    """How a choice looks."""

    BUTTONS = "buttons"
    SCALE = "scale"  # grades, each with its number
    BOXES = "boxes"  # to tick
    MENU = "menu"  # that opens


@dataclass(frozen=True)
class Run:
    """Words of one kind."""

    words: str
    strong: bool = False


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    runs: tuple[Run, ...]
    look: Look = Look.PLAIN

    @property
    def words(self) -> str:
        """Without marks."""
        return "".join(run.words for run in self.runs)


@dataclass(frozen=True)
class Tap:
    """One button."""

    label: str
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Row:
    """Buttons beside each other, as far as there is room."""

    taps: tuple[Tap, ...]


@dataclass(frozen=True)
class Option:
    """One of a choice. `grade` is its number on a scale, `ticked` None where nothing is ticked."""

    label: str
    grade: str = ""
    ticked: bool | None = None


@dataclass(frozen=True)
class Choices:
    """What to choose from. `prompt` stands in a menu that is not opened."""

    kind: Kind
    options: tuple[Option, ...]
    prompt: str = ""


@dataclass(frozen=True)
class Input:
    """A place to type. `most` is in characters."""

    label: str
    most: int
    draft: str = ""


@dataclass(frozen=True)
class Divider:
    """A line between what belongs together and what does not."""


Part = Text | Row | Choices | Input | Divider


@dataclass(frozen=True)
class Preview:
    """A card as one platform shows it. `apart` where it opens in a window of its own, above the chat."""

    parts: tuple[Part, ...]
    apart: bool = False

    def said(self) -> Iterator[str]:
        """Every text and every label, in order."""
        for part in self.parts:
            yield from _said(part)


def _said(part: Part) -> Iterator[str]:
    match part:
        case Text():
            yield part.words
        case Row():
            yield from (tap.label for tap in part.taps)
        case Choices():
            yield from (part.prompt,) if part.prompt else ()
            yield from (f"{option.grade} {option.label}".strip() for option in part.options)
        case Input():
            yield from (words for words in (part.label, part.draft) if words)
        case Divider():
            pass
