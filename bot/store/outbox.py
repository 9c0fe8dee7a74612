"""The outbox: everything the bot says of its own accord, until it has been said.

    waiting ──claim──▶ leased ──▶ sent
       ▲                 │ └────▶ failed   (the platform will never take it, or was tried often enough)
       └── next try ─────┘                 a lease that ran out (a crash) is claimed again

A card is not stored: a row about an invitation names it, and delivery draws the card when it sends. So no
department and no answer of anybody's is ever in here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Index, delete, update
from sqlmodel import Field, Session, SQLModel, col, or_, select

from bot.store.columns import Moment

LEASE = timedelta(minutes=2)  # longer than any platform lets one message take


class Kind(StrEnum):
    """What a message is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    AGAIN = "again"  # asked for with "later"
    DIGEST = "digest"
    NOTICE = "notice"  # to the admin channel


class OutgoingState(StrEnum):
    """See the drawing above."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"


class OutgoingRow(SQLModel, table=True):
    """One message to one chat."""

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_due", "state", "not_before"),)

    id: str = Field(primary_key=True)  # the same cause makes the same id, so that nothing is said twice
    kind: Kind
    platform: str
    address: str
    invitation: str | None = Field(default=None, foreign_key="invitation.id", ondelete="CASCADE", index=True)
    lines: list[str] = Field(default_factory=list, sa_type=JSON)  # of a digest or notice
    details: list[str] = Field(default_factory=list, sa_type=JSON)  # of a digest, for who wants to know more
    block: int | None = None  # of a digest: what its picture is drawn of
    not_before: datetime = Field(sa_type=Moment)
    state: OutgoingState = OutgoingState.WAITING
    tries: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    reference: str | None = None  # the platform's own, once sent


def put(session: Session, row: OutgoingRow) -> None:
    """Add a message, unless the same cause already added it."""
    if session.get(OutgoingRow, row.id) is None:
        session.add(row)


def claim(session: Session, now: datetime, most: int = 100) -> list[OutgoingRow]:
    """Lease the next messages that are due, and those whose lease ran out."""
    due = or_(
        (col(OutgoingRow.state) == OutgoingState.WAITING) & (col(OutgoingRow.not_before) <= now),
        (col(OutgoingRow.state) == OutgoingState.LEASED) & (col(OutgoingRow.leased_until) <= now),
    )
    rows = list(session.exec(select(OutgoingRow).where(due).order_by(col(OutgoingRow.not_before)).limit(most)))
    for row in rows:
        row.state, row.leased_until = OutgoingState.LEASED, now + LEASE
        session.add(row)
    return rows


def mark(
    session: Session,
    row: str,
    state: OutgoingState,
    *,
    reference: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """What became of a message: sent, failed, or waiting for its next try."""
    values: dict[str, object] = {"state": state, "leased_until": None}
    if reference is not None:
        values["reference"] = reference
    if not_before is not None:
        values |= {"not_before": not_before, "tries": OutgoingRow.tries + 1}
    session.execute(update(OutgoingRow).where(col(OutgoingRow.id) == row).values(**values))


def withdraw(session: Session, invitations: Sequence[str]) -> None:
    """Drop what was still to be said about these invitations."""
    unsaid = col(OutgoingRow.state).in_([OutgoingState.WAITING, OutgoingState.LEASED])
    session.execute(delete(OutgoingRow).where(col(OutgoingRow.invitation).in_(invitations), unsaid))
