"""How the bot is called, for one-time codes: asked from a real homeserver where nobody said it."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.core.platform import Refusal, SendFailed
from bot.platforms.matrix.settings import MatrixSettings
from bot.platforms.matrix.whoami import bot_id

from .synapse import Homeserver, needs_synapse

NOWHERE = "http://127.0.0.1:9"


@needs_synapse
def test_the_homeserver_says_whose_token_it_is(server: Homeserver) -> None:
    """And refuses one that is nobody's."""
    bot = server.register(server.unique("klankbord"))
    assert asyncio.run(bot_id(MatrixSettings(server=server.url, token=SecretStr(bot.token)))) == bot.address
    with pytest.raises(SendFailed) as refused:
        asyncio.run(bot_id(MatrixSettings(server=server.url, token=SecretStr("syt_nobody"))))
    assert refused.value.reason == Refusal.REVOKED


def test_who_says_it_need_not_be_asked() -> None:
    """Then no homeserver is needed; else its absence is a failure without a traceback of the library's."""
    assert asyncio.run(bot_id(MatrixSettings(server=NOWHERE, user="@bot:example.nl"))) == "@bot:example.nl"
    with pytest.raises(SendFailed) as failed:
        asyncio.run(bot_id(MatrixSettings(server=NOWHERE, token=SecretStr("syt_secret"))))
    assert failed.value.__cause__ is None
    assert "secret" not in repr(failed.value)
