"""Test cards to admins: in answer to a word, or sent by themselves. Nothing is kept but the name of the card.

What is sent waits in the outbox by that name alone, and is gone from it once it was said.
"""

import secrets
from datetime import datetime

from sqlmodel import Session, col, select

from bot.core.platform import Card
from bot.core.testcards import TestCards
from bot.flow.setting import language_of
from bot.store import editions, outbox, people
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Account, Person
from config.roles import Role, roles_of
from config.words import Language


class NotSent(Exception):
    """Why nothing is sent: `nobody`, `no_admin`, `no_account` or `no_card`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def cards(session: Session, person: Person, platform: str) -> TestCards:
    """Every test card, as this person would see it there."""
    organisation = editions.latest(session).organisation
    return TestCards(organisation, language_of(person, organisation), platform)


def kinds(session: Session, language: Language) -> list[str]:
    """The names that there are, without departments. Raises NoEdition."""
    return TestCards(editions.latest(session).organisation, language, "").kinds


def send(session: Session, person: str, words: str, now: datetime, platform: str = "") -> tuple[str, str]:
    """Put a test card in the outbox for an admin, on this platform or where they are asked.

    Returns the name of the card and the platform. Raises NotSent.
    """
    admin = session.get(Person, person)
    if admin is None:
        raise NotSent("nobody")
    if not _is_admin(session, admin):
        raise NotSent("no_admin")
    account = _account(session, person, platform)
    name = cards(session, admin, account.platform).named(words)
    if name is None:
        raise NotSent("no_card")
    row = OutgoingRow(
        id=f"test:{secrets.token_hex(8)}",
        kind=Kind.TEST,
        platform=account.platform,
        address=account.address,
        lines=[name],
        not_before=now,
    )
    outbox.put(session, row)
    return name, account.platform


def card_of(session: Session, row: OutgoingRow) -> Card | None:
    """The card that a row names; None where it went, or where its person is no admin any more."""
    person = people.by_address(session, row.platform, row.address)
    if person is None or not _is_admin(session, person):
        return None
    return cards(session, person, row.platform).card(row.lines[0])


def _is_admin(session: Session, person: Person) -> bool:
    return roles_of(editions.latest(session).organisation, person.key).may(Role.ADMIN)


def _account(session: Session, person: str, platform: str) -> Account:
    mine = select(Account).where(Account.person == person, col(Account.reachable).is_(True))
    if platform:
        mine = mine.where(Account.platform == platform)
    found = session.exec(mine.order_by(Account.platform, Account.address)).first()
    if found is None:
        raise NotSent("no_account")
    return found
