"""The buttons below a card: what is answered, in pages where it is long; what moves it on; what is aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card, Misfit
from bot.platforms.telegram.seal import ENTRY, PAGES, Seal
from config.texts import say

ROWS = 10  # of choices on one page
WIDTH = 36  # characters that a row shows on a telephone
LONGEST_LABEL = 100  # characters; what a telephone does not show is seen on a desk
ON, OFF = "✅ ", "⬜ "

Row = list[InlineKeyboardButton]


@dataclass(frozen=True)
class Keyboard:
    """Draws the buttons of cards in one chat."""

    seal: Seal
    chat: int

    def of(self, card: Card, page: int = 0) -> InlineKeyboardMarkup | None:
        """All buttons of a card, on this page of it. None where it has none."""
        pages = _pages(card)
        page = min(page, len(pages) - 1)
        rows = [[self._button(one) for one in row] for row in pages[page]]
        rows += [*self._turning(card, page, len(pages)), *self._entry(card)]
        rows += [[self._button(one) for one in row] for row in _packed(card.steps, 2)]
        rows += [[self._button(one) for one in row] for row in _packed(card.asides, 3)]
        return InlineKeyboardMarkup(rows) if rows else None

    def _turning(self, card: Card, page: int, pages: int) -> Iterator[Row]:
        """To the page before and the one after: the same card once more, so that it is drawn as it is by then."""
        turns = {page - 1: "telegram.before", page + 1: "telegram.after"}
        row = [
            self._sealed(say(key, card.language, page=to + 1, pages=pages), card.again, to)
            for to, key in turns.items()
            if 0 <= to < pages
        ]
        if row:
            yield row

    def _entry(self, card: Card) -> Iterator[Row]:
        """A place to type is a message of one's own here; the button says so, and tells a reply what it is about."""
        if card.entry is not None:
            yield [self._sealed(f"✏️ {card.entry.label}", card.entry.action, ENTRY)]

    def _button(self, button: Button) -> InlineKeyboardButton:
        return self._sealed(_label(button), button.action, 0)

    def _sealed(self, label: str, action: str, page: int) -> InlineKeyboardButton:
        return InlineKeyboardButton(label, callback_data=self.seal.close(self.chat, action, page))


def about(card: Card) -> str:
    """The invitation that a card is about, or NO_ROUND: the first part of what its buttons say."""
    actions = [button.action for button in (*card.choices, *card.steps, *card.asides)]
    return actions[0].partition(":")[0] if actions else NO_ROUND


def page_of(card: Card, action: str) -> int:
    """The page of a card with what was set on or off by a button just now; else the first."""
    stem = action.rpartition(":")[0]
    for number, rows in enumerate(_pages(card)):
        if any(button.action.rpartition(":")[0] == stem for row in rows for button in row):
            return number
    return 0


def illegible(card: Card) -> Iterator[Misfit]:
    """The labels that a telephone would cut short."""
    for button in (*card.choices, *card.steps, *card.asides):
        most = WIDTH - len(_mark(button))
        if len(button.label) > most:
            yield Misfit(button.label, most)


def _label(button: Button) -> str:
    words = button.label if len(button.label) <= LONGEST_LABEL else button.label[: LONGEST_LABEL - 1] + "…"
    return _mark(button) + words


def _mark(button: Button) -> str:
    return "" if button.ticked is None else ON if button.ticked else OFF


def _pages(card: Card) -> Sequence[Sequence[Sequence[Button]]]:
    """The rows of choices; in pages only where the card can be shown once more."""
    rows = list(_packed(card.choices, 2))
    if len(rows) <= ROWS or not card.again:
        return [rows]
    return [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)][:PAGES]


def _packed(buttons: Sequence[Button], most: int) -> Iterator[Sequence[Button]]:
    """Side by side where they are short: a row is divided evenly."""
    row: list[Button] = []
    for button in buttons:
        wider = [*row, button]
        if row and (len(wider) > most or len(wider) * max(len(_label(one)) for one in wider) > WIDTH):
            yield row
            wider = [button]
        row = wider
    if row:
        yield row
