"""How long what was said is kept, and deleting what was kept long enough.

Answers and tips go some months after their block was released, then its publications alone are left. What is not
released is not touched here: it waits until it is released, or is deleted with its cycle. Invitations, and the
messages about them, are forgotten in rounds.py; the marks of events heard in inbox.py.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlmodel import Session, SQLModel, col

from analysis.answers import Answer, Block, BlockState, Participation, Publication
from bot.store.audit import AuditEntry
from bot.store.chats import ChatMessage
from bot.store.outbox import Kind, OutgoingRow, OutgoingState

ANSWERS_MONTHS = 12  # after their release: as long as a department may ask how a figure came about
TEXTS_MONTHS = 6  # after their release: a tip is the most recognisable thing there is
DIGESTS_MONTHS = 12  # in the outbox, to find out what became of a message; its figures are in the ledger
NOTICES_MONTHS = 3  # to the admin channel: they name accounts that could not be reached
DEEDS_MONTHS = 24  # of admins: as long as somebody may ask who changed what

_SAID = (OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.UNKNOWN)


@dataclass(frozen=True)
class Forgotten:
    """How much was kept long enough. Where anything was deleted, the caller has the database scrubbed."""

    answers: int = 0  # values, and how many people gave them
    texts: int = 0  # tips
    messages: int = 0  # to channels
    deeds: int = 0  # of admins

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return self != Forgotten()


@dataclass(frozen=True)
class Outlook:
    """What is old enough today, and on which day something is next; None where nothing waits."""

    due: Forgotten
    answers: date | None
    texts: date | None
    messages: date | None
    deeds: date | None

    def next_days(self) -> dict[str, date | None]:
        """The days by name, as `Forgotten` has them."""
        return {name: getattr(self, name) for name in asdict(self.due)}


def forget_old(session: Session, now: datetime) -> Forgotten:
    """Delete what was kept long enough. May be called at any time and any number of times."""
    session.flush()
    counts = dict.fromkeys(asdict(Forgotten()), 0)
    for name, table, old in _old(now):
        counts[name] += session.connection().execute(delete(table).where(old)).rowcount
    return Forgotten(**counts)


def outlook(session: Session, now: datetime) -> Outlook:
    """The same without deleting, and what comes next."""
    counts = dict.fromkeys(asdict(Forgotten()), 0)
    for name, table, old in _old(now):
        counts[name] += session.execute(select(func.count()).select_from(table).where(old)).scalar_one()
    return Outlook(
        Forgotten(**counts),
        answers=_next_release(session, now, ANSWERS_MONTHS, col(Answer.question) != "text"),
        texts=_next_release(session, now, TEXTS_MONTHS, col(Answer.question) == "text"),
        messages=_next_message(session, now),
        deeds=_next_deed(session, now),
    )


def _old(now: datetime) -> Iterator[tuple[str, type[SQLModel], ColumnElement[bool]]]:
    """What is old enough: under which name it is counted, the table, and which of its rows."""
    today, long_ago = now.date(), _released_by(now.date(), ANSWERS_MONTHS)
    text = col(Answer.question) == "text"
    yield "texts", Answer, text & col(Answer.block).in_(_released_by(today, TEXTS_MONTHS))
    yield "answers", Answer, ~text & col(Answer.block).in_(long_ago)
    yield "answers", Participation, col(Participation.block).in_(long_ago)
    yield "messages", OutgoingRow, _digest() & (col(OutgoingRow.not_before) <= _before(now, DIGESTS_MONTHS))
    yield "messages", OutgoingRow, _notice() & (col(OutgoingRow.not_before) <= _before(now, NOTICES_MONTHS))
    yield "messages", ChatMessage, _shown_notice() & (col(ChatMessage.at) <= _before(now, NOTICES_MONTHS))
    yield "messages", ChatMessage, _shown_tip() & (col(ChatMessage.at) <= _before(now, TEXTS_MONTHS))
    yield "deeds", AuditEntry, col(AuditEntry.at) <= _before(now, DEEDS_MONTHS)


def _released_by(today: date, months: int) -> Select[int | None]:
    """The blocks released at least that many months ago. Comparisons are written later, beside a block's figures."""
    first_figures = select(col(Publication.block)).where(
        col(Publication.released_on) <= today - relativedelta(months=months)
    )
    return select(col(Block.id)).where(col(Block.state) == BlockState.RELEASED, col(Block.id).in_(first_figures))


def _digest() -> ColumnElement[bool]:
    return col(OutgoingRow.kind).in_((Kind.DIGEST, Kind.PROMISE, Kind.TIP)) & col(OutgoingRow.state).in_(_SAID)


def _notice() -> ColumnElement[bool]:
    return (col(OutgoingRow.kind) == Kind.NOTICE) & col(OutgoingRow.state).in_(_SAID)


def _shown_notice() -> ColumnElement[bool]:
    """A notice in the web chat. A digest stays there: it holds publications alone, and is the channel's memory."""
    return col(ChatMessage.outgoing).startswith("notice:")


def _shown_tip() -> ColumnElement[bool]:
    """A tip in the web chat, in the channel where its lead shared it."""
    return col(ChatMessage.outgoing).startswith("tip:")


def _before(now: datetime, months: int) -> datetime:
    """The end of the day that many months ago."""
    return datetime.combine(now.date() - relativedelta(months=months), time.max, UTC)


# --- what comes next -----------------------------------------------------------------------------------------------


def _next_release(session: Session, now: datetime, months: int, wanted: ColumnElement[bool]) -> date | None:
    left = select(col(Answer.block)).where(wanted).distinct()
    known = select(func.min(col(Publication.released_on))).where(col(Publication.block).in_(left))
    found = session.execute(known.where(col(Publication.block).not_in(_released_by(now.date(), months))))
    return _day(found.scalar_one(), months)


def _next_message(session: Session, now: datetime) -> date | None:
    kept = (
        (col(OutgoingRow.not_before), _digest(), DIGESTS_MONTHS),
        (col(OutgoingRow.not_before), _notice(), NOTICES_MONTHS),
        (col(ChatMessage.at), _shown_notice(), NOTICES_MONTHS),
        (col(ChatMessage.at), _shown_tip(), TEXTS_MONTHS),
    )
    days = []
    for moment, which, months in kept:
        first = session.execute(select(func.min(moment)).where(which, moment > _before(now, months))).scalar_one()
        days.append(_day(first.date() if first else None, months))
    return min((day for day in days if day is not None), default=None)


def _next_deed(session: Session, now: datetime) -> date | None:
    later = select(func.min(AuditEntry.at)).where(col(AuditEntry.at) > _before(now, DEEDS_MONTHS))
    first = session.execute(later).scalar_one()
    return _day(first.date() if first else None, DEEDS_MONTHS)


def _day(kept_since: date | None, months: int) -> date | None:
    """The first day on which it is old enough: months differ in length, so the last days of one may need one more."""
    if kept_since is None:
        return None
    day = kept_since + relativedelta(months=months)
    return day if day - relativedelta(months=months) >= kept_since else day + relativedelta(days=1)
