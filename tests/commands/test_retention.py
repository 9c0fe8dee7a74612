"""`klankbord retention`, as an admin meets it: what it shows, deletes and leaves."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from analysis.answers import Answer, Block, BlockState, Publication
from bot.app import system_now
from bot.store.database import Database

from .desk import DATABASE, Desk


def answers_and_figures(path: Path) -> list[int]:
    """How many there are."""
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("answer", "publication")]


def change(path: Path, statement: str) -> None:
    """Something in a database file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def released(desk: Desk, days_ago: int) -> None:
    """A released block with a score and a tip."""
    database = Database(desk.folder / DATABASE)
    day: date = system_now().date() - timedelta(days=days_ago)
    with database.transaction() as session:
        block = Block(cycle=1, department="ict", first_round=1, last_round=1, state=BlockState.RELEASED)
        session.add(block)
        session.flush()
        for question in ("received", "text"):
            session.add(Answer(key="k", question=question, value="4", department="ict", block=block.number))
        session.add(Publication(block=block.number, department="ict", measure="good", n=12, released_on=day))
    database.close()


def test_retention_shows_beforehand_and_then_deletes(office: Desk) -> None:
    """With --dry-run nothing goes; without it that goes, and nothing a second time. The next day is named."""
    released(office, 300)
    before = office.everything()
    shown = office.command("retention", "--dry-run")
    assert shown.code == 0
    assert office.everything() == before
    assert "This would be deleted now" in shown.out
    assert "published: 1. Next: nothing yet." in shown.out.splitlines()[2]
    told = json.loads(office.command("retention", "--dry-run", "--json").out)
    assert told["due"] == {"answers": 0, "texts": 1, "messages": 0, "deeds": 0}
    assert told["next"]["texts"] is None
    assert date.fromisoformat(told["next"]["answers"]) > system_now().date()
    for expected in (1, 0):
        done = json.loads(office.command("retention", "--json").out)
        assert done["deleted"] == {"answers": 0, "texts": expected, "messages": 0, "deeds": 0}
    assert answers_and_figures(office.folder / DATABASE) == [1, 1]


def test_what_retention_deletes_leaves_the_disk(office: Desk) -> None:
    """Also the log file of the database."""
    released(office, 900)
    folder = office.folder / "data"
    marker = os.urandom(12).hex()
    change(office.folder / DATABASE, f"UPDATE answer SET value = '{marker}' WHERE question = 'text'")
    assert any(marker.encode() in file.read_bytes() for file in folder.iterdir())
    assert office.command("retention", "--language", "nl").code == 0
    assert not any(marker.encode() in file.read_bytes() for file in folder.iterdir())
