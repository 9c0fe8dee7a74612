"""How Telegram is set up: by the environment, and what cannot be right is named with its remedy."""

import pytest

from bot.core.platform import LooksUp, Polls, WrongSetting
from bot.platforms.telegram import Telegram
from bot.platforms.telegram.settings import PREFIX, TelegramSettings
from bot.web.server import Serves
from config.texts import say
from config.words import LANGUAGES

TOKEN = "7000000001:AAF-not_a_token_of_any_bot_that_liv"
GOOD = {"TOKEN": TOKEN, "WEBHOOK_SECRET": "a_secret-1"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Whatever is set on this machine."""
    monkeypatch.chdir(str(tmp_path))
    for name in ("TOKEN", "WEBHOOK_SECRET", "NAME", "API_URL"):
        monkeypatch.delenv(PREFIX + name, raising=False)
    monkeypatch.setenv("KLANKBORD_ADDRESS", "https://klankbord.example.nl")


def made(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Telegram | None:
    for name, value in settings.items():
        monkeypatch.setenv(name if name.startswith("KLANKBORD") else PREFIX + name, value)
    return Telegram.from_environment()


def test_without_a_token_there_is_no_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is set."""
    assert made(monkeypatch) is None
    assert made(monkeypatch, WEBHOOK_SECRET="a_secret") is None


def test_it_fetches_unless_there_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """One replica then; with a webhook whichever it is brought to. Of neither can it be asked what it has."""
    fetching = made(monkeypatch, TOKEN=TOKEN)
    assert isinstance(fetching, Polls)
    assert not isinstance(fetching, Serves)
    brought = made(monkeypatch, **GOOD)
    assert isinstance(brought, Serves)
    assert not isinstance(brought, Polls)
    assert not isinstance(brought, LooksUp)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TOKEN", "klankbord", "settings.telegram.token_shape"),
        ("TOKEN", f"bot{TOKEN}", "settings.telegram.token_shape"),
        ("TOKEN", f"{TOKEN} ", "settings.telegram.token_shape"),
        ("WEBHOOK_SECRET", "a secret", "settings.telegram.webhook_secret_shape"),
        ("WEBHOOK_SECRET", "a" * 257, "settings.telegram.webhook_secret_shape"),
        ("API_URL", "api.telegram.org", "settings.telegram.api_url_shape"),
        ("API_URL", "http://", "settings.telegram.api_url_shape"),
        ("NAME", "foo bot/x", "settings.telegram.name_shape"),
        ("NAME", "abc", "settings.telegram.name_shape"),
        ("KLANKBORD_ADDRESS", "http://klankbord.example.nl", "settings.telegram.address_shape"),
        ("KLANKBORD_ADDRESS", "", "settings.telegram.address_shape"),
    ],
)
def test_what_cannot_be_right_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str) -> None:
    """By the setting, with what to do; never with what it says."""
    with pytest.raises(WrongSetting) as wrong:
        made(monkeypatch, **GOOD | {name: value})
    assert wrong.value.name.endswith(name)
    assert wrong.value.problem == problem
    assert all(say(problem, language) for language in LANGUAGES)
    assert not value or value not in str(wrong.value)


@pytest.mark.parametrize("name", ["klankbord_bot", "@klankbord_bot", " @klankbord_bot "])
def test_a_bot_is_named_with_or_without_its_sign(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A link with the sign would be dead."""
    monkeypatch.setenv("KLANKBORD_TELEGRAM_NAME", name)
    assert TelegramSettings().name == "klankbord_bot"


def test_no_secret_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """In what a mistake would print."""
    platform = made(monkeypatch, **GOOD)
    assert platform is not None
    assert TOKEN not in repr(platform) + repr(vars(platform))
