"""Card -> Block Kit. A function of the card alone, and nothing that somebody said is ever in a message.

Texts go into rich text, where Slack reads no signs of its own: nobody's asterisk, angle bracket or emoji code changes
how a message looks. What is ticked is never sent along (`initial_options`): a message and its edit history are kept.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.core.platform import Button, Card
from bot.platforms.slack import limits
from bot.platforms.slack.limits import short
from config.texts import say

Block = dict[str, Any]

SEVERAL = "several:"  # begins the block_id of a list; the instruction of `Chosen` follows
CHOSEN = "chosen"  # the action_id of a list

_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def card_blocks(card: Card, above: Sequence[str] = (), prefix: str = "") -> list[Block]:
    """A card as the blocks of a message. `prefix` keeps the ids of several cards in one view apart."""
    blocks = [
        *(text_block(line) for line in above),
        *_heading(card),
        *body(card),
        *_choices(card, prefix),
        *buttons(card.steps, f"{prefix}step", primary=True),
        *buttons(card.asides, f"{prefix}aside"),
    ]
    return blocks[: limits.MESSAGE_BLOCKS]


def lines_blocks(lines: Iterable[str]) -> list[Block]:
    """The lines of a digest or a notice."""
    return [text_block(line) for line in lines][: limits.MESSAGE_BLOCKS]


def body(card: Card) -> Iterator[Block]:
    """What a card says, without its heading and its buttons."""
    if card.hint:
        yield context(card.hint)
    yield from (text_block(line) for line in card.lines)
    if card.several and any(button.ticked for button in card.choices):
        yield context(say("slack.ticked_before", card.language))


def choices(card: Card, prefix: str = "") -> Iterator[Block]:
    """The answers, as buttons or as a list."""
    return _choices(card, prefix)


def buttons(row: Sequence[Button], name: str, *, primary: bool = False) -> Iterator[Block]:
    """Buttons, a few beside each other; the first one stands out where one step leads on."""
    for start in range(0, len(row), limits.ROW):
        some = row[start : start + limits.ROW]
        elements = [_button(button, f"{name}:{start + index}") for index, button in enumerate(some)]
        if primary and start == 0:
            elements[0]["style"] = "primary"
        yield {"type": "actions", "elements": elements}


def text_block(text: str) -> Block:
    """One paragraph."""
    sections = [{"type": "rich_text_section", "elements": list(_runs(text))}]
    return {"type": "rich_text", "elements": sections}


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [plain(plainly(text), limits.LABEL)]}


def plain(text: str, most: int) -> Block:
    """A text without any signs of Slack's."""
    return {"type": "plain_text", "text": short(text, most), "emoji": False}


def plainly(text: str) -> str:
    """A text without the marks of `**strong**` words."""
    return _STRONG.sub(r"\1", text)


def fallback(lines: Iterable[str]) -> str:
    """What a notification shows: the first line. Slack reads signs in it, so they are escaped."""
    first = short(plainly(next((line for line in lines if line), "Klankbord")), limits.FALLBACK)
    return first.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _heading(card: Card) -> Iterator[Block]:
    if card.heading:
        yield context(card.heading)


def _runs(text: str) -> Iterator[Block]:
    """Strong and plain runs, none of them longer than Slack takes in one element."""
    for index, run in enumerate(_STRONG.split(text)):
        for part in limits.parts(run) if run else ():
            yield {"type": "text", "text": part, **({"style": {"bold": True}} if index % 2 else {})}


def _choices(card: Card, prefix: str) -> Iterator[Block]:
    if not card.several:
        yield from buttons(card.choices, f"{prefix}choice")
        return
    listed = [button for button in card.choices if button.ticked is not None]
    yield {"type": "actions", "block_id": f"{SEVERAL}{card.several}", "elements": [_list(card, listed)]}
    yield from buttons([button for button in card.choices if button.ticked is None], f"{prefix}choice")


def _list(card: Card, listed: Sequence[Button]) -> Block:
    options = [{"text": plain(button.label, limits.OPTION), "value": button.option} for button in listed]
    if len(options) <= limits.CHECKBOXES:
        return {"type": "checkboxes", "action_id": CHOSEN, "options": options}
    hint = plain(say("slack.choose", card.language), limits.HEADER)
    menu = options[: limits.MENU]
    return {"type": "multi_static_select", "action_id": CHOSEN, "placeholder": hint, "options": menu}


def _button(button: Button, name: str) -> Block:
    return {"type": "button", "action_id": name, "text": plain(button.label, limits.BUTTON), "value": button.action}
