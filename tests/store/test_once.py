"""What happens once and what only one may do, decided by either database."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.store import leases
from bot.store.database import Database
from bot.store.inbox import first_time

SECRET = b"of the inbox"
TODAY = date(2026, 9, 1)


@pytest.fixture
def database(where: Path | str) -> Iterator[Database]:
    """An empty one, on either engine."""
    made = Database(where)
    made.migrate()
    yield made
    made.close()


def test_a_delivery_is_new_once(database: Database) -> None:
    """In one transaction and in the next; another delivery is new, and the same one of another platform."""
    for new in ([True, False, True, True], [False, False, False, False]):
        with database.transaction() as session:
            events = [("slack", "1"), ("slack", "1"), ("slack", "2"), ("telegram", "1")]
            assert [first_time(session, SECRET, *event, TODAY) for event in events] == new


def test_what_was_undone_did_not_happen(database: Database) -> None:
    """A delivery whose transaction failed is new again."""
    with database.transaction() as session:
        assert first_time(session, SECRET, "slack", "1", TODAY)
        session.rollback()
    with database.transaction() as session:
        assert first_time(session, SECRET, "slack", "1", TODAY)


def test_a_role_has_one_holder(empty_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has it keeps it; another gets it when it was given up, or not kept for long enough."""
    database = Database(empty_postgres)
    database.migrate()
    with database.transaction() as session:
        assert [leases.take(session, "clock", holder) for holder in "aba"] == [True, False, True]
        assert leases.take(session, "send:slack", "b")
        leases.give_up(session, "a")
        assert [leases.take(session, "clock", holder) for holder in "ba"] == [True, False]
        monkeypatch.setattr(leases, "LEASE", timedelta(seconds=-1))
        assert leases.take(session, "clock", "b")
        assert leases.take(session, "clock", "a")
    database.close()
