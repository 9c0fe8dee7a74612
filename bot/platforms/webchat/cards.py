"""A Card as the templates see it: safe HTML, and which of the choices are a scale."""

import re
import secrets
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card, Entry
from config.words import Language

_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ADDRESS = re.compile(r"https?://(?:[^\s<>*&]|&amp;)*[\w/]")  # in escaped text: no quotation mark gets into it
_GRADE = re.compile(r"([1-9]) (\S.*)")


def strong(text: str) -> Markup:
    """`**strong**` words and web addresses as HTML. All is escaped first, so nothing else can be HTML."""
    linked = _ADDRESS.sub(r'<a href="\g<0>" rel="noreferrer">\g<0></a>', str(escape(text)))
    return Markup(_STRONG.sub(r"<strong>\1</strong>", linked))  # noqa: S704  escaped just before


@dataclass(frozen=True)
class Line:
    """One paragraph; a leading one is strong from beginning to end: the question."""

    html: Markup
    leads: bool


@dataclass(frozen=True)
class Tile:
    """One choice. On a scale its number stands apart."""

    action: str
    label: str
    ticked: bool | None
    grade: str = ""


@dataclass(frozen=True)
class Face:
    """One card, drawn in one place of one conversation."""

    id: str  # of the HTML elements
    slot: str  # where it is: an invitation, or NO_ROUND for the end of the conversation
    about: str  # the invitation that its buttons are about, or NO_ROUND
    language: Language
    heading: str
    hint: Markup
    lines: tuple[Line, ...]
    tiles: tuple[Tile, ...]
    is_scale: bool
    steps: tuple[Button, ...]
    asides: tuple[Button, ...]
    entry: Entry | None
    nonce: str  # makes words that arrive twice count once


def face(card: Card, slot: str) -> Face:
    """The card as it is drawn in this slot."""
    tiles = tuple(_tile(button) for button in card.choices)
    grades = [int(tile.grade) for tile in tiles if tile.grade]
    is_scale = len(grades) > 2 and grades == list(range(1, len(grades) + 1))
    return Face(
        id=f"k{secrets.token_hex(4)}",
        slot=slot,
        about=about(card),
        language=card.language,
        heading=card.heading,
        hint=strong(card.hint),
        lines=tuple(map(line, card.lines)),
        tiles=tiles if is_scale else tuple(Tile(b.action, b.label, b.ticked) for b in card.choices),
        is_scale=is_scale,
        steps=card.steps,
        asides=card.asides,
        entry=card.entry,
        nonce=secrets.token_urlsafe(16),
    )


def about(card: Card) -> str:
    """The invitation that a card is about, or NO_ROUND: the first part of its buttons' instructions."""
    actions = [button.action for button in (*card.choices, *card.steps, *card.asides)]
    if card.entry:
        actions.append(card.entry.action)
    return next((action.partition(":")[0] for action in actions), NO_ROUND)


def line(text: str) -> Line:
    """One paragraph."""
    return Line(strong(text), leads=bool(re.fullmatch(r"\*\*[^*]+\*\*", text)))


def _tile(button: Button) -> Tile:
    grade = _GRADE.fullmatch(button.label)
    if grade is None or button.ticked is not None:
        return Tile(button.action, button.label, button.ticked)
    return Tile(button.action, grade[2], None, grade[1])
