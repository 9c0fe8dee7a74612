"""The page about Telegram against the program: every setting, command and number on it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import attempts
from bot.platforms.paces import PACES
from bot.platforms.telegram import screen
from bot.platforms.telegram.commands import COMMANDS
from bot.platforms.telegram.settings import PREFIX, TelegramSettings
from bot.platforms.telegram.webhook import PATH
from bot.store.joining import VALID

from .page import assert_is_a_command, commands, rows, settings, told_settings

TEXT = (Path(__file__).parents[2] / "docs" / "telegram.md").read_text("utf-8")
WORDS = " ".join(TEXT.split())


@pytest.mark.parametrize("arguments", sorted(commands(TEXT)), ids=" ".join)
def test_commands_exist(arguments: list[str]) -> None:
    """With their options."""
    assert_is_a_command(arguments)


def test_every_setting_is_there_with_its_default() -> None:
    """And no other; KLANKBORD_ADDRESS is on the page of operations."""
    assert told_settings(TEXT) == settings(TelegramSettings, PREFIX)


def test_every_command_of_the_menu_is_there() -> None:
    """In its order."""
    assert [name.strip("`/") for name, _ in rows(TEXT, "command")] == list(COMMANDS)


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
