"""What still has to go out, about when that is done, and where nothing goes out that should."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from bot.core.pacing import Pace
from bot.core.wave_end import Hours, expected_end
from bot.store.outbox import UNSENT, Kind, OutgoingRow
from bot.store.rounds import Invitation

GRACE = timedelta(minutes=15)  # what takes so much longer than expected does not go out by itself

Due = dict[str, dict[datetime, int]]  # how many messages, by platform and by the first moment they may go out


@dataclass(frozen=True)
class Sending:
    """How messages go out: how fast on each platform, in which hours, and which platforms are paused until when."""

    paces: Mapping[str, Pace]
    hours: Hours
    pauses: Mapping[str, datetime] = field(default_factory=dict)

    def end(self, platform: str, due: Mapping[datetime, int], begin: datetime) -> datetime:
        """About when the last of these is sent."""
        resumed = max(begin, self.pauses.get(platform, begin))
        return expected_end(due.items(), self.paces.get(platform, Pace()), resumed, self.hours)


@dataclass(frozen=True)
class Wave:
    """Messages of a round that still go out; the number of reminders is rounded up to ten."""

    kind: Kind
    messages: int
    ends_at: datetime  # about


def waves(session: Session, round_: int, sending: Sending, now: datetime) -> list[Wave]:
    """What still goes out in a round: its questions, and its reminders. Not what somebody asked for later."""
    return [wave for kind in (Kind.INVITATION, Kind.REMINDER) for wave in _wave(session, round_, kind, sending, now)]


def _wave(session: Session, round_: int, kind: Kind, sending: Sending, now: datetime) -> Iterable[Wave]:
    mine = col(OutgoingRow.invitation).in_(select(Invitation.id).where(Invitation.round == round_))
    due = _due(session, (col(OutgoingRow.kind) == kind) & mine)
    messages = sum(sum(of_platform.values()) for of_platform in due.values())
    if messages:
        ends_at = max(sending.end(platform, of_platform, now) for platform, of_platform in due.items())
        yield Wave(kind, messages if kind is Kind.INVITATION else rounded_up(messages), ends_at)


def rounded_up(messages: int) -> int:
    """To tens: how many were not reminded would tell how many had finished."""
    return -(-messages // 10) * 10


def behind(session: Session, sending: Sending, now: datetime) -> dict[str, datetime]:
    """The platforms on which messages wait that should have gone out by now, and since when the oldest waits."""
    found = {}
    for platform, due in _due(session, col(OutgoingRow.not_before) <= now).items():
        oldest = min(due)
        if platform not in sending.pauses and sending.end(platform, due, oldest) + GRACE < now:
            found[platform] = oldest
    return found


def _due(session: Session, where: ColumnElement[bool]) -> Due:
    counted = (
        select(OutgoingRow.platform, OutgoingRow.not_before, func.count())
        .where(col(OutgoingRow.state).in_(UNSENT), where)
        .group_by(OutgoingRow.platform, col(OutgoingRow.not_before))
    )
    due: Due = defaultdict(dict)
    for platform, moment, messages in session.exec(counted):
        due[platform][moment] = messages
    return due
