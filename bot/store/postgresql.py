"""PostgreSQL, for more than one machine: writers beside each other, rows locked where it matters.

READ COMMITTED, so that who waited for a row sees what the other wrote; what must not change is locked first.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import psycopg
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

CONNECTIONS = 10  # of each replica
MIGRATING = 0x6B6C616E6B  # the advisory lock under which one replica migrates
WAIT = 5  # seconds for a connection
BRIEFLY = 500  # milliseconds that scrubbing waits for a table

_LOCKED = "55P03"
_PASSES = {"40001", "40P01", "57P01", "57P02", "57P03"}
"""Serialization failure, deadlock, and the server shutting down, crashed or starting: PostgreSQL's appendix A."""


class PostgreSQL:
    """A database on a server, by its URL (`postgresql://…`)."""

    shared = True
    scrubs_replies = False  # it locks every ballot meanwhile: done once a round is counted
    path = None

    def __init__(self, url: str) -> None:
        self.engine = create_engine(
            "postgresql+psycopg://" + url.partition("://")[2],  # psycopg 3, whatever the URL says
            hide_parameters=True,  # parameters may be answers
            pool_size=CONNECTIONS,
            max_overflow=2,  # for the leases, however busy it is
            pool_pre_ping=True,
            connect_args={"connect_timeout": WAIT},
        )
        self.writers = asyncio.Semaphore(CONNECTIONS)
        _set_up(self.engine)

    def alone(self) -> AbstractContextManager[None]:
        """Any number of replicas may run: leases say who does what."""
        return nullcontext()

    def reading(self, connection: Connection) -> Connection:
        """A connection whose next transaction sees one moment and writes nothing."""
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One replica migrates, the others wait and find it done."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            yield connection
            connection.commit()

    def scrub(self) -> bool:
        """Write the tables of sealed ballots and keys anew, without the bytes of what was deleted.

        False where a transaction that began before may still look at something that was deleted: then it is kept.
        And where one has a table for itself: whoever taps would wait behind us for as long. Answers that were written
        anew at counting are only cleared from their pages: that takes from SQL what would tell their round, and holds
        nobody up. Their bytes say no more than the write-ahead log does anyhow.
        """
        kept = 0

        def told(notice: psycopg.errors.Diagnostic) -> None:
            nonlocal kept
            kept += _first_number(notice.message_detail)

        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)  # noqa: S101  a live pool connection has one
            driver.add_notice_handler(told)
            connection.exec_driver_sql(f"SET lock_timeout = {BRIEFLY}")
            try:
                connection.exec_driver_sql("VACUUM (FULL, VERBOSE) ballot, roundkey, early")
                connection.exec_driver_sql("VACUUM answer")
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != _LOCKED:
                    raise
                return False
            finally:
                driver.remove_notice_handler(told)
                if not connection.invalidated:
                    connection.exec_driver_sql("RESET lock_timeout")
        return kept == 0

    def passes(self, error: DBAPIError) -> bool:
        """Whether a transaction that failed so may succeed when it is simply done again."""
        state = getattr(error.orig, "sqlstate", None)
        away = isinstance(error, OperationalError) and state is None  # no server where one should be, or one no more
        return error.connection_invalidated or away or state in _PASSES


def _first_number(detail: str | None) -> int:
    """How many rows were kept: "5 dead row versions cannot be removed yet", in whatever language the server speaks."""
    found = re.search(r"\d+", detail or "")
    return int(found[0]) if found else 0


def _set_up(engine: Engine) -> None:
    @event.listens_for(engine, "handle_error")
    def _without_values(context: ExceptionContext) -> None:
        """PostgreSQL quotes values in its messages; ours may be answers. What is left is which rule was broken."""
        error = context.original_exception
        if isinstance(error, psycopg.Error) and error.sqlstate is not None:
            diag = error.diag
            rule = diag.constraint_name or diag.column_name or diag.table_name or "no constraint"
            told = f"{type(error).__name__}: {rule} (SQLSTATE {error.sqlstate})"
            error.args = (told,)
            if context.sqlalchemy_exception is not None:
                context.sqlalchemy_exception.args = (told,)
