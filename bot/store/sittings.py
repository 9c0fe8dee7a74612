"""Somebody before their card: everything that one tap needs, in as few statements as it takes.

On PostgreSQL the invitation's row is locked first and the rest is read after that, so that of two taps at once the
second sees what the first one wrote; on SQLite only one writes at a time anyhow. The statement is made once, because
making it takes longer than running it, and asks for columns, because objects take longer still.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from bot.store.ballots import RoundKey, SealedBallot
from bot.store.editions import Edition
from bot.store.people import Account, Person, first_name
from bot.store.rounds import Invitation, InvitationState, Round, RoundState


class Sitting(NamedTuple):
    """Somebody's invitation, a little of who they are, and what is kept while the round is open."""

    platform: str
    address: str
    person: str
    name: str
    language: str
    timezone: str
    department: str | None
    weekday: int | None
    hour: int | None
    invitation: str
    state: InvitationState
    round_: int
    sealed: bytes | None  # None where what was answered is destroyed
    wrapped: bytes | None  # the round's key
    edition: int  # in force now

    @property
    def first_name(self) -> str:
        """How a card addresses them."""
        return first_name(self.name)


_LOCK = select(Invitation.id).where(Invitation.id == bindparam("invitation")).with_for_update()
_FIND = (
    select(  # type: ignore[call-overload]  # SQLModel knows no more than four
        *(Account.platform, Account.address),
        *(Person.key, Person.name, Person.language, Person.timezone, Person.department, Person.weekday, Person.hour),
        *(Invitation.id, Invitation.state, Invitation.round, SealedBallot.sealed, RoundKey.wrapped),
        select(func.max(Edition.number)).scalar_subquery(),
    )
    .join(Person, col(Person.key) == col(Account.person))
    .join(Invitation, col(Invitation.person) == col(Person.key))
    .outerjoin(SealedBallot, col(SealedBallot.invitation) == col(Invitation.id))
    .outerjoin(RoundKey, col(RoundKey.round) == col(Invitation.round))
    .where(Account.platform == bindparam("platform"), Account.address == bindparam("address"))
    .where(Invitation.id == bindparam("invitation"))
)


def find(session: Session, platform: str, address: str, invitation: str) -> Sitting | None:
    """The sitting of an invitation, locked until the transaction ends; None where it is not this account's."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"invitation": invitation})
    values = {"platform": platform, "address": address, "invitation": invitation}
    found = connection.execute(_FIND, values).first()
    return Sitting._make(found) if found is not None else None


class OpenInvitation(NamedTuple):
    """Somebody's invitation of an open round, whose ballot is there."""

    id: str
    survey: str
    state: InvitationState
    closes_at: datetime

    def takes_answers(self, now: datetime) -> bool:
        """Whether it is not too late: from the closing moment on the round is only waiting to be counted."""
        return self.state is not InvitationState.CLOSED and now < self.closes_at


def open_invitations(session: Session, person: str) -> list[OpenInvitation]:
    """What somebody can look at, newest first."""
    found = (
        select(Invitation.id, Round.survey, Invitation.state, Round.closes_at)
        .join(Round, col(Round.id) == col(Invitation.round))
        .join(SealedBallot, col(SealedBallot.invitation) == col(Invitation.id))
        .where(Invitation.person == person, Round.state == RoundState.OPEN)
    )
    return [OpenInvitation._make(row) for row in session.exec(found.order_by(col(Round.opens_at).desc()))]
