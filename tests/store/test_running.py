"""One `run` for each database file, and a file that only its owner may read."""

import stat
from pathlib import Path

import pytest

from bot.commands.ready import database_or_exit
from bot.store.running import AlreadyRunning, alone
from config.settings import Settings


def test_a_second_one_is_refused_and_the_next_is_not(tmp_path: Path) -> None:
    """While one runs another does not; afterwards nothing is left in the way."""
    database = tmp_path / "klankbord.sqlite3"
    with alone(database):
        with pytest.raises(AlreadyRunning), alone(database):
            pass
        with alone(tmp_path / "other.sqlite3"):
            pass
    with alone(database):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    """Names, addresses and answers that wait for more people are nobody else's to read."""
    settings = Settings(data=tmp_path / "data")
    database = database_or_exit(settings, "en", create=True, migrate=True)
    for path in (settings.data, *settings.data.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    database.close()
