"""What is kept how long: answers and tips after their release, messages after they were sent; nothing else goes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block, BlockState, Participation, Publication
from bot.flow.retention import (
    ANSWERS_MONTHS,
    DEEDS_MONTHS,
    DIGESTS_MONTHS,
    NOTICES_MONTHS,
    TEXTS_MONTHS,
    forget_old,
    outlook,
)
from bot.store import audit
from bot.store.chats import ChatMessage
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow, OutgoingState

TODAY = date(2027, 3, 31)
NOW = datetime(2027, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """An empty one; each test undoes what it did."""
    with TemporaryDirectory() as folder:
        made = Database(Path(folder) / "klankbord.sqlite3", durable=False)
        made.migrate()
        yield made
        made.close()


def laid(session: Session, number: int, state: BlockState, released_on: date | None, compared_on: date | None) -> None:
    """A block with two answers and a tip; where it was released, with a figure and perhaps a later comparison."""
    session.add(Block(id=number, cycle=1, department="ict", first_round=number, last_round=number, state=state))
    session.flush()
    for question in ("received", "needed", "text"):
        session.add(Answer(key=f"{number}", question=question, value="4", department="ict", block=number))
    session.add(Participation(block=number, question="received", people=12))
    for day, measure in ((released_on, "good"), (compared_on, "change")):
        if day is not None:
            session.add(Publication(block=number, department="ict", measure=measure, n=12, released_on=day))
    session.flush()


def left(session: Session, number: int) -> set[str]:
    """The questions of a block to which answers are left."""
    return set(session.exec(select(Answer.question).where(Answer.block == number)))


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@st.composite
def blocks(draw: st.DrawFn) -> list[tuple[BlockState, date | None, date | None]]:
    """Blocks in every state; only a released one has publications, of one or of two days."""
    found: list[tuple[BlockState, date | None, date | None]] = []
    for state in draw(st.lists(st.sampled_from(list(BlockState)), max_size=6)):
        released = draw(DAYS) if state is BlockState.RELEASED else None
        later = draw(st.none() | st.integers(0, 100)) if released else None
        found.append((state, released, released + timedelta(days=later) if released and later is not None else None))
    return found


@given(blocks(), DAYS)
def test_only_old_answers_of_released_blocks_go(
    database: Database, made: list[tuple[BlockState, date | None, date | None]], today: date
) -> None:
    """Never an answer of a block that is not released, never a publication; a later comparison keeps nothing longer."""
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    with database.engine.connect() as connection, Session(bind=connection) as session:
        for number, block in enumerate(made, 1):
            laid(session, number, *block)
        published = len(session.exec(select(Publication)).all())
        expected = outlook(session, now)
        forgotten = forget_old(session, now)
        for number, (_, released, _) in enumerate(made, 1):
            old = {
                months: released is not None and released <= today - relativedelta(months=months)
                for months in (ANSWERS_MONTHS, TEXTS_MONTHS)
            }
            kept = {"received", "needed"} if not old[ANSWERS_MONTHS] else set()
            assert left(session, number) == kept | ({"text"} if not old[TEXTS_MONTHS] else set())
            counted = session.get(Participation, (number, "received"))
            assert (counted is None) == old[ANSWERS_MONTHS]
        assert len(session.exec(select(Publication)).all()) == published
        assert forgotten == expected.due
        assert not forget_old(session, now)
        connection.rollback()


@given(blocks(), DAYS)
def test_the_next_day_is_the_day(
    database: Database, made: list[tuple[BlockState, date | None, date | None]], today: date
) -> None:
    """On the day that is named something goes, the day before nothing; where none is named nothing ever goes."""
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    with database.engine.connect() as connection, Session(bind=connection) as session:
        for number, block in enumerate(made, 1):
            laid(session, number, *block)
        forget_old(session, now)
        days = outlook(session, now).next_days()
        for name, day in days.items():
            moment = now + timedelta(days=9999) if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
            assert bool(getattr(outlook(session, moment).due, name)) == (day is not None)
            if day is not None:
                assert getattr(outlook(session, moment - timedelta(days=1)).due, name) == 0
        connection.rollback()


DIGEST, NOTICE = relativedelta(months=DIGESTS_MONTHS), relativedelta(months=NOTICES_MONTHS)
DAY = timedelta(days=1)
SENT, FAILED, WAITING, LEASED = (
    OutgoingState.SENT,
    OutgoingState.FAILED,
    OutgoingState.WAITING,
    OutgoingState.LEASED,
)


@pytest.mark.parametrize(
    ("kind", "state", "moment", "goes"),
    [
        (Kind.DIGEST, SENT, NOW - DIGEST, True),
        (Kind.DIGEST, FAILED, NOW - DIGEST, True),
        (Kind.DIGEST, SENT, NOW - DIGEST + DAY, False),
        (Kind.DIGEST, WAITING, NOW - DIGEST, False),
        (Kind.DIGEST, LEASED, NOW - DIGEST, False),
        (Kind.NOTICE, SENT, NOW - NOTICE, True),
        (Kind.NOTICE, SENT, NOW - NOTICE + DAY, False),
        (Kind.NOTICE, WAITING, NOW - DIGEST, False),
        (Kind.INVITATION, SENT, NOW - DIGEST, False),  # goes with its invitation
    ],
)
def test_messages_go_when_nobody_needs_them(
    database: Database, kind: Kind, state: OutgoingState, moment: datetime, goes: bool
) -> None:
    """Digests after a year, notices after three months; never one that is still to be sent."""
    with database.engine.connect() as connection, Session(bind=connection) as session:
        row = OutgoingRow(id="x", kind=kind, platform="webchat", address="#ict", not_before=moment, state=state)
        session.add(row)
        assert bool(forget_old(session, NOW)) is goes
        assert (session.exec(select(OutgoingRow.id)).first() is None) is goes
        connection.rollback()


def test_the_web_chat_forgets_notices_and_keeps_digests(database: Database) -> None:
    """A notice names an account; a digest holds publications alone."""
    with database.engine.connect() as connection, Session(bind=connection) as session:
        for outgoing in ("notice:down", "digest:1:ict"):
            session.add(ChatMessage(outgoing=outgoing, address="#x", lines=["x"], at=NOW - DIGEST))
        assert forget_old(session, NOW).messages == 1
        assert session.exec(select(col(ChatMessage.outgoing))).all() == ["digest:1:ict"]
        connection.rollback()


def test_the_audit_log_keeps_two_years(database: Database) -> None:
    """What an admin did is deleted on the day that is 24 months later, and the next day is named."""
    long_ago, of_late = NOW - relativedelta(months=DEEDS_MONTHS), NOW - relativedelta(months=1)
    with database.transaction() as session:
        for at in (long_ago - timedelta(days=1), long_ago, of_late):
            audit.note(session, "Anna", audit.Deed.LIVE, at)
        session.flush()
        assert outlook(session, NOW).due.deeds == 2
        assert outlook(session, NOW).deeds == of_late.date() + relativedelta(months=DEEDS_MONTHS)
        assert forget_old(session, NOW).deeds == 2
        assert [entry.at for entry in audit.entries(session)] == [of_late]
        session.rollback()
