"""How something is chosen where there are no buttons: each choice has a number, everything else a letter.

A sign is typed (`4`, `a`), put below the card as a reaction (4️⃣, 🇦), or said in the words of its label.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bot.core.platform import Button, Card

_TEN = "🔟"
_KEYCAP = "\ufe0f\u20e3"
_FIRST_LETTER = 0x1F1E6  # regional indicator A
_CIRCLED = ((11, 20, 0x246A), (21, 35, 0x3251), (36, 50, 0x32B1))  # ⑪ ㉑ ㊱: numbers that have no emoji
_GRADE = re.compile(r"([1-9]) (\S.*)")
_BETWEEN = re.compile(r"[\s,;+&]+")
_AROUND = ".!?)"  # signs that people leave out, or add
_AND = {"en", "and", "e"}


def of_card(card: Card) -> dict[str, Button]:
    """The sign of each button, in the order in which they stand on the card."""
    numbered = {str(number): button for number, button in enumerate(card.choices, 1)}
    lettered = {chr(ord("a") + place): button for place, button in enumerate((*card.steps, *card.asides))}
    return {**numbered, **lettered}


def label(sign: str, button: Button) -> str:
    """What stands beside the sign; a grade that is the sign itself is not said twice."""
    grade = _GRADE.fullmatch(button.label)
    return grade[2] if grade is not None and grade[1] == sign else button.label


def reaction(sign: str) -> str:
    """As a reaction."""
    if not sign.isdecimal():
        return chr(_FIRST_LETTER + ord(sign) - ord("a"))
    number = int(sign)
    if number < 10:
        return f"{sign}{_KEYCAP}"
    if number == 10:
        return _TEN
    return next((chr(code + number - first) for first, last, code in _CIRCLED if first <= number <= last), sign)


def reacted(key: str) -> str:
    """The sign of a reaction, whatever a client makes of it; empty for any other."""
    plain = _plain(key).strip()
    return _SIGNS.get(plain, plain.casefold() if re.fullmatch(r"[0-9]{1,2}|[A-Za-z]", plain) else "")


def typed(words: str, labels: Mapping[str, str]) -> list[str]:
    """The signs that somebody typed, as figures or emoji, or the one whose label they typed; else none."""
    said = _folded(words)
    by_label = [sign for sign, one in labels.items() if said in _names(one)]
    if len(by_label) == 1:
        return by_label
    parts = [_SIGNS.get(part, part.strip(".)")) for part in _BETWEEN.split(said) if part and part not in _AND]
    return parts if parts and all(part in labels for part in parts) else []


def _plain(words: str) -> str:
    """Without what makes an emoji of a figure."""
    return words.replace("\ufe0f", "").replace("\u20e3", "")


def _folded(words: str) -> str:
    """As it is compared: whatever the width, the case and the spaces, and whatever stands around it."""
    return " ".join(unicodedata.normalize("NFKC", _plain(words)).casefold().split()).strip(_AROUND)


def _names(label: str) -> Iterator[str]:
    yield _folded(label)
    if (grade := _GRADE.fullmatch(label)) is not None:
        yield _folded(grade[2])


_SIGNS = {
    _plain(reaction(sign)): sign for sign in (*map(str, range(1, 51)), *(chr(ord("a") + place) for place in range(26)))
}
