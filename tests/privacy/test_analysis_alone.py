"""Analysis never looks at a person: SQLite itself refuses it every table that is not defined in `analysis/`.

An authorizer is asked about every table that a statement touches. In one test it watches a whole cycle of the real
flow and refuses what is asked for from within analysis; in the other, analysis has a connection to itself.
"""

import asyncio
import inspect
import pkgutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel, select

import analysis
from analysis import answers, counts, disclosure, elsewhere, exporting, rehearsal
from analysis.answers import Answer, BlockState, Record
from bot.core.timing import window
from bot.simulation.run import Simulation, prepared
from bot.store.database import Database
from bot.store.people import Person
from bot.store.tables import METADATA

from . import DEPARTMENT, QUESTION, SERVICE, VALUE, organisation

ORGANISATION = organisation(cohorts=2)
SURVEY = ORGANISATION.surveys[0]
MODULES = [import_module(f"analysis.{found.name}") for found in pkgutil.iter_modules(analysis.__path__)]
SCHEMA = {"sqlite_master", "sqlite_schema"}


def own(module: ModuleType, wanted: Callable[[object], bool]) -> Iterator[Any]:
    """What a module defines itself."""
    return (one for one in vars(module).values() if wanted(one) and one.__module__ == module.__name__)


def tables() -> set[str]:
    """The tables that are defined in analysis."""
    return {
        str(one.__tablename__)
        for module in MODULES
        for one in own(module, inspect.isclass)
        if issubclass(one, SQLModel) and "table" in one.model_config
    }


def with_a_session() -> set[str]:
    """The public functions of analysis that can reach a database."""
    return {
        f"{module.__name__}.{one.__name__}"
        for module in MODULES
        for one in own(module, inspect.isfunction)
        if not one.__name__.startswith("_") and "session" in inspect.signature(one).parameters
    }


# --- the authorizer ------------------------------------------------------------------------------------------------

TOUCHES = {sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
HARMLESS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}


@dataclass
class Guard:
    """Refuses everything but the tables of analysis, where `by` says who asks; None for somebody else."""

    by: Callable[[], str | None]
    allowed: set[str] = field(default_factory=lambda: tables() | SCHEMA)
    asked: set[str] = field(default_factory=set)  # functions that touched a table
    refused: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, action: int, table: str | None, *_: object) -> int:
        """What SQLite asks while it prepares a statement."""
        who = self.by()
        if who is None or action in HARMLESS:
            return sqlite3.SQLITE_OK
        self.asked.add(who)
        if action in TOUCHES and table in self.allowed:
            return sqlite3.SQLITE_OK
        self.refused.add((who, str(table)))
        return sqlite3.SQLITE_DENY


def caller() -> str | None:
    """The function of analysis that is at work; None where SQLAlchemy first writes what the flow changed before."""
    frame: FrameType | None = sys._getframe()
    found = None
    while frame is not None:
        module, name = str(frame.f_globals.get("__name__")), frame.f_code.co_name
        if found is None and module == "sqlalchemy.orm.session" and name == "_autoflush":
            return None
        if module.startswith("analysis."):
            found = f"{module}.{name}"
        frame = frame.f_back
    return found


@contextmanager
def watching(database: Database, guard: Guard) -> Iterator[None]:
    """Ask before every statement, also before one that was prepared earlier for somebody else."""

    def ask_again(_: object, cursor: sqlite3.Cursor, *__: object) -> None:
        cursor.connection.set_authorizer(guard)

    event.listen(database.engine, "before_cursor_execute", ask_again)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", ask_again)
        database.engine.dispose()  # its connections are guarded for ever


# --- a whole cycle -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, Guard]]:
    """Two rounds of the real flow, in the second of which nobody answers, with a watchful database."""
    simulation = prepared(ORGANISATION, 40, 5, tmp_path_factory.mktemp("alone") / "klankbord.sqlite3")
    guard = Guard(caller)

    async def rounds() -> None:
        await simulation.begin()
        for number in range(2):
            times = window(SURVEY.rhythm, number, ORGANISATION)
            await simulation.to(times.opens_at)
            if number == 0:
                await simulation.let_answer(late=False)
                await simulation.to(times.reminds_at)
                await simulation.let_answer(late=True)
            await simulation.to(times.closes_at)
            await simulation.told(times)

    with watching(simulation.database, guard):
        asyncio.run(rounds())
    yield simulation, guard
    simulation.database.close()


def test_in_a_whole_cycle_analysis_asks_for_no_table_but_its_own(cycle: tuple[Simulation, Guard]) -> None:
    """From opening to deleting, blocks were released and others deleted."""
    simulation, guard = cycle
    assert guard.refused == set()
    with simulation.database.transaction(reading=True) as session:
        states = set(session.exec(select(answers.Block.state)))
    assert states == {BlockState.RELEASED, BlockState.DELETED}
    used = {"settle", "publish", "publications", "released"}
    assert guard.asked >= {f"analysis.disclosure.{name}" for name in used}
    assert guard.asked >= {f"analysis.answers.{name}" for name in ("open_blocks", "write", "delete_waiting")}


