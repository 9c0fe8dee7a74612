"""Test cards: every card of the gallery by a name, to look at in a real chat. Nothing on them does anything.

Each of their buttons names, in the place of an invitation, the card that it is on; no invitation looks like that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain, count

from bot.core.actions import Action, decode
from bot.core.gallery import Picture, in_language
from bot.core.platform import Button, Card
from config.organisation import Organisation
from config.words import Language

_MARK = "1-"  # ids of invitations hold neither of the two signs


class TestCards:
    """The test cards of an organisation in one language, as a platform may show them."""

    __test__ = False  # pytest collects what is called so

    def __init__(self, organisation: Organisation, language: Language, platform: str) -> None:
        self._pictures = list(in_language(organisation, language, platform))

    @cached_property
    def names(self) -> Mapping[str, int]:
        """The name of each, and its place: `tick`, `ask-ict`, `ask-ict-2`."""
        found: dict[str, int] = {}
        for number, picture in enumerate(self._pictures):
            found[next(name for name in _names(picture) if name not in found)] = number
        return found

    @property
    def kinds(self) -> list[str]:
        """The names without departments."""
        return list(dict.fromkeys(_called(picture) for picture in self._pictures))

    def named(self, words: str) -> str | None:
        """The name that somebody means: the whole of it, or how the first one begins."""
        wanted = "-".join(words.casefold().replace("_", "-").split())
        if wanted in self.names:
            return wanted
        return next((name for name in self.names if name.startswith(f"{wanted}-")), None) if wanted else None

    def card(self, name: str) -> Card | None:
        """The card of this name or at this place."""
        number = int(name) if name.isdecimal() else self.names.get(name, -1)
        if not 0 <= number < len(self._pictures):
            return None
        return _tested(self._pictures[number].card, about(str(number)))


def about(name: str) -> str:
    """What stands for an invitation where a test card is sent, and in its buttons."""
    return f"{_MARK}{name}"


def tested(invitation: str) -> str | None:
    """Which test card that is; None where it is an invitation."""
    return invitation.removeprefix(_MARK) if invitation.startswith(_MARK) else None


def _called(picture: Picture) -> str:
    return picture.name.replace("_", "-")


def _names(picture: Picture) -> Iterator[str]:
    name = "-".join(part for part in (_called(picture), picture.department) if part)
    return chain([name], (f"{name}-{number}" for number in count(2)))


def _tested(card: Card, invitation: str) -> Card:
    """The same, with nothing on it that is about anything else."""

    def of(action: str) -> str:
        decoded = decode(action)
        return str(Action(invitation, decoded.verb, decoded.arguments)) if decoded is not None else ""

    def each(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
        return tuple(replace(button, action=of(button.action)) for button in buttons)

    return replace(
        card,
        choices=each(card.choices),
        steps=each(card.steps),
        asides=each(card.asides),
        entry=replace(card.entry, action=of(card.entry.action)) if card.entry is not None else None,
        several=of(card.several),
        again=of(card.again),
    )
