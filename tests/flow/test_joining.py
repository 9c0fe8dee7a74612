"""Joining with a personal link: it ties one account to the person it was made for, and tells nobody else anything."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.attempts import MOST, WITHIN
from bot.core.platform import Asked, Card, Event, Joined, Left
from bot.flow.hearing import hearing
from bot.store import editions, joining
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.joining import VALID, JoinLink
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from config import EXAMPLE
from config.load import read

PLATFORM = "telegram"
ANNAS, BRAMS, OTHER = "100", "200", "300"  # chats
NOW = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)


class Office:
    """Anna and Bram, who have no account yet, and an admin who makes links."""

    def __init__(self, where: Path | str, runner: asyncio.Runner) -> None:
        self.now, self._runner = NOW, runner
        self.database = Database(where, durable=False)
        self.database.migrate()
        with self.database.transaction() as session:
            editions.write(session, read(EXAMPLE), live=True, author="test", note="", now=NOW)
            session.add(Person(key="anna", name="Anna", language="", timezone="Europe/Amsterdam"))
            session.add(Person(key="bram", name="Bram", language="nl", timezone="Europe/Amsterdam"))
        self._hear = hearing(self.database, Keyring([Keyring.new_key()]), lambda: self.now)

    def hears(self, event: Event) -> Card | None:
        """What comes of an event."""

        async def heard() -> Card | None:
            return await self._hear(event)

        return self._runner.run(heard())

    def link(self, person: str) -> str:
        """A new one."""
        return self.database.write_now(joining.new_link, PLATFORM, person, self.now)

    def joins(self, chat: str, token: str, language: str = "") -> Card | None:
        """Somebody comes with a token."""
        return self.hears(Joined(PLATFORM, chat, token, language=language))

    def asks(self, chat: str) -> Card | None:
        """Somebody asks for their card."""
        return self.hears(Asked(PLATFORM, chat))

    def accounts(self) -> dict[str, str]:
        """Chat and person."""
        with self.database.transaction(reading=True) as session:
            return {one.address: one.person for one in session.exec(select(Account))}

    def person(self, key: str) -> Person:
        """As they are now."""
        with self.database.transaction(reading=True) as session:
            return session.get_one(Person, key)

    def unlinked(self) -> list[str]:
        """Who still needs a link."""
        with self.database.transaction(reading=True) as session:
            return [person.key for person in joining.without(session, PLATFORM, self.now)]


@pytest.fixture
def office(where: Path | str) -> Iterator[Office]:
    with asyncio.Runner() as runner:
        made = Office(where, runner)
        yield made
        made.database.close()


def says(card: Card | None) -> str:
    """What is on a card."""
    assert card is not None
    return "\n".join((card.heading, card.hint, *card.lines))


def test_a_link_ties_the_account_and_welcomes(office: Office) -> None:
    """With the card that they have: here, that nothing is open. From then on they are heard."""
    assert office.asks(ANNAS) is None
    card = office.joins(ANNAS, office.link("anna"))
    assert "Welkom!" in says(card)
    assert "Er staat niets voor je open, Anna." in says(card)
    assert office.accounts() == {ANNAS: "anna"}
    assert "Anna" in says(office.asks(ANNAS))


def test_a_used_link_joins_nobody_else(office: Office) -> None:
    """Its owner finds themselves again; anybody else learns nothing."""
    token = office.link("anna")
    assert office.joins(ANNAS, token)
    assert office.joins(OTHER, token) is None
    again = office.joins(ANNAS, token)
    assert "Anna" in says(again)
    assert "Welkom" not in says(again)
    assert office.accounts() == {ANNAS: "anna"}


def test_an_expired_link_joins_nobody(office: Office) -> None:
    """Up to its last moment it does."""
    early, late = office.link("anna"), office.link("bram")
    office.now = NOW + VALID - timedelta(seconds=1)
    assert office.joins(ANNAS, early)
    office.now = NOW + VALID
    assert office.joins(BRAMS, late) is None
    assert office.accounts() == {ANNAS: "anna"}


@pytest.mark.parametrize("token", ["", "nope", "x" * 64, "ünïcode", "a\x00b"])
def test_an_unknown_link_joins_nobody(office: Office, token: str) -> None:
    """Whatever it is made of."""
    office.link("anna")
    assert office.joins(OTHER, token) is None
    assert office.accounts() == {}


def test_somebody_elses_link_stays_theirs(office: Office) -> None:
    """Who has joined cannot become another person with it, nor use it up."""
    office.joins(BRAMS, office.link("bram"))
    token = office.link("anna")
    assert office.joins(BRAMS, token) is None
    assert office.accounts() == {BRAMS: "bram"}
    assert office.joins(ANNAS, token)


def test_a_link_of_another_platform_joins_nobody(office: Office) -> None:
    """A link leads to one platform."""
    token = office.link("anna")
    assert office.hears(Joined("slack", "U1", token)) is None


def test_guessing_is_for_a_few_times_an_hour(office: Office) -> None:
    """Then even a good link says no, in this chat alone."""
    token = office.link("anna")
    for number in range(MOST):
        assert office.joins(OTHER, f"guess{number}") is None
    assert office.joins(OTHER, token) is None
    office.now = NOW + WITHIN
    assert office.joins(OTHER, token)


def test_a_new_link_ends_the_one_before_and_moves_the_account(office: Office) -> None:
    """With a new phone: what still had to be said goes to the new chat, and the old one is a stranger's."""
    old = office.link("anna")
    office.joins(ANNAS, old)
    with office.database.transaction() as session:
        session.add(OutgoingRow(id="o", kind=Kind.AGAIN, platform=PLATFORM, address=ANNAS, not_before=NOW))
    new = office.link("anna")
    assert office.accounts() == {ANNAS: "anna"}
    assert office.joins(OTHER, old) is None
    assert office.joins(OTHER, new)
    assert office.accounts() == {OTHER: "anna"}
    assert office.asks(ANNAS) is None
    with office.database.transaction(reading=True) as session:
        assert session.get_one(OutgoingRow, "o").address == OTHER


