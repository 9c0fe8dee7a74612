"""A backup is one moment of the database, whoever writes meanwhile; it holds what it should and not a byte more."""

import asyncio
import sqlite3
import stat
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block, BlockState, Participation, Publication
from bot.simulation.run import Simulation
from bot.store import backup, chats
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.database import Database
from bot.store.early import Early
from bot.store.people import Account, Person
from bot.store.rounds import Invitation
from bot.store.tables import METADATA
from tests.flow.town import pass_round, round_of, rows, town

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


def silent(_total: int) -> backup.Progress:
    """Nobody looks at the progress."""
    return lambda _rows: None


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty one."""
    made = Database(tmp_path / "klankbord.sqlite3", durable=False)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes: a folder with nothing else in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder / "klankbord.backup"


def add_people(session: Session, first: int, how_many: int) -> None:
    """People and their accounts, in one transaction."""
    keys = [f"p{number:06}" for number in range(first, first + how_many)]
    blank = Person(key="", name="Colleague " * 10, language="nl", timezone="Europe/Amsterdam").model_dump()
    session.execute(insert(Person), [{**blank, "key": key} for key in keys])
    session.execute(insert(Account), [Account(platform="webchat", address=k, person=k).model_dump() for k in keys])


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """A round was told, some departments wait, and of the second round some have answered."""
    simulation = town(tmp_path_factory.mktemp("late") / "klankbord.sqlite3", people=280)

    async def walk() -> None:
        await simulation.begin()
        await pass_round(simulation, 0)
        await simulation.to(round_of(1).opens_at)
        await simulation.let_answer(late=False)
        await simulation.database.write(chats.new_link, "p-1")

    asyncio.run(walk())
    yield simulation
    simulation.database.close()


def test_a_backup_made_while_somebody_writes_is_one_moment(database: Database, file: Path) -> None:
    """People come with their accounts while it copies: it has as many of these as of those, and not all who came."""
    with database.transaction() as session:
        add_people(session, 0, 3000)
    begun, done = threading.Event(), threading.Event()

    def come() -> None:
        first = 3000
        while not done.is_set():
            with database.transaction() as session:
                add_people(session, first, 10)
            first += 10
            begun.set()

    def began(_total: int) -> backup.Progress:
        writer.start()

        def progress(_rows: int) -> None:
            begun.clear()
            assert begun.wait(10)  # at least one more transaction between every two lots

        return progress

    writer = threading.Thread(target=come)
    contents = backup.write(database, file, NOW, began)
    done.set()
    writer.join()
    with closing(sqlite3.connect(file)) as copy:
        found = [copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("person", "account")]
    assert found == [3000, 3000] == [contents.rows["person"], contents.rows["account"]]
    with database.transaction(reading=True) as session:
        assert len(session.exec(select(Person.key)).all()) > 3000


def test_no_byte_of_a_ballot_or_a_key_is_in_it(late: Simulation, file: Path) -> None:
    """Nor who was asked; they are all in the database itself."""
    sealed = [ballot.sealed for ballot in rows(late, SealedBallot)]
    begun = Early(id="vroegbegin", person="sim-0000", survey="x", closes_at=NOW, wrapped=bytes(range(100)), sealed=b"")
    with late.database.transaction() as session:
        session.add(begun)
    keys, asked = [key.wrapped for key in rows(late, RoundKey)], rows(late, Invitation)
    keys.append(begun.wrapped)
    backup.write(late.database, file, NOW, silent)
    content = file.read_bytes()
    disk = b"".join(path.read_bytes() for path in late.database.path.parent.iterdir())
    for secret in (*sealed, *keys):
        pieces = [secret[i : i + 32] for i in range(0, len(secret) - 32, 32)]
        assert any(piece in disk for piece in pieces)
        assert not any(piece in content for piece in pieces)
    assert len(sealed) > 10
    assert not any(invitation.id.encode() in content for invitation in asked)
    assert b"vroegbegin" not in content


def test_it_holds_all_else_row_by_row(late: Simulation, file: Path) -> None:
    """Every table, but those left out; of answers those of released blocks; of messages those about nobody."""
    contents = backup.write(late.database, file, NOW, silent)
    with late.database.transaction(reading=True) as session:
        released = select(Block.id).where(col(Block.state) == BlockState.RELEASED)
        waiting = select(Block.id).where(col(Block.state) == BlockState.WAITING)
        there = {
            "answer": len(session.exec(select(Answer).where(col(Answer.block).in_(released))).all()),
            "participation": len(
                session.exec(select(Participation).where(col(Participation.block).in_(released))).all()
            ),
        }
        assert session.exec(select(Answer).where(col(Answer.block).in_(waiting))).first() is not None
    with backup.opened(file) as found:
        assert found.contents == contents
        copied = Database(file.parent.parent / "again.sqlite3", durable=False)
        copied.migrate()
        with copied.transaction() as session:
            found.put_back(session, lambda _rows: None)
    with copied.engine.connect() as copy, late.database.engine.connect() as original:
        for table in METADATA.sorted_tables:
            mine, theirs = (list(one.execute(rows_of(table))) for one in (copy, original))
            if table.name in backup.LEFT_OUT:
                assert mine == []
            elif table.name in there:
                assert len(mine) == there[table.name] > 0
            elif "invitation" in table.c:
                assert mine == [row for row in theirs if row.invitation is None]
            else:
                assert mine == theirs
    copied.close()
    assert contents.rows["publication"] == len(rows(late, Publication)) > 0


def test_what_is_left_out_exists() -> None:
    """Each name is one of a table."""
    assert set(backup.LEFT_OUT) <= set(METADATA.tables)


def test_it_is_its_owners_alone_and_one_file(database: Database, file: Path) -> None:
    """Nothing is left beside it."""
    backup.write(database, file, NOW, silent)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("what", ["stops", "was made meanwhile"])
def test_half_a_backup_is_none(database: Database, file: Path, what: str) -> None:
    """One that stops half-way leaves nothing; one under whose name a file appears meanwhile leaves that alone."""
    with database.transaction() as session:
        add_people(session, 0, 10)

    def began(_total: int) -> backup.Progress:
        def progress(_rows: int) -> None:
            if what == "stops":
                raise KeyboardInterrupt
            file.write_text("theirs")

        return progress

    with pytest.raises(KeyboardInterrupt if what == "stops" else FileExistsError):
        backup.write(database, file, NOW, began)
    assert [path.read_text() for path in file.parent.iterdir()] == ([] if what == "stops" else ["theirs"])


def test_memory_does_not_grow_with_the_rows(database: Database, file: Path) -> None:
    """Five times as many people take at most a third more."""
    peaks = []
    for first, how_many in ((0, 2000), (2000, 8000)):
        with database.transaction() as session:
            add_people(session, first, how_many)
        tracemalloc.start()
        backup.write(database, file.with_name(f"{first}"), NOW, silent)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= 4 / 3 * peaks[0]
