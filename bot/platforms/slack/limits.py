"""How much Slack shows, and what happens to more: a label is cut short, a long text goes on in the next block.

docs.slack.dev/reference/block-kit: blocks, block-elements, composition-objects; docs.slack.dev/surfaces/modals.
"""

from collections.abc import Iterator

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100  # of a modal or a home screen
ROW = 5  # buttons beside each other; an actions block takes 25, but more than five wrap badly
TEXT = 3000  # characters of a section, and of what we put in one part of a rich text
HEADER = 150
BUTTON = 75
OPTION = 75
CHECKBOXES = 10  # options; more go into a menu
MENU = 100
TITLE = 24  # of a modal, and of its submit and close buttons
LABEL = 2000  # above an input
TYPED = 3000  # characters that an input takes
FALLBACK = 150  # of a notification: more is not read there; the message itself may have 40,000
ALT = 2000

_ELLIPSIS = "…"


def short(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + _ELLIPSIS


def parts(text: str, most: int = TEXT) -> Iterator[str]:
    """The text in parts of at most so many characters, broken at a space where there is one."""
    while len(text) > most:
        cut = text.rfind(" ", most // 2, most) + 1 or most
        yield text[:cut]
        text = text[cut:]
    yield text
