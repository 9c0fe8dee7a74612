"""What several files about promises begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .loop import Loop, begun


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """A department whose first figures stand in its channel."""
    with begun(tmp_path / "klankbord.sqlite3") as made:
        yield made


@pytest.fixture
def anywhere(where: Path | str) -> Iterator[Loop]:
    """The same on either database."""
    with begun(where) as made:
        yield made
