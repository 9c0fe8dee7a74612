"""The pages about Slack against the program: every setting, right, command, word and number on them."""

import importlib
import re
from pathlib import Path

import pytest

from bot.core import vocabulary
from bot.core.finding import find
from bot.platforms.paces import PACES
from bot.platforms.slack import people, scopes, sockets, web
from bot.platforms.slack.settings import PREFIX, SlackSettings
from config import EXAMPLE
from config.load import read

from .page import assert_is_a_command, commands, rows, settings, told_settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "slack.md").read_text("utf-8")
WORDS = " ".join(TEXT.split())
LIVE = (ROOT / "docs" / "live-check.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
MANIFEST = (ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8")


@pytest.mark.parametrize("arguments", sorted(commands(TEXT + LIVE)), ids=" ".join)
def test_commands_exist(arguments: list[str]) -> None:
    """With their options."""
    assert_is_a_command(arguments)


def test_every_option_of_sync_is_explained() -> None:
    """Those that change what it does; the others are in its help."""
    sync = importlib.import_module("bot.commands.people.sync").sync
    options = {option for one in sync.params for option in one.opts if option.startswith("--")}
    assert [one for one in options - {"--json", "--language"} if one not in TEXT] == []


def test_every_setting_is_there_with_its_default() -> None:
    """And no other, on these pages or in the manifest; KLANKBORD_ADDRESS is on the page of operations."""
    shown = settings(SlackSettings, PREFIX)
    assert told_settings(TEXT) == shown
    assert set(re.findall(rf"{PREFIX}\w+", TEXT + LIVE + MANIFEST)) == set(shown)


def test_every_right_is_there_with_what_it_is_for() -> None:
    """In the order of the manifest, the optional ones marked."""
    told = {name.strip("`"): why for name, why in rows(TEXT, "scope")}
    named = re.findall(r"^ +(?:# )?- ([a-z]+:[a-z:.]+|commands)  #", MANIFEST, re.MULTILINE)
    assert list(told) == named
    assert {name for name, why in told.items() if why.startswith("optional")} == set(scopes.OPTIONAL)
    assert all(len(why) > 10 for why in told.values())


def known_words() -> set[str]:
    """All that is heard as more than a cry for help."""
    return {"", *vocabulary.WORDS}


def test_every_word_is_heard() -> None:
    """Those of the table in Dutch, those below it in English, those of the manifest; the others find something."""
    table = {word for cell, _ in rows(TEXT, "word") for word in re.findall(r"/klankbord ?(\w*)", cell)}
    english = re.findall(r"`(\w+)[^`]*`", WORDS.partition("In English: ")[2].partition(".")[0])
    hint = re.findall(r"\w+", re.findall(r"usage_hint: \"\[(.*)\]\"", MANIFEST)[0])
    assert (len(table), len(english)) == (16, 14)
    searches = {"kapotte", "laptop", "ict"}
    assert [word for word in (*table, *english, *hint) if word not in known_words() | {"hr", *searches}] == []
    assert [word for word in searches if not find(read(EXAMPLE).departments, word)] == []


def test_numbers_hold() -> None:
    """Rates, pages, sizes, connections."""
    overall = PACES["slack"].overall
    assert overall is not None
    rate = 60 / overall.interval
    assert f"Klankbord counts on {rate:g} a minute" in WORDS
    assert "1,600 people are asked in seven minutes" in WORDS
    assert 6.5 < 1600 / rate < 7.5
    assert "10,000 in three quarters of an hour" in WORDS
    assert 42 < 10_000 / rate < 48
    assert f"in pages of {people.PAGE}" in WORDS
    assert "two connections to Slack" in WORDS
    assert sockets.SOCKETS == 2
    assert f"`POST {web.PATH}`" in WORDS
    assert "up to 1 MB" in WORDS
    assert web.LARGEST == 1_000_000
    assert "more than five minutes old" in WORDS
    assert web.SKEW == 5 * 60
    assert f"counts on {rate:g} a minute" in " ".join(LIVE.split())


def test_the_list_for_a_real_workspace_is_a_list_of_boxes() -> None:
    """Each item has one, none is ticked: they are ticked on a copy."""
    items = re.findall(r"^[-*] .*", LIVE, re.MULTILINE)
    assert len(items) > 20
    assert [item for item in items if not item.startswith("- [ ] ")] == []


def test_the_readme_leads_to_both_pages() -> None:
    assert "(docs/slack.md)" in README
    assert "(docs/live-check.md)" in README
