"""Whoever takes a department away is told first what it promised: on the page, and by `klankbord apply`."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.flow.promises import abandoned
from bot.store import editions
from bot.store.database import Database
from bot.store.promises import Promise, PromiseState, Stance
from tests.commands.desk import DATABASE, Desk

from .site import Site, site

TOLD = "ICT: beloftes die nog lopen: 2."


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town."""
    with site(tmp_path) as made:
        promised(made.database)
        yield made


def promised(database: Database) -> None:
    """Two open promises of ICT, and one of each other kind."""
    with database.transaction() as session:
        for number, state in enumerate((PromiseState.OPEN, *PromiseState)):
            session.add(
                Promise(
                    id=f"p{number}", department="ict", theme="speed", stance=Stance.TAKE, words="Sneller.",
                    owner="lead", due=date(2026, 12, 1), state=state, made_on=date(2026, 9, 1),
                )
            )  # fmt: skip


def test_the_page_says_what_was_promised(there: Site) -> None:
    """Before anything is written; and nothing of it where another department goes."""
    admin = there.visitor()
    assert TOLD in admin.post("/departments/ict/remove").text
    assert "beloftes die nog lopen" not in admin.post("/departments/hr/remove").text


def test_the_command_says_what_was_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file is gone; the edition is written by who says yes."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    assert desk.command("init", "town").code == 0
    assert desk.command("apply", "town", "--yes").code == 0
    database = Database(tmp_path / DATABASE)
    promised(database)
    database.close()
    (tmp_path / "town" / "departments" / "ict.toml").unlink()
    done = desk.command("apply", "town", "--yes", KLANKBORD_LANGUAGE="nl")
    assert (done.code, TOLD in done.out) == (0, True)


def test_only_who_goes_is_told_of(there: Site) -> None:
    """A change of anything else abandons no promise."""
    with there.database.transaction(reading=True) as session:
        now = editions.latest(session).organisation
        assert abandoned(session, now, "nl") == []
        assert abandoned(session, now.changed(name="gemeente Elders"), "nl") == []
