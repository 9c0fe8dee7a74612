"""What a message says, as Telegram's HTML: within its limits, and with nothing of ours read as a mark of theirs."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.platform import Card, Misfit, Outgoing
from config.texts import say

LONGEST_TEXT = 4096  # UTF-16 code units, without the marks
LONGEST_CAPTION = 1024

_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_BETWEEN = "\n\n"
_MARKS = {
    "plain": "{}",
    "aside": "<i>{}</i>",
    "copied": "<code>{}</code>",
    "more": "<blockquote expandable>{}</blockquote>",
}


@dataclass(frozen=True)
class Paragraph:
    """Words, where `**strong**` ones may be among them, and how they look."""

    words: str
    look: str = "plain"

    @property
    def html(self) -> str:
        """As Telegram reads it."""
        marked = _STRONG.sub(r"<b>\1</b>", html.escape(self.words, quote=False))
        return _MARKS[self.look].format(marked)

    @property
    def length(self) -> int:
        """What it takes of a limit."""
        return units(_STRONG.sub(r"\1", self.words))


def of_card(card: Card, above: Sequence[str] = ()) -> str:
    """A card, below what is said with it."""
    return fitted([*map(Paragraph, above), *_card(card)], LONGEST_TEXT)


def of_digest(outgoing: Outgoing, limit: int) -> str | None:
    """All of a message to a channel; None where it is longer than that."""
    paragraphs = list(_digest(outgoing))
    return fitted(paragraphs, limit) if length(paragraphs) <= limit else None


def of_lines(outgoing: Outgoing) -> str:
    """A message to a channel, as much of it as goes in one."""
    return fitted(list(_digest(outgoing)), LONGEST_TEXT)


def caption(words: str) -> str:
    """A line below a picture."""
    return fitted([Paragraph(words)], LONGEST_CAPTION)


def too_long(card: Card) -> Iterator[Misfit]:
    """What of a card would be left out."""
    room = LONGEST_TEXT
    for paragraph in _card(card):
        left = room
        room -= paragraph.length + len(_BETWEEN)
        if room < 0:
            yield Misfit(_STRONG.sub(r"\1", paragraph.words), max(0, left))


def fitted(paragraphs: Sequence[Paragraph], limit: int) -> str:
    """As many as fit; of the one after them its beginning."""
    shown: list[str] = []
    for paragraph in paragraphs:
        room = limit - (len(_BETWEEN) if shown else 0)
        if room <= 1:
            break
        if paragraph.length > room:
            return _BETWEEN.join([*shown, Paragraph(_beginning(paragraph.words, room), paragraph.look).html])
        shown.append(paragraph.html)
        limit = room - paragraph.length
    return _BETWEEN.join(shown)


def length(paragraphs: Iterable[Paragraph]) -> int:
    """Of all of them together."""
    lengths = [paragraph.length for paragraph in paragraphs]
    return sum(lengths) + len(_BETWEEN) * (len(lengths) - 1)


def units(text: str) -> int:
    """How Telegram counts: a sign beyond the first 65,536, such as an emoji, is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _card(card: Card) -> Iterator[Paragraph]:
    """Empty ones say nothing."""
    if card.heading:
        yield Paragraph(card.heading, "aside")
    if card.hint:
        yield Paragraph(card.hint, "aside")
    yield from map(Paragraph, card.lines)
    if card.entry is not None:
        if card.entry.draft:
            yield Paragraph(say("telegram.draft", card.language))
            yield Paragraph(card.entry.draft.replace("**", ""), "copied")
        yield Paragraph(say("telegram.type_here", card.language), "aside")


def _digest(outgoing: Outgoing) -> Iterator[Paragraph]:
    yield from map(Paragraph, outgoing.lines)
    if outgoing.details:
        yield Paragraph("\n".join(outgoing.details), "more")


def _beginning(words: str, room: int) -> str:
    """As much as fits with an ellipsis, without marks: one of them might be opened and not closed."""
    kept = _STRONG.sub(r"\1", words).encode("utf-16-le", "surrogatepass")[: max(0, room - 1) * 2]
    return kept.decode("utf-16-le", "ignore").rstrip() + "…"
