"""Ballots begun before their round: sealed and padded as all are, each with a key of its own, until that round opens.

The round takes them up under the same id and seals them with its own key. Nothing here tells what was answered, about
which department, or when: a key is wrapped without the moment that Fernet writes into what it encrypts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot.store.columns import Moment
from bot.store.people import Account, Person, first_name


class Early(SQLModel, table=True):
    """A person's next ballot of a survey; what becomes of it is decided when its round opens."""

    __table_args__ = (UniqueConstraint("person", "survey"),)

    id: str = Field(primary_key=True)  # its invitation's too, once there is one
    person: str = Field(foreign_key="person.key", ondelete="CASCADE")
    survey: str
    closes_at: datetime = Field(sa_type=Moment)  # of its round, as the rhythm says it: gone by then, counted or not
    wrapped: bytes
    sealed: bytes


class EarlySitting(NamedTuple):
    """Somebody's early ballot, and a little of who they are."""

    platform: str
    person: str
    name: str
    language: str
    timezone: str
    department: str | None
    id: str
    survey: str
    wrapped: bytes
    sealed: bytes

    @property
    def first_name(self) -> str:
        """How a card addresses them."""
        return first_name(self.name)


def find(session: Session, platform: str, address: str, early: str) -> EarlySitting | None:
    """The sitting of an early ballot, locked until the transaction ends; None where it is not this account's."""
    session.execute(select(Early.id).where(Early.id == early).with_for_update())
    columns = (
        *(Account.platform, Person.key, Person.name, Person.language, Person.timezone, Person.department),
        *(Early.id, Early.survey, Early.wrapped, Early.sealed),
    )
    mine = select(*columns).join(Person, col(Person.key) == col(Account.person))  # type: ignore[call-overload]
    mine = mine.join(Early, col(Early.person) == col(Person.key))
    mine = mine.where(Account.platform == platform, Account.address == address, Early.id == early)
    found = session.execute(mine).first()
    return EarlySitting._make(found) if found is not None else None


def of(session: Session, person: str) -> dict[str, str]:
    """The ids of somebody's early ballots, by survey."""
    mine = select(Early.survey, Early.id).where(Early.person == person).order_by(Early.survey)
    return dict(session.exec(mine).all())


def keys(session: Session) -> dict[str, bytes]:
    """The wrapped key of every early ballot, by id."""
    return dict(session.exec(select(Early.id, Early.wrapped)).all())


def lock_of(session: Session, person: str) -> None:
    """Nobody changes somebody's early ballots until the transaction ends."""
    session.exec(select(Early.id).where(Early.person == person).order_by(Early.id).with_for_update()).all()


def change(session: Session, early: str, sealed: bytes) -> None:
    """Store a ballot in the place of the one before."""
    session.execute(update(Early).where(col(Early.id) == early).values(sealed=sealed))


def destroy(session: Session, *early: str) -> None:
    """Destroy early ballots, and their keys with them."""
    session.execute(delete(Early).where(col(Early.id).in_(early)))


def destroy_of(session: Session, person: str) -> None:
    """Destroy all of somebody's."""
    session.execute(delete(Early).where(col(Early.person) == person))


def destroy_all(session: Session) -> None:
    """Destroy everybody's."""
    session.execute(delete(Early))


def taken(session: Session, survey: str, persons: Sequence[str]) -> dict[str, Early]:
    """Take the early ballots of these people out of the table, whoever taps at this moment: by person."""
    theirs = select(Early).where(Early.survey == survey, col(Early.person).in_(persons)).order_by(Early.id)
    found = {early.person: early for early in session.exec(theirs.with_for_update())}
    if found:
        destroy(session, *(early.id for early in found.values()))
    return found


def destroy_closed(session: Session, by: datetime, survey: str | None = None) -> int:
    """Destroy what was begun for rounds that close by then, of one survey or of all. Returns how many."""
    gone = delete(Early).where(col(Early.closes_at) <= by)
    gone = gone.where(col(Early.survey) == survey) if survey is not None else gone
    return session.connection().execute(gone).rowcount
