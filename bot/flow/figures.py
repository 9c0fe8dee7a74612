"""What the metrics show of the database: nothing per person, per department or per question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.store import pauses as paused
from bot.store.outbox import UNSENT, OutgoingRow
from bot.store.rounds import Round, RoundState


@dataclass(frozen=True)
class Queue:
    """What still has to go out on one platform."""

    messages: int
    late: float  # seconds since the oldest of them was due; 0 where none is due yet


@dataclass(frozen=True)
class Figures:
    """How much there is of everything, now."""

    outbox: Mapping[str, Queue]  # by platform
    rounds: Mapping[str, int]  # by state
    paused: frozenset[str]  # platforms


def figures(session: Session, now: datetime) -> Figures:
    """Three counts, in as many statements."""
    return Figures(_outbox(session, now), _rounds(session), frozenset(pauses(session)))


def pauses(session: Session) -> dict[str, datetime]:
    """The platforms that are paused after repeated failures, and until when."""
    return {one.platform: one.until for one in paused.current(session)}


def _outbox(session: Session, now: datetime) -> dict[str, Queue]:
    found = (
        select(OutgoingRow.platform, func.count(), func.min(OutgoingRow.not_before))
        .where(col(OutgoingRow.state).in_(UNSENT))
        .group_by(OutgoingRow.platform)
    )
    return {
        platform: Queue(messages, max(0.0, (now - oldest).total_seconds()))
        for platform, messages, oldest in session.exec(found)
    }


def _rounds(session: Session) -> dict[str, int]:
    found = session.exec(select(Round.state, func.count()).group_by(Round.state)).all()
    return {state.value: 0 for state in RoundState} | {str(state): rounds for state, rounds in found}
