"""What the tests of the commands share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .desk import Desk, surroundings

SIMULATIONS = {
    "cycle": "--people 600 --rounds 4 --seed 7 --json",
    "small": "--people 80 --rounds 2 --seed 7 --json",
    "small again": "--people 80 --rounds 2 --seed 7 --json",
    "other seed": "--people 80 --rounds 1 --seed 8 --json",
    "to read": "--people 20 --rounds 1 --seed 7",
}

Simulations = dict[str, "subprocess.Popen[str]"]


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
def simulations(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulations]:
    """What test_simulate.py looks at. The whole cycle takes long, so it begins before the tests that come first."""
    wanted = any(item.path.name == "test_simulate.py" for item in request.session.items)
    begun = {
        name: subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "simulate", *arguments.split()],
            cwd=tmp_path_factory.mktemp("simulate"),
            env=surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for name, arguments in SIMULATIONS.items()
        if wanted
    }
    yield begun
    for process in begun.values():
        process.kill()
        process.communicate()
