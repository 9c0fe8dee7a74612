"""What the tests of the commands share."""

import os
from pathlib import Path

import pytest

from .desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty folder, no settings in the environment, English."""
    for name in [name for name in os.environ if name.startswith("KLANKBORD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KLANKBORD_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)
