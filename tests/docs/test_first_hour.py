"""The pages for people who look after Klankbord against the program: their commands, addresses, roles and numbers."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.core.directory import COLUMNS
from bot.store import signin
from bot.web.admin.routes import PAGES
from config.roles import Role, Roles

ROOT = Path(__file__).parents[2]
TEXTS = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("admin", "first-hour")}
WHOLE = "\n".join(TEXTS.values())


def commands() -> list[str]:
    """Every command of ours, in a block or between back quotes, without what follows it."""
    block = [line.strip().partition("#")[0] for line in WHOLE.splitlines() if line.startswith("    klankbord ")]
    return sorted({*block, *re.findall(r"`(klankbord [^`]+)`", WHOLE)})


@pytest.mark.parametrize("line", commands())
def test_every_command_is_one(line: str) -> None:
    """With its subcommands and options."""
    words = shlex.split(line)[1:]
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, line
        command, words = found, words[1:]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`/admin(/[a-z-]+)`", WHOLE))))
def test_every_address_is_a_page(path: str) -> None:
    """Which somebody can look at."""
    assert any(page.path == path and page.get is not None for page in PAGES)


def test_every_page_of_the_side_bar_is_explained() -> None:
    """In the table of docs/admin.md."""
    assert {page.path for page in PAGES if page.tab} == set(
        re.findall(r"^\|[^|]+ `/admin(/[a-z]+)` \|", TEXTS["admin"], re.M)
    )


def test_roles_terms_and_columns_are_those_of_the_program() -> None:
    """By name and by number."""
    rows = re.findall(r"^\| (\w+) \| ", TEXTS["admin"].partition("## What is where")[0], re.M)
    assert rows == ["role", *Role]
    assert all(f"`{name}`" in TEXTS["admin"] for name in Roles.model_fields)
    assert signin.LINK_VALID.total_seconds() == 10 * 60
    assert "ten minutes" in TEXTS["admin"]
    assert (signin.LONGEST.total_seconds() / 3600, signin.IDLE.total_seconds() / 3600) == (12, 2)
    assert "twelve hours" in TEXTS["admin"]
    assert "two hours" in TEXTS["admin"]
    assert {"key", "name", "pilot", "platform", "address"} <= set(COLUMNS)
