"""The database: the only place where transactions begin and end.

Database code is plain `f(session, …)`; `await database.write(f, …)` and `await database.read(f, …)` run it in one
transaction, aside, so that no tap waits for another's disk. What differs between SQLite and PostgreSQL stands in
the files of those names.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.store.sqlite import SQLite

P = ParamSpec("P")
T = TypeVar("T")

MIGRATIONS = Path(__file__).parent / "migrations"
THREADS = 16  # reads and writes under way at once
AGAIN = (0.05, 0.2, 0.5, 1.0)  # seconds before a transaction is done again that failed in passing
IN_THE_WAY = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6)  # seconds before each try to scrub


class Kind(Protocol):
    """What differs between SQLite and PostgreSQL."""

    engine: Engine
    writers: asyncio.Semaphore
    shared: bool  # whether other replicas may work beside this one
    scrubs_replies: bool  # whether scrubbing is quick enough to be done whenever somebody takes something back

    @property
    def path(self) -> Path | None:
        """The file, where it is one."""

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one that runs on it, where there may be only one. Raises AlreadyRunning."""

    def reading(self, connection: Connection) -> Connection:
        """A connection whose next transaction only reads."""

    def migrating(self) -> AbstractContextManager[Connection]:
        """A connection to migrate with; committed at the end."""

    def scrub(self) -> bool:
        """Leave nothing on the disk of what was deleted. False where it has to be tried again."""

    def passes(self, error: DBAPIError) -> bool:
        """Whether a transaction that failed so may succeed when it is simply done again."""


class Database:
    """A SQLite file, or a PostgreSQL database by its URL. `durable=False` is for simulations."""

    def __init__(self, where: Path | str, *, durable: bool = True) -> None:
        self.kind = _sqlite(where, durable) if isinstance(where, Path) else _postgresql(where)
        self.engine = self.kind.engine
        self.unscrubbed = True  # a crash may have left something on the disk
        self.committed: Callable[[float], None] = lambda _seconds: None  # told how long each write took
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")

    @property
    def path(self) -> Path:
        """The file. Raises ValueError where there is none."""
        if self.kind.path is None:
            raise ValueError("a PostgreSQL database is no file")
        return self.kind.path

    @property
    def shared(self) -> bool:
        """Whether other replicas may work beside this one."""
        return self.kind.shared

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one that runs on it, where there may be only one. Raises AlreadyRunning."""
        return self.kind.alone()

    def migrate(self) -> None:
        """Bring the tables to what this version of the program needs."""
        with self.kind.migrating() as connection:
            command.upgrade(alembic_config(connection), "head")

    @contextmanager
    def transaction(self, *, reading: bool = False) -> Iterator[Session]:
        """One transaction: committed when the block ends well, undone when it raises."""
        with self.engine.connect() as connection:
            begun = self.kind.reading(connection) if reading else connection
            with Session(bind=begun, expire_on_commit=False) as session:
                yield session
                session.commit()

    async def write(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one writing transaction."""
        async with self.kind.writers:
            begin = time.perf_counter()
            result = await self._aside(partial(self._run, False, f, *args, **kwargs))
            self.committed(time.perf_counter() - begin)
            return result

    def write_now(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, for callers without a loop."""
        return self._run(False, f, *args, **kwargs)

    async def read(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one reading transaction, beside a writer."""
        return await self._aside(partial(self._run, True, f, *args, **kwargs))

    async def _aside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _run(self, reading: bool, f: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Once, and again where it failed in passing: what we do twice changes nothing the second time."""
        for pause in AGAIN:
            try:
                with self.transaction(reading=reading) as session:
                    return f(session, *args, **kwargs)
            except DBAPIError as error:
                if not self.kind.passes(error):
                    raise
                self.unscrubbed |= (
                    not reading
                )  # it may have been done all the same, and what it deleted lie on the disk
            time.sleep(pause)
        with self.transaction(reading=reading) as session:
            return f(session, *args, **kwargs)

    async def scrub(self) -> None:
        """Leave nothing on the disk of what was overwritten or deleted: erased, changed and counted ballots.

        A reader in its way is waited for, and writers pass meanwhile; `unscrubbed` when that was in vain.
        """
        for pause in IN_THE_WAY:
            await asyncio.sleep(pause)
            async with self.kind.writers:
                await self._aside(self._scrub)
            if not self.unscrubbed:
                return

    def scrub_now(self) -> None:
        """The same, for callers without a loop."""
        for pause in IN_THE_WAY:
            time.sleep(pause)
            self._scrub()
            if not self.unscrubbed:
                return

    def _scrub(self) -> None:
        self.unscrubbed = True  # also when it fails
        self.unscrubbed = not self.kind.scrub()

    def close(self) -> None:
        """Give back every connection."""
        self._threads.shutdown()
        self.engine.dispose()


def _sqlite(path: Path, durable: bool) -> Kind:
    return SQLite(path, durable=durable)


def _postgresql(url: str) -> Kind:
    from bot.store.postgresql import PostgreSQL  # psycopg takes a moment to import; most use SQLite

    return PostgreSQL(url)


def alembic_config(connection: Connection) -> Config:
    """Alembic, pointed at our migrations and this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
