"""What a button says to Telegram: an instruction in at most 64 bytes, sealed to its chat.

Telegram gives back whatever a client sends, so each button carries a tag: 48 bits of an HMAC, keyed with the bot's
token, over chat, page and instruction. An instruction may be 64 bytes long by itself. It uses few of the signs there
are, though, so it is written as one number, and that number with all 94 visible signs of ASCII.
"""

import hashlib
import hmac
import string
from dataclasses import dataclass, field

from bot.core.actions import LONGEST

ENTRY = 31  # instead of a page: the button of a place to type
PAGES = 31  # so many pages can be told apart

_FIRST = string.ascii_letters + string.digits + "-_"  # of an invitation
_REST = string.ascii_lowercase + string.digits + "-:.+?!"  # of a verb and its arguments
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_TAG = 1 << 48


@dataclass(frozen=True)
class Opened:
    """What a button of ours said: its instruction, and the page of a long card that it leads to."""

    action: str = field(repr=False)
    page: int = 0


class Seal:
    """Closes and opens what buttons say, for one bot."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"klankbord button\0" + token.encode()).digest()

    def close(self, chat: int, action: str, page: int = 0) -> str:
        """The `callback_data` of a button. Raises ValueError for what is no instruction of ours."""
        number = _number(action) * (PAGES + 1) + page
        return _signs(number * _TAG + self._tag(chat, number))

    def open(self, chat: int, data: str) -> Opened | None:
        """What a button says that was closed for this chat; None for any other."""
        sealed = _value(data) if 0 < len(data) <= LONGEST else None
        if sealed is None:
            return None
        number, _ = divmod(sealed, _TAG)
        if not hmac.compare_digest(_signs(number * _TAG + self._tag(chat, number)), data):
            return None
        body, page = divmod(number, PAGES + 1)
        return Opened(_action(body), page)

    def _tag(self, chat: int, number: int) -> int:
        digest = hmac.digest(self._key, f"{chat} {number}".encode(), "sha256")
        return int.from_bytes(digest) % _TAG


def _number(action: str) -> int:
    """The signs as digits, the first one lowest; in each part 0 is its end."""
    invitation, _, rest = action.partition(":")
    return _digits(invitation, _FIRST, above=_digits(rest, _REST))


def _digits(signs: str, alphabet: str, above: int = 0) -> int:
    number = above * (len(alphabet) + 1) if above else 0
    for sign in reversed(signs):
        number = number * (len(alphabet) + 1) + alphabet.index(sign) + 1
    return number


def _action(number: int) -> str:
    invitation, rest = _read(number, _FIRST)
    words, _ = _read(rest, _REST)
    return f"{invitation}:{words}"


def _read(number: int, alphabet: str) -> tuple[str, int]:
    """The signs up to their end, and what is above them."""
    signs = ""
    while number:
        number, digit = divmod(number, len(alphabet) + 1)
        if not digit:
            break
        signs += alphabet[digit - 1]
    return signs, number


def _signs(number: int) -> str:
    signs = ""
    while number:
        number, digit = divmod(number, len(_VISIBLE))
        signs += _VISIBLE[digit]
    return signs


def _value(data: str) -> int | None:
    number = 0
    for sign in reversed(data):
        digit = ord(sign) - ord(_VISIBLE[0])
        if not 0 <= digit < len(_VISIBLE):
            return None
        number = number * len(_VISIBLE) + digit
    return number
