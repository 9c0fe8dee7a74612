"""Who invites the bot to a chat of their own: colleagues get their card, others are asked for a code, or declined."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.platform import Card, Event, Invited, Joined, Left
from bot.flow.hearing import hearing
from bot.store import editions, joining
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.joining import VALID
from bot.store.people import Account, Person
from config import EXAMPLE
from config.load import read

PLATFORM = "matrix"
ANNA, BRAM = "@anna:example.nl", "@bram:example.nl"
NOW = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)


class Office:
    """Anna, who is known by her address, and Bram, who has no account yet."""

    def __init__(self, where: Path | str, runner: asyncio.Runner) -> None:
        self.now, self._runner = NOW, runner
        self.database = Database(where, durable=False)
        self.database.migrate()
        with self.database.transaction() as session:
            editions.write(session, read(EXAMPLE), live=True, author="test", note="", now=NOW)
            session.add(Person(key="anna", name="Anna", language="en", timezone="Europe/Amsterdam"))
            session.add(Person(key="bram", name="Bram", language="nl", timezone="Europe/Amsterdam"))
            session.flush()
            session.add(Account(platform=PLATFORM, address=ANNA, person="anna"))
        self._hear = hearing(self.database, Keyring([Keyring.new_key()]), lambda: self.now)

    def hears(self, event: Event) -> Card | None:
        """What comes of an event."""

        async def heard() -> Card | None:
            return await self._hear(event)

        return self._runner.run(heard())

    def link(self) -> str:
        """A code for Bram."""
        return self.database.write_now(joining.new_typed, PLATFORM, "bram", self.now)


@pytest.fixture
def office(where: Path | str) -> Iterator[Office]:
    with asyncio.Runner() as runner:
        made = Office(where, runner)
        yield made
        made.database.close()


def _says(card: Card | None) -> str:
    assert card is not None
    return "\n".join((card.heading, card.hint, *card.lines))


@pytest.mark.parametrize("near", [True, False])
def test_a_colleague_gets_their_card(office: Office, near: bool) -> None:
    """Wherever their account is, and also when the invitation comes twice."""
    for _ in range(2):
        said = _says(office.hears(Invited(PLATFORM, ANNA, near=near, delivery="$1")))
        assert "Anna" in said
        assert "code" not in said


def test_who_had_left_and_invites_can_be_reached_again(office: Office) -> None:
    """An invitation is a way to come back."""
    office.hears(Left(PLATFORM, ANNA))
    office.hears(Invited(PLATFORM, ANNA))
    with office.database.transaction(reading=True) as session:
        assert session.get_one(Account, (PLATFORM, ANNA)).reachable


def test_a_stranger_is_declined(office: Office) -> None:
    """Nobody of this organisation can have a code: then whoever invites is a stranger, however near."""
    assert office.hears(Invited(PLATFORM, BRAM, near=True)) is None


def test_a_stranger_nearby_is_asked_for_the_code(office: Office) -> None:
    """While a code is out that nobody used; it says nothing of whose it is, and the code then joins them."""
    code = office.link()
    card = office.hears(Invited(PLATFORM, BRAM, near=True))
    assert card is not None
    assert card.language == "nl"
    assert "Stuur mij de code" in _says(card)
    assert "Bram" not in _says(card)
    assert "Welkom" in _says(office.hears(Joined(PLATFORM, BRAM, f"Mijn code: {code.upper()}")))
    assert office.hears(Invited(PLATFORM, "@carla:example.nl", near=True)) is None


def test_a_stranger_from_elsewhere_is_declined(office: Office) -> None:
    """A code is for colleagues."""
    office.link()
    assert office.hears(Invited(PLATFORM, "@bram:elsewhere.example", near=False)) is None


def test_a_code_whose_day_has_passed_opens_no_door(office: Office) -> None:
    """Nor does one of another platform."""
    office.link()
    assert office.hears(Invited("telegram", "100", near=True)) is None
    office.now = NOW + VALID
    assert office.hears(Invited(PLATFORM, BRAM, near=True)) is None
