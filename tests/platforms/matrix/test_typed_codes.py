"""What somebody is told whom the bot does not know yet, by what they type."""

import asyncio

import pytest

from bot.core.platform import Joined
from config.texts import say

from .forged import ANNA, Ear, forged, heard, joined, typed


@pytest.mark.parametrize(
    ("words", "token", "told"),
    [
        ("hallo", None, "join.code"),
        ("Verantwoordelijk", None, "join.code"),
        ("mijn code is K7M2-9QRT-X4PD", None, "matrix.no_code"),
        ("k7m2-gort-x4pd-h3vw", None, "matrix.no_code"),
        ("K7M2 9QRT X4PD H3VW", "k7m2-9qrt-x4pd-h3vw", "matrix.how_to_join"),
    ],
)
def test_everybody_is_helped_on(words: str, token: str | None, told: str) -> None:
    """Only what can be a code is tried as one: a word, and a code that was mistyped, are no guess."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear(None)
            server.brings(joined(typed(words)))
            await heard(server, matrix, ear, lambda: bool(server.said))
            assert [event.token for event in ear.heard if isinstance(event, Joined)] == ([token] if token else [])
            assert say(told, "nl").replace("**", "") in server.said[0]["body"]
            assert ear.heard[0].address == ANNA

    asyncio.run(whole())
