"""Takes names, phone numbers, e-mail addresses and case numbers out of a text before it is sealed.

It errs on the side of taking out too much: the writer sees the result and decides.
"""

import re
from collections.abc import Iterable

GAP = "[…]"

_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]*\w")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\w)(?:\+|\(\+?)?\d(?:[\s().\-/]{0,2}\d){4,}(?!\w)")
_CASE = re.compile(r"(?<!\w)(?=[\w./-]*\d[\w./-]*\d[\w./-]*\d)[A-Za-z]{1,8}[-./ ]?[\w./-]*\d(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PARTICLES = frozenset(
    ["van", "von", "de", "der", "den", "het", "ter", "ten", "te", "in", "op", "aan", "bij", "tot", "la", "le", "du", "el", "al", "bin", "ibn", "da", "di", "dos", "y", "en", "i"]
)


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text without addresses, long numbers, case numbers and the given people's names."""
    for pattern in (_EMAIL, _LINK, _NUMBER, _CASE):
        text = pattern.sub(GAP, text)
    known = parts_of(names)
    text = _WORD.sub(lambda word: GAP if _is_name(word[0], known) else word[0], text)
    return re.sub(rf"{re.escape(GAP)}(?:\s+{re.escape(GAP)})+", GAP, text)


def parts_of(names: Iterable[str]) -> frozenset[str]:
    """The parts of names to look for, without particles and single letters."""
    parts = {part.casefold() for name in names for part in _WORD.findall(name)}
    return frozenset(part for part in parts if len(part) > 1 and part not in _PARTICLES)


def _is_name(word: str, known: frozenset[str]) -> bool:
    """Whether a capitalised word, also with a possessive ("Anna's"), is part of somebody's name.

    Lower case counts as a name only for parts of five letters or more: "wil" and "mark" are words too.
    """
    bare = re.sub(r"['’]s?$", "", word).casefold()
    whole = bare if bare in known else next((p for p in re.split(r"[-'’]", bare) if p in known), None)
    possessive = bare[:-1] if bare.endswith("s") and bare[:-1] in known else None
    found = whole or possessive
    return found is not None and (word[:1].isupper() or len(found) >= 5)
