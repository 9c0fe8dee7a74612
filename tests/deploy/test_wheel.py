"""The wheel holds the texts, the example, the pages and the migrations. Building one needs the network, so this reads
the rule by which it is built: hatchling takes every file of the listed folders, except what .gitignore names.
"""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot.demo.pages import HERE
from bot.platforms.webchat.drawing import STATIC
from bot.store.database import MIGRATIONS
from config import EXAMPLE

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
PASSED_OVER = {"__pycache__"}  # made by Python, in no checkout

DATA = [
    path
    for folder in ("bot", "analysis", "config")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and path.suffix != ".py" and not PASSED_OVER & set(path.parts)
]


def test_nothing_is_left_out_by_the_build() -> None:
    """The three floors, whole."""
    assert WHEEL == {"packages": ["bot", "analysis", "config"]}
    assert set(PROJECT["tool"]["hatch"]["build"]) == {"targets"}
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]) == {"wheel"}


@pytest.mark.parametrize("path", DATA, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_data_file_is_ignored(path: Path) -> None:
    """A pattern of .gitignore that fits a part of its path would keep it out of the wheel, without a word."""
    patterns = [line.strip() for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line.strip()]
    parts = path.relative_to(ROOT).parts
    for pattern in patterns:
        assert not pattern.startswith("!"), "this test does not know exceptions"
        bare = pattern.strip("/")
        assert "/" not in bare, "nor patterns of more than one folder"
        at = parts[:1] if pattern.startswith("/") else parts
        assert not any(fnmatch(part, bare) for part in at), pattern


def test_what_the_program_reads_is_in_these_folders() -> None:
    """And there is something of each kind."""
    for folder in (EXAMPLE, MIGRATIONS, STATIC, HERE):
        assert folder.is_dir()
        assert folder.is_relative_to(ROOT)
    assert {".toml", ".html", ".css", ".js", ".svg", ".mako"} <= {path.suffix for path in DATA}
    assert PROJECT["project"]["scripts"] == {"klankbord": "bot.cli:main"}
