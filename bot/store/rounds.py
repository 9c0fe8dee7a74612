"""Cycles, rounds and invitations: who was asked when, and no more than the state they are in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot.store.columns import Moment


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

    @property
    def key(self) -> int:
        """Its id, once it has one."""
        assert self.id is not None  # noqa: S101  every cycle is flushed where it is made
        return self.id


class RoundState(StrEnum):
    """open → counted → told, or open → aborted."""

    OPEN = "open"
    COUNTED = "counted"
    TOLD = "told"
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
    digests_at: datetime = Field(sa_type=Moment)
    state: RoundState = Field(default=RoundState.OPEN, index=True)
    reminded: bool = False
    weights: dict[str, float] = Field(sa_type=JSON)
    invited: int

    @property
    def key(self) -> int:
        """Its id, once it has one."""
        assert self.id is not None  # noqa: S101  every round is flushed where it is made
        return self.id


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
    state: InvitationState = InvitationState.INVITED


def in_state(session: Session, *states: RoundState) -> list[Round]:
    """The rounds in these states, oldest first."""
    return list(session.exec(select(Round).where(col(Round.state).in_(states)).order_by(col(Round.opens_at))))


def invitations(session: Session, round_: int, *states: InvitationState) -> list[Invitation]:
    """The invitations of a round, in these states or in all."""
    found = select(Invitation).where(Invitation.round == round_).order_by(col(Invitation.id))
    if states:
        found = found.where(col(Invitation.state).in_(states))
    return list(session.exec(found))


def open_invitation(session: Session, person: str) -> Invitation | None:
    """The newest invitation of somebody whose round is still open."""
    found = (
        select(Invitation)
        .join(Round, col(Round.id) == col(Invitation.round))
        .where(Invitation.person == person, Round.state == RoundState.OPEN)
        .order_by(col(Round.opens_at).desc())
    )
    return session.exec(found).first()
