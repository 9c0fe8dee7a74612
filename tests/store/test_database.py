"""Transactions on a real file: whole or not at all, one writer at a time, readers beside it, and silent errors."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block
from bot.store.database import Database
from bot.store.people import Person

SECRET = "what somebody answered"
NINE = datetime(2026, 9, 1, 9, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture
def database(where: Path | str) -> Iterator[Database]:
    """A database with one person, on either engine."""
    yield from _with_anna(Database(where, durable=False))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite, for what is true of it alone."""
    yield from _with_anna(Database(tmp_path / "klankbord.sqlite3", durable=False))


def _with_anna(database: Database) -> Iterator[Database]:
    database.migrate()
    with database.transaction() as session:
        session.add(person("anna", hour=0))
    yield database
    database.close()


def person(key: str, **more: object) -> Person:
    """Somebody."""
    return Person(key=key, name=key.capitalize(), language="nl", timezone="Europe/Amsterdam").sqlmodel_update(more)


def keys(session: Session) -> list[str]:
    """Everybody."""
    return list(session.exec(select(Person.key).order_by(Person.key)))


def hour(session: Session) -> int:
    """Anna's hour, which the writers of these tests count up."""
    return session.get_one(Person, "anna").hour or 0


# --- whole or not at all -----------------------------------------------------------------------------------------


def test_a_failing_write_is_undone_whole(database: Database) -> None:
    """Also what was already flushed; and the next write is no part of it."""

    def fails(session: Session) -> None:
        session.add(person("bram"))
        session.flush()
        session.get_one(Person, "anna").hour = 11
        session.flush()
        raise RuntimeError("halfway")

    async def write() -> tuple[list[str], int]:
        with pytest.raises(RuntimeError, match="halfway"):
            await database.write(fails)
        await database.write(lambda session: session.add(person("cas")))
        return await database.read(keys), await database.read(hour)

    assert asyncio.run(write()) == (["anna", "cas"], 0)


def test_a_write_the_database_refuses_is_undone_whole(database: Database) -> None:
    """A row that may not be takes the good rows before it along."""

    def twice(session: Session) -> None:
        session.add(person("bram"))
        session.flush()
        session.add_all([person("cas", email="a@b.nl"), person("daan", email="a@b.nl")])

    async def write() -> list[str]:
        with pytest.raises(IntegrityError):
            await database.write(twice)
        return await database.read(keys)

    assert asyncio.run(write()) == ["anna"]


def test_foreign_keys_are_kept(database: Database) -> None:
    """SQLite does not by itself."""
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Answer(key="k", question="q", value="v", department="hr", block=99))


# --- one writer ----------------------------------------------------------------------------------------------------


def slowly_one_more(session: Session, inside: list[int] | None = None) -> None:
    """Read, wait and write: two of these beside each other would count as one."""
    if inside is not None:
        inside.append(1)
    before = hour(session)
    time.sleep(0.03)
    session.get_one(Person, "anna").hour = before + 1
    session.flush()
    if inside is not None:
        inside.pop()
        assert not inside, "two writers at once"


def test_writers_of_one_process_pass_one_at_a_time(file: Database) -> None:
    """The second is not even begun, so it cannot give up waiting for the file."""
    inside: list[int] = []

    async def write() -> int:
        await asyncio.gather(*(file.write(slowly_one_more, inside) for _ in range(4)))
        return await file.read(hour)

    assert asyncio.run(write()) == 4


def test_writers_of_two_processes_pass_one_at_a_time(file: Database) -> None:
    """A command beside the running bot: the file itself lets one in, from its first read on."""
    other = Database(file.path, durable=False)

    async def write() -> int:
        await asyncio.gather(*(one.write(slowly_one_more) for one in (file, other) * 2))
        return await file.read(hour)

    assert asyncio.run(write()) == 4
    other.close()


# --- readers -------------------------------------------------------------------------------------------------------


def test_a_reader_beside_a_writer_sees_what_was_there(database: Database) -> None:
    """No tap waits for another's disk: reading goes on while a write is under way, and does not see half of it."""
    written, seen = threading.Event(), threading.Event()

    def write(session: Session) -> bool:
        session.get_one(Person, "anna").hour = 9
        session.flush()
        written.set()
        return seen.wait(5)

    async def beside() -> tuple[bool, int, int]:
        writing = asyncio.create_task(database.write(write))
        await asyncio.to_thread(written.wait, 5)
        during = await database.read(hour)
        seen.set()
        return await writing, during, await database.read(hour)

    assert asyncio.run(beside()) == (True, 0, 9)


