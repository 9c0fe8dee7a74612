"""How Matrix is set up: by the environment, and what cannot be right is named with its remedy."""

import pytest

from bot.core.platform import WrongSetting
from bot.platforms.matrix.settings import PREFIX, MatrixSettings
from config.texts import say
from config.words import LANGUAGES

TOKEN = "syt_a2xhbmtib3Jk_QnotATokenOfAnyBotXY_0aBcDe"
GOOD = {"SERVER": "https://matrix.example.nl", "TOKEN": TOKEN, "USER": "@klankbord:example.nl"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Whatever is set on this machine."""
    monkeypatch.chdir(str(tmp_path))
    for name in GOOD:
        monkeypatch.delenv(PREFIX + name, raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **settings: str) -> MatrixSettings:
    """What the environment says."""
    for name, value in settings.items():
        monkeypatch.setenv(PREFIX + name, value)
    return MatrixSettings()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TOKEN", "", "token_shape"),
        ("TOKEN", f"{TOKEN} ", "token_shape"),
        ("TOKEN", "Bearer abc", "token_shape"),
        ("TOKEN", "tøken", "token_shape"),
        ("SERVER", "", "server_shape"),
        ("SERVER", "matrix.example.nl", "server_shape"),
        ("SERVER", "https://", "server_shape"),
        ("SERVER", "https://matrix.example.nl/?a=b", "server_shape"),
        ("SERVER", "https://anna:secret@matrix.example.nl", "server_shape"),
        ("SERVER", "http://matrix.example.nl", "server_plain"),
        ("SERVER", "http://10.0.0.7:8008", "server_plain"),
        ("USER", "klankbord", "user_shape"),
        ("USER", "@klankbord", "user_shape"),
        ("USER", "#klankbord:example.nl", "user_shape"),
    ],
)
def test_what_cannot_be_right_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str) -> None:
    """By the setting, with what to do; never with what it says."""
    with pytest.raises(WrongSetting) as wrong:
        read(monkeypatch, **GOOD | {name: value}).check()
    assert (wrong.value.name, wrong.value.problem) == (PREFIX + name, f"settings.matrix.{problem}")
    assert all(say(wrong.value.problem, language) for language in LANGUAGES)
    assert not value or value not in str(wrong.value)


@pytest.mark.parametrize(
    "server",
    ["https://matrix.example.nl", "https://example.nl:8448/chat", "http://localhost:8008", "http://[::1]:8008"],
)
def test_a_server_elsewhere_is_reached_in_secret(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    """Without a certificate only on this machine itself: the token is in every request."""
    read(monkeypatch, **GOOD | {"SERVER": f" {server}/ "}).check()
    assert MatrixSettings().server == server


def test_the_server_can_be_asked_who_the_bot_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """So its user id need not be set."""
    read(monkeypatch, **GOOD | {"USER": ""}).check()


def test_no_token_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """In what a mistake would print."""
    assert TOKEN not in repr(read(monkeypatch, **GOOD))
