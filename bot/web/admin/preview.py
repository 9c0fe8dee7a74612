"""How each card of a survey looks on each platform: of the edition in force, or of one that is only proposed."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.gallery import Picture, walk
from bot.core.platform import Previews
from bot.core.preview import Part
from config.organisation import Organisation
from config.texts import say
from config.words import Language

ASK = "ask"  # a picture of a question


@dataclass(frozen=True)
class Seen:
    """One card on one platform; each part with what it is: text, row, choices, input, divider."""

    platform: str
    apart: bool
    parts: tuple[tuple[str, Part], ...]


@dataclass(frozen=True)
class Shown:
    """One card, on every platform. `number` is that of a question, else 0."""

    name: str
    number: int
    seen: tuple[Seen, ...]


def shown(
    organisation: Organisation, survey: str, language: Language, platforms: Mapping[str, type[Previews]]
) -> tuple[Shown, ...]:
    """The cards of a survey in the order in which somebody meets them. Raises KeyError for an unknown survey."""
    asked, tip = organisation.survey(survey), say("preview.tip", language)
    walks = {name: walk(organisation, asked, language, name, tip) for name in platforms}
    found: list[Shown] = []
    for pictures in zip(*walks.values(), strict=True):
        name, before = pictures[0].name, sum(one.name == ASK for one in found)
        seen = (_seen(platform, kind, one) for (platform, kind), one in zip(platforms.items(), pictures, strict=True))
        found.append(Shown(name, before + 1 if name == ASK else 0, tuple(seen)))
    return tuple(found)


def _seen(platform: str, kind: type[Previews], picture: Picture) -> Seen:
    preview = kind.preview(picture.card)
    return Seen(platform, preview.apart, tuple((type(part).__name__.lower(), part) for part in preview.parts))