def test_a_reader_keeps_what_it_began_with(database: Database) -> None:
    """A write is committed while somebody reads; the reader goes on with one moment, not with two."""
    began, written = threading.Event(), threading.Event()

    def read(session: Session) -> tuple[int, bool, int]:
        first = hour(session)
        began.set()
        waited = written.wait(5)
        session.expire_all()
        return first, waited, hour(session)

    def write(session: Session) -> None:
        session.get_one(Person, "anna").hour = 9

    async def beside() -> tuple[int, bool, int]:
        reading = asyncio.create_task(database.read(read))
        await asyncio.to_thread(began.wait, 5)
        await database.write(write)
        written.set()
        return await reading

    assert asyncio.run(beside()) == (0, True, 0)


def test_scrubbing_waits_for_a_reader(file: Database) -> None:
    """The log cannot be emptied while somebody reads in it; scrubbing comes back when they are done."""
    log = file.path.with_name(file.path.name + "-wal")
    began = threading.Event()

    def read(session: Session) -> None:
        hour(session)
        began.set()
        time.sleep(0.3)

    async def beside() -> None:
        await file.write(slowly_one_more)
        reading = asyncio.create_task(file.read(read))
        await asyncio.to_thread(began.wait, 5)
        await file.write(slowly_one_more)
        assert log.stat().st_size > 0
        await file.scrub()
        assert log.stat().st_size == 0
        await reading

    asyncio.run(beside())


# --- moments -------------------------------------------------------------------------------------------------------


def test_a_naive_moment_is_refused(database: Database) -> None:
    """Nobody can tell afterwards in which zone it was meant; and nothing of the write is kept."""
    with pytest.raises(StatementError, match="a moment needs a time zone"), database.transaction() as session:
        session.add(person("bram", paused_until=NINE.replace(tzinfo=None)))
    with database.transaction(reading=True) as session:
        assert keys(session) == ["anna"]


def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    """Whatever the zone it was written in; on disk it is UTC."""
    with database.transaction() as session:
        session.get_one(Person, "anna").paused_until = NINE
    with database.transaction(reading=True) as session:
        found = session.get_one(Person, "anna").paused_until
    assert found == NINE
    assert found is not None
    assert found.tzinfo is UTC
    with database.transaction(reading=True) as session:
        stored = session.connection().exec_driver_sql("SELECT paused_until FROM person").scalar()
        assert str(stored).startswith("2026-09-01 07:00:00")


def test_moments_are_compared_in_utc(database: Database) -> None:
    """Nine in Amsterdam comes before one minute past eight in London."""
    with database.transaction() as session:
        session.get_one(Person, "anna").paused_until = NINE
    later = datetime(2026, 9, 1, 8, 1, tzinfo=timezone(timedelta(hours=1)))
    with database.transaction(reading=True) as session:
        found = session.exec(select(Person.key).where(col(Person.paused_until) < later)).all()
    assert list(found) == ["anna"]


# --- errors --------------------------------------------------------------------------------------------------------


def _duplicate(session: Session) -> None:
    block = Block(cycle=1, department="hr", first_round=1, last_round=1)
    session.add(block)
    session.flush()
    row = {"key": "k", "question": "text", "value": SECRET, "department": "hr", "block": block.number}
    session.execute(insert(Answer), [row, row])


def _two_writes(session: Session) -> None:
    session.add(person("bram", name=SECRET))
    session.flush()
    session.connection().execute(text("INSERT INTO person (key, name) VALUES ('bram', :name)"), {"name": SECRET})


def _naive(session: Session) -> None:
    session.add(person("bram", name=SECRET, paused_until=NINE.replace(tzinfo=None)))


def _no_such_column(session: Session) -> None:
    session.connection().execute(text("UPDATE person SET said = :said"), {"said": SECRET})


@pytest.mark.parametrize("fails", [_duplicate, _two_writes, _naive, _no_such_column])
def test_an_error_never_tells_the_values(database: Database, fails: Callable[[Session], None]) -> None:
    """Parameters may be answers, and errors end up in logs."""
    with pytest.raises(StatementError) as raised:
        asyncio.run(database.write(fails))
    told: BaseException | None = raised.value
    while told is not None:
        assert SECRET not in f"{told} {told!r}"
        told = told.__cause__ or told.__context__
