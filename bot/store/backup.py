"""A copy of the database in one SQLite file of its own, made while the bot runs; and the way back.

A backup holds nothing of a round under way or to come, and nothing that waits to be released: a restore could only
throw it away (bot/flow/restoring.py), and a copy that lies somewhere for years should not know who was asked or what
few people said. It holds no personal links either: one that was revoked since would open somebody's chat again.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.util.exc import CommandError
from sqlalchemy import Column, Connection, MetaData, Select, String, Table, func, insert, select
from sqlmodel import Session

from analysis.answers import Block, BlockState
from bot.store.columns import Moment
from bot.store.database import Database
from bot.store.tables import METADATA

Progress = Callable[[int], None]

_OF_ROUNDS = ("ballot", "roundkey", "invitation", "early")
_OF_NOW = ("chatlink", "chatsession", "joinlink", "signinlink", "adminsession", "lease", "pause", "hold")
LEFT_OUT = (*_OF_ROUNDS, *_OF_NOW)  # whole tables
_OF_BLOCKS = ("answer", "participation")  # only of released blocks
_CHUNK = 1000  # rows in memory at a time

_MARK = Table(  # in a backup only: that it is one, of when, and made by which version
    "backup", MetaData(), Column("taken_at", Moment, nullable=False), Column("version", String, nullable=False)
)


class NotABackup(Exception):
    """A file that `write` did not make."""


class Damaged(Exception):
    """A file that SQLite cannot read to its end."""


class NewerBackup(Exception):
    """A backup of tables that this version of the program does not know. Its argument is the version that made it."""


@dataclass(frozen=True)
class Contents:
    """What is in a backup: how many rows of each table, as they were at one moment."""

    taken_at: datetime
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def _kept_tables() -> list[Table]:
    """Those that a backup holds, each after those that it refers to."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def _kept(table: Table) -> Select[tuple[object, ...]]:
    """The rows that a backup holds of a table."""
    rows = select(table)
    if table.name in _OF_BLOCKS:
        blocks = METADATA.tables[str(Block.__tablename__)]
        return rows.where(table.c.block.in_(select(blocks.c.id).where(blocks.c.state == BlockState.RELEASED)))
    if "invitation" in table.c:  # messages about it
        return rows.where(table.c.invitation.is_(None))
    return rows


# --- out -------------------------------------------------------------------------------------------------------------


def write(database: Database, file: Path, now: datetime, began: Callable[[int], Progress]) -> Contents:
    """Copy the database, as it is at one moment, to a new file that only its owner can read.

    `began` hears how many rows there are, and gives what is to hear of each lot that was copied. Raises OSError or
    SQLAlchemy's OperationalError where the file cannot be written, and FileExistsError rather than overwrite one;
    until all of it is on the disk there is nothing under that name.
    """
    with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
        made = Path(folder) / file.name
        made.touch(mode=0o600)
        with _snapshot(database) as connection:
            found = Contents(now, {table.name: _how_many(connection, table) for table in _kept_tables()})
            _fill(connection, made, found, began(found.total))
        _onto_disk(made)
        if file.exists():
            raise FileExistsError(file)
        made.replace(file)
    _onto_disk(file.parent)
    return found


def _fill(source: Connection, file: Path, contents: Contents, progress: Progress) -> None:
    copy = Database(file)
    try:
        copy.migrate()
        with copy.transaction() as session:
            target = session.connection()
            _copy(source, target, progress)
            _MARK.create(target)
            target.execute(insert(_MARK).values(taken_at=contents.taken_at, version=version("klankbord")))
    finally:
        copy.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, that needs no other beside it


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment, whatever others write meanwhile."""
    with database.engine.connect() as connection:
        yield database.kind.reading(connection)


def _how_many(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(_kept(table).subquery())).scalar_one())


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    for table in _kept_tables():
        found = source.execute(_kept(table), execution_options={"yield_per": _CHUNK})
        for rows in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])
            progress(len(rows))


def _onto_disk(path: Path) -> None:
    """What was written to a file, or which names are in a folder. Windows opens no folders, and needs it less."""
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- and back --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """A backup, in the tables of this version of the program."""

    contents: Contents
    _copy: Database

    def put_back(self, session: Session, progress: Progress) -> None:
        """Into an empty database."""
        with _snapshot(self._copy) as source:
            _copy(source, session.connection(), progress)
        number_on(session)


@contextmanager
def opened(file: Path) -> Iterator[Opened]:
    """A backup to put back; the file itself is not changed.

    Raises OSError, NotABackup, Damaged or NewerBackup.
    """
    with TemporaryDirectory(prefix="klankbord-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        copy.touch(mode=0o600)
        shutil.copyfile(file, copy)
        made_by = _inspected(copy)
        database = Database(copy)
        try:
            try:
                database.migrate()
            except CommandError as error:
                raise NewerBackup(made_by) from error
            with _snapshot(database) as connection:
                taken_at = connection.execute(select(_MARK.c.taken_at)).scalar_one()
                contents = Contents(taken_at, {table.name: _how_many(connection, table) for table in _kept_tables()})
            yield Opened(contents, database)
        finally:
            database.close()


def _inspected(file: Path) -> str:
    """Which version made it."""
    with file.open("rb") as begin:
        if begin.read(16) != b"SQLite format 3\0":
            raise NotABackup
    with closing(sqlite3.connect(file)) as connection:
        try:
            if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                raise Damaged
            marks = connection.execute("SELECT name FROM sqlite_master WHERE name = ?", (_MARK.name,)).fetchall()
            made_by = connection.execute("SELECT version FROM backup").fetchall() if marks else []
        except sqlite3.DatabaseError as error:
            raise Damaged from error
    if len(made_by) != 1:
        raise NotABackup
    return str(made_by[0][0])


def is_empty(session: Session) -> bool:
    """Whether nothing that a backup holds is in the database."""
    return all(session.execute(select(table).limit(1)).first() is None for table in _kept_tables())


def number_on(session: Session) -> None:
    """Have PostgreSQL number new rows after those that brought their numbers along; SQLite does so by itself."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        number = table.autoincrement_column
        highest = connection.execute(select(func.max(number))).scalar_one() if number is not None else None
        if number is not None and highest is not None:
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            connection.execute(select(func.setval(sequence, highest)))