# --- alone ---------------------------------------------------------------------------------------------------------

RECORDS = [
    record
    for number in range(12)
    for record in (
        Record(DEPARTMENT, {"received": (str(2 + number % 3),), "needed": ("4",)}),
        Record(DEPARTMENT, {"service": (SERVICE,), "theme": ("missed.speed" if number % 4 else "helped.speed",)}),
        Record(DEPARTMENT, {QUESTION: (VALUE if number % 3 else "other",)}),
        Record(DEPARTMENT, {"text": (f"tip {number}",)}),
    )
]


def test_analysis_works_alone(tmp_path: Path) -> None:
    """A cycle of its own, with a connection that refuses everything else from the beginning."""
    database = prepared(ORGANISATION, 0, 5, tmp_path / "klankbord.sqlite3").database
    department, extra = ORGANISATION.by_key[DEPARTMENT], SURVEY.extra[0]
    guard = Guard(lambda: caller() or "test")
    with watching(database, guard), database.transaction() as session:
        blocks = answers.open_blocks(session, 1, 1, [DEPARTMENT, "ict"])
        answers.deposit(session, blocks, RECORDS)
        block = blocks[DEPARTMENT]
        assert disclosure.settle(session, blocks, QUESTION, 10) == [block]
        number = block.number
        assert counts.people(session, [number])[number, "theme"] == 12
        assert list(counts.value_counts(session, [number]).query("question == 'service'").n) == [12]
        assert counts.pair_counts(session, [number], "theme", "service")[number]["missed.speed", SERVICE] == 9
        assert counts.counted(session, [number])[number].values["service"] == {SERVICE: 12}
        published = disclosure.publish(session, [(block, department)], extra, 10, date(2026, 9, 14))
        assert published
        assert disclosure.publications(session, block.number) == published
        assert len(exporting.table(session, {DEPARTMENT})) == 1 + len(published)
        assert disclosure.people_in(session, block)["received"] == 12
        assert list(disclosure.tips(session, block).values()) == disclosure.texts(session, block)
        assert len(disclosure.texts(session, block)) == 12
        assert disclosure.publish_comparisons(session, 1, None, date(2026, 10, 27)) == []
        assert disclosure.of_cycle(session, 1) == {DEPARTMENT: [published]}
        assert disclosure.response(session, 1) is None
        assert disclosure.released(session, 1) == disclosure.settled(session, 1) == {DEPARTMENT}
        assert answers.delete_waiting(session, 1) == ["ict"]
        given = [elsewhere.Round(1, tuple(RECORDS), 12, frozenset({DEPARTMENT}))]
        assert len(rehearsal.rehearse(session, given, ORGANISATION, SURVEY, 4).released) == 2
    assert guard.refused == set()
    assert guard.asked >= with_a_session()  # a new function that can reach a database is to be called here too
    database.close()


# --- the authorizer can refuse -------------------------------------------------------------------------------------


def test_the_tables_of_analysis_are_some_of_all(tmp_path: Path) -> None:
    """Found from its classes, and no table that knows people is among them."""
    assert {"answer", "block", "participation", "turnout", "publication"} <= tables() < set(METADATA.tables)
    assert not tables() & {"person", "account", "seat", "invitation", "ballot", "roundkey", "outgoing", "heard"}


STATEMENTS = (
    "SELECT * FROM {}",
    "SELECT count(*) FROM {}",
    "SELECT block FROM answer WHERE EXISTS (SELECT 1 FROM {})",
    "DELETE FROM {}",
    "INSERT INTO {} DEFAULT VALUES",
    "DROP TABLE {}",
    "ALTER TABLE {} ADD COLUMN more",
)


@pytest.mark.parametrize("table", sorted(set(METADATA.tables) - tables()))
def test_every_other_table_is_refused(empty: Database, table: str) -> None:
    """However it is asked for."""
    guard = Guard(lambda: "analysis")
    with watching(empty, guard):
        for statement in STATEMENTS:
            with pytest.raises(DatabaseError, match=r"prohibited|not authorized"), empty.transaction() as session:
                session.execute(text(statement.format(table)))
            assert guard.refused
            guard.refused.clear()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with nothing in it."""
    database = Database(tmp_path_factory.mktemp("empty") / "klankbord.sqlite3", durable=False)
    database.migrate()
    yield database
    database.close()


def test_a_function_of_analysis_is_known_by_its_module(empty: Database) -> None:
    """The same statement passes from here, and is refused from a module of analysis."""
    guard = Guard(caller)
    spy: dict[str, Any] = {"__name__": "analysis.spy"}
    exec("def spies(session, wanted): return session.exec(wanted).all()", spy)
    with watching(empty, guard), empty.transaction() as session:
        assert session.exec(select(Person)).all() == []
        assert spy["spies"](session, select(Answer)) == []
        with pytest.raises(DatabaseError, match="prohibited"):
            spy["spies"](session, select(Person))
    assert guard.refused == {("analysis.spy.spies", "person")}
