"""What the database knows of one person now, read from the real tables."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from analysis.answers import Answer
from bot.store.ballots import SealedBallot
from bot.store.early import Early
from bot.store.people import Person, Seat
from bot.store.rounds import Invitation

SHOWN = 48  # bytes of the envelope


@dataclass(frozen=True)
class Knowledge:
    """Every row there is about somebody."""

    name: str
    language: str
    department: str | None
    cohort: int | None
    invitations: tuple[str, ...]  # the state of each
    envelope: str  # the first bytes, in hexadecimal; empty when there is none
    size: int  # bytes of the envelope
    answers: int  # anonymous rows of everybody together


def known_of(session: Session, key: str) -> Knowledge:
    """Reads person, seat, invitations and the sealed ballot."""
    person = session.get_one(Person, key)
    seat = session.exec(select(Seat).where(Seat.person == key)).first()
    invitations = session.exec(select(Invitation).where(Invitation.person == key)).all()
    sealed = session.exec(
        select(SealedBallot.sealed)
        .join(Invitation, col(Invitation.id) == col(SealedBallot.invitation))
        .where(Invitation.person == key)
    ).first()
    sealed = sealed or session.exec(select(Early.sealed).where(Early.person == key)).first()
    return Knowledge(
        name=person.name,
        language=person.language,
        department=person.department,
        cohort=seat.cohort + 1 if seat else None,
        invitations=tuple(invitation.state.value for invitation in invitations),
        envelope=sealed[:SHOWN].hex(" ", 4) if sealed else "",
        size=len(sealed) if sealed else 0,
        answers=session.exec(select(func.count()).select_from(Answer)).one(),
    )
