"""The demonstration's town: what a newcomer is certain to see, whatever they answer."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from analysis.answers import Block, BlockState
from bot.app import StoredRooms
from bot.demo.town import NEWCOMER, Town, town
from bot.platforms.webchat import WebChat
from bot.store.people import Person
from config import EXAMPLE
from config.load import read


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """The town as `klankbord demo` makes it."""
    prepared = town(read(EXAMPLE), tmp_path)
    yield prepared
    prepared.simulation.database.close()


def platform(made: Town) -> WebChat:
    """The visitor's chat."""
    rooms = StoredRooms(made.simulation.database, lambda: made.simulation.now)
    return WebChat(rooms, zone=made.simulation.organisation.zone)


def found(made: Town, column: Any) -> set[Any]:
    """Every value of a column."""
    with made.simulation.database.transaction(reading=True) as session:
        return set(session.exec(select(column)))


def test_some_departments_have_their_message_and_at_least_one_waits(made: Town) -> None:
    """After the first round, also when the newcomer says nothing; closing twice at once closes once."""

    async def walk() -> None:
        shown: list[float] = []
        await made.begin(platform(made), shown.append)
        assert shown == sorted(shown)
        assert shown[-1] == 1.0
        assert (await made.known()).envelope
        made.busy = 0.5
        await made.close()  # while another round is under way: ignored
        assert not made.closed
        made.busy = None
        assert not made.may_go_on
        await asyncio.gather(made.close(), made.close())
        assert made.may_go_on
        assert (await made.known()).envelope == ""

    asyncio.run(walk())
    assert found(made, Block.state) == {BlockState.RELEASED, BlockState.WAITING}
    others = found(made, Person.key) - {NEWCOMER}
    assert len(others) == 600
    assert all(str(key).startswith("sim-") for key in others)  # nobody passes for a real person
