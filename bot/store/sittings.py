"""Somebody before their card: everything that one tap needs, in as few statements as it takes.

The invitation's row is locked first. On PostgreSQL the rest is read after that, so that of two taps at once the
second sees what the first one wrote; on SQLite only one writes at a time anyhow. Statements are made once: making one
takes longer than running it.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bot.store.ballots import RoundKey, SealedBallot
from bot.store.rounds import Invitation


@dataclass(frozen=True)
class Sitting:
    """An invitation, and what is kept of it while its round is open."""

    invitation: Invitation
    sealed: bytes | None  # None where what was answered is destroyed
    wrapped: bytes | None  # the round's key


_LOCK = select(Invitation.id).where(Invitation.id == bindparam("invitation")).with_for_update()
_FIND = (
    select(Invitation, SealedBallot.sealed, RoundKey.wrapped)
    .outerjoin(SealedBallot, col(SealedBallot.invitation) == col(Invitation.id))
    .outerjoin(RoundKey, col(RoundKey.round) == col(Invitation.round))
    .where(Invitation.id == bindparam("invitation"))
)


def find(session: Session, invitation: str) -> Sitting | None:
    """The sitting of an invitation, locked until the transaction ends; None where there is no such invitation."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_LOCK, {"invitation": invitation})
    found = session.execute(_FIND, {"invitation": invitation}).first()
    return Sitting(*found) if found is not None else None
