"""When somebody last said that a department's card is true: when it changed, or when they were asked."""

import hashlib
from datetime import date

from sqlmodel import Field, Session, SQLModel

from config.department import Department


class CardCheck(SQLModel, table=True):
    """One department's card, and the day from which it counts as true."""

    department: str = Field(primary_key=True)
    card: str  # a hash, to see that it changed
    true_on: date


def seen(session: Session, department: Department, today: date) -> CardCheck:
    """How it stands; a card that is new or has changed is true from today."""
    found, now = session.get(CardCheck, department.key), _hash(department)
    if found is None or found.card != now:
        found = session.merge(CardCheck(department=department.key, card=now, true_on=today))
        session.flush()
    return found


def confirm(session: Session, department: Department, today: date) -> None:
    """Somebody who speaks for it says that it is true."""
    session.merge(CardCheck(department=department.key, card=_hash(department), true_on=today))
    session.flush()


def true_on(session: Session, department: str) -> date | None:
    """From which day its card counts as true; None where nobody has looked yet."""
    found = session.get(CardCheck, department)
    return found.true_on if found is not None else None


def _hash(department: Department) -> str:
    services = "".join(service.model_dump_json() for service in department.services)
    card = department.card.model_dump_json() if department.card is not None else ""
    return hashlib.sha256((card + services).encode()).hexdigest()
