"""What happens once, decided by either database."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

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
