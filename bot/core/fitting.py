"""Which configured texts a platform would cut short, and by how much: every card is tried beforehand."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, reduce

from bot.core.gallery import Picture, gallery
from bot.core.platform import Card, Misfit
from config.organisation import Organisation
from config.words import LANGUAGES, Language, Model, Words

Place = tuple[str | int, ...]  # in a file: ("card", "expect", "nl")

_PHRASES = (("name",), ("contact", "name"), ("contact", "reach"), ("confidential", "name"), ("confidential", "reach"))
_FILLED_IN = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True)
class Configured:
    """A text that an organisation wrote, and where it stands."""

    file: str
    place: Place
    language: Language
    words: str

    @cached_property
    def pieces(self) -> list[str]:
        """What of it is seen on a card as it stands: all but its places to fill in."""
        return _FILLED_IN.split(self.words.replace("**", ""))

    @cached_property
    def length(self) -> int:
        """Of all its pieces."""
        return sum(map(len, self.pieces))


@dataclass(frozen=True)
class Cut:
    """A configured text that would be cut short."""

    source: Configured
    shown: str  # the text of the card that it is part of
    most: int  # how much of that fits

    @property
    def room(self) -> int:
        """How long the configured text may be; nothing or less where other texts take all there is."""
        return len(self.source.words) - (len(self.shown) - self.most)


def cuts(organisation: Organisation, platform: str, misfits: Callable[[Card], Iterator[Misfit]]) -> list[Cut]:
    """Each text that is too long somewhere, once: where the least of it fits. In the order of the files."""
    texts = list(configured(organisation))

    @cache
    def sources(shown: str, language: Language, *about: str) -> list[Configured]:
        inside = [text for text in texts if text.language == language and all(p in shown for p in text.pieces)]
        best = max(((text.length, text.file in about) for text in inside), default=None)
        return [text for text in inside if (text.length, text.file in about) == best]

    found: dict[tuple[str, str], Cut] = {}
    for picture in gallery(organisation, platform):
        for misfit in misfits(picture.card):
            for source in sources(misfit.text, picture.card.language, *_files(picture)):
                cut = Cut(source, misfit.text, misfit.most)
                name = (source.file, ".".join(map(str, source.place)))
                found[name] = min(found.get(name, cut), cut, key=lambda one: one.room)
    return [found[name] for name in sorted(found)]


def configured(organisation: Organisation) -> Iterator[Configured]:
    """Every text of the organisation."""
    for place in _PHRASES:
        phrase = reduce(getattr, place, organisation)
        yield from (Configured("organisation.toml", place, language, str(phrase)) for language in LANGUAGES)
    for department in organisation.departments:
        yield from _texts(f"departments/{department.key}.toml", department)
    for survey in organisation.surveys:
        yield from _texts(f"surveys/{survey.key}.toml", survey)


def _texts(file: str, item: object, place: Place = ()) -> Iterator[Configured]:
    if isinstance(item, Words):
        yield from (Configured(file, (*place, code), code, item.in_(code)) for code in LANGUAGES if getattr(item, code))
    elif isinstance(item, Model):
        for name, field in type(item).model_fields.items():
            yield from _texts(file, getattr(item, name), (*place, field.alias or name))
    elif isinstance(item, dict):
        for key, value in item.items():
            yield from _texts(file, value, (*place, key))
    elif isinstance(item, tuple):
        for number, value in enumerate(item):
            yield from _texts(file, value, (*place, number))


def _files(picture: Picture) -> tuple[str, str]:
    """What a card is about."""
    return f"departments/{picture.department}.toml", f"surveys/{picture.survey}.toml"
