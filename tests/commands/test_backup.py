"""`klankbord backup` and `restore`, as an admin meets them: what they print, refuse and leave behind."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.command import downgrade

from bot.commands import backup as command
from bot.store.database import Database, alembic_config
from config.texts import say

from .desk import DATABASE, Desk

BACKUP = "today.backup"
PEOPLE = "key,name,platform,address\np1,Ada,webchat,p1\np2,Bo,webchat,p2\n"


def tables(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(path)) as connection:
        names = [str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def change(path: Path, statement: str) -> None:
    """Something in a database file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.fixture
def town(office: Desk) -> Desk:
    """Two people with their links."""
    (office.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    for line in ("people import people.csv --yes", "people links --out links.csv"):
        assert office.command(*line.split()).code == 0
    return office


@pytest.fixture
def saved(town: Desk) -> Desk:
    """The same with a backup, and the database put aside."""
    assert town.command("backup", BACKUP).code == 0
    shutil.move(town.folder / "data", town.folder / "aside")
    return town


# --- backup ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_backup_says_what_it_holds_and_what_not(town: Desk, language: str) -> None:
    """Each thing that is left out has a line; the file is its owner's alone; nothing but the file was made."""
    before = town.everything()
    done = town.command("backup", BACKUP, "--language", language)
    assert done.code == 0
    assert [say(f"backup.{note}", language) for note in command.NOTES] == done.out.splitlines()[1:]
    assert str(town.folder / BACKUP) in done.out.splitlines()[0]
    assert stat.S_IMODE((town.folder / BACKUP).stat().st_mode) == 0o600
    assert set(town.everything()) - set(before) == {BACKUP}


def test_a_backup_for_a_program(town: Desk) -> None:
    """One JSON object on standard output, with the rows of each table; no link is among them."""
    done = town.command("backup", BACKUP, "--json")
    told = json.loads(done.out)
    assert told["file"] == str(town.folder / BACKUP)
    assert told["rows"]["person"] == told["rows"]["account"] == 2
    assert {"ballot", "roundkey", "chatlink"} <= set(told["left_out"])
    assert tables(town.folder / BACKUP)["chatlink"] == 0 < tables(town.folder / DATABASE)["chatlink"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("links.csv", "nothing is overwritten"),
        ("town", "nothing is overwritten"),
        ("nowhere/today.backup", "does not exist"),
        ("links.csv/today.backup", "does not exist"),
    ],
)
def test_a_backup_that_cannot_be_is_refused(town: Desk, file: str, said: str) -> None:
    """Exit code 2, what is wrong and what to do; nothing changes."""
    before = town.everything()
    done = town.command("backup", file)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert town.everything() == before


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a folder in which nobody can write is needed")
def test_a_backup_where_nothing_can_be_written_is_refused(town: Desk) -> None:
    """Such as in a folder of the system."""
    done = town.command("backup", "/proc/today.backup")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err


def test_without_a_database_there_is_nothing_to_copy(desk: Desk) -> None:
    """It is not made for the occasion."""
    assert desk.command("backup", BACKUP).code == 2
    assert desk.everything() == {}


# --- restore ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_restore_brings_back_what_was_saved(saved: Desk, language: str) -> None:
    """Every row, but for what stands for the time in between; it says what is left to do."""
    done = saved.command("restore", BACKUP, "--language", language)
    assert (done.code, done.err) == (0, "")
    for what in ("people", "wishes", "links", "figures"):
        assert say(f"restore.lost_{what}", language) in done.out
    old, new = tables(saved.folder / "aside/klankbord.sqlite3"), tables(saved.folder / DATABASE)
    differ = {name for name in old if old[name] != new[name]}
    assert differ <= {"chatlink", "missed", "cycle", "block"}
    assert saved.command("status").code == 0
    assert saved.command("people", "links", "--out", "new.csv").code == 0
    assert stat.S_IMODE((saved.folder / DATABASE).stat().st_mode) == 0o600


def test_a_restore_of_an_older_version(saved: Desk) -> None:
    """A file from before the last migration comes back in the tables of today, and is itself not changed."""
    older = Database(saved.folder / BACKUP)
    with older.kind.migrating() as migrating:
        downgrade(alembic_config(migrating), "0003")
    older.close()
    with closing(sqlite3.connect(saved.folder / BACKUP)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = (saved.folder / BACKUP).read_bytes()
    assert saved.command("restore", BACKUP).code == 0
    assert (saved.folder / BACKUP).read_bytes() == before
    assert tables(saved.folder / DATABASE)["person"] == 2


def missing(path: Path) -> None:
    """No file."""
    path.unlink()


def text(path: Path) -> None:
    """Anything."""
    path.write_text("key,name\n")


def cut_off(path: Path) -> None:
    """Half of it."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_copy(path: Path) -> None:
    """The database itself."""
    shutil.copy(path.parent / "aside/klankbord.sqlite3", path)


def another_program(path: Path) -> None:
    """A SQLite file of something else."""
    path.unlink()
    change(path, "CREATE TABLE backup (version)")


def newer(path: Path) -> None:
    """Of tables that nobody knows yet."""
    change(path, "UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (missing, "cannot be read (No such file or directory)"),
        (text, "is not a backup of Klankbord"),
        (cut_off, "is damaged"),
        (a_copy, "is not a backup of Klankbord"),
        (another_program, "is not a backup of Klankbord"),
        (newer, "made by a newer version of Klankbord"),
    ],
)
def test_what_is_not_a_good_backup_is_refused(saved: Desk, spoil: Callable[[Path], None], said: str) -> None:
    """Exit code 2, what is wrong and what to do; no database is made."""
    spoil(saved.folder / BACKUP)
    before = {path: path.read_bytes() for path in saved.folder.rglob("*") if path.is_file()}
    done = saved.command("restore", BACKUP)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert {path: path.read_bytes() for path in saved.folder.rglob("*") if path.is_file()} == before


def test_a_restore_overwrites_nothing(saved: Desk) -> None:
    """Into a database in which there is anything it is refused; a second time too."""
    assert saved.command("restore", BACKUP).code == 0
    before = saved.everything()
    done = saved.command("restore", BACKUP)
    assert (done.code, done.out) == (2, "")
    assert "overwrites nothing" in done.err
    assert "KLANKBORD_DATA" in done.err
    assert saved.everything() == before


def test_a_restore_that_fails_changes_nothing(saved: Desk) -> None:
    """An account that is there twice stops it: the database stays empty, and a good backup can still be put in."""
    bad = saved.folder / "bad.backup"
    shutil.copy(saved.folder / BACKUP, bad)
    change(bad, "CREATE TABLE twice AS SELECT * FROM account")
    change(bad, "DROP TABLE account")
    change(bad, "CREATE TABLE account AS SELECT * FROM twice UNION ALL SELECT * FROM twice")
    done = saved.command("restore", "bad.backup")
    assert (done.code, done.out) == (2, "")
    assert "did not finish" in done.err
    assert tables(saved.folder / DATABASE)["person"] == 0
    assert saved.command("restore", BACKUP).code == 0
