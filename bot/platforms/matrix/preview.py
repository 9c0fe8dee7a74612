"""What somebody sees of the message that we send: read off it, so that it cannot differ."""

import re
from html import unescape

from bot.core.platform import Card
from bot.core.preview import Preview, Row, Run, Tap, Text
from bot.platforms.matrix import messages, signs

_PARTS = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)


def preview(card: Card) -> Preview:
    """A card in its message, with the reactions below it."""
    html = str(messages.of_card(card)["formatted_body"])
    paragraphs = [one for one in re.findall(r"<p>(.*?)</p>", html, re.DOTALL) if one]
    text = tuple(Text(tuple(_runs(line))) for one in paragraphs for line in one.split("<br>"))
    chips = tuple(Tap(signs.reaction(sign)) for sign in signs.of_card(card))
    return Preview((*text, *((Row(chips),) if chips else ())), apart=card.apart)


def _runs(html: str) -> list[Run]:
    """Strong words and others; what was escaped is what it was."""
    parts = _PARTS.split(html)
    return [Run(unescape(words), strong=bool(place % 2)) for place, words in enumerate(parts) if words]
