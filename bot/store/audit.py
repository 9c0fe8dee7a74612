"""The audit log: who changed or took out what, and when. Written in the transaction of the change itself.

It names admins, as every audit log does, and never who answered: `about` is the key or the number of a thing.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.columns import Moment, named


class Deed(StrEnum):
    """What can be done; a sentence in the catalogue each, `audit.…`."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"  # about: whose session
    LINKED = "linked"  # about: whom a link was made for
    EDITION = "edition"  # about: its number
    LIVE = "live"
    PEOPLE = "people"  # about: how many
    WITHDRAWN = "withdrawn"  # about: survey and round
    EXPORTED = "exported"  # about: the kind of file


class AuditEntry(SQLModel, table=True):
    """One deed."""

    number: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    author: str
    deed: Deed = Field(sa_type=named(Deed))
    about: str = ""


def note(session: Session, author: str, deed: Deed, now: datetime, about: object = "") -> None:
    """Write down a deed."""
    session.add(AuditEntry(at=now, author=author, deed=deed, about=str(about)))


def entries(session: Session, before: int | None = None, most: int = 100) -> Sequence[AuditEntry]:
    """The newest first; those `before` a number, for the next page."""
    found = select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(most)
    if before is not None:
        found = found.where(col(AuditEntry.number) < before)
    return session.exec(found).all()
