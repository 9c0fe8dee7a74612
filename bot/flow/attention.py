"""What needs somebody's attention: each matter has a remedy of its own in the catalogue, `attention.*_remedy`.

No matter names a person. What mends itself is named too, where an admin would otherwise wonder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, SQLModel, col, select

from bot.flow import launch
from bot.flow.ahead import ahead, missed
from bot.flow.backlog import Sending, behind, rounded_up, waves
from bot.store import editions, people
from bot.store.ballots import Keyring
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from bot.store.rounds import Invitation, InvitationState, RoundState, in_state

TICKS = timedelta(minutes=3)  # the clock ticks every minute: so much later a round should have opened or been counted
RECENT = timedelta(days=14)  # older failures of digests are no longer mentioned
DOUBT = "unknown"  # the state of a message of which nobody knows whether it arrived

Value = str | int | datetime


@dataclass(frozen=True)
class Matter:
    """Something to look at: which text says it, and what fills it in."""

    what: str
    values: Mapping[str, Value]


def attention(session: Session, now: datetime, keyring: Keyring | None, sending: Sending) -> list[Matter]:
    """Everything that needs attention, what is worst first. `keyring` is None where KLANKBORD_KEYS does not do."""
    return [
        *_keys(session, keyring),
        *_nobody(session),
        *_uncounted(session, now),
        *_unopened(session, now),
        *(Matter("paused", {"platform": name, "until": until}) for name, until in sending.pauses.items()),
        *(
            Matter("behind", {"platform": name, "since": since})
            for name, since in behind(session, sending, now).items()
        ),
        *_late(session, sending, now),
        *_undelivered(session, now),
        *_admin_channel(session),
        *_unreachable(session),
    ]


def _keys(session: Session, keyring: Keyring | None) -> Iterator[Matter]:
    if keyring is None:
        yield Matter("no_keys", {})
        return
    for one in launch.unopenable(session, keyring):
        yield Matter("cannot_open", {"survey": one.survey, "number": one.number})


def _nobody(session: Session) -> Iterator[Matter]:
    if not people.how_many(session):
        yield Matter("nobody", {})
    elif not editions.latest(session).live and not _count(session, Person, col(Person.pilot).is_(True)):
        yield Matter("no_pilot", {})


def _uncounted(session: Session, now: datetime) -> Iterator[Matter]:
    for round_ in in_state(session, RoundState.OPEN):
        if round_.closes_at + TICKS < now:
            since = round_.closes_at
            yield Matter("not_counted", {"survey": round_.survey, "number": round_.number, "since": since})


def _unopened(session: Session, now: datetime) -> Iterator[Matter]:
    for one in ahead(session, now):
        if one.since + TICKS < now:
            yield Matter("not_opened", {"survey": one.survey, "number": one.number, "since": one.since})
    for lost in missed(session, now):
        yield Matter("skipped", {"survey": lost.survey, "number": lost.number, "since": lost.due})


def _late(session: Session, sending: Sending, now: datetime) -> Iterator[Matter]:
    """Questions that would go out after their round closes."""
    for round_ in in_state(session, RoundState.OPEN):
        for wave in waves(session, round_.key, sending, now):
            if now < round_.closes_at < wave.ends_at:
                yield Matter("late", {"survey": round_.survey, "number": round_.number, "until": wave.ends_at})


def _undelivered(session: Session, now: datetime) -> Iterator[Matter]:
    """Questions of rounds that are open, and digests of late; who finished needed no reminder any more. In tens."""
    waiting = (
        select(Invitation.id)
        .join(Person)
        .where(
            col(Invitation.state).in_([InvitationState.INVITED, InvitationState.STARTED]),
            col(Person.stopped).is_(False),
        )
    )
    places = {
        "questions": col(OutgoingRow.invitation).in_(waiting),
        "digests": (col(OutgoingRow.kind) == Kind.DIGEST) & (col(OutgoingRow.not_before) > now - RECENT),
    }
    for what, where in places.items():
        states = _states(session, where)
        for state, told in ((OutgoingState.FAILED.value, "failed"), (DOUBT, "doubt")):
            if states.get(state):
                yield Matter(f"{told}_{what}", {"number": rounded_up(states[state])})


def _states(session: Session, where: ColumnElement[bool]) -> dict[str, int]:
    counted = select(OutgoingRow.state, func.count()).where(where).group_by(OutgoingRow.state)
    return {str(state): number for state, number in session.exec(counted)}


def _admin_channel(session: Session) -> Iterator[Matter]:
    """The last notice was not taken."""
    tried = select(OutgoingRow.state).where(
        OutgoingRow.kind == Kind.NOTICE, col(OutgoingRow.state).in_([OutgoingState.SENT, OutgoingState.FAILED])
    )
    last = session.exec(tried.order_by(col(OutgoingRow.not_before).desc()).limit(1)).first()
    if last is OutgoingState.FAILED:
        yield Matter("admin_channel", {"channel": editions.latest(session).organisation.admin_channel})


def _unreachable(session: Session) -> Iterator[Matter]:
    if number := _count(session, Account, col(Account.reachable).is_(False)):
        yield Matter("unreachable", {"number": number})


def _count(session: Session, table: type[SQLModel], where: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(table).where(where)).one()
