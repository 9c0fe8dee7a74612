"""Telegram plays every scenario: over HTTP, with its own SDK, in both of its ways of telling what happened."""

import asyncio
from pathlib import Path

import pytest

from tests.platforms.telegram.stage import BROUGHT, FETCHING, on_stage

from .script import SCENARIOS, play, read


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_telegram_plays(path: Path, way: str, tmp_path: Path) -> None:
    """From the opening of a round to its digests."""

    async def whole() -> None:
        script = read(path)
        async with on_stage(tmp_path, script.colleagues, way) as stage:
            await play(script, stage)

    asyncio.run(whole())
