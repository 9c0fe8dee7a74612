"""The page about Telegram against the program: every setting, command and number on it."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from pydantic import SecretStr

from bot.cli import main
from bot.core import attempts
from bot.platforms.paces import PACES
from bot.platforms.telegram import screen
from bot.platforms.telegram.commands import COMMANDS
from bot.platforms.telegram.settings import PREFIX, TelegramSettings
from bot.platforms.telegram.webhook import PATH
from bot.store.joining import VALID

TEXT = (Path(__file__).parents[2] / "docs" / "telegram.md").read_text("utf-8")
WORDS = " ".join(TEXT.split())


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose heading begins so."""
    lines = TEXT.partition(f"\n| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    assert lines, heading
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def commands() -> Iterator[list[str]]:
    """The arguments of every command of ours, between back quotes or on a line of its own."""
    for found in re.finditer(r"(?:`|\n +)klankbord ((?:[a-z]+)\b[^`\n#]*)", TEXT):
        yield shlex.split(found[1])


@pytest.mark.parametrize("arguments", sorted(commands()), ids=" ".join)
def test_commands_exist(arguments: list[str]) -> None:
    """With their options."""
    command: click.Command = main
    context, left = click.Context(main), list(arguments)
    while isinstance(command, click.Group) and left and (found := command.get_command(context, left[0])):
        command, left = found, left[1:]
    assert command is not main
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    assert {word for word in left if word.startswith("--")} <= known


def test_every_setting_is_there_with_its_default() -> None:
    """And no other; KLANKBORD_ADDRESS is on the page of operations."""
    told = {name.strip("`"): default.strip("`") for name, default, _ in rows("variable")}
    fields = {name: field.default for name, field in TelegramSettings.model_fields.items() if name != "address"}
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in fields.items()
    }
    assert told == {PREFIX + name.upper(): value or "empty" for name, value in plain.items()}


def test_every_command_of_the_menu_is_there() -> None:
    """In its order."""
    assert [name.strip("`/") for name, _ in rows("command")] == list(COMMANDS)


def test_numbers_hold() -> None:
    """Days, tries, minutes and messages."""
    overall = PACES["telegram"].overall
    assert overall is not None
    assert timedelta(days=30) == VALID
    assert "within 30 days" in WORDS
    assert (5, timedelta(hours=1)) == (attempts.MOST, attempts.WITHIN)
    assert "Five wrong ones from a chat in an hour" in WORDS
    assert screen.APART == 10 * 60
    assert "for ten minutes" in WORDS
    assert 5.5 < 10_000 * overall.interval / 60 < 6.5
    assert "Ten thousand people are asked in six minutes" in WORDS
    assert f"`KLANKBORD_ADDRESS{PATH}`" in WORDS
    assert f"POST {PATH}" in WORDS