def test_who_is_ended_is_heard_and_written_to_no_more(office: Office) -> None:
    """Their link, their account and what still had to be said to it are gone; another joins anew."""
    unused = office.link("bram")
    office.joins(ANNAS, office.link("anna"))
    with office.database.transaction() as session:
        for id_, state in (("waits", OutgoingState.WAITING), ("said", OutgoingState.SENT)):
            row = OutgoingRow(id=id_, kind=Kind.AGAIN, platform=PLATFORM, address=ANNAS, not_before=NOW, state=state)
            session.add(row)
    for person in ("anna", "bram"):
        office.database.write_now(joining.end, PLATFORM, person)
    assert office.accounts() == {}
    assert office.asks(ANNAS) is None
    assert office.joins(BRAMS, unused) is None
    with office.database.transaction(reading=True) as session:
        assert [row.id for row in session.exec(select(OutgoingRow))] == ["said"]
    assert office.joins(ANNAS, office.link("anna"))


def test_who_is_removed_takes_their_links_along(office: Office) -> None:
    """A link never joins somebody who is not there."""
    token = office.link("anna")
    with office.database.transaction() as session:
        session.delete(session.get_one(Person, "anna"))
    assert office.joins(ANNAS, token) is None


@pytest.mark.parametrize(
    ("person", "language", "spoken"),
    [("anna", "en", "en"), ("anna", "en-GB", "en"), ("anna", "pl", ""), ("anna", "", ""), ("bram", "en", "nl")],
)
def test_the_app_tells_the_language_where_nobody_else_does(
    office: Office, person: str, language: str, spoken: str
) -> None:
    """The list of people goes before; a language that we do not speak changes nothing."""
    card = office.joins(OTHER, office.link(person), language)
    assert office.person(person).language == spoken
    assert card is not None
    assert card.language == (spoken or "nl")


def test_a_link_is_made_for_who_needs_one(office: Office) -> None:
    """Not for who joined, nor while they have one that can be used."""
    assert office.unlinked() == ["anna", "bram"]
    token = office.link("anna")
    assert office.unlinked() == ["bram"]
    office.joins(ANNAS, token)
    office.link("bram")
    assert office.unlinked() == []
    office.now = NOW + VALID
    assert office.unlinked() == ["bram"]


def test_a_link_whose_day_has_passed_is_forgotten(office: Office) -> None:
    """Nothing of it stays in the database; until then only its hash is there."""
    token = office.link("anna")
    with office.database.transaction(reading=True) as session:
        assert token not in str(session.exec(select(JoinLink)).all())
    for days, left in ((29, 1), (30, 0)):
        office.database.write_now(joining.forget, NOW + timedelta(days=days))
        with office.database.transaction(reading=True) as session:
            assert len(session.exec(select(JoinLink)).all()) == left


def test_who_blocked_the_bot_and_writes_again_is_asked_again(office: Office) -> None:
    """By any word or with the old link; what they did before, delivered once more, does not send them away again."""
    token = office.link("anna")
    office.joins(ANNAS, token)
    for event in (Asked(PLATFORM, ANNAS), Joined(PLATFORM, ANNAS, token)):
        office.hears(Left(PLATFORM, ANNAS))
        assert not _reachable(office)
        office.hears(event)
        assert _reachable(office)
    office.hears(Left(PLATFORM, ANNAS, delivery="7"))
    office.asks(ANNAS)
    office.hears(Left(PLATFORM, ANNAS, delivery="7"))
    assert _reachable(office)


def _reachable(office: Office) -> bool:
    with office.database.transaction(reading=True) as session:
        return session.get_one(Account, (PLATFORM, ANNAS)).reachable
