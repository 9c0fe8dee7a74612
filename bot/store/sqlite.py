"""SQLite, the embedded default: one file, one writer at a time, and nothing left of what was deleted."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.store.running import alone

BUSY = 10_000  # milliseconds that a writer waits for another process
BRIEFLY = 200  # milliseconds that scrubbing waits for readers


class SQLite:
    """One file. `durable=False` gives up safety against power cuts, for simulations."""

    shared = False
    scrubs_replies = True

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        # Parameters may be answers: they are never part of an error's text.
        self.engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
        self.writers = asyncio.Semaphore(1)  # writes of this process pass one at a time
        _set_up(self.engine, "FULL" if durable else "OFF")

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one that runs on it. Raises AlreadyRunning."""
        return alone(self.path)

    def reading(self, connection: Connection) -> Connection:
        """A connection whose next transaction only reads, beside a writer."""
        return connection.execution_options(reading=True)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection without foreign keys: a table that is copied and dropped must not take others with it."""
        with self.engine.connect() as connection:
            driver = _driver(connection)
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise RuntimeError(f"a migration left rows of {broken[0]} that refer to nothing")
                connection.commit()
            finally:
                connection.rollback()
                driver.execute("PRAGMA foreign_keys=ON")

    def scrub(self) -> bool:
        """Empty the write-ahead log, which still holds what was deleted. False where a reader is in the way."""
        with self.engine.connect() as connection:
            driver = _driver(connection)
            driver.execute(f"PRAGMA busy_timeout={BRIEFLY}")  # nobody can write while it waits
            try:
                return not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY}")

    def passes(self, error: DBAPIError) -> bool:
        """Whether a transaction that failed so may succeed when it is simply done again: SQLite itself waits."""
        return False


def _set_up(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # pysqlite begins no transactions of its own: we do
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",  # no page of a ballot in a file of its own
            f"busy_timeout={BUSY}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _driver(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  a live pool connection has one
    return driver
