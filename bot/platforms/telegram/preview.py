"""What somebody sees of the message and the buttons that we send: read off them, so that it cannot differ."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from telegram import InlineKeyboardMarkup

from bot.core.platform import Card
from bot.core.preview import Look, Preview, Row, Run, Tap, Text
from bot.platforms.telegram import messages
from bot.platforms.telegram.keyboard import Keyboard
from bot.platforms.telegram.seal import Seal

_LOOKS = {"i": Look.SMALL, "code": Look.QUOTED}
_NOBODY = Keyboard(Seal(""), chat=0)  # only labels are read off it: what they are sealed with is nobody's
_BETWEEN = re.compile(r"(\n\n)")


def preview(card: Card) -> Preview:
    """A card in its message; the first page of it where it is long."""
    text = _Paragraphs(messages.of_card(card)).found
    return Preview((*text, *_rows(_NOBODY.of(card))))


def _rows(keyboard: InlineKeyboardMarkup | None) -> Iterator[Row]:
    for row in keyboard.inline_keyboard if keyboard is not None else ():
        yield Row(tuple(Tap(button.text) for button in row))


class _Paragraphs(HTMLParser):
    """Telegram's HTML in paragraphs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Text] = []
        self._runs: list[Run] = []
        self._strong, self._look = False, Look.PLAIN
        self.feed(text)
        self.close()
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Bold words, or a paragraph that is italic or code as a whole."""
        self._strong = self._strong or tag == "b"
        self._look = _LOOKS.get(tag, self._look)

    def handle_endtag(self, tag: str) -> None:
        """The same, closed. A paragraph that has ended keeps its look."""
        self._strong = self._strong and tag != "b"
        if tag in _LOOKS:
            self._end()
            self._look = Look.PLAIN

    def handle_data(self, data: str) -> None:
        """An empty line ends a paragraph."""
        for words in _BETWEEN.split(data):
            if words == "\n\n":
                self._end()
            elif words:
                self._runs.append(Run(words, self._strong))

    def _end(self) -> None:
        if self._runs:
            self.found.append(Text(tuple(self._runs), self._look))
            self._runs = []
