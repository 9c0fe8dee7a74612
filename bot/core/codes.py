"""One-time codes that somebody types, from paper too: four times four characters, none of which looks like another.

In every four is a digit that looks like no letter. So no word is a code, however long it is, and who says something
does not guess.
"""

import random
import re

SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32
CLEAR = "23456789"  # the digits that nobody reads for a letter
FOURS = 4  # 716,800 each: together 77.8 bits

_LOOKALIKES = str.maketrans("oil", "011")
_FOUR = f"(?=[{SIGNS}]{{0,3}}[{CLEAR}])[{SIGNS}]{{4}}"
_CODE = re.compile(rf"(?<![0-9a-z]){_FOUR}(?:[-– ]?{_FOUR}){{{FOURS - 1}}}(?![0-9a-z])")
_WORD = re.compile(r"[0-9a-z]+(?:[-–][0-9a-z]+)*")  # read once, however long a text is
_LIKE = 8  # letters and digits in one word, both of them or digits alone
_BETWEEN = re.compile(r"[-– ]")


def new_code(rng: random.Random) -> str:
    """One that no one can guess, such as `k7m2-9qrt-x4pd-h3vw`."""
    return "-".join(_four(rng) for _ in range(FOURS))


def _four(rng: random.Random) -> str:
    """All are as likely."""
    while True:
        four = "".join(rng.choice(SIGNS) for _ in range(4))
        if set(four) & set(CLEAR):
            return four


def code_in(text: str) -> str | None:
    """The code in what somebody typed, as it was handed out: capitals, an O for a 0, a space and a lost hyphen do not
    matter.
    """
    found = _CODE.search(text.casefold().translate(_LOOKALIKES))
    if found is None:
        return None
    signs = _BETWEEN.sub("", found[0])
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def is_like_a_code(text: str) -> bool:
    """Whether somebody seems to have typed a code, also one that cannot be."""
    words = (_BETWEEN.sub("", found[0]) for found in _WORD.finditer(text.casefold()))
    return any(len(word) >= _LIKE and not word.isalpha() for word in words)
