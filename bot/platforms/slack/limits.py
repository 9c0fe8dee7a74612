"""How much Slack shows, and what happens to more: a label is cut short, a long text goes on in the next part.

docs.slack.dev/reference/block-kit: blocks, block-elements, composition-objects; docs.slack.dev/surfaces/modals.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100  # of a modal or a home screen
MESSAGE = 12_000  # characters of a message with all its names and values: not documented, refused from about 13,000
ROW = 5  # buttons beside each other; an actions block takes 25, but more than five wrap badly
TEXT = 3000  # characters of a section, and of what we put in one part of a rich text
CONTEXT = 600  # small print is small; Slack takes 2,000
HEADER = 150
BUTTON = 75
OPTION = 75
CHECKBOXES = 10  # options; more go into a menu
MENU = 100
PLACEHOLDER = 150
TITLE = 24  # of a modal, and of its submit and close buttons
LABEL = 2000  # above an input
TYPED = 3000  # characters that an input takes
FALLBACK = 150  # of a notification: more is not read there; the message itself may have 40,000
ALT = 1000  # of a file: docs.slack.dev/reference/methods/files.getUploadURLExternal

ELLIPSIS = "…"
_PARAGRAPHS = (100_000, 2000, 1200, 800, 500, 300, 200, 120, 60, 20, 5)  # how long each may be, until a message fits


def short(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS


def parts(text: str, most: int = TEXT) -> Iterator[str]:
    """The text in parts of at most so many characters, broken at a space where there is one."""
    while len(text) > most:
        cut = text.rfind(" ", most // 2, most) + 1 or most
        yield text[:cut]
        text = text[cut:]
    yield text


def size(part: object) -> int:
    """How long something is with all its names and texts, as Slack counts them: & < > are escaped."""
    if isinstance(part, Mapping):
        return sum(len(name) + size(value) for name, value in part.items())
    if isinstance(part, Sequence) and not isinstance(part, str):
        return sum(size(one) for one in part)
    return len(escape(part, quote=False)) if isinstance(part, str) else 1


def paragraph(draw: Callable[[int], object]) -> int:
    """How long a paragraph may be in a message that is drawn with texts of at most so many characters."""
    return next((most for most in _PARAGRAPHS if _fits(draw(most))), _PARAGRAPHS[-1])


def _fits(message: object) -> bool:
    """With its brackets and quotes a message is only longer: most fit so too, and that is known much sooner."""
    text = json.dumps(message, ensure_ascii=False)
    return len(escape(text, quote=False)) <= MESSAGE or size(message) <= MESSAGE
