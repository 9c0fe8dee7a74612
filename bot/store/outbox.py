"""The outbox: everything the bot says of its own accord, until it has been said.

    waiting ──claim──▶ leased ──begin──▶ sending ──▶ sent
       ▲                 │                 │ ├─────▶ failed    (this person can never be reached, or was tried enough)
       ├── recover ──────┘                 │ └─────▶ unknown   (nobody can tell whether it arrived; not repeated)
       └── next try, or not there when looked up ──┘

What is for a channel is never given up: it waits until the channel takes it, or is sent where its department is then.

One replica sends to a platform at a time. What is leased was certainly not sent; what is "sending" is in doubt until
the platform's answer is written down, which is at most as many rows as are sent at once. After a crash, and whenever
sending begins anew, `recover` takes back what was leased and tells what is in doubt.

A card is not stored: a row about an invitation names it, and delivery draws the card when it sends. So no
department and no answer of anybody's is ever in here.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core import testcards
from bot.core.places import ESTIMATE, LEAD, Place
from bot.store.columns import Moment, named
from bot.store.once import insert_once


class Kind(StrEnum):
    """What a message is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    AGAIN = "again"  # asked for with "later"
    WITHDRAWN = "withdrawn"  # their round is, uncounted
    ESTIMATE = "estimate"  # of a lead, before the figures come
    LEAD = "lead"  # a digest, to who leads its department
    FOLLOW = "follow"  # what the lead can do with it
    DIGEST = "digest"
    PROMISE = "promise"  # to a department's channel: what it takes up, and what becomes of that
    TIP = "tip"  # that a lead shares, to their channel; named, and never written here
    NOTICE = "notice"  # to the admin channel
    TEST = "test"  # of an admin, to themselves


OF_A_BLOCK, OF_A_CYCLE = "digest", "compared"
"""How the ids of digests with figures begin; the number of the block or cycle follows, and the department."""

_PLACES = {Kind.ESTIMATE: ESTIMATE, Kind.FOLLOW: LEAD}  # where the cards stand that are about no round


