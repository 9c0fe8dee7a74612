"""Cycles, rounds and invitations: who was asked when, and no more than the state they are in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, bindparam, func, update
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.store import early
from bot.store.columns import Moment, named


class Cycle(SQLModel, table=True):
    """One turn of all cohorts. Everything that decides who is in a cell is of the edition it began with."""

    __table_args__ = (UniqueConstraint("survey", "number", "pilot"),)

    id: int | None = Field(default=None, primary_key=True)
    survey: str
    number: int  # from 0, one after another
    first_round: int  # its first round as the rhythm numbers them, from 0
    pilot: bool
    edition: int = Field(foreign_key="edition.number")
    ended: bool = False
    promised: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # department -> what is asked to be noticed

    @property
    def key(self) -> int:
        """Its id, once it has one."""
        assert self.id is not None  # noqa: S101  every cycle is flushed where it is made
        return self.id


class RoundState(StrEnum):
    """open → counted → told: published, its messages in the outbox; or open → withdrawn by an admin, or → aborted."""

    OPEN = "open"
    COUNTED = "counted"
    TOLD = "told"
    WITHDRAWN = "withdrawn"
    ABORTED = "aborted"


class Round(SQLModel, table=True):
    """One run of a survey. UNIQUE(survey, due): opening it twice is harmless."""

    __table_args__ = (UniqueConstraint("survey", "due", "pilot"),)

    id: int | None = Field(default=None, primary_key=True)
    survey: str
    number: int  # from 1, numbered through
    cycle: int = Field(foreign_key="cycle.id", index=True)
    pilot: bool
    last_of_cycle: bool
    due: datetime = Field(sa_type=Moment)
    opens_at: datetime = Field(sa_type=Moment)
    reminds_at: datetime = Field(sa_type=Moment)
    closes_at: datetime = Field(sa_type=Moment)
    estimates_at: datetime = Field(sa_type=Moment)  # leads are asked what they expect
    leads_at: datetime = Field(sa_type=Moment)  # figures are published, and leads read them
    digests_at: datetime = Field(sa_type=Moment)  # channels read them
    state: RoundState = Field(default=RoundState.OPEN, index=True, sa_type=named(RoundState))
    reminded: bool = False
    weights: dict[str, float] = Field(sa_type=JSON)
    promised: dict[str, list[dict[str, Any]]] = Field(default_factory=dict, sa_type=JSON)  # told at a first question
    invited: int

    @property
    def key(self) -> int:
        """Its id, once it has one."""
        assert self.id is not None  # noqa: S101  every round is flushed where it is made
        return self.id


class Reason(StrEnum):
    """Why a round that was due is never opened."""

    ABSENT = "absent"  # nobody could in time; or somebody may have, before a restore
    PAUSED = "paused"  # its survey was


class Missed(SQLModel, table=True):
    """A round that was due and is never opened. So each due round is one or the other."""

    survey: str = Field(primary_key=True)
    due: datetime = Field(primary_key=True, sa_type=Moment)
    pilot: bool = Field(primary_key=True)
    number: int  # from 1, as the rhythm numbers them
    held_until: datetime = Field(sa_type=Moment)  # no other round of the survey opens before
    reason: Reason = Field(default=Reason.ABSENT, sa_type=named(Reason))


class InvitationState(StrEnum):
    """invited → started → finished, or declined; in the counting transaction all become closed."""

    INVITED = "invited"
    STARTED = "started"
    FINISHED = "finished"
    DECLINED = "declined"
    CLOSED = "closed"


class Invitation(SQLModel, table=True):
    """One person asked in one round: state only, never an answer, a department or a time."""

    __table_args__ = (UniqueConstraint("round", "person"),)

    id: str = Field(primary_key=True)
    round: int = Field(foreign_key="round.id", index=True)
    person: str = Field(foreign_key="person.key", index=True, ondelete="CASCADE")
    state: InvitationState = Field(default=InvitationState.INVITED, sa_type=named(InvitationState))


_WITH_CYCLE = select(Round, Cycle).join(Cycle, col(Cycle.id) == col(Round.cycle)).where(Round.id == bindparam("round"))


def with_cycle(session: Session, round_: int) -> tuple[Round, Cycle]:
    """A round and its cycle."""
    found = session.execute(_WITH_CYCLE, {"round": round_}).one()
    return found[0], found[1]


def in_state(session: Session, *states: RoundState) -> list[Round]:
    """The rounds in these states, oldest first."""
    return list(session.exec(select(Round).where(col(Round.state).in_(states)).order_by(col(Round.opens_at))))


def state_of(session: Session, round_: int) -> RoundState:
    """The state of a round, as it is now."""
    return RoundState(session.exec(select(Round.state).where(Round.id == round_)).one())


def locked(session: Session, round_: Round, state: RoundState) -> bool:
    """Lock a round for who is about to end its state. Whether it still is in it."""
    mine = select(Round).where(Round.id == round_.id, Round.state == state).with_for_update()
    return session.exec(mine.execution_options(populate_existing=True)).first() is not None


def last_due(session: Session, survey: str, *, pilot: bool) -> datetime | None:
    """When the newest round of a survey that we know of was due, opened or missed."""
    opened = session.exec(select(func.max(Round.due)).where(Round.survey == survey, Round.pilot == pilot)).one()
    missed = session.exec(select(func.max(Missed.due)).where(Missed.survey == survey, Missed.pilot == pilot)).one()
    return max((due for due in (opened, missed) if due is not None), default=None)


def invitations(session: Session, round_: int, *states: InvitationState) -> list[Invitation]:
    """The invitations of a round, in these states or in all."""
    found = select(Invitation).where(Invitation.round == round_).order_by(col(Invitation.id))
    if states:
        found = found.where(col(Invitation.state).in_(states))
    return list(session.exec(found))


def of_round(round_: int) -> SelectOfScalar[str]:
    """The ids of the invitations of a round, for another query."""
    return select(Invitation.id).where(Invitation.round == round_)


def locked_invitations(session: Session, person: str) -> list[Invitation]:
    """Everything somebody is asked, locked with what they began early: before what they answered is destroyed."""
    early.lock_of(session, person)
    mine = select(Invitation).where(Invitation.person == person).order_by(col(Invitation.id))
    return list(session.exec(mine.with_for_update()))


def lock_invitations(session: Session, round_: int) -> None:
    """Lock every invitation of a round that is not closed yet.

    In order, and a tap locks its invitation before it looks at the ballot: so who taps at this moment is waited for,
    and who comes later sees what became of the round.
    """
    in_order = select(Invitation.id).where(*_not_closed(round_)).order_by(col(Invitation.id)).with_for_update()
    session.exec(select(func.count()).select_from(in_order.subquery())).one()


def close_invitations(session: Session, round_: int) -> None:
    """Close every invitation of a round that is not closed yet."""
    lock_invitations(session, round_)
    closed = update(Invitation).where(*_not_closed(round_)).values(state=InvitationState.CLOSED)
    session.execute(closed, execution_options={"synchronize_session": False})


def _not_closed(round_: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Invitation.round) == round_, col(Invitation.state) != InvitationState.CLOSED


_CHANGE_STATE = (
    update(Invitation)
    .where(col(Invitation.id) == bindparam("of"))
    .values(state=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def change_state(session: Session, invitation: str, state: InvitationState) -> None:
    """How far somebody is."""
    session.connection().execute(_CHANGE_STATE, {"of": invitation, "now": state})
