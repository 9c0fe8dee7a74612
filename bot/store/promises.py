"""What a department takes up in public, what becomes of it, and what it cannot do. Never by whom it was written.

draft ──post──▶ open ──▶ done
                 │ ├──▶ open, with another day     (moved, with a reason)
                 │ └──▶ dropped                    (with a reason)
                 └ or at once: explained           (what cannot be done, and why)
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, String, cast, delete, exists
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.columns import named
from bot.store.outbox import OF_A_BLOCK, UNSENT, OutgoingRow

DRAFTS_KEPT = timedelta(days=14)
YEAR = timedelta(days=365)
SHOWN = timedelta(weeks=26)  # after it was settled: as long as colleagues may remember what it was about


class Stance(StrEnum):
    """What a department says of a point."""

    TAKE = "take"  # we take it up
    WORKING = "working"  # we are working on it already
    CANNOT = "cannot"  # and why


class PromiseState(StrEnum):
    """See the drawing above."""

    DRAFT = "draft"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    EXPLAINED = "explained"


class Promise(SQLModel, table=True):
    """One point, in the words of its department."""

    id: str = Field(primary_key=True)
    department: str = Field(index=True)
    block: int | None = None  # whose figures it answers
    theme: str  # one of the six, or "else"
    stance: Stance = Field(sa_type=named(Stance))
    words: str
    owner: str = ""  # "lead", "team", or a role in their own words
    due: date | None = None
    state: PromiseState = Field(default=PromiseState.DRAFT, sa_type=named(PromiseState))
    reason: str = ""  # why it was moved or dropped
    made_on: date  # or begun, while it is a draft
    settled_on: date | None = None
    moved: int = 0  # how often
    was_due: date | None = None  # before it was moved last


def get(session: Session, promise: str) -> Promise | None:
    """One of them, locked until the transaction ends."""
    return session.exec(select(Promise).where(Promise.id == promise).with_for_update()).first()


def _waits() -> ColumnElement[bool]:
    """Whether the digest it answers is not in the channel yet: a lead may promise when they read it, a day before."""
    digest = f"{OF_A_BLOCK}:" + cast(col(Promise.block), String) + ":" + col(Promise.department)
    unsaid = col(OutgoingRow.state).in_(UNSENT) & (col(OutgoingRow.tries) == 0)
    return exists().where(col(OutgoingRow.id) == digest, unsaid)


def waits(session: Session, promise: str) -> bool:
    """Whether nobody may read it yet but who leads its department."""
    return session.exec(select(Promise.id).where(Promise.id == promise, _waits())).first() is not None


def in_public(session: Session, today: date, department: str | None = None) -> Sequence[Promise]:
    """What a department, or every one, shows on its card: what is open, and what was settled not long ago.

    The newest first.
    """
    recent = col(Promise.settled_on).is_(None) | (col(Promise.settled_on) > today - SHOWN)
    found = select(Promise).where(Promise.state != PromiseState.DRAFT, recent, ~_waits())
    if department is not None:
        found = found.where(Promise.department == department)
    return session.exec(found.order_by(col(Promise.made_on).desc(), Promise.department, Promise.id)).all()


def of_a_year(session: Session, today: date, leads: Collection[str]) -> Sequence[Promise]:
    """What is open, the first to be due first, and then what was settled within a year, the newest first.

    As somebody may read it who leads these departments.
    """
    may = ~_waits() | col(Promise.department).in_(leads)
    going = select(Promise).where(Promise.state == PromiseState.OPEN, may)
    settled = select(Promise).where(Promise.state != PromiseState.DRAFT, col(Promise.settled_on) > today - YEAR, may)
    first_due = going.order_by(col(Promise.due), col(Promise.id))
    newest = settled.order_by(col(Promise.settled_on).desc(), col(Promise.id))
    return [*session.exec(first_due), *session.exec(newest)]


def is_open(session: Session) -> Sequence[Promise]:
    """Every promise that is not settled yet, the first to be due first."""
    found = select(Promise).where(Promise.state == PromiseState.OPEN)
    return session.exec(found.order_by(col(Promise.due), col(Promise.id))).all()


def discard(session: Session, promise: str) -> None:
    """A draft that is not wanted."""
    session.execute(delete(Promise).where(col(Promise.id) == promise, col(Promise.state) == PromiseState.DRAFT))


def forget_drafts(session: Session, today: date) -> None:
    """Drop what was begun and never posted."""
    old = col(Promise.made_on) <= today - DRAFTS_KEPT
    session.execute(delete(Promise).where(col(Promise.state) == PromiseState.DRAFT, old))
