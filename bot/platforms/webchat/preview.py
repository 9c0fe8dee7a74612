"""What somebody sees of a card's HTML: read off the template that draws it, so that it cannot differ."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from bot.core.home import NO_ROUND
from bot.core.platform import Card
from bot.core.preview import Choices, Input, Kind, Look, Option, Part, Preview, Row, Run, Style, Tap, Text
from bot.platforms.webchat.cards import face
from bot.platforms.webchat.drawing import fragment
from bot.platforms.webchat.stream import Forms

_NOWHERE = Forms(csrf="", tap="", type="", ask="", news="")
_TEXTS = {"heading": Look.TITLE, "hint": Look.NOTE, "limit": Look.SMALL}
_ROWS = ("steps", "asides")
_VOID = ("input",)


def preview(card: Card) -> Preview:
    """A card in the conversation."""
    drawn = fragment("_card.html", card.language, face=face(card, NO_ROUND), forms=_NOWHERE)
    return Preview(tuple(_Parts(drawn).found))


@dataclass
class _Element:
    """One that is open."""

    tag: str
    attributes: dict[str, str]
    runs: list[Run] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def words(self) -> str:
        return "".join(run.words for run in self.runs).strip()


class _Parts(HTMLParser):
    """The HTML of one card in parts, in its order."""

    def __init__(self, drawn: str) -> None:
        super().__init__()
        self.found: list[Part] = []
        self._open: list[_Element] = []
        self._options: list[Option] = []
        self._taps: list[Tap] = []
        self._label = self._grade = ""
        self.feed(drawn)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more is open, unless it holds nothing by its nature; one of those may be a place to type."""
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(_Element(tag, attributes))
        elif "maxlength" in attributes:
            self.found.append(Input(self._label, int(attributes["maxlength"]), attributes["value"]))

    def handle_data(self, data: str) -> None:
        """Words count for what is open; strong ones for what they stand in."""
        if self._open:
            self._open[-1].runs.append(Run(data, strong=self._open[-1].tag == "strong"))

    def handle_endtag(self, tag: str) -> None:
        """What was open is whole."""
        element = self._open.pop()
        if tag in ("strong", "span", "a"):
            self._open[-1].runs += element.runs
        elif tag == "b":
            self._grade = element.words
        elif tag == "label":
            self._label = element.words
        else:
            self._whole(element)

    def _whole(self, element: _Element) -> None:
        if element.tag in ("p", "h2") and element.words:
            look = next((_TEXTS[name] for name in element.classes if name in _TEXTS), Look.PLAIN)
            self.found.append(Text(_trimmed(element.runs), look))
        elif element.tag == "textarea":
            most = int(element.attributes["maxlength"])
            self.found.append(Input(self._label, most, element.words))
        elif element.tag == "button":
            self._button(element)
        elif "choices" in element.classes:
            self._choices(element)
        elif element.tag == "form" or any(name in element.classes for name in _ROWS):
            self._row()

    def _button(self, element: _Element) -> None:
        if "choice" in element.classes:
            ticked = element.attributes.get("aria-pressed")
            self._options.append(Option(element.words, self._grade, None if ticked is None else ticked == "true"))
            self._grade = ""
        elif "quiet" in element.classes:
            self._taps.append(Tap(element.words, Style.QUIET))
        else:
            self._taps.append(Tap(element.words, Style.PLAIN if self._taps else Style.FIRST))

    def _choices(self, element: _Element) -> None:
        ticks = any(option.ticked is not None for option in self._options)
        kind = Kind.SCALE if "is-scale" in element.classes else Kind.BOXES if ticks else Kind.BUTTONS
        self.found.append(Choices(kind, tuple(self._options)))
        self._options = []

    def _row(self) -> None:
        if self._taps:
            self.found.append(Row(tuple(self._taps)))
            self._taps = []


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """Without the space of the template around the words."""
    words = [run.words for run in runs]
    words[0] = words[0].lstrip()
    words[-1] = words[-1].rstrip()
    return tuple(Run(said, run.strong) for said, run in zip(words, runs, strict=True) if said)
