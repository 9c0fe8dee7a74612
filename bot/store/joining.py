"""Personal links, or codes to type, with which somebody joins on a chat platform: once, and not after their day.

A link is kept as a hash, also after it was used: then it still shows whose it was, and joins nobody.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.codes import code_in, new_code
from bot.core.ids import SYSTEM
from bot.store.columns import Moment
from bot.store.once import insert_once
from bot.store.outbox import OutgoingRow, OutgoingState
from bot.store.people import Account, Person

VALID = timedelta(days=30)


class JoinLink(SQLModel, table=True):
    """One link of one person to one platform."""

    token: str = Field(primary_key=True)  # a hash
    person: str = Field(foreign_key="person.key", index=True, ondelete="CASCADE")
    platform: str
    expires_at: datetime = Field(sa_type=Moment)
    used: bool = False


def new_link(session: Session, platform: str, person: str, now: datetime) -> str:
    """A fresh link's token; earlier links of this person to this platform join nobody any more."""
    return _kept(session, platform, person, secrets.token_urlsafe(24), now)


def new_typed(session: Session, platform: str, person: str, now: datetime) -> str:
    """The same, for a platform where it cannot be in a link: a code that a person types."""
    return _kept(session, platform, person, new_code(SYSTEM), now)


def _kept(session: Session, platform: str, person: str, token: str, now: datetime) -> str:
    end_links(session, platform, person)
    session.add(JoinLink(token=_hash(token), person=person, platform=platform, expires_at=now + VALID))
    return token


def end_links(session: Session, platform: str, person: str) -> None:
    """Forget every link of a person to a platform."""
    session.execute(delete(JoinLink).where(col(JoinLink.person) == person, col(JoinLink.platform) == platform))


def end(session: Session, platform: str, person: str) -> None:
    """A person is heard and written to on this platform no more, unless they join anew."""
    end_links(session, platform, person)
    for address in _addresses(session, platform, person):
        session.execute(delete(OutgoingRow).where(*_unsaid(platform, address)))
    session.execute(delete(Account).where(col(Account.person) == person, col(Account.platform) == platform))


def find(session: Session, platform: str, token: str) -> JoinLink | None:
    """A link, locked: of two who come with it at once, the second sees that it was used."""
    said = [_hash(one) for one in (token, code_in(token)) if one is not None]
    mine = select(JoinLink).where(col(JoinLink.token).in_(said), JoinLink.platform == platform)
    return session.exec(mine.with_for_update()).first()


def tie(session: Session, link: JoinLink, address: str) -> bool:
    """Use a link: from now on its person has this address, and no other on the platform. False where it is taken."""
    if not insert_once(session, Account(platform=link.platform, address=address, person=link.person)):
        return False
    before = [one for one in _addresses(session, link.platform, link.person) if one != address]
    for old in before:
        session.execute(update(OutgoingRow).where(*_unsaid(link.platform, old)).values(address=address))
    here = col(Account.platform) == link.platform
    session.execute(delete(Account).where(here, col(Account.address).in_(before)))
    link.used = True
    session.add(link)
    return True


def forget(session: Session, now: datetime) -> None:
    """Drop the links whose day has passed."""
    session.execute(delete(JoinLink).where(col(JoinLink.expires_at) <= now))


def expects(session: Session, platform: str, now: datetime) -> bool:
    """Whether there is a link to a platform that somebody can still come with."""
    unused = select(JoinLink.token).where(JoinLink.platform == platform, *_usable(now))
    return session.exec(unused.limit(1)).first() is not None


def without(session: Session, platform: str, now: datetime) -> Sequence[Person]:
    """Who neither joined on a platform nor has a link that still can be used, by key."""
    joined = select(Account.person).where(Account.platform == platform)
    linked = select(JoinLink.person).where(JoinLink.platform == platform, *_usable(now))
    rest = select(Person).where(col(Person.key).not_in(joined), col(Person.key).not_in(linked))
    return session.exec(rest.order_by(col(Person.key))).all()


def _usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(JoinLink.used).is_(False), col(JoinLink.expires_at) > now


def _addresses(session: Session, platform: str, person: str) -> Sequence[str]:
    mine = select(Account.address).where(Account.person == person, Account.platform == platform)
    return session.exec(mine.order_by(Account.address)).all()


def _unsaid(platform: str, address: str) -> tuple[ColumnElement[bool], ...]:
    waits = col(OutgoingRow.state).in_([OutgoingState.WAITING, OutgoingState.LEASED])
    return waits, col(OutgoingRow.platform) == platform, col(OutgoingRow.address) == address


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
