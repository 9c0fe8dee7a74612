"""Migrations forward and back on a real file, and whether they lead to the tables that the classes describe."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from bot.core.timing import window
from bot.simulation.run import prepared
from bot.store import schema
from bot.store.database import Database, alembic_config
from bot.store.tables import METADATA
from config import EXAMPLE
from config.load import read

ORGANISATION = read(EXAMPLE)
BOOKKEEPING = "alembic_version"  # alembic's own table, which stays
POSTGRESQL_ALONE = {"0007"}  # revisions that change nothing on SQLite


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty file."""
    database = Database(tmp_path / "klankbord.sqlite3", durable=False)
    yield database
    database.close()


def up(database: Database, revision: str = "head") -> None:
    """Migrate forward."""
    with database.engine.connect() as connection:
        command.upgrade(alembic_config(connection), revision)
        connection.commit()


def down(database: Database, revision: str = "base") -> None:
    """Migrate back."""
    with database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), revision)
        connection.commit()


def ours(path: Path) -> set[str]:
    """The tables, indexes and triggers in a file, but for those of SQLite and alembic."""
    with closing(sqlite3.connect(path)) as connection:
        found = {str(name) for (name,) in connection.execute("SELECT tbl_name FROM sqlite_master")}
    return {name for name in found if name != BOOKKEEPING and not name.startswith("sqlite_")}


def drawn(path: Path) -> dict[str, dict[str, list[object]]]:
    """Of each table what SQLite itself says of it: columns, keys, indexes, and whether rows have a number.

    A column's default is left out: a migration gives one to the rows that were there before the column.
    """
    tables: dict[str, dict[str, list[object]]] = {}
    with closing(sqlite3.connect(path)) as connection:
        for table in ours(path):
            about = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY name'
            keys = 'SELECT "from", "table", "to", on_delete, on_update FROM pragma_foreign_key_list(?) ORDER BY 1, 2'
            indexes = (
                'SELECT i."unique", i.origin, (SELECT group_concat(name) FROM pragma_index_info(i.name)) AS columns '
                "FROM pragma_index_list(?) AS i ORDER BY columns, i.origin"
            )
            made = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
            tables[table] = {
                "columns": connection.execute(about, (table,)).fetchall(),
                "keys": connection.execute(keys, (table,)).fetchall(),
                "indexes": connection.execute(indexes, (table,)).fetchall(),
                "without rowid": ["WITHOUT ROWID" in made.fetchone()[0]],
            }
    return tables


def test_up_leads_to_what_the_classes_describe(database: Database) -> None:
    """Alembic, asked what a next migration should do, has nothing to do."""
    up(database)
    with database.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    assert differences == []
    assert ours(database.path) == set(METADATA.tables)


def test_what_alembic_does_not_compare_is_the_same_too(database: Database, tmp_path: Path) -> None:
    """Cascades, the order of keys, and that answers have no row number which would tell their order."""
    up(database)
    fresh = tmp_path / "fresh.sqlite3"
    engine = create_engine(f"sqlite:///{fresh}", poolclass=NullPool)
    METADATA.create_all(engine)
    engine.dispose()
    assert drawn(database.path) == drawn(fresh)
    assert drawn(fresh)["answer"]["without rowid"] == [True]


def test_down_leaves_nothing_and_up_again_is_the_same(database: Database) -> None:
    """The way back exists, to the end, and leads forward again."""
    up(database)
    before = drawn(database.path)
    down(database)
    assert ours(database.path) == set()
    up(database)
    assert drawn(database.path) == before


def test_every_step_goes_back_and_forth(database: Database) -> None:
    """One revision at a time, in the order in which they were written; there is one newest."""
    with database.engine.connect() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
    assert len(scripts.get_heads()) == 1
    for script in reversed(list(scripts.walk_revisions())):
        before = drawn(database.path)
        up(database, script.revision)
        after = drawn(database.path)
        assert (after == before) is (script.revision in POSTGRESQL_ALONE), script.revision
        down(database, script.down_revision if isinstance(script.down_revision, str) else "base")
        assert drawn(database.path) == before, script.revision
        up(database, script.revision)
        assert drawn(database.path) == after, script.revision


