"""What the local web chat keeps: personal links, sessions, and messages without their cards.

A message about an invitation holds no card: the web chat draws it afresh, so its history never holds a department
somebody dealt with, nor an answer. Links and sessions are kept as hashes.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import JSON, ColumnElement, delete, or_
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core import testcards
from bot.store import people
from bot.store.columns import Moment
from bot.store.editions import NoEdition, latest
from bot.store.once import insert_once
from bot.store.outbox import FOR_LEADS, Kind, OutgoingRow
from bot.store.rounds import Invitation

WEBCHAT = "webchat"
TESTS_KEPT = timedelta(days=1)


class ChatLink(SQLModel, table=True):
    """A personal link: who has it may enter one chat, until it is revoked."""

    token: str = Field(primary_key=True)  # a hash
    address: str = Field(index=True)


class ChatSession(SQLModel, table=True):
    """A browser that entered with a link."""

    secret: str = Field(primary_key=True)  # a hash
    link: str = Field(foreign_key="chatlink.token", ondelete="CASCADE", index=True)
    address: str


class ChatMessage(SQLModel, table=True):
    """One message in a chat or channel."""

    number: int | None = Field(default=None, primary_key=True)
    outgoing: str = Field(unique=True)  # sending the same message again changes nothing
    address: str = Field(index=True)
    lines: list[str] = Field(sa_type=JSON)
    details: list[str] = Field(default_factory=list, sa_type=JSON)
    block: int | None = None  # of a digest: what its picture is drawn of
    alt: str = ""  # what the picture says
    invitation: str | None = None
    asks: bool = False  # in a channel: whether there are buttons below it
    at: datetime = Field(sa_type=Moment)


def new_link(session: Session, address: str) -> str:
    """A fresh personal link's token; earlier links of this address are revoked, and with them their sessions."""
    revoke(session, address)
    token = secrets.token_urlsafe(24)
    session.add(ChatLink(token=_hash(token), address=address))
    return token


def revoke(session: Session, address: str) -> None:
    """End every link and session of an address."""
    session.execute(delete(ChatSession).where(col(ChatSession.address) == address))
    session.execute(delete(ChatLink).where(col(ChatLink.address) == address))


def enter(session: Session, token: str) -> str | None:
    """A new session secret for a valid link."""
    link = session.get(ChatLink, _hash(token))
    if link is None:
        return None
    secret = secrets.token_urlsafe(32)
    session.add(ChatSession(secret=_hash(secret), link=link.token, address=link.address))
    return secret


def who(session: Session, secret: str) -> str | None:
    """Whose session this is."""
    found = session.get(ChatSession, _hash(secret))
    return found.address if found else None


def leave(session: Session, secret: str) -> None:
    """End a session."""
    session.execute(delete(ChatSession).where(col(ChatSession.secret) == _hash(secret)))


def post(session: Session, message: ChatMessage) -> str:
    """Keep a message, once. Returns its number as text."""
    sent = session.get(OutgoingRow, message.outgoing)
    message.block = sent.block if sent is not None and sent.kind in (Kind.DIGEST, Kind.LEAD) else None
    insert_once(session, message)
    number = posted(session, message.outgoing)
    assert number is not None  # noqa: S101  it was there, or it is now
    return number


def posted(session: Session, outgoing: str) -> str | None:
    """The number of a message that is here, as text."""
    number = session.exec(select(ChatMessage.number).where(ChatMessage.outgoing == outgoing)).first()
    return str(number) if number is not None else None


def messages(session: Session, address: str, after: int = 0) -> list[ChatMessage]:
    """The messages of a chat or channel, oldest first."""
    found = select(ChatMessage).where(ChatMessage.address == address, col(ChatMessage.number) > after)
    return list(session.exec(found.order_by(col(ChatMessage.number))))


def pictured(session: Session, number: int) -> tuple[str, int, str] | None:
    """Where a message with a picture is, the block that is drawn, and the message by its id."""
    found = session.get(ChatMessage, number)
    return (found.address, found.block, found.outgoing) if found is not None and found.block is not None else None


def channels(session: Session, address: str) -> list[tuple[str, str]]:
    """The channels somebody may read, with their titles: of departments they work in or speak for, and of everyone."""
    try:
        organisation = latest(session).organisation
    except NoEdition:
        return []
    person = people.by_address(session, WEBCHAT, address)
    report = organisation.report
    reserved = (organisation.admin_channel, organisation.test_channel, report.channel, report.everyone)
    found = [(address, address) for channel in reserved if channel == f"{WEBCHAT}:{address}"]
    platform, _, everyone = (report.everyone or "").partition(":")
    if platform == WEBCHAT and person is not None:
        found.append((everyone, organisation.name))
    for department in organisation.departments:
        platform, _, channel = (department.channel or "").partition(":")
        mine = person is not None and (person.department == department.key or department.is_led_by(person.key))
        if platform == WEBCHAT and (mine or channel == address):
            found.append((channel, department.name.in_(organisation.language)))
    return found


def forget_orphans(session: Session, now: datetime) -> None:
    """Drop the messages of invitations that no longer exist; test cards, which never had one, after a day.

    What was said to a lead stays: its cards are asked afresh, too.
    """
    known = select(Invitation.id)
    gone = col(ChatMessage.invitation).is_not(None) & col(ChatMessage.invitation).not_in(known)
    test = col(ChatMessage.invitation).startswith(testcards.about(""))
    session.execute(delete(ChatMessage).where(gone, ~_to_lead(), ~test | (col(ChatMessage.at) <= now - TESTS_KEPT)))


def _to_lead() -> ColumnElement[bool]:
    return or_(*(col(ChatMessage.outgoing).startswith(f"{kind}:") for kind in FOR_LEADS))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
