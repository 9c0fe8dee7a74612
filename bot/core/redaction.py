"""Takes names, phone numbers, e-mail addresses and case numbers out of a text before it is sealed.

It errs on the side of taking out too much, a full date or a long amount of money too: the writer sees the result
and decides. What colleagues write all the time stays: a year, an hour, a version, 50.000 euro.
"""

import re
import unicodedata
from collections.abc import Iterable

GAP = "[…]"

_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]*\w")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\w)(?<!\d[-./])(?:\+\(?|\(\+|\(?(?=0))\d(?:[\s().\-/]{0,3}\d){4,}(?!\w)")  # + or 0 first
_EXTENSION = re.compile(
    r"\b(toestel(?:nummer)?|tst|tel|telefoon|doorkies(?:nummer)?|ext(?:ension)?|phone)\b(\.?:? ?(?:nr\.? ?)?)\d{3,5}\b",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2} ?[A-Z\d]{4}(?: ?\d{4}){2,6}(?: ?\d{1,3})?(?!\w)", re.IGNORECASE)
_GROUPS = re.compile(r"(?<!\w)(?:(?=(?: ?\d){7})\d{2,}(?: \d{2,}){2,}|[A-Z] ?\d{4} \d{3,5})(?!\w)")
_TOKEN = re.compile(r"\w(?:[\w./-]*\w)?")
_ORDINARY = re.compile(
    r"(?:[^\W\d]|[./-])*(?:19|20)\d\d(?:[^\W\d]|[./-])*"  # a year, also in "begroting-2026"
    r"|(?:(?:19|20)\d\d|[A-Za-z]\d)[-/](?:19|20)?\d\d"  # 2025-2026, Q3-2026
    r"|[1-9]\d{0,2}\.\d{3}|[1-9]\d?(?:\.\d{3}){2}"  # 50.000; longer is a BSN
    r"|[012]?\d\.[0-5]\d ?- ?[012]?\d\.[0-5]\d"  # 9.00-17.00
    r"|[1-9]\d{0,2}-[1-9]\d{0,2}"  # 100-200
    r"|[A-Za-z]{0,2}\d{1,2}(?:\.\d{1,2}){1,2}"  # versie 11.4.22, kamer B12.34
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PARTICLES = (
    frozenset(("van", "von", "de", "der", "den", "het", "ter", "ten", "te", "in", "op", "aan", "bij", "tot", "uit"))
    | frozenset(("voor", "over", "onder", "la", "le", "du", "des", "del", "do", "dos", "da", "das", "di", "zum"))
    | frozenset(("zur", "el", "al", "bin", "ibn", "y", "en", "i"))
)


def readable(text: str) -> str:
    """The text without what no keyboard types and no database takes: control characters and halves of characters."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text without addresses, long numbers, case numbers and the given people's names."""
    known = parts_of(names)
    while (cleaner := _once(text, known)) != text:  # a gap may bring out what it stood beside
        text = cleaner
    return text


def parts_of(names: Iterable[str]) -> frozenset[str]:
    """The parts of names to look for, without particles and single letters."""
    whole = {_folded(part) for name in names for part in _WORD.findall(unicodedata.normalize("NFC", name))}
    parts = whole | {part for name in whole for part in re.split(r"[-'’]", name)}
    return frozenset(part for part in parts if len(part) > 1 and part not in _PARTICLES)


def _once(text: str, known: frozenset[str]) -> str:
    for pattern in (_EMAIL, _LINK, _IBAN):
        text = pattern.sub(GAP, text)
    text = _EXTENSION.sub(rf"\1\2{GAP}", text)
    text = _PHONE.sub(lambda found: found[0] if _ORDINARY.fullmatch(found[0]) else GAP, text)
    text = _GROUPS.sub(GAP, text)
    text = _TOKEN.sub(lambda found: GAP if _is_number(found[0]) else found[0], text)
    text = _WORD.sub(lambda word: GAP if _is_name(word[0], known) else word[0], text)
    return re.sub(rf"{re.escape(GAP)}(?:\s+{re.escape(GAP)})+", GAP, text)


def _is_number(token: str) -> bool:
    """Five digits, or four beside letters ("Z-2026-00123"), unless they say something ordinary."""
    digits = sum(character.isdigit() for character in token)
    letters = any(character.isalpha() for character in token)
    return digits >= (4 if letters else 5) and _ORDINARY.fullmatch(token) is None


def _is_name(word: str, known: frozenset[str]) -> bool:
    """Whether a capitalised word, also with a possessive ("Anna's"), is part of somebody's name.

    Lower case counts as a name only for parts of five letters or more: "wil" and "mark" are words too.
    """
    bare = re.sub(r"['’]s?$", "", _folded(word))
    candidates = (bare, *re.split(r"[-'’]", bare), bare.removesuffix("s"))
    found = next((part for part in candidates if part in known), None)
    return found is not None and (word[:1].isupper() or len(found) >= 5)


def _folded(word: str) -> str:
    """The word in lower case and without accents: José is Jose too."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
