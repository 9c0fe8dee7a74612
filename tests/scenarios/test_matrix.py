"""Matrix plays every scenario, on a real homeserver: with reactions below the cards, and with words."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platforms.matrix.stage import REACTING, TYPING, on_stage
from tests.platforms.matrix.synapse import Homeserver, homeserver, needs_synapse

from .script import HERE, SCENARIOS, play, read

pytestmark = needs_synapse

SHORT = ("desk", "my_answers", "promise", "withdrawn")  # a card is read before it is reacted to: that takes a while


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """One, for all scenarios."""
    with homeserver(tmp_path_factory.mktemp("synapse")) as started:
        yield started


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_matrix_plays(path: Path, server: Homeserver, tmp_path: Path) -> None:
    """From the opening of a round to its digests: numbers, letters and labels are typed."""
    _plays(path, TYPING, server, tmp_path)


@pytest.mark.parametrize("name", SHORT)
def test_matrix_plays_by_reactions(name: str, server: Homeserver, tmp_path: Path) -> None:
    """The same, with a tap on a chip below the card."""
    _plays(HERE / f"{name}.txt", REACTING, server, tmp_path)


def _plays(path: Path, way: str, server: Homeserver, folder: Path) -> None:
    async def whole() -> None:
        script = read(path)
        async with on_stage(server, folder, script.colleagues, way) as stage:
            await play(script, stage)

    asyncio.run(whole())