class OutgoingState(StrEnum):
    """See the drawing above."""

    WAITING = "waiting"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class OutgoingRow(SQLModel, table=True):
    """One message to one chat."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_due", "platform", "state", "not_before"),
        CheckConstraint("invitation IS NULL OR department IS NULL", name="ck_outgoing_nobody_beside_a_department"),
    )

    id: str = Field(primary_key=True)  # the same cause makes the same id, so that nothing is said twice
    kind: Kind = Field(sa_type=named(Kind))
    platform: str
    address: str
    invitation: str | None = Field(default=None, foreign_key="invitation.id", ondelete="CASCADE", index=True)
    lines: list[str] = Field(default_factory=list, sa_type=JSON)  # of a message to a channel; or which test card
    details: list[str] = Field(default_factory=list, sa_type=JSON)  # of a digest, for who wants to know more
    block: int | None = None  # which one it is about; of a digest its picture is drawn
    department: str | None = None  # of a message that goes where its department is; not of a pilot's
    not_before: datetime = Field(sa_type=Moment)
    state: OutgoingState = Field(default=OutgoingState.WAITING, sa_type=named(OutgoingState))
    tries: int = 0
    reference: str | None = None  # the platform's own, once sent

    @property
    def about(self) -> str | None:
        """What a message to a person is known by: its invitation, or where its card stands. None for a channel."""
        if self.kind is Kind.TEST:
            return testcards.about(self.lines[0])
        if self.kind is Kind.LEAD:
            return self.id
        what = _PLACES.get(self.kind)
        return str(Place(what, self.block)) if what is not None and self.block is not None else self.invitation

    @property
    def channel(self) -> str:
        """Where it goes, as in the configuration."""
        return f"{self.platform}:{self.address}"


UNSAID = (OutgoingState.WAITING, OutgoingState.LEASED)
"""The states of a message that was certainly not sent."""
FOR_CHANNELS = (Kind.DIGEST, Kind.PROMISE, Kind.NOTICE, Kind.TIP)
FOR_LEADS = (Kind.ESTIMATE, Kind.LEAD, Kind.FOLLOW)
SAID_ONCE = (Kind.DIGEST, Kind.LEAD, Kind.TIP)
"""Rather not at all than twice, where nobody can tell whether it arrived."""
UNSENT = (*UNSAID, OutgoingState.SENDING)
"""The states of a message that still has to go out."""
CHANNEL = col(OutgoingRow.platform) + ":" + col(OutgoingRow.address)


def put(session: Session, row: OutgoingRow) -> None:
    """Add a message, unless the same cause already added it."""
    insert_once(session, row)


def recover(session: Session, platform: str) -> list[OutgoingRow]:
    """Before sending begins: take back what was leased. Returns what is in doubt, oldest first."""
    mine = col(OutgoingRow.platform) == platform
    leased = col(OutgoingRow.state) == OutgoingState.LEASED
    session.execute(update(OutgoingRow).where(mine, leased).values(state=OutgoingState.WAITING))
    doubted = select(OutgoingRow).where(mine, OutgoingRow.state == OutgoingState.SENDING)
    return list(session.exec(doubted.order_by(col(OutgoingRow.not_before), col(OutgoingRow.id))))


def claim(session: Session, platform: str, now: datetime, most: int) -> list[OutgoingRow]:
    """Lease the next messages that are due on a platform, oldest first."""
    due = select(OutgoingRow).where(
        OutgoingRow.platform == platform,
        OutgoingRow.state == OutgoingState.WAITING,
        OutgoingRow.not_before <= now,
    )
    in_order = due.order_by(col(OutgoingRow.not_before), col(OutgoingRow.id)).limit(most)
    rows = list(session.exec(in_order.with_for_update(skip_locked=True)))
    for row in rows:
        row.state = OutgoingState.LEASED
    session.add_all(rows)
    return rows


def begin(session: Session, row: str) -> OutgoingRow | None:
    """Right before a leased message goes out: from now on it is in doubt. None where it was withdrawn meanwhile."""
    leased = select(OutgoingRow).where(OutgoingRow.id == row, OutgoingRow.state == OutgoingState.LEASED)
    found = session.exec(leased.with_for_update()).first()
    if found is not None:
        found.state = OutgoingState.SENDING
        session.add(found)
    return found


def mark(session: Session, row: str, state: OutgoingState, *, reference: str | None = None) -> None:
    """What became of a message."""
    values: dict[str, Any] = {"state": state} | ({"reference": reference} if reference is not None else {})
    session.execute(update(OutgoingRow).where(col(OutgoingRow.id) == row).values(**values))


def put_off(session: Session, row: str, until: datetime, *, tried: bool) -> None:
    """A message waits again, until then; `tried` where the platform was asked to take it."""
    values = {"state": OutgoingState.WAITING, "not_before": until}
    tries = OutgoingRow.tries + (1 if tried else 0)
    session.execute(update(OutgoingRow).where(col(OutgoingRow.id) == row).values(**values, tries=tries))


def readdress(session: Session, row: str, channel: str, at: datetime) -> None:
    """A message that has to go to another channel, perhaps on another platform: it waits there, until then."""
    platform, _, address = channel.partition(":")
    values = {"platform": platform, "address": address, "state": OutgoingState.WAITING, "not_before": at}
    session.execute(update(OutgoingRow).where(col(OutgoingRow.id) == row).values(**values))


def unsaid_in_channels(session: Session) -> list[OutgoingRow]:
    """What still waits for a channel; nobody begins to send it until this transaction ends."""
    unsaid = select(OutgoingRow).where(col(OutgoingRow.kind).in_(FOR_CHANNELS), col(OutgoingRow.state).in_(UNSAID))
    return list(session.exec(unsaid.order_by(OutgoingRow.id).with_for_update()))


def drop(session: Session, row: str) -> None:
    """A message that need not be said any more."""
    session.execute(delete(OutgoingRow).where(col(OutgoingRow.id) == row))


def withdraw(session: Session, invitations: Any) -> None:
    """Drop what was still to be said about these invitations: their ids, or a query for them."""
    unsaid = col(OutgoingRow.state).in_(UNSAID)
    session.execute(delete(OutgoingRow).where(col(OutgoingRow.invitation).in_(invitations), unsaid))


def forget_for_leads(session: Session, before: datetime) -> None:
    """Delete what was to be said to leads before then: their addresses need not stand here any longer."""
    old = col(OutgoingRow.kind).in_(FOR_LEADS), col(OutgoingRow.not_before) <= before
    session.execute(delete(OutgoingRow).where(*old, col(OutgoingRow.state) != OutgoingState.LEASED))


def forget_lead(session: Session, platform: str, address: str) -> None:
    """Delete what was said, or was to be, to the lead at this address."""
    at = col(OutgoingRow.platform) == platform, col(OutgoingRow.address) == address
    session.execute(delete(OutgoingRow).where(*at, col(OutgoingRow.kind).in_(FOR_LEADS)))


def homeless(session: Session, platforms: Sequence[str], now: datetime) -> list[OutgoingRow]:
    """What is due on a platform that this installation does not have."""
    due = select(OutgoingRow).where(OutgoingRow.state == OutgoingState.WAITING, OutgoingRow.not_before <= now)
    return list(session.exec(due.where(col(OutgoingRow.platform).not_in(platforms))))
