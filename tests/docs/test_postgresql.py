"""The page about PostgreSQL: its SQL runs as it stands, and its two roles may what it says and nothing more."""

import os
import re
from collections.abc import Iterator
from inspect import isclass
from pathlib import Path
from types import ModuleType
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from bot.store.tables import ANSWERS, METADATA, PEOPLE
from tests.postgres import SUPERUSER, Server, server

PAGE = Path(__file__).parents[2] / "docs" / "postgresql.md"
SCRIPT = re.compile(r"```sql\n-- psql --username=(\w+) --dbname=(\w+)\n(.*?)```", re.DOTALL)
SCRIPTS = SCRIPT.findall(PAGE.read_text("utf-8"))
APP, ANALYSIS, DATABASE = "klankbord_app", "klankbord_analysis", "klankbord"
TABLES, GRANTS, CLEARING = 2, 3, 4  # how many scripts are before: the tables, the end of the grants, of all

Connection = psycopg.Connection[tuple[object, ...]]


def tables(modules: tuple[ModuleType, ...]) -> list[str]:
    """The tables that these modules define."""
    return sorted(
        str(one.__tablename__)
        for module in modules
        for one in vars(module).values()
        if isclass(one)
        and issubclass(one, SQLModel)
        and one.__module__ == module.__name__
        and hasattr(one, "__table__")
    )


def play(postgres: Server, script: tuple[str, str, str]) -> None:
    """One script, statement by statement, as the user and in the database that its first line names."""
    user, database, statements = script
    with postgres.connect(database, SUPERUSER if user == "postgres" else user) as connection:
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A server of its own, as the page leaves it: roles are shared by all databases of a server."""
    with server() as started:
        for script in SCRIPTS[:TABLES]:
            play(started, script)
        engine = create_engine(started.url(DATABASE, APP))
        METADATA.create_all(engine)
        engine.dispose()
        for script in SCRIPTS[TABLES:GRANTS]:
            play(started, script)
        yield started


@pytest.fixture
def analyst(postgres: Server) -> Iterator[Connection]:
    """Somebody with the reading role who has lifted the limit that they can lift themselves."""
    with postgres.connect(DATABASE, ANALYSIS) as connection:
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def refused(connection: Connection, statement: LiteralString, *names: str) -> bool:
    """Whether PostgreSQL refuses this for want of a privilege; any other error is one."""
    try:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except InsufficientPrivilege:
        return True
    return False


def test_every_script_of_the_page_is_played() -> None:
    """None lacks the line that says who runs it, and where."""
    assert PAGE.read_text("utf-8").count("```sql") == len(SCRIPTS) == CLEARING
    assert [script[0] for script in SCRIPTS] == ["postgres", "postgres", APP, APP]


def test_there_are_tables_on_both_sides() -> None:
    """Every table of the program is on one of them."""
    assert sorted(tables(ANSWERS) + tables(PEOPLE)) == sorted(METADATA.tables)
    anonymous = {"answer", "block", "participation", "turnout", "publication"}
    assert set(tables(ANSWERS)) == anonymous | {"estimate", "remark"}  # and what leads say of a block


@pytest.mark.parametrize("table", tables(ANSWERS))
def test_analysis_reads_the_answers(analyst: Connection, table: str) -> None:
    """Every column that the program knows, also when a row is asked for whole."""
    names = [column.name for column in METADATA.tables[table].columns]
    asked = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table))
    assert analyst.execute(asked).fetchall() == []
    assert not refused(analyst, "SELECT * FROM {}", table)


@pytest.mark.parametrize("table", tables(PEOPLE))
def test_analysis_reads_no_table_of_people(analyst: Connection, table: str) -> None:
    """Not a row, not a column, not how many."""
    assert refused(analyst, "SELECT * FROM {}", table)
    assert refused(analyst, "SELECT count(*) FROM {}", table)
    assert refused(analyst, "COPY {} TO STDOUT", table)
    for column in METADATA.tables[table].columns:
        assert refused(analyst, "SELECT {} FROM {}", column.name, table), column.name


@pytest.mark.parametrize("table", sorted(METADATA.tables))
def test_analysis_writes_nothing(analyst: Connection, table: str) -> None:
    """Its privileges are what refuses, not the read-only transaction that anybody can leave."""
    column = next(iter(METADATA.tables[table].columns)).name
    for statement in ("DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES", "DROP TABLE {}"):
        assert refused(analyst, statement, table), statement
    assert refused(analyst, "UPDATE {} SET {} = NULL", table, column)


def test_analysis_makes_nothing(analyst: Connection) -> None:
    """No table in the database and none that is gone with the connection."""
    for statement in ("CREATE TABLE own (n int)", "CREATE TEMPORARY TABLE own (n int)", "CREATE SCHEMA own"):
        assert refused(analyst, statement), statement
    assert refused(analyst, "SET ROLE klankbord_app")


def test_analysis_begins_with_a_read_only_transaction_that_does_not_last(postgres: Server) -> None:
    """So that a slip is told as such, and an open transaction does not keep deleted ballots."""
    with postgres.connect(DATABASE, ANALYSIS) as connection:
        names = ("default_transaction_read_only", "statement_timeout", "idle_in_transaction_session_timeout")
        found = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
    assert found == [("on",), ("5min",), ("1min",)]


def test_analysis_does_not_see_what_was_counted_together(analyst: Connection) -> None:
    """PostgreSQL's own hidden columns of an answer would tell the round."""
    for column in ("xmin", "ctid", "cmin", "tableoid"):
        assert refused(analyst, "SELECT {} FROM answer", column), column


