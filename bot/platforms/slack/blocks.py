"""Card -> Block Kit. A function of the card alone, and nothing that somebody said is ever in a message.

    heading          small print above a card that has a headline of its own, else the headline
    hint             small print
    lines            a paragraph each
    choices          buttons in even rows, or a list to tick
    steps            buttons; the first one leads on
    ─────────
    asides           buttons in a row of their own

Texts go into rich text, where Slack reads no signs of its own: nobody's asterisk, angle bracket or emoji code changes
how a message looks. What is ticked is never sent along (`initial_options`): a message and its edit history are kept.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.core.actions import decode
from bot.core.platform import Button, Card
from bot.platforms.slack import limits
from bot.platforms.slack.limits import short
from config.texts import say

Block = dict[str, Any]

FIRST = "0-"  # the prefix of the first of several cards
SEVERAL = "several:"  # begins the block_id of a list; the instruction of `Chosen` follows
CHOSEN = "chosen"  # the action_id of a list

BACK = ("show", "home")  # the verbs of the step back to the card
_FINAL = ("erase", "forget!", "stop!")  # those of what cannot be undone
_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_TITLE = re.compile(r"\*\*([^*]+)\*\* · (.+)")  # how a digest begins: what it is about, and how many people
_NO_END = 100_000


# --- whole messages ----------------------------------------------------------------------------------------------


def card_blocks(
    card: Card, above: Sequence[str] = (), prefix: str = "", room: int = limits.MESSAGE_BLOCKS
) -> list[Block]:
    """A card as the blocks of a message. `prefix` keeps the ids of several cards in one view apart."""
    return _card(card, above, prefix, room, longest(card, above))


def longest(card: Card, above: Sequence[str] = ()) -> int:
    """How many characters of a paragraph, or of a label, fit in the card's message."""
    return limits.paragraph(lambda most: _card(card, above, "", limits.MESSAGE_BLOCKS, most))


def lines_blocks(lines: Iterable[str]) -> list[Block]:
    """The lines of a digest or a notice. What a digest is about becomes its header."""
    said = [line for line in lines if line]
    return _lines(said, limits.paragraph(lambda most: _lines(said, most)))


