"""What the configuration does not say yet, and a document leaves open; each with what to do in the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.documents.deployment import Deployment
from bot.documents.facts import facts
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.texts import say
from config.words import Language

_TO_CHANGE = ("name", "contact", "confidential")


@dataclass(frozen=True)
class Gap:
    """One thing: its key in the catalogue, and the departments that it is about."""

    what: str
    departments: tuple[str, ...] = ()

    def said(self, language: Language) -> str:
        """What is missing and how to mend it."""
        return say(f"documents.gap_{self.what}", language, departments=", ".join(self.departments))


def gaps(organisation: Organisation, here: Deployment, language: Language) -> tuple[Gap, ...]:
    """Everything that is missing, in the order in which it is best mended."""
    return tuple(_gaps(organisation, here, language))


def from_example(organisation: Organisation) -> tuple[str, ...]:
    """What nobody changed since `klankbord init`: these keys of the organisation are still the starter's."""
    example = read(EXAMPLE)
    return tuple(part for part in _TO_CHANGE if getattr(organisation, part) == getattr(example, part))


def _gaps(organisation: Organisation, here: Deployment, language: Language) -> Iterator[Gap]:
    known = facts(organisation, here, language)
    for part in from_example(organisation):
        yield Gap(f"example_{part}")
    if not known.announced:
        yield Gap("announced")
    if not here.is_public:
        yield Gap("address")
    if not known.admins:
        yield Gap("admins")
    lacking = {"lead": known.unled, "channel": known.without_channel, "card": known.without_card}
    for what, departments in lacking.items():
        if departments:
            yield Gap(what, departments)
