"""`klankbord run`, killed between the homeserver's taking a message and our writing that down: it is there once.

The homeserver knows the transaction, which is named after the message, and can be asked what stands in a room.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.simulation.memory import MemoryPlatform
from bot.store.outbox import Kind, OutgoingState
from tests.platforms.runs import Runs
from tests.scenarios.town import town

from .door import Door, door
from .people import Person, person
from .stage import ROOMS
from .synapse import Homeserver, needs_synapse

pytestmark = [needs_synapse, pytest.mark.skipif(os.name != "posix", reason="kills as posix has them")]

SENDING = "/send/m.room.message/"
INVITATION, NOBODY = "ik ben Klankbord van", "te weinig mensen"


class Installation(Runs):
    """A town on Matrix, with Anna in it, who made the rooms."""

    def __init__(self, folder: Path, token: str, door: Door, anna: Person, rooms: dict[str, str]) -> None:
        super().__init__(folder, {"KLANKBORD_MATRIX_TOKEN": token, "KLANKBORD_MATRIX_SERVER": door.url})
        self.door, self.anna, self.rooms = door, anna, rooms
        made = town(folder, {"anna": anna.address}, "matrix", lambda *_: MemoryPlatform("matrix"), rooms)
        made.klankbord.database.close()
        self.times = made.times

    async def settled(self, kind: Kind) -> None:
        """Until all messages of a kind are there, as far as Klankbord knows."""
        await self.until(lambda: set(self.states(kind).values()) == {OutgoingState.SENT})
        await self.anna.looks()

    def told(self) -> list[int]:
        """How often each department was."""
        return [self.anna.rooms[room].reads().count(NOBODY) for key, room in self.rooms.items() if key in ROOMS[:-2]]


@asynccontextmanager
async def installed(server: Homeserver, folder: Path) -> AsyncIterator[Installation]:
    """An installation, and nothing of it is left running."""
    bot = server.register(server.unique("klankbord"))
    async with door(server) as opened, person(server, "anna", bot.address) as anna:
        rooms = {key: await anna.makes_room(key) for key in ROOMS}
        made = Installation(folder, bot.token, opened, anna, rooms)
        try:
            yield made
        finally:
            await made.end()


def test_a_question_that_was_taken_and_not_written_down_is_there_once(server: Homeserver, tmp_path: Path) -> None:
    """It is found by whoever begins anew, and goes on."""

    async def whole() -> None:
        async with installed(server, tmp_path) as made:
            made.door.keeps = SENDING
            made.set_clock(made.times.opens_at)
            await made.start()
            await made.anna.sees(INVITATION, patience=60)
            await made.end()
            assert made.states(Kind.INVITATION) == {made.anna.address: OutgoingState.SENDING}
            made.door.keeps = "nothing"
            await made.start()
            await made.settled(Kind.INVITATION)
            assert made.anna.reads().count(INVITATION) == 1
            await made.end(signal.SIGTERM)
            await made.start()
            said = await made.anna.types("Begin, 1 minuut")
            await made.anna.sees("Bij welke afdeling werk je zelf?", patience=60)
            await made.anna.loses(said)
            assert len(made.anna.chat.messages) == 1

    asyncio.run(whole())


def test_a_room_that_was_made_and_not_written_down_is_the_room(server: Homeserver, tmp_path: Path) -> None:
    """Whoever begins anew finds it by whom the bot invited there; nobody is asked to come to a second one."""

    async def whole() -> None:
        async with installed(server, tmp_path) as made:
            made.door.keeps = "/createRoom"
            made.set_clock(made.times.opens_at)
            await made.start()
            async with asyncio.timeout(60):
                while not made.anna.has_chat:
                    await made.anna.looks(1)
            room = made.anna.room
            await made.end()
            made.door.keeps = "nothing"
            await made.start()
            await made.settled(Kind.INVITATION)
            assert INVITATION in made.anna.reads()
            assert made.anna.room == room
            said = await made.anna.types("Begin, 1 minuut")
            await made.anna.loses(said)
            await made.anna.sees("Bij welke afdeling werk je zelf?", patience=60)

    asyncio.run(whole())


def test_a_digest_that_was_taken_and_not_written_down_is_there_once(server: Homeserver, tmp_path: Path) -> None:
    """In every room; no administrator has to be asked."""

    async def whole() -> None:
        async with installed(server, tmp_path) as made:
            made.set_clock(made.times.opens_at)
            await made.start()
            await made.anna.sees(INVITATION, patience=60)
            made.set_clock(made.times.closes_at)
            await made.until(lambda: made.counted)
            made.door.keeps = SENDING
            made.set_clock(made.times.digests_at)
            await made.until(lambda: OutgoingState.SENDING in made.states(Kind.DIGEST).values())
            async with asyncio.timeout(60):
                while sum(made.told()) == 0:
                    await made.anna.looks(1)
            await made.end()
            assert OutgoingState.SENDING in made.states(Kind.DIGEST).values()
            made.door.keeps = "nothing"
            await made.start()
            await made.settled(Kind.DIGEST)
            assert made.told() == [1] * len(made.told())

    asyncio.run(whole())