def fallback(lines: Iterable[str]) -> str:
    """What a notification shows: the first line. Slack reads signs in it, so they are escaped."""
    first = short(plainly(next((line for line in lines if line), "Klankbord")), limits.FALLBACK)
    return first.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card(card: Card, above: Sequence[str], prefix: str, room: int, most: int) -> list[Block]:
    start = [
        *paragraphs(above, room // 5, most),
        *([divider()] if above and card.lines else []),
        *heading(card),
        *hints(card),
    ]
    end = [
        *choices(card, prefix, most),
        *buttons(card.steps, f"{prefix}step", most, stands_out=True),
        *asides(card, prefix, most),
    ]
    return [*start, *paragraphs(card.lines, room - len(start) - len(end), most), *end]


def _lines(lines: Sequence[str], most: int) -> list[Block]:
    title = _TITLE.fullmatch(lines[0]) if lines else None
    if title is None or len(title[1]) > limits.HEADER:
        return list(paragraphs(lines, limits.MESSAGE_BLOCKS, most))
    rest = paragraphs(lines[1:], limits.MESSAGE_BLOCKS - 2, most)
    return [{"type": "header", "text": plain(title[1], limits.HEADER)}, context(title[2]), *rest]


# --- what a card says --------------------------------------------------------------------------------------------


def heading(card: Card) -> Iterator[Block]:
    """Small where one of the lines is strong as a whole: that one is what the card is about."""
    if not card.heading:
        return
    if any(_STRONG.fullmatch(line) for line in card.lines):
        yield context(card.heading)
    elif len(card.heading) <= limits.HEADER:
        yield {"type": "header", "text": plain(card.heading, limits.HEADER)}
    else:
        yield text_block(f"**{short(card.heading, limits.CONTEXT)}**")


def hints(card: Card) -> Iterator[Block]:
    """What there is to know about the last reply; that is all that is told of what was ticked before."""
    if card.hint:
        yield context(card.hint)
    if card.several and any(button.ticked for button in card.choices):
        yield context(say("slack.ticked_before", card.language))


def paragraphs(lines: Iterable[str], room: int, most: int = _NO_END) -> Iterator[Block]:
    """A block for each line; several lines in a block where there is no room for so many."""
    said = [line for line in lines if line]
    together = -(-len(said) // max(room, 1))
    for start in range(0, len(said), together or 1):
        yield text_block(*said[start : start + together], most=most)


def text_block(*lines: str, most: int = _NO_END) -> Block:
    """One paragraph, or a few lines below each other."""
    sections = [{"type": "rich_text_section", "elements": list(_runs(line, most))} for line in lines]
    return {"type": "rich_text", "elements": sections}


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [plain(plainly(text), limits.CONTEXT)]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def plain(text: str, most: int) -> Block:
    """A text without any signs of Slack's."""
    return {"type": "plain_text", "text": short(text, most), "emoji": False}


def plainly(text: str) -> str:
    """A text without the marks of `**strong**` words."""
    return _STRONG.sub(r"\1", text)


def _runs(text: str, most: int) -> Iterator[Block]:
    """Strong and plain runs, none of them longer than Slack takes in one element, together no longer than `most`."""
    cut = len(plainly(text)) > most
    left = most - cut
    for index, run in enumerate(_STRONG.split(text)):
        for part in limits.parts(run[:left]) if run[:left] else ():
            yield {"type": "text", "text": part, **({"style": {"bold": True}} if index % 2 else {})}
        left -= len(run[:left])
    if cut:
        yield {"type": "text", "text": limits.ELLIPSIS}


# --- what there is to tap ----------------------------------------------------------------------------------------


def choices(card: Card, prefix: str = "", most: int = _NO_END) -> Iterator[Block]:
    """The answers, as buttons or as a list; "don't know" stands apart from them."""
    listed = [button for button in card.choices if card.several and button.ticked is not None]
    if listed:
        yield _list(card, listed, most)
    others = [button for button in card.choices[: limits.MENU] if button not in listed]
    passes = [button for button in others if _verb(button) == "pass"]
    yield from buttons([button for button in others if button not in passes], f"{prefix}choice", most)
    yield from buttons(passes, f"{prefix}pass", most)


def asides(card: Card, prefix: str = "", most: int = _NO_END) -> Iterator[Block]:
    """Apart from the answers. On the home screen that is only so for the first card: a line ends each of them."""
    if card.asides and (card.choices or card.steps) and prefix in ("", FIRST):
        yield divider()
    yield from buttons(card.asides, f"{prefix}aside", most)


def buttons(row: Sequence[Button], name: str, most: int = _NO_END, *, stands_out: bool = False) -> Iterator[Block]:
    """Buttons in rows of about the same length; the first one stands out where it leads on."""
    rows = -(-len(row) // limits.ROW)
    length = -(-len(row) // rows) if rows else 0
    for start in range(0, len(row), length or 1):
        some = enumerate(row[start : start + length], start)
        elements = [_button(one, f"{name}:{n}", most, stands_out=stands_out and n == 0) for n, one in some]
        yield {"type": "actions", "elements": elements}


def is_back(button: Button) -> bool:
    """Whether it leads back to the card, and does nothing else."""
    return _verb(button) in BACK


def _list(card: Card, listed: Sequence[Button], most: int) -> Block:
    """Boxes to tick; a menu, which Slack takes beside a text only, where there are many."""
    block_id = f"{SEVERAL}{card.several}"
    options = [{"text": plain(button.label, min(most, limits.OPTION)), "value": button.option} for button in listed]
    if len(options) <= limits.CHECKBOXES:
        boxes = {"type": "checkboxes", "action_id": CHOSEN, "options": options}
        return {"type": "actions", "block_id": block_id, "elements": [boxes]}
    text, hint = say("slack.choose", card.language), say("slack.choose_here", card.language)
    menu = {
        "type": "multi_static_select",
        "action_id": CHOSEN,
        "placeholder": plain(hint, limits.PLACEHOLDER),
        "options": options[: limits.MENU],
    }
    return {"type": "section", "block_id": block_id, "text": plain(text, limits.TEXT), "accessory": menu}


def _button(button: Button, name: str, most: int, *, stands_out: bool) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": name,
        "text": plain(button.label, min(most, limits.BUTTON)),
        "value": button.action,
    }
    if _verb(button) in _FINAL:
        drawn["style"] = "danger"
    elif stands_out and not is_back(button):
        drawn["style"] = "primary"
    return drawn


def _verb(button: Button) -> str:
    action = decode(button.action)
    return action.verb if action is not None else ""
