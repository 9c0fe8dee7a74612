"""How things stand: numbers for `status`, nothing per person and nothing per department.

How many answered, and how many are still to be reminded, is rounded to tens: nobody can be seen to answer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, SQLModel, col, select

from bot.core.pacing import Pace
from bot.core.wave_end import Hours
from bot.flow.ahead import ahead
from bot.flow.attention import Matter, attention
from bot.flow.backlog import Sending, Wave, waves
from bot.flow.figures import pauses
from bot.flow.load import ClosedRound, closed_rounds
from bot.store import editions, people
from bot.store.ballots import Keyring
from bot.store.people import Account, Person
from bot.store.rounds import Invitation, InvitationState, Round, RoundState, in_state


@dataclass(frozen=True)
class OpenRound:
    """A round under way. `finished` is rounded down to ten."""

    survey: str
    number: int
    invited: int
    finished: int
    closes_at: datetime
    waves: list[Wave]


@dataclass(frozen=True)
class NextRound:
    """A round that is not open yet; one whose opening has come opens within a minute."""

    survey: str
    number: int
    opens_at: datetime
    due: bool
    deep: bool  # whether it asks about each theme


@dataclass(frozen=True)
class Standing:
    """What an admin may know of how it goes."""

    organisation: str
    edition: int
    live: bool
    people: int
    stopped: int
    unreachable: int
    open_rounds: list[OpenRound]
    closed_rounds: list[ClosedRound]
    next_rounds: list[NextRound]
    attention: list[Matter]

    def as_json(self) -> dict[str, Any]:
        """For a program; moments are left to the encoder."""
        return asdict(self)


def standing(session: Session, now: datetime, keyring: Keyring | None, paces: Mapping[str, Pace]) -> Standing:
    """How things stand now. `keyring` is None where KLANKBORD_KEYS does not do; `paces` are by platform."""
    edition = editions.latest(session)
    sending = Sending(paces, Hours.of(edition.organisation), pauses(session))
    return Standing(
        organisation=edition.organisation.name,
        edition=edition.number or 0,
        live=edition.live,
        people=people.how_many(session),
        stopped=_count(session, Person, col(Person.stopped).is_(True)),
        unreachable=_count(session, Account, col(Account.reachable).is_(False)),
        open_rounds=[_open(session, one, sending, now) for one in in_state(session, RoundState.OPEN)],
        closed_rounds=closed_rounds(session),
        next_rounds=[
            NextRound(one.survey, one.number, one.times.opens_at, due=one.times.opens_at <= now, deep=one.is_deep)
            for one in ahead(session, now)
        ],
        attention=attention(session, now, keyring, sending),
    )


def _open(session: Session, round_: Round, sending: Sending, now: datetime) -> OpenRound:
    done = (col(Invitation.round) == round_.key) & (col(Invitation.state) == InvitationState.FINISHED)
    finished = _count(session, Invitation, done) // 10 * 10
    going = waves(session, round_.key, sending, now) if now < round_.closes_at else []
    return OpenRound(round_.survey, round_.number, round_.invited, finished, round_.closes_at, going)


def _count(session: Session, table: type[SQLModel], where: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(table).where(where)).one()
