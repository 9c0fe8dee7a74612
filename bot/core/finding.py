"""Which service somebody needs, found by the words they type: as they stand, else forgiving what fingers do to words.

A search is somebody's own business: nothing here keeps one. Only configured words are remembered.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from config.department import Department, Service
from config.words import LANGUAGES, Words

MOST = 3  # results
LONGEST = 200  # characters of a search that are looked at
THRESHOLD = 0.6  # of how well a phrase fits; tests/core/test_finding.py says why
ANOTHER_LETTER = 0.5  # in a short word it makes another word, as gewond and gezond: worth something among others
SLIPPED = 0.85  # of how alike words are: more than a part of a compound
CLOSE = 0.15  # what fits so much worse than the best is not what was meant

Stems = tuple[str, ...]

_APOSTROPHES = re.compile("['’‘`´-]")  # e-mail and email, foto's and fotos
_TOKEN = re.compile(r"[^\W_]+")
_JOINED = re.compile(r",|/|\b(?:en|of|and|or)\b")
_SAYS_NOTHING = frozenset(
    _TOKEN.findall("""
    ik mij me je jij jou u we wij ze zij mijn mn jouw onze ons een de het er die dat dit deze is zijn was ben bent wordt
    heb hebt heeft hebben had wil wilt willen kan kun kunnen moet moeten mag mogen zou ga gaan gaat doe doet doen te om
    aan in op van voor met bij naar over uit tot als of en maar ook niet geen nog wel meer al dan waar waarvoor hoe wat
    wie iets iemand graag even hulp nodig vraag probleem afdeling team ergens terecht
    i my our you your a an the are be am do does did has have can could will would want need to for on at with from
    by about and or not no it its this that there where who what how which go get help please something someone problem
    question department somebody
    """)
)


@dataclass(frozen=True)
class Found:
    """A service, or a department as a whole where that is what was named."""

    department: Department
    service: Service | None = None
    is_guess: bool = False  # a part of its words was said, or something like them


def find(departments: Sequence[Department], words: str) -> tuple[Found, ...]:
    """The services or departments that somebody may mean, the likeliest first; at most three, none where none fits.

    What is called just so comes alone: by name or search word, in any order of words. Else what fits best, also with
    typing errors, a plural, or a part of a compound: a guess, unless a whole name or search word was said. Of equals
    the first in the catalogue comes first.
    """
    sought = _stems(words[:LONGEST])
    if not sought:
        return ()
    known = list(_catalogue(departments))
    exact = [found for found, phrases in known if any(_same(sought, _known(phrase)[0]) for phrase in phrases)]
    return tuple((exact or _likely(sought, known))[:MOST])


def is_about(words: str, phrases: Sequence[str]) -> bool:
    """Whether all of one of these phrases was said, also with a slip of the finger in a long word."""
    sought = _stems(words[:LONGEST])
    return any(all(any(_alike(one, said) > SLIPPED for said in sought) for one in _known(each)[0]) for each in phrases)


def _catalogue(departments: Sequence[Department]) -> Iterator[tuple[Found, list[str]]]:
    """Everything there is to find, with the phrases that are its names."""
    for department in departments:
        yield Found(department), [department.key, *_both(department.name)]
        for service in department.services:
            yield Found(department, service), [*_both(service.name), *service.words]


def _both(words: Words) -> list[str]:
    return [words.in_(language) for language in LANGUAGES]


def _likely(sought: Stems, known: Iterable[tuple[Found, list[str]]]) -> list[Found]:
    """What fits about as well as the best; a department as a whole only where none of its services does."""
    scores = {found.department.key: 0.0 for found, _ in known}
    fitting: list[tuple[float, Found]] = []
    for found, phrases in known:
        score = round(_best(sought, found, phrases), 2)
        if score >= THRESHOLD:
            fitting.append((score, replace(found, is_guess=not _is_said(sought, phrases))))
            scores[found.department.key] += found.service is not None
    close = max((score for score, _ in fitting), default=0.0) - CLOSE
    fitting = [one for one in fitting if one[0] >= close and (one[1].service or not scores[one[1].department.key])]
    return [found for _, found in sorted(fitting, key=lambda one: -one[0])]


def _is_said(sought: Stems, phrases: list[str]) -> bool:
    """Whether all of one of its phrases stands in what was said, letter for letter."""
    return any(part and set(part) <= set(sought) for phrase in phrases for part in _known(phrase))


def _best(sought: Stems, found: Found, phrases: list[str]) -> float:
    """How well the best of its phrases, or of what is joined in one, fits; naming the department too does no harm."""
    around = [stem for name in _both(found.department.name) for stem in _known(name)[0]] if found.service else []
    return max(_fits(sought, part, around) for phrase in phrases for part in _known(phrase))


def _fits(sought: Stems, phrase: Stems, around: Sequence[str]) -> float:
    """0–1. All of the phrase was said, or all that was said is in the phrase: either is a hit, both is the best."""
    said = _covered(phrase, sought)
    if not said:
        return 0.0
    meant = _covered(sought, (*phrase, *around))
    return 0.75 * max(said, meant) + 0.25 * min(said, meant)


def _covered(stems: Sequence[str], by: Sequence[str]) -> float:
    """How much of some words others cover, 0–1."""
    return sum(max(_alike(one, other) for other in by) for one in stems) / len(stems) if stems and by else 0.0


def _alike(one: str, other: str) -> float:
    """0–1. The end of a Dutch compound says what it is; its beginning, of what. Both have to be long."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= 5 and len(long) - len(short) >= 4 and long.endswith(short):
        return 0.85
    if len(short) >= 6 and long.startswith(short):
        return 0.8
    if len(short) < 5 or one[0] != other[0]:
        return 0.0
    slips = OSA.distance(one, other, score_cutoff=2)
    if slips == 1 and len(long) < 7 and len(short) == len(long) and sorted(short) != sorted(long):
        return ANOTHER_LETTER if len(long) == 6 else 0.0
    return 1 - slips / len(long) if slips <= _forgiven(short, long) else 0.0


def _forgiven(short: str, long: str) -> int:
    """How many slips of the finger, of words that begin alike: in five letters one, inside the word."""
    if len(long) == 5:
        return int(short[-1] == long[-1])
    return 1 if len(long) < 12 else 2


# --- words -----------------------------------------------------------------------------------------------------


def _same(sought: Stems, phrase: Stems) -> bool:
    """The same words in any order, or a compound that was written apart."""
    return bool(phrase) and (set(sought) == set(phrase) or "".join(sought) == "".join(phrase))


@lru_cache(maxsize=8192)
def _known(phrase: str) -> tuple[Stems, ...]:
    """Of a configured phrase the whole, and each of its parts: “Laptop and phone” is about either."""
    parts = [_stems(part) for part in _JOINED.split(phrase.casefold())]
    return (_stems(phrase), *(part for part in parts if part))


def _stems(text: str) -> Stems:
    """The words that say something, or all where none does; each in one form whatever its case, accents and plural."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    tokens = _TOKEN.findall(_APOSTROPHES.sub("", plain))
    telling = [token for token in tokens if token not in _SAYS_NOTHING]
    return tuple(dict.fromkeys(_stem(token) for token in telling or tokens))


def _stem(token: str) -> str:
    """Without the ends that a plural or an adjective has in Dutch and English; spelt as the singular is."""
    if len(token) > 4:
        token = re.sub(r"(?<!s)s$", "", token)
        token = re.sub(r"(en|e)$", "", token)
        token = re.sub("v$", "f", re.sub("z$", "s", token))
    return re.sub(r"(.)\1+", r"\1", token)
