"""Roles between replicas on a real PostgreSQL: one has it, keeps it, loses it, and writes nothing once it is lost."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.flow.roles import Roles
from bot.store import leases
from bot.store.database import Database
from bot.store.leases import Duty, Lease, NotOurs
from bot.store.pauses import Pause, pause

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def shared(empty_postgres: str) -> Iterator[Database]:
    """A database that replicas share."""
    database = Database(empty_postgres)
    database.migrate()
    yield database
    database.close()


def expire(database: Database) -> None:
    """As if nobody had kept their roles for twenty seconds."""
    with database.transaction() as session:
        for lease in session.exec(select(Lease)):
            lease.until = LONG_AGO
            session.add(lease)


def holder(database: Database, role: str) -> str | None:
    """Who has a role."""
    with database.transaction(reading=True) as session:
        found = session.get(Lease, role)
        return found.holder if found else None


def test_one_replica_has_a_role_and_keeps_it(shared: Database) -> None:
    """The other asks in vain, until the first lets go."""

    async def walk() -> None:
        first, second = Roles(shared, ["clock"]), Roles(shared, ["clock"])
        for _ in range(3):
            await first.keep()
            await second.keep()
        assert (first.has("clock"), second.has("clock")) == (True, False)
        assert (await first.elsewhere("clock"), await second.elsewhere("clock")) == (False, True)
        await first.give_up()
        await second.keep()
        assert (first.has("clock"), second.has("clock")) == (False, True)

    asyncio.run(walk())


def test_a_role_that_was_not_kept_is_taken_over(shared: Database) -> None:
    """By the first that asks; who slept learns of it when it wakes, and does not get it back."""

    async def walk() -> None:
        slept, took = Roles(shared, ["clock", "send:webchat"]), Roles(shared, ["clock"])
        await slept.keep()
        expire(shared)
        await took.keep()
        await slept.keep()
        assert took.has("clock")
        assert not slept.has("clock")
        assert slept.has("send:webchat")  # which nobody else wanted

    asyncio.run(walk())


def test_who_lost_a_role_writes_nothing(shared: Database) -> None:
    """Also when it does not know yet; what it had begun is undone."""

    async def walk() -> None:
        slept, took = Roles(shared, ["clock"]), Roles(shared, ["clock"])
        await slept.keep()
        await slept.duty("clock").write(pause, "one", "down", LONG_AGO)
        expire(shared)
        await took.keep()
        assert slept.has("clock")  # by its own clock
        with pytest.raises(NotOurs):
            await slept.duty("clock").write(pause, "two", "down", LONG_AGO)
        await took.duty("clock").write(pause, "three", "down", LONG_AGO)

    asyncio.run(walk())
    with shared.transaction(reading=True) as session:
        assert list(session.exec(select(Pause.platform).order_by(Pause.platform))) == ["one", "three"]


def test_a_role_does_not_change_hands_under_work(shared: Database) -> None:
    """Its lease ran out while a long transaction was under way: the other waits for the end of it."""
    working, done = threading.Event(), threading.Event()
    order: list[str] = []

    def work(session: Session) -> None:
        working.set()
        done.wait(5)
        order.append("worked")

    def take_over() -> None:
        with shared.transaction() as session:
            taken = leases.take(session, "clock", "other")
        order.append(f"taken: {taken}")

    asyncio.run(shared.write(leases.take, "clock", "mine"))
    expire(shared)
    with ThreadPoolExecutor(2) as pool:
        mine = pool.submit(asyncio.run, Duty(shared, "clock", "mine").write(work))
        assert working.wait(5)
        theirs = pool.submit(take_over)
        assert not theirs.done()
        done.set()
        mine.result(5)
        theirs.result(5)
    assert order == ["worked", "taken: True"]
    assert holder(shared, "clock") == "other"


def test_of_many_that_ask_at_once_one_gets_it(shared: Database) -> None:
    """Ten replicas start together."""
    start = threading.Barrier(10)

    def ask(name: str) -> bool:
        start.wait(5)
        with shared.transaction() as session:
            return leases.take(session, "clock", name)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, [f"replica-{number}" for number in range(10)])) == 1


def test_on_sqlite_every_role_is_ones_own(tmp_path: Path) -> None:
    """One process runs, by the lock on the file; so nothing is written to keep a role."""
    database = Database(tmp_path / "klankbord.sqlite3", durable=False)
    database.migrate()

    async def walk() -> None:
        roles = Roles(database, ["clock"])
        await roles.keep()
        assert roles.has("clock")
        assert not await roles.elsewhere("clock")
        await roles.duty("clock").write(pause, "one", "down", datetime.now(UTC) - timedelta(days=1))
        await roles.give_up()

    asyncio.run(walk())
    with database.transaction(reading=True) as session:
        assert session.exec(select(Lease)).all() == []
        assert session.exec(select(Pause.platform)).all() == ["one"]
    database.close()
