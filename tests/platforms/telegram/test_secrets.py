"""The token and the words of people: in no log, at no level, whatever the library and the HTTP client would write."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.logs import formatter

from .faults import BAD_GATEWAY, LOST, SERVER_ERROR, failing, flooded
from .stage import BROUGHT, FETCHING, SECRET, on_stage

WORDS = "boerenkool met worst"


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_a_round_in_which_everything_goes_wrong_leaves_no_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    """With every logger as talkative as can be, and as our own log writes it."""
    caplog.set_level(logging.DEBUG)
    tokens: list[str] = []

    async def whole() -> None:
        async with on_stage(tmp_path, ("anna",), way) as stage:
            telegram, anna = stage.telegram, stage.people["anna"]
            tokens.extend((telegram.token, stage.link("anna"), SECRET))
            telegram.inject("sendMessage", LOST, BAD_GATEWAY, SERVER_ERROR)
            telegram.inject("editMessageText", BAD_GATEWAY, failing(400, f"Bad Request: {WORDS}"))
            telegram.inject("deleteMessage", failing(400, "Bad Request: message can't be deleted for everyone"))
            telegram.inject("answerCallbackQuery", LOST, SERVER_ERROR)
            telegram.inject("getUpdates", BAD_GATEWAY, flooded(1))
            for minute in (0, 5, 10, 20):
                await stage.at(stage.town.times.opens_at.replace(minute=minute))
            await stage.taps("anna", "Begin, 1 minuut")
            anna.forges("forged", anna.newest)
            anna.writes(WORDS)
            anna.starts(tokens[1])
            await stage.settled()

    asyncio.run(whole())
    written = caplog.text
    for form in (formatter(json=True), formatter(json=False)):
        written += "\n".join(form.format(record) for record in caplog.records)
    assert "klankbord" in written
    assert not [token for token in tokens if token in written]
    assert WORDS not in written
    assert "7000000001" not in written
