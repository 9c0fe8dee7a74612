"""How things stand: numbers for `status`, nothing per person and nothing per department."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.core.timing import upcoming
from bot.store import editions, people
from bot.store.outbox import OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from bot.store.rounds import InvitationState, RoundState, in_state, invitations


@dataclass(frozen=True)
class OpenRound:
    """A round under way. `finished` is rounded down to ten."""

    survey: str
    number: int
    invited: int
    finished: int
    closes_at: datetime


@dataclass(frozen=True)
class Standing:
    """What an admin may know of how it goes."""

    people: int
    stopped: int
    unreachable: int
    open_rounds: list[OpenRound]
    next_rounds: list[datetime]
    waiting: int  # messages
    failed: int

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        plain: dict[str, Any] = asdict(self)
        plain["next_rounds"] = [moment.isoformat() for moment in self.next_rounds]
        for row, round_ in zip(plain["open_rounds"], self.open_rounds, strict=True):
            row["closes_at"] = round_.closes_at.isoformat()
        return plain


def standing(session: Session, now: datetime) -> Standing:
    """How things stand now."""
    organisation = editions.latest(session).organisation
    coming = [w.opens_at for s in organisation.surveys for w in upcoming(s.rhythm, now, organisation, 3)]
    return Standing(
        people=people.how_many(session),
        stopped=_count(session, Person, col(Person.stopped).is_(True)),
        unreachable=_count(session, Account, col(Account.reachable).is_(False)),
        open_rounds=[
            OpenRound(
                round_.survey,
                round_.number,
                round_.invited,
                len(invitations(session, round_.key, InvitationState.FINISHED)) // 10 * 10,
                round_.closes_at,
            )
            for round_ in in_state(session, RoundState.OPEN)
        ],
        next_rounds=sorted(coming)[:3],
        waiting=_count(session, OutgoingRow, col(OutgoingRow.state) == OutgoingState.WAITING),
        failed=_count(session, OutgoingRow, col(OutgoingRow.state) == OutgoingState.FAILED),
    )


def _count(session: Session, table: type[Any], where: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(where)).one()
