"""Several messages to one chat stand there in the order in which they are due, however long one of them takes."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.pacing import Pace, Rate
from bot.core.platform import Outgoing
from bot.flow.delivery import AT_ONCE, Sender
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation
from bot.store import outbox
from bot.store.outbox import Kind, OutgoingRow

from .town import town


class Slow(MemoryPlatform):
    """A picture takes as long as it takes until something else has come, and then a while."""

    def __init__(self) -> None:
        super().__init__("webchat")
        self.other = asyncio.Event()

    async def send(self, outgoing: Outgoing) -> str:
        """Take it; a digest of HR when another message is there."""
        if outgoing.id == "digest:hr":
            await asyncio.wait_for(self.other.wait(), 10)
            for _ in range(20):
                await asyncio.sleep(0.005)
        reference = await super().send(outgoing)
        self.other.set()
        return reference


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """A town on a platform that takes its time."""
    made = town(where)
    made.platforms = {"webchat": Slow()}
    yield made
    made.database.close()


def test_the_buttons_do_not_come_before_the_digest_that_they_are_about(simulation: Simulation) -> None:
    """Nor does another channel wait for them, however many they are."""
    platform = simulation.platforms["webchat"]
    assert isinstance(platform, MemoryPlatform)
    below = [f"points{number:02}:hr" for number in range(3 * AT_ONCE)]

    async def walk() -> list[str]:
        await simulation.begin()
        for name in ("digest:hr", *below, "remark:ict"):
            row = OutgoingRow(
                id=name,
                kind=Kind.PROMISE,
                platform="webchat",
                address=f"#{name.partition(':')[2]}",
                department=name.partition(":")[2],
                not_before=simulation.now,
                lines=[name],
            )
            await simulation.database.write(outbox.put, row)
        await simulation.to(simulation.now)
        return [one.id for one in platform.channels]

    assert asyncio.run(walk()) == ["remark:ict", "digest:hr", *below]


THREE = ("digest:hr", "buttons:hr", "more:hr")


async def wait_for_hr(simulation: Simulation, *names: str) -> None:
    """Messages to one channel, that are due since a while."""
    await simulation.begin()
    for number, name in enumerate(names):
        due = simulation.now - timedelta(minutes=9 - number)
        row = OutgoingRow(
            id=name, kind=Kind.PROMISE, platform="webchat", address="#hr", department="hr", not_before=due, lines=[name]
        )
        await simulation.database.write(outbox.put, row)


def test_who_waits_for_a_turn_when_the_bot_ends_keeps_its_place(simulation: Simulation) -> None:
    """Before those to the same chat that did not wait yet."""

    async def walk() -> list[str]:
        platform = MemoryPlatform("webchat")
        await wait_for_hr(simulation, *THREE)
        platform.pace = Pace(channel=Rate(1, 9))
        first = Sender(simulation.duty, platform, simulation.keyring, lambda: simulation.now, ends)
        ending.append(first.stop)
        assert await first.send_due() == 1
        platform.pace = Pace()
        await Sender(simulation.duty, platform, simulation.keyring, lambda: simulation.now).send_due()
        return [one.id for one in platform.channels]

    ending: list[Callable[[], None]] = []

    def ends(_: str, __: str) -> None:
        """In a moment: the next one waits by then."""
        asyncio.get_running_loop().call_later(0.5, ending[0])

    assert asyncio.run(walk()) == [*THREE]
