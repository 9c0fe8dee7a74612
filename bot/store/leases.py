"""Leases: which replica does what only one may do. Needed where several share a PostgreSQL database.

    free ──take──▶ held ──keep every 5 s──▶ held
                     └── not kept for 20 s (a crash, a pause) ──▶ another replica's

What a replica does under a lease it does in transactions that lock the lease's row: so a lease cannot be taken over
while such a transaction is under way, and who lost it writes nothing more. Times are the database's own: the
replicas' clocks may differ. On SQLite one process runs, and every role is its own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import delete, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.columns import Moment
from bot.store.database import Database

P = ParamSpec("P")
T = TypeVar("T")

KEEP = 5.0  # seconds between two renewals
LEASE = timedelta(seconds=20)  # without a renewal


class Lease(SQLModel, table=True):
    """Who has a role, and until when if they do not say so again."""

    role: str = Field(primary_key=True)
    holder: str  # a random name of a replica, made when it starts
    until: datetime = Field(sa_type=Moment)


class NotOurs(Exception):
    """Another replica has this role now: nothing was written."""


_NOW = func.timezone("UTC", func.clock_timestamp())


def take(session: Session, role: str, holder: str) -> bool:
    """Take a free role or keep our own. Whether it is ours."""
    until = _NOW + LEASE
    wish = insert(Lease).values(role=role, holder=holder, until=until)
    mine_or_free = or_(col(Lease.holder) == holder, col(Lease.until) < _NOW)
    taken = wish.on_conflict_do_update(
        index_elements=["role"], set_={"holder": holder, "until": until}, where=mine_or_free
    )
    return session.connection().execute(taken.returning(col(Lease.role))).first() is not None


def held_by_another(session: Session, role: str, holder: str) -> bool:
    """Whether a role is another replica's now."""
    theirs = select(Lease.role).where(Lease.role == role, Lease.holder != holder, col(Lease.until) > _NOW)
    return session.exec(theirs).first() is not None


def give_up(session: Session, holder: str) -> None:
    """Let go of every role of a replica that stops, so that nobody has to wait."""
    session.connection().execute(delete(Lease).where(col(Lease.holder) == holder))


class Duty:
    """A database whose writes happen only while this replica has the role."""

    def __init__(self, database: Database, role: str, holder: str) -> None:
        self.database, self.role, self.holder = database, role, holder

    async def write(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one writing transaction. Raises NotOurs."""
        return await self.database.write(self._held, f, *args, **kwargs)

    def _held(
        self, session: Session, f: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self.database.shared:
            mine = select(Lease.role).where(Lease.role == self.role, Lease.holder == self.holder)
            if session.exec(mine.with_for_update(read=True)).first() is None:
                raise NotOurs(self.role)
        return f(session, *args, **kwargs)
