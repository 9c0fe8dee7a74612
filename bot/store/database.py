"""The database: the only place where transactions begin and end.

Database code is plain `f(session, …)`; `await database.write(f, …)` and `await database.read(f, …)` run it in one
transaction, aside, so that no tap waits for another's disk. On SQLite writes pass one at a time (BEGIN IMMEDIATE).
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlmodel import Session

P = ParamSpec("P")
T = TypeVar("T")

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One SQLite file. `durable=False` gives up safety against power cuts, for simulations."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        # Parameters may be answers: they are never part of an error's text.
        self.engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
        self._one_writer = asyncio.Lock()
        self.unscrubbed = True  # a crash may have left something in the log
        synchronous = "FULL" if durable else "OFF"

        @event.listens_for(self.engine, "connect")
        def _set_up(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # pysqlite begins no transactions of its own: we do
            for pragma in (
                "journal_mode=WAL",
                f"synchronous={synchronous}",
                "foreign_keys=ON",
                "secure_delete=ON",
                "temp_store=MEMORY",  # no page of a ballot in a file of its own
                "busy_timeout=10000",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(self.engine, "begin")
        def _begin(connection: Connection) -> None:
            reading = connection.get_execution_options().get("reading", False)
            connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    def migrate(self) -> None:
        """Bring the tables to what this version of the program needs."""
        with self._unreferenced() as connection:
            command.upgrade(alembic_config(connection), "head")
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise RuntimeError(f"a migration left rows of {broken[0]} that refer to nothing")
            connection.commit()

    @contextmanager
    def _unreferenced(self) -> Iterator[Connection]:
        """A connection without foreign keys: a table that is copied and dropped must not take others with it."""
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101  a live pool connection has one
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                yield connection
            finally:
                connection.rollback()
                driver.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def transaction(self, *, reading: bool = False) -> Iterator[Session]:
        """One transaction: committed when the block ends well, undone when it raises."""
        connected = self.engine.connect().execution_options(reading=reading)
        with connected as connection, Session(bind=connection, expire_on_commit=False) as session:
            yield session
            session.commit()

    async def write(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one writing transaction."""
        async with self._one_writer:
            return await asyncio.to_thread(self._run, False, f, *args, **kwargs)

    async def read(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one reading transaction, beside a writer."""
        return await asyncio.to_thread(self._run, True, f, *args, **kwargs)

    def _run(self, reading: bool, f: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.transaction(reading=reading) as session:
            return f(session, *args, **kwargs)

    async def scrub(self) -> None:
        """Empty the write-ahead log, which still holds what was overwritten: erased, changed and counted ballots."""
        async with self._one_writer:
            await asyncio.to_thread(self.scrub_now)

    def scrub_now(self, tries: int = 50) -> None:
        """The same, for callers without a loop. A reader in its way is waited for; `unscrubbed` when in vain."""
        self.unscrubbed = True
        for _ in range(tries):
            with self.engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None  # noqa: S101  a live pool connection has one
                self.unscrubbed = bool(driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            if not self.unscrubbed:
                return
            time.sleep(0.1)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Alembic, pointed at our migrations and this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
