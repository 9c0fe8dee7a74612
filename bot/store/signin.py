"""Sign-in to the admin pages without passwords: one-time links, and the sessions that they open.

Both are kept as hashes. A session without a person is of whoever may run the commands on the host.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.columns import Moment

LINK_VALID = timedelta(minutes=10)
LONGEST = timedelta(hours=12)  # a working day, however busy
IDLE = timedelta(hours=2)
_NOTICED = timedelta(minutes=1)  # how often it is written down that a session is in use


class SignInLink(SQLModel, table=True):
    """A link that opens one session."""

    token: str = Field(primary_key=True)  # a hash
    person: str | None = Field(default=None, foreign_key="person.key", index=True, ondelete="CASCADE")
    name: str
    expires_at: datetime = Field(sa_type=Moment)


class AdminSession(SQLModel, table=True):
    """A browser that signed in."""

    secret: str = Field(primary_key=True)  # a hash
    id: str = Field(unique=True)  # by which it is listed and revoked
    person: str | None = Field(default=None, foreign_key="person.key", index=True, ondelete="CASCADE")
    name: str
    began_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)


def new_link(session: Session, person: str | None, name: str, now: datetime) -> str:
    """A fresh link's token; earlier links of this person open nothing any more."""
    session.execute(delete(SignInLink).where(_of(SignInLink, person), col(SignInLink.name) == name))
    token = secrets.token_urlsafe(24)
    session.add(SignInLink(token=_hash(token), person=person, name=name, expires_at=now + LINK_VALID))
    return token


def waits(session: Session, token: str, now: datetime) -> bool:
    """Whether a link would open a session."""
    link = session.get(SignInLink, _hash(token))
    return link is not None and now < link.expires_at


def enter(session: Session, token: str, now: datetime) -> tuple[str, AdminSession] | None:
    """Use up a link: the secret of a new session, and the session."""
    mine = select(SignInLink).where(SignInLink.token == _hash(token))
    link = session.exec(mine.with_for_update()).first()
    if link is None:
        return None
    session.delete(link)
    if link.expires_at <= now:
        return None
    secret = secrets.token_urlsafe(32)
    opened = AdminSession(
        secret=_hash(secret), id=secrets.token_hex(8), person=link.person, name=link.name, began_at=now, seen_at=now
    )
    session.add(opened)
    return secret, opened


def known(session: Session, secret: str, now: datetime) -> AdminSession | None:
    """The session with this secret, unless it has expired."""
    found = session.get(AdminSession, _hash(secret))
    return found if found is not None and now - found.began_at < LONGEST and now - found.seen_at < IDLE else None


def needs_noticing(found: AdminSession, now: datetime) -> bool:
    """Whether it is worth a transaction to write down that a session is in use."""
    return now - found.seen_at >= _NOTICED


def notice(session: Session, id_: str, now: datetime) -> None:
    """A session is in use."""
    found = session.exec(select(AdminSession).where(AdminSession.id == id_)).first()
    if found is not None:
        found.seen_at = now
        session.add(found)


def end(session: Session, id_: str) -> AdminSession | None:
    """End a session. Returns what it was; None where there is none."""
    found = session.exec(select(AdminSession).where(AdminSession.id == id_)).first()
    if found is not None:
        session.delete(found)
    return found


def everyone(session: Session, now: datetime) -> Sequence[AdminSession]:
    """The sessions that still hold, newest first."""
    found = select(AdminSession).where(~_expired(now)).order_by(col(AdminSession.began_at).desc())
    return session.exec(found).all()


def forget(session: Session, now: datetime) -> None:
    """Drop the links and sessions whose time has passed."""
    session.execute(delete(SignInLink).where(col(SignInLink.expires_at) <= now))
    session.execute(delete(AdminSession).where(_expired(now)))


def _expired(now: datetime) -> ColumnElement[bool]:
    return (col(AdminSession.began_at) <= now - LONGEST) | (col(AdminSession.seen_at) <= now - IDLE)


def _of(table: type[SignInLink], person: str | None) -> ColumnElement[bool]:
    return col(table.person).is_(None) if person is None else col(table.person) == person


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
