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


def test_the_clock_of_the_demonstration_never_goes_back(made: Town) -> None:
    """Also where the next round opens before every channel has read of the one before; the visitor has their turn."""

    async def walk() -> None:
        await made.begin(platform(made), lambda _: None)
        moments = [made.simulation.now]
        await made.close()
        while not made.is_told:
            await made.morning()
            moments.append(made.simulation.now)
        await made.next_round()
        moments.append(made.simulation.now)
        assert moments == sorted(moments)
        assert (made.number, made.closed, made.mornings) == (4, False, 0)
        assert (await made.known()).invitations[-1] == "invited"

    asyncio.run(walk())


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
        await made.morning()  # of a round that is open: ignored
        assert made.mornings == 0
        await asyncio.gather(made.close(), made.close())
        assert (made.closed, made.mornings, made.may_go_on) == (True, 1, False)
        for _ in range(4):  # also more often than there are mornings
            await made.morning()
        assert made.may_go_on
        assert made.simulation.now > made.times.digests_at
        assert (await made.known()).envelope == ""

    asyncio.run(walk())
    assert found(made, Block.state) == {BlockState.RELEASED, BlockState.WAITING}
    others = found(made, Person.key) - {NEWCOMER}
    assert len(others) == 600
    assert all(str(key).startswith("sim-") for key in others)  # nobody passes for a real person