def test_on_postgresql_they_lead_to_the_same_tables_and_back(empty_postgres: str) -> None:
    """Alembic has nothing to do after them; nothing is left on the way back; and forward again it is the same."""
    database = Database(empty_postgres)
    for _ in range(2):
        up(database)
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, METADATA) == []
            connection.rollback()
        down(database)
        with database.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {BOOKKEEPING}
    database.close()


def test_two_replicas_that_start_together_migrate_once(empty_postgres: str) -> None:
    """The second waits, and finds it done."""
    replicas = [Database(empty_postgres) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(Database.migrate, replicas))
    for replica in replicas:
        with replica.transaction(reading=True) as session:
            assert schema.is_current(session)
        replica.close()


def test_postgresql_is_told_how_to_store_ballots(empty_postgres: str) -> None:
    """Uncompressed, and soon cleared away; without that an administrator would have to. Back, nothing is left of it."""
    database = Database(empty_postgres)
    up(database)
    assert stored(database) == {
        "ballot": ["autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=10", "fillfactor=50"],
        "its pieces": ["autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=50"],
        "roundkey": ["autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=0"],
        "sealed": ["e"],
    }
    down(database, "0006")
    assert stored(database) == {"ballot": [], "its pieces": [], "roundkey": [], "sealed": ["x"]}
    database.close()


def stored(database: Database) -> dict[str, list[str]]:
    """PostgreSQL's own record of the settings of tables, and of the storage of a column."""
    asked = {
        "ballot": "SELECT unnest(reloptions) FROM pg_class WHERE relname = 'ballot' ORDER BY 1",
        "its pieces": "SELECT unnest(t.reloptions) FROM pg_class AS t JOIN pg_class AS c ON t.oid = c.reltoastrelid "
        "WHERE c.relname = 'ballot' ORDER BY 1",
        "roundkey": "SELECT unnest(reloptions) FROM pg_class WHERE relname = 'roundkey' ORDER BY 1",
        "sealed": "SELECT attstorage FROM pg_attribute WHERE attrelid = 'ballot'::regclass AND attname = 'sealed'",
    }
    with database.engine.connect() as connection:
        return {what: list(connection.exec_driver_sql(how).scalars()) for what, how in asked.items()}


def test_migrating_what_is_up_to_date_changes_nothing(database: Database) -> None:
    """Every start of the program migrates."""
    database.migrate()
    before = drawn(database.path)
    database.migrate()
    assert drawn(database.path) == before


def test_a_database_in_use_goes_back_too(tmp_path: Path) -> None:
    """Its rows refer to each other, so the tables have to go in the right order; a step back keeps the rows."""
    simulation = prepared(ORGANISATION, 80, 5, tmp_path / "klankbord.sqlite3")

    async def ask_and_count() -> None:
        await simulation.begin()
        times = window(ORGANISATION.surveys[0].rhythm, 0, ORGANISATION)
        await simulation.to(times.opens_at)
        await simulation.let_answer(late=False)
        await simulation.to(times.closes_at)

    asyncio.run(ask_and_count())
    before = counted(simulation.database.path)
    down(simulation.database, "-1")
    kept = counted(simulation.database.path)
    up(simulation.database)
    after = counted(simulation.database.path)
    assert {table: rows for table, rows in after.items() if table in kept} == {table: before[table] for table in kept}
    assert after.keys() == before.keys()
    down(simulation.database)
    assert ours(simulation.database.path) == set()
    simulation.database.close()


def counted(path: Path) -> dict[str, int]:
    """How many rows each table has; the round of this test fills all that matter here."""
    with closing(sqlite3.connect(path)) as connection:
        found = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ours(path)}
    assert all(found[table] for table in ("person", "account", "seat", "cycle", "round", "invitation", "answer"))
    return found