def test_a_table_of_a_later_version_is_closed(postgres: Server, analyst: Connection) -> None:
    """Nothing is opened by default; and so is a new column of an answer."""
    with postgres.connect(DATABASE, APP) as app:
        app.execute("CREATE TABLE later (said text)")
        app.execute("ALTER TABLE answer ADD COLUMN later text")
        assert refused(analyst, "SELECT * FROM later")
        assert refused(analyst, "INSERT INTO later VALUES ('x')")
        assert refused(analyst, "SELECT later FROM answer")
        assert not refused(analyst, "SELECT value FROM answer")
        app.execute("DROP TABLE later")
        app.execute("ALTER TABLE answer DROP COLUMN later")


def test_nobody_else_comes_in(postgres: Server) -> None:
    """A role of another application on the same server cannot even connect; these two cannot make databases."""
    with postgres.connect() as superuser:
        superuser.execute("CREATE ROLE another_application LOGIN")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        postgres.connect(DATABASE, "another_application")
    for role in (APP, ANALYSIS):
        with postgres.connect(DATABASE, role) as connection:
            connection.execute("SET default_transaction_read_only = off")
            assert refused(connection, "CREATE DATABASE another")
            assert refused(connection, "CREATE ROLE another")


def test_the_database_orders_by_byte(postgres: Server) -> None:
    """As SQLite does."""
    with postgres.connect(DATABASE, APP) as app:
        rows = app.execute("SELECT * FROM (VALUES ('é'), ('a'), ('Z')) AS said (word) ORDER BY word").fetchall()
    assert rows == [("Z",), ("a",), ("é",)]


# --- what is cleared away ------------------------------------------------------------------------------------------


def on_disk(postgres: Server) -> bytes:
    """Everything in the files of all tables."""
    with postgres.connect() as superuser:
        superuser.execute("CHECKPOINT")
    return b"".join(path.read_bytes() for path in (postgres.data / "base").rglob("*") if path.is_file())


def found(sealed: bytes, disk: bytes) -> bool:
    """Whether any piece of it is there: PostgreSQL cuts an envelope in pieces of about 2,000 bytes."""
    return any(sealed[start : start + 64] in disk for start in range(0, len(sealed) - 63, 64))


def test_the_last_script_wipes_what_was_deleted_also_beside_open_ballots(postgres: Server) -> None:
    """Of the counted round nothing is left in the files of the tables, of the open one everything."""
    counted, still_open = ({f"{name}{i}": os.urandom(8220) for i in range(20)} for name in ("counted", "open"))
    keys = [os.urandom(140) for _ in range(2)]
    early = {name: os.urandom(8220) for name in ("taken up", "waiting")}
    with postgres.connect(DATABASE, APP) as app:
        app.execute("ALTER TABLE ballot DROP CONSTRAINT ballot_invitation_fkey")  # people are no part of this
        app.execute("ALTER TABLE roundkey DROP CONSTRAINT roundkey_round_fkey")
        app.execute("ALTER TABLE early DROP CONSTRAINT early_person_fkey")
        for invitation, sealed in {**counted, **still_open}.items():
            app.execute("INSERT INTO ballot (invitation, sealed) VALUES (%s, %s)", [invitation, sealed])
        for number, wrapped in enumerate(keys):
            app.execute("INSERT INTO roundkey (round, wrapped) VALUES (%s, %s)", [number, wrapped])
        for name, sealed in early.items():
            app.execute("INSERT INTO early VALUES (%s, %s, 's', now(), %s, %s)", [name, name, sealed[:140], sealed])
        before = on_disk(postgres)
        app.execute("DELETE FROM early WHERE id = 'taken up'")
        app.execute("DELETE FROM ballot WHERE invitation LIKE 'counted%'")
        app.execute("DELETE FROM roundkey WHERE round = 0")
    play(postgres, SCRIPTS[-1])
    after = on_disk(postgres)
    assert all(found(one, before) for one in (*counted.values(), *still_open.values(), *keys, *early.values()))
    assert not any(found(one, after) for one in (*counted.values(), keys[0], early["taken up"]))
    assert all(found(one, after) for one in (*still_open.values(), keys[1], early["waiting"]))
