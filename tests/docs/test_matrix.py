"""The page about Matrix against the program: every setting, command and number on it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import attempts, vocabulary
from bot.core.addresses import is_address
from bot.core.codes import CLEAR, code_in
from bot.platforms.matrix import checks, screen
from bot.platforms.matrix.settings import PREFIX, MatrixSettings
from bot.platforms.paces import PACES
from bot.store.joining import VALID
from config.texts import say
from config.words import LANGUAGES

from .page import assert_is_a_command, commands, rows, settings, told_settings

TEXT = (Path(__file__).parents[2] / "docs" / "matrix.md").read_text("utf-8")
WORDS = " ".join(TEXT.split())


@pytest.mark.parametrize("arguments", sorted(commands(TEXT)), ids=" ".join)
def test_commands_exist(arguments: list[str]) -> None:
    """With their options."""
    assert_is_a_command(arguments)


def test_every_setting_is_there_with_its_default() -> None:
    """And no other."""
    assert told_settings(TEXT) == settings(MatrixSettings, PREFIX)


def test_every_word_is_heard() -> None:
    """By the flow, on every platform; in both languages, which say the same."""
    said = [(word.strip("`"), dutch.strip("`")) for word, dutch, _ in rows(TEXT, "word")]
    assert {word for pair in said for word in pair} <= vocabulary.WORDS
    verbs = vocabulary.ALWAYS | vocabulary.ABOUT_THE_ROUND
    assert all(verbs[word] == verbs[dutch] for word, dutch in said if word in verbs)


def test_numbers_hold() -> None:
    """Days, tries, minutes and messages."""
    overall = PACES["matrix"].overall
    assert overall is not None
    assert timedelta(days=30) == VALID
    assert "within 30 days" in WORDS
    assert (5, timedelta(hours=1)) == (attempts.MOST, attempts.WITHIN)
    assert "Five wrong ones from somebody in an hour" in WORDS
    assert screen.APART == 10 * 60
    assert "for ten minutes" in WORDS
    assert overall.interval == 1 / 10
    assert "10 messages a second at most" in WORDS
    assert 16.5 < 10_000 * overall.interval / 60 < 17
    assert "Ten thousand people are asked in seventeen minutes" in WORDS
    assert f"from version 1.{checks.OLDEST} of the specification on" in WORDS


def test_examples_are_what_they_say() -> None:
    """Addresses that can be, and a code that is one."""
    addresses = set(re.findall(r"@[a-z]+:[a-z.]+[a-z]", TEXT))
    assert addresses == {"@anna:example.nl", "@klankbord:example.nl"}
    assert all(is_address("matrix", one) for one in addresses)
    assert code_in(WORDS) == "k7m2-9qrt-x4pd-h3vw"
    assert [code_in(say("matrix.no_code", language)) for language in LANGUAGES] == [code_in(WORDS)] * len(LANGUAGES)
    assert (CLEAR[0], CLEAR[-1]) == ("2", "9")
    assert "have a digit from 2 to 9 among them" in WORDS


def test_what_synapse_does_by_itself_is_told_as_it_is() -> None:
    """Its limits, and how long it keeps what was taken away: by its own source."""
    config = pytest.importorskip("synapse.config", reason="needs the dependency group synapse")
    source = {
        name: (Path(config.__file__).parent / f"{name}.py").read_text("utf-8") for name in ("server", "ratelimiting")
    }
    assert 'config.get("redaction_retention_period", "7d")' in source["server"]
    assert "another 7 days" in WORDS
    assert '"rc_message", defaults={"per_second": 0.2' in source["ratelimiting"]
    assert '"rc_room_creation",\n            defaults={"per_second": 0.016' in source["ratelimiting"]
    assert "a message in five seconds and make a room a minute" in WORDS
