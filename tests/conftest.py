"""For all tests: hypothesis keeps no time, so that a busy machine fails nothing; and a PostgreSQL for who asks."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import NoBinaries, Server, server

settings.register_profile("klankbord", deadline=None)
settings.load_profile("klankbord")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of this process, started for the first that asks. Roles are shared, databases not."""
    try:
        with server() as started:
            yield started
    except NoBinaries as missing:
        if sys.platform == "linux":  # where it can always be had: there its tests must run
            raise
        pytest.skip(str(missing))


@pytest.fixture
def empty_postgres(postgres: Server) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new database is to be: a file, and once more a URL. Whatever touches storage is tested on both."""
    if request.param == "sqlite":
        return tmp_path / "klankbord.sqlite3"
    url = request.getfixturevalue("empty_postgres")
    assert isinstance(url, str)
    return url
