"""People, how to reach them, and which cohort they are in. Nothing here says who answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store import holding
from bot.store.columns import Moment


class Person(SQLModel, table=True):
    """An employee."""

    key: str = Field(primary_key=True)
    name: str
    email: str | None = Field(default=None, unique=True)
    language: str  # "" where nobody said: then the organisation's
    timezone: str
    department: str | None = None  # own department; "" for none of these, None where nobody knows
    pilot: bool = False
    introduced: bool = False  # the first-contact card was sent
    stopped: bool = False  # wants no questions any more
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    weekday: int | None = None  # preferred day (0 = Monday)
    hour: int | None = None  # preferred hour

    @property
    def first_name(self) -> str:
        """How a card addresses them."""
        return first_name(self.name)


def first_name(name: str) -> str:
    """How a card addresses somebody of this name."""
    family, comma, given = name.partition(",")  # as personnel systems write it: "Vries, Kees de"
    words = (given if comma and given.strip() else family).split()
    return words[0] if words else name


class Account(SQLModel, table=True):
    """A person's address on one chat platform."""

    platform: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key", index=True, ondelete="CASCADE")
    reachable: bool = True


NO_COHORT = -1


class Seat(SQLModel, table=True):
    """A person's place in the panel of one survey: their cohort, and the last cycle they were drawn in."""

    person: str = Field(primary_key=True, foreign_key="person.key", ondelete="CASCADE")
    survey: str = Field(primary_key=True)
    cohort: int  # NO_COHORT until it is drawn anew
    last_cycle: int | None = None


_BY_ADDRESS = (
    select(Account, Person)
    .join(Person, col(Person.key) == col(Account.person))
    .where(Account.platform == bindparam("platform"), Account.address == bindparam("address"))
)


def account_at(session: Session, platform: str, address: str) -> tuple[Account, Person] | None:
    """An account, and whose it is."""
    found = session.execute(_BY_ADDRESS, {"platform": platform, "address": address}).first()
    return (found[0], found[1]) if found is not None else None


def by_address(session: Session, platform: str, address: str) -> Person | None:
    """Whose account this is."""
    found = account_at(session, platform, address)
    return found[1] if found is not None else None


def account_of(session: Session, person: str) -> Account | None:
    """Where to reach somebody: the first of their accounts that can be reached."""
    accounts = select(Account).where(Account.person == person, Account.reachable == True)  # noqa: E712  SQL
    return session.exec(accounts.order_by(col(Account.platform))).first()


class Address(NamedTuple):
    """Where to reach somebody."""

    platform: str
    address: str


def addresses(session: Session, persons: Sequence[str] | None = None) -> dict[str, Address]:
    """Where to reach these people, or everybody: the first of their accounts that can be reached."""
    accounts = select(Account.person, Account.platform, Account.address).where(col(Account.reachable).is_(True))
    if persons is not None:
        accounts = accounts.where(col(Account.person).in_(persons))
    in_order = accounts.order_by(col(Account.platform).desc(), col(Account.address).desc())
    return {person: Address(platform, address) for person, platform, address in session.exec(in_order)}


def works_at(session: Session, person: str, department: str) -> None:
    """Where somebody says they work."""
    session.execute(update(Person).where(col(Person.key) == person).values(department=department))


def names(session: Session) -> frozenset[str]:
    """Everybody's names, to be taken out of texts."""
    return frozenset(session.exec(select(Person.name)))


def askable(
    session: Session, at: datetime, departments: Iterable[str], *, pilot: bool, only: str | None = None
) -> list[str]:
    """The keys of who may be asked at this moment, in order: not stopped, not paused, reachable, in the audience.

    Of everybody, or `only` of this person.
    """
    audience = tuple(departments)
    found = (
        select(Person.key)
        .where(col(Person.stopped).is_(False))
        .where(col(Person.paused_until).is_(None) | (col(Person.paused_until) <= at))
        .where(col(Person.key).in_(select(Account.person).where(col(Account.reachable).is_(True))))
    )
    if pilot:
        found = found.where(col(Person.pilot).is_(True))
    if only is not None:
        found = found.where(Person.key == only)
    if audience:
        found = found.where(col(Person.department).in_(audience))
    return list(session.exec(found.order_by(col(Person.key))))


def some(session: Session, persons: Sequence[str] | None = None) -> list[Person]:
    """These people, or everybody, by key."""
    found = select(Person).order_by(col(Person.key))
    return list(session.exec(found if persons is None else found.where(col(Person.key).in_(persons))))


def seat_of(session: Session, person: str, survey: str) -> Seat | None:
    """Somebody's place in a survey."""
    return session.get(Seat, (person, survey))


def cohorts(session: Session, survey: str) -> dict[str, int]:
    """The cohort of everybody who has one in a survey."""
    drawn = select(Seat.person, Seat.cohort).where(Seat.survey == survey, Seat.cohort != NO_COHORT)
    return dict(session.exec(drawn).all())


def whose_turn(session: Session, survey: str, cohort: int, cycle: int) -> frozenset[str]:
    """Who is in a cohort and was not drawn in this cycle yet."""
    fresh = col(Seat.last_cycle).is_(None) | (col(Seat.last_cycle) != cycle)
    return frozenset(session.exec(select(Seat.person).where(Seat.survey == survey, Seat.cohort == cohort, fresh)))


def seat(session: Session, survey: str, assigned: Mapping[str, int]) -> None:
    """Give people their cohort in a survey; a seat they had keeps the cycle they were last drawn in."""
    known = set(session.exec(select(Seat.person).where(Seat.survey == survey)))
    fresh = [{"person": p, "survey": survey, "cohort": c} for p, c in assigned.items() if p not in known]
    again = [{"person": p, "survey": survey, "cohort": c} for p, c in assigned.items() if p in known]
    if fresh:
        session.execute(insert(Seat), fresh)
    if again:
        session.execute(update(Seat), again)


def drawn_in(session: Session, survey: str, persons: Sequence[str], cycle: int) -> None:
    """Remember that these people were drawn in a cycle: nobody is asked twice in it."""
    mine = update(Seat).where(col(Seat.survey) == survey, col(Seat.person).in_(persons))
    session.execute(mine.values(last_cycle=cycle), execution_options={"synchronize_session": False})


def introduce(session: Session, persons: Sequence[str]) -> None:
    """These people get their first card."""
    fresh = update(Person).where(col(Person.key).in_(persons), col(Person.introduced).is_(False))
    session.execute(fresh.values(introduced=True), execution_options={"synchronize_session": False})


def unseat(session: Session, survey: str) -> None:
    """Have every cohort of a survey drawn anew."""
    session.execute(update(Seat).where(col(Seat.survey) == survey).values(cohort=NO_COHORT))


def keys(session: Session) -> frozenset[str]:
    """The key of everybody."""
    return frozenset(session.exec(select(Person.key)))


def how_many(session: Session) -> int:
    """How many people there are."""
    return session.exec(select(func.count()).select_from(Person)).one()


def hold(session: Session) -> None:
    """Nobody else adds or removes people or opens a round until the transaction ends."""
    holding.hold(session, holding.PEOPLE)


def remove(session: Session, person: str) -> None:
    """Remove somebody, and with them their accounts, seats, invitations and sealed ballots."""
    session.execute(delete(Person).where(col(Person.key) == person))
