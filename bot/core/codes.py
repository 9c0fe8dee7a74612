"""One-time codes that somebody types, from paper too: four times four characters, none of which looks like another."""

import random
import re

SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: sixteen of them are 80 bits
FOURS = 4

_LOOKALIKES = str.maketrans("oil", "011")
_FOUR = f"[{SIGNS}]{{4}}"
_CODE = re.compile(rf"(?<![0-9a-z]){_FOUR}(?:-?{_FOUR}){{{FOURS - 1}}}(?![0-9a-z])")


def new_code(rng: random.Random) -> str:
    """One that no one can guess, such as `k7m2-9qrt-x4pd-h3vw`."""
    return "-".join("".join(rng.choice(SIGNS) for _ in range(4)) for _ in range(FOURS))


def code_in(text: str) -> str | None:
    """The code in what somebody typed, as it was handed out: capitals, an O for a 0 and a lost hyphen do not matter."""
    found = _CODE.search(text.casefold().translate(_LOOKALIKES))
    if found is None:
        return None
    signs = found[0].replace("-", "")
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))
