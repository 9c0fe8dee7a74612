"""What the tests of the commands share."""

import os
import shutil
import subprocess
from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after `init` and `apply`, each in a process of its own."""
    desk = Desk(tmp_path_factory.mktemp("template"))
    for command in ("init", "apply"):
        assert desk.process(command, "town").code == 0
    return desk.folder


@pytest.fixture
def office(desk: Desk, template: Path) -> Desk:
    """An admin who has just applied the starter organisation in the folder `town`."""
    shutil.copytree(template, desk.folder, dirs_exist_ok=True)
    return desk


@pytest.fixture(scope="session", autouse=True)
def whole_cycle(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["subprocess.Popen[str] | None"]:
    """The simulation that test_simulate.py looks at. It takes long, so it begins before the tests that come first."""
    if not any(item.path.name == "test_simulate.py" for item in request.session.items):
        yield None
        return
    arguments = "simulate --people 600 --rounds 4 --seed 7 --json"
    with Desk(tmp_path_factory.mktemp("cycle")).begun(*arguments.split()) as process:
        yield process
        process.kill()
