"""What Slack is set up with: what cannot be right is refused before anything is sent, by name and with what to do."""

from pathlib import Path

import pytest

from bot.core.platform import WrongSetting
from bot.platforms.slack import Slack
from bot.platforms.slack.settings import PREFIX
from config.texts import say
from config.words import LANGUAGES

from .workspace import APP_TOKEN, BOT_TOKEN, SECRET

GOOD = {"BOT_TOKEN": BOT_TOKEN, "APP_TOKEN": APP_TOKEN}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty folder, and nothing of Slack."""
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "API_URL", "AWAY", "DND"):
        monkeypatch.delenv(f"{PREFIX}{name}", raising=False)
    return monkeypatch


def test_without_a_token_there_is_no_slack(environment: pytest.MonkeyPatch) -> None:
    """Whoever does not use it sets nothing."""
    environment.setenv(f"{PREFIX}APP_TOKEN", APP_TOKEN)
    assert Slack.from_environment() is None


@pytest.mark.parametrize("way", [{"APP_TOKEN": APP_TOKEN}, {"SIGNING_SECRET": SECRET}])
def test_either_way_will_do(environment: pytest.MonkeyPatch, way: dict[str, str]) -> None:
    """Sockets or HTTP; from the file too."""
    Path("klankbord.env").write_text("".join(f"{PREFIX}{name}={value}\n" for name, value in (GOOD | way).items()))
    made = Slack.from_environment()
    assert made is not None
    assert bool(made.routes()) is ("SIGNING_SECRET" in way)


WRONG = [
    ({"BOT_TOKEN": "xoxp-1"}, "BOT_TOKEN", "bot_token_shape"),
    ({"BOT_TOKEN": APP_TOKEN}, "BOT_TOKEN", "bot_token_shape"),
    ({"APP_TOKEN": BOT_TOKEN}, "APP_TOKEN", "app_token_shape"),
    ({"APP_TOKEN": ""}, "APP_TOKEN", "no_way_in"),
    ({"API_URL": "slack.com/api"}, "API_URL", "api_url_shape"),
    ({"API_URL": "http://"}, "API_URL", "api_url_shape"),
    ({"API_URL": "http://127.0.0.1:99999/api/"}, "API_URL", "api_url_shape"),
    ({"DND": "perhaps"}, "DND", "yes_or_no"),
]


@pytest.mark.parametrize(("given", "name", "problem"), WRONG)
def test_what_cannot_be_right(environment: pytest.MonkeyPatch, given: dict[str, str], name: str, problem: str) -> None:
    """Named with its remedy in both languages; the value itself is nowhere."""
    for key, value in (GOOD | given).items():
        environment.setenv(f"{PREFIX}{key}", value)
    with pytest.raises(WrongSetting) as wrong:
        Slack.from_environment()
    assert (wrong.value.name, wrong.value.problem) == (f"{PREFIX}{name}", f"settings.slack.{problem}")
    for language in LANGUAGES:
        assert say(wrong.value.problem, language)
    for token in (BOT_TOKEN, APP_TOKEN, "xoxp-1"):
        assert token not in repr(wrong.value) + str(wrong.value)


def test_no_secret_shows(environment: pytest.MonkeyPatch) -> None:
    """In no repr of anything that holds one."""
    for key, value in (GOOD | {"SIGNING_SECRET": SECRET}).items():
        environment.setenv(f"{PREFIX}{key}", value)
    made = Slack.from_environment()
    assert made is not None
    shown = repr((made, made._settings, made._client, made._app, made._dispatching, vars(made)))
    for secret in (BOT_TOKEN, APP_TOKEN, SECRET):
        assert secret not in shown
