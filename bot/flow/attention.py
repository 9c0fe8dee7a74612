"""What needs somebody's attention: each matter has a remedy of its own in the catalogue, `attention.*_remedy`; one that
has a reason has the remedy that the admin channel reads.

No matter names a person. What mends itself is named too, where an admin would otherwise wonder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, SQLModel, col, select

from bot.flow import launch, notices
from bot.flow.ahead import ahead, missed
from bot.flow.backlog import Sending, behind, rounded_up, waves
from bot.store import editions, holds, pauses, people
from bot.store.ballots import Keyring
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from bot.store.rounds import Invitation, InvitationState, RoundState, in_state

TICKS = timedelta(minutes=3)  # the clock ticks every minute: so much later a round should have opened or been counted
RECENT = timedelta(days=14)  # older doubts about digests are no longer mentioned
DOUBT = "unknown"  # the state of a message of which nobody knows whether it arrived

Value = str | int | datetime


@dataclass(frozen=True)
class Matter:
    """Something to look at: which text says it, and what fills it in."""

    what: str
    values: Mapping[str, Value]

    @property
    def remedy(self) -> str:
        """Which text says what to do."""
        if self.what in ("held", "admin_channel"):
            return notices.remedy_of_hold(str(self.values["reason"]))
        if self.what == "paused":
            return notices.remedy_of_pause(str(self.values["reason"]))
        return f"attention.{self.what}_remedy"


def attention(session: Session, now: datetime, keyring: Keyring | None, sending: Sending) -> list[Matter]:
    """Everything that needs attention, what is worst first. `keyring` is None where KLANKBORD_KEYS does not do."""
    return [
        *_keys(session, keyring),
        *_nobody(session),
        *_uncounted(session, now),
        *_unopened(session, now),
        *_paused(session),
        *_paused_surveys(session),
        *(
            Matter("behind", {"platform": name, "since": since})
            for name, since in behind(session, sending, now).items()
        ),
        *_late(session, sending, now),
        *_held(session),
        *_undelivered(session, now),
        *_unreachable(session),
    ]


def _keys(session: Session, keyring: Keyring | None) -> Iterator[Matter]:
    if keyring is None:
        yield Matter("no_keys", {})
        return
    for one in launch.unopenable(session, keyring):
        yield Matter("cannot_open", {"survey": one.survey, "number": one.number})
    if launch.unopenable_early(session, keyring):
        yield Matter("cannot_open_early", {})


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


def _paused(session: Session) -> Iterator[Matter]:
    for one in pauses.current(session):
        yield Matter("paused", {"platform": one.platform, "until": one.until, "reason": one.reason})


def _paused_surveys(session: Session) -> Iterator[Matter]:
    for survey in editions.latest(session).organisation.surveys:
        if survey.paused:
            yield Matter("survey_paused", {"survey": survey.key})


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
    questions = _states(session, col(OutgoingRow.invitation).in_(waiting))
    recent = (col(OutgoingRow.kind) == Kind.DIGEST) & (col(OutgoingRow.not_before) > now - RECENT)
    digests = _states(session, recent)
    for what, number in (
        ("failed_questions", questions.get(OutgoingState.FAILED.value)),
        ("doubt_questions", questions.get(DOUBT)),
        ("doubt_digests", digests.get(DOUBT)),
    ):
        if number:
            yield Matter(what, {"number": rounded_up(number)})


def _states(session: Session, where: ColumnElement[bool]) -> dict[str, int]:
    counted = select(OutgoingRow.state, func.count()).where(where).group_by(OutgoingRow.state)
    return {str(state): number for state, number in session.exec(counted)}


def _held(session: Session) -> Iterator[Matter]:
    """Channels that refuse messages; the admin channel cannot be told so itself."""
    admin_channel = editions.latest(session).organisation.admin_channel
    for one in holds.current(session):
        platform = one.channel.partition(":")[0]
        values: dict[str, Value] = {
            "channel": one.channel,
            "platform": platform,
            "since": one.since,
            "reason": one.reason,
        }
        yield Matter("admin_channel" if one.channel == admin_channel else "held", values)


def _unreachable(session: Session) -> Iterator[Matter]:
    if number := _count(session, Account, col(Account.reachable).is_(False)):
        yield Matter("unreachable", {"number": number})


def _count(session: Session, table: type[SQLModel], where: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(table).where(where)).one()
