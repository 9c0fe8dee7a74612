"""Opening a round on PostgreSQL, against the bare bulk insert of rows like its own by psycopg; and its memory.

The bare side goes into the same tables after they were emptied, with their keys, references and indexes, a thousand
people at a time as we do, in one transaction: by `executemany`, which is the least for who makes rows one by one, and
for information by COPY. Making its rows (random bytes for a sealed ballot) does not count.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import psycopg
from psycopg import sql

from bot.flow.rounds import AT_A_TIME
from bot.store.ballots import SIZE
from bot.store.database import Database
from tests.postgres import Server, server

from .children import Work, took
from .crowd import PLATFORM, crowd, opened
from .rows import Row

RUNS = {20_000: 5, 100_000: 1}  # a hundred thousand take minutes
FEW, MANY = 2_000, 20_000
SEALED = 12 + SIZE + 16  # bytes: with nonce and tag
COLUMNS: Mapping[str, Sequence[str]] = {
    "invitation": ("id", "round", "person", "state"),
    "ballot": ("invitation", "sealed"),
    "outgoing": (
        "id", "kind", "platform", "address", "invitation", "lines", "details", "not_before", "state", "tries"
    ),
}  # fmt: skip

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = Sequence[tuple[Any, ...]]
Lay = Callable[[Connection, str, Rows], None]


def measured() -> Iterator[Row]:
    """In seconds by the clock: half of the work is the server's."""
    with server(durable=True) as postgres:
        for people, runs in RUNS.items():
            found = [_sides(postgres, people) for _ in range(runs)]
            ours, many, copied = (median(side) for side in zip(*found, strict=True))
            what = f"opening a round for {people:,}"
            yield Row(what, "executemany of such rows", ours, many, "s", at_most=3)
            yield Row(what, "COPY of such rows", ours, copied, "s")
        less, more = (_alone(postgres, people) for people in (FEW, MANY))
    yield Row(f"opening for {MANY:,}: peak memory", f"the same for {FEW:,}", more, less, "MiB", at_most=1.2)


def _sides(postgres: Server, people: int) -> tuple[float, float, float]:
    """Seconds of us, of `executemany` and of COPY, in a database of their own."""
    url = postgres.fresh()
    database = crowd(url, people)
    begin = time.perf_counter()
    with database.transaction() as session:
        opened(session)
    ours = time.perf_counter() - begin
    database.close()
    with postgres.connect(url.rpartition("/")[2]) as connection:
        many, copied = (_bare(connection, people, lay) for lay in (_executemany, _copy))
    postgres.drop(url)
    return ours, many, copied


def _bare(connection: Connection, people: int, lay: Lay) -> float:
    connection.execute("TRUNCATE invitation, ballot, outgoing CASCADE")
    connection.execute("CHECKPOINT")
    seconds = 0.0
    with connection.transaction():
        for start in range(0, people, AT_A_TIME):
            tables = _made(range(start, min(people, start + AT_A_TIME)))
            begin = time.perf_counter()
            for table, rows in tables.items():
                lay(connection, table, rows)
            seconds += time.perf_counter() - begin
        begin = time.perf_counter()
    return seconds + time.perf_counter() - begin


def _made(numbers: range) -> dict[str, Rows]:
    now = datetime.now(UTC).replace(tzinfo=None)
    ids = [(f"{os.urandom(5).hex()}", f"p{number:06}") for number in numbers]
    invitation = [(id_, 1, person, "INVITED") for id_, person in ids]
    ballot = [(id_, os.urandom(SEALED)) for id_, _ in ids]
    fixed = ("[]", "[]", now, "WAITING", 0)
    outgoing = [(f"{id_}:invitation", "INVITATION", PLATFORM, f"chat{p}", id_, *fixed) for id_, p in ids]
    return {"invitation": invitation, "ballot": ballot, "outgoing": outgoing}


def _executemany(connection: Connection, table: str, rows: Rows) -> None:
    columns = COLUMNS[table]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.Placeholder() * len(columns)),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _copy(connection: Connection, table: str, rows: Rows) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table]))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _alone(postgres: Server, people: int) -> float:
    """The peak memory of a process that opens a round and does nothing else, in MiB."""
    url = postgres.fresh()
    crowd(url, people).close()
    peak = took("opening", url).peak
    postgres.drop(url)
    return peak


def _open(url: str) -> None:
    """As a child."""
    work, database = Work(), Database(url)
    with database.transaction() as session:
        opened(session)
    database.close()
    work.tell()


if __name__ == "__main__":
    _open(sys.argv[1])
