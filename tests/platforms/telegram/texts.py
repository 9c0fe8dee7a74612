"""Text with marks: core.telegram.org/bots/api#formatting-options. Only plain text and HTML are used by Klankbord.

Lengths are counted after the marks were taken out; places and lengths of marks in UTF-16 code units.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from .refusals import Refused, bad, slip

LONGEST_TEXT = 4096  # core.telegram.org/bots/api#sendmessage: "1-4096 characters after entities parsing"
LONGEST_CAPTION = 1024  # core.telegram.org/bots/api#sendphoto: "0-1024 characters after entities parsing"

# core.telegram.org/bots/api#html-style
MARKS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[^\s>/]*)(?P<rest>[^>]*)>?")
_LINK = re.compile(r"""\s*href=["']?([^"'>]*)["']?\s*""")


@dataclass(frozen=True)
class Marked:
    """Words, and the marks on them in the shape of MessageEntity."""

    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()


@dataclass
class _Open:
    name: str
    begins: int  # in the plain text, in UTF-16 code units
    at: int  # in the source, in bytes
    url: str


def message_text(given: str, mode: str) -> Marked:
    """The text of a message. Raises Refused when there is none or too much of it."""
    marked = parsed(given, mode)
    if not marked.text:
        raise slip("message text is empty")
    if len(marked.text) > LONGEST_TEXT:
        raise slip("message is too long")
    return marked


def caption(given: str, mode: str) -> Marked:
    """The text below a picture, which may be empty."""
    marked = parsed(given, mode)
    if len(marked.text) > LONGEST_CAPTION:
        raise slip("message caption is too long")
    return marked


def parsed(given: str, mode: str) -> Marked:
    """Words and marks. Raises Refused for HTML that Telegram does not take."""
    if not mode:
        return Marked(given.strip())
    if mode.lower() != "html":
        raise slip("unsupported parse_mode")
    return _html(given)


def _html(given: str) -> Marked:
    text, at, still_open, entities = "", 0, list[_Open](), list[dict[str, Any]]()
    for tag in _TAG.finditer(given):
        text, at = text + html.unescape(given[at : tag.start()]), tag.end()
        if tag["end"]:
            entities += _closed(tag, given, still_open, text)
        else:
            still_open.append(_opened(tag, given, text))
    text += html.unescape(given[at:])
    if still_open:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{still_open[-1].name}"')
    return _trimmed(text, entities)


def _opened(tag: re.Match[str], given: str, text: str) -> _Open:
    name, at = tag["name"].lower(), _bytes(given[: tag.start()])
    if not tag[0].endswith(">"):
        raise _unparsable(f"Unclosed start tag at byte offset {at}")
    if name not in MARKS:
        raise _unparsable(f'Unsupported start tag "{name}" at byte offset {at}')
    link = _LINK.fullmatch(tag["rest"])
    return _Open(name, _units(text), at, html.unescape(link[1]) if link else "")


def _closed(tag: re.Match[str], given: str, still_open: list[_Open], text: str) -> list[dict[str, Any]]:
    name, at = tag["name"].lower(), _bytes(given[: tag.start()])
    if not still_open:
        raise _unparsable(f"Unexpected end tag at byte offset {at}")
    opened = still_open.pop()
    if name and name != opened.name:
        raise _unparsable(f'Unmatched end tag at byte offset {at}, expected "</{opened.name}>", found "</{name}>"')
    length = _units(text) - opened.begins
    if not length:
        return []
    url = {"url": opened.url} if opened.name == "a" else {}
    return [{"type": MARKS[opened.name], "offset": opened.begins, "length": length, **url}]


def _trimmed(text: str, entities: list[dict[str, Any]]) -> Marked:
    """Without white space around it, as people see it."""
    before, whole = _units(text) - _units(text.lstrip()), _units(text.strip())
    kept = []
    for one in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        begins = max(0, one["offset"] - before)
        length = min(one["offset"] - before + one["length"], whole) - begins
        if length > 0:
            kept.append(one | {"offset": begins, "length": length})
    return Marked(text.strip(), tuple(kept))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _bytes(text: str) -> int:
    return len(text.encode())


def _unparsable(why: str) -> Refused:
    refused = bad(f"can't parse entities: {why}")
    refused.slip = True
    return refused
