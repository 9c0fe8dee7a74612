"""A wave of two thousand messages in which one reply in a hundred is lost, and one in which the platform goes down."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.platform import Outgoing, SendFailed
from bot.flow import rounds
from bot.flow.delivery import AT_ONCE, Sender
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.pauses import Pause
from tests.flow.town import Asked, Moody, round_of, rows

from .ledger import company, organisation

ROUND = round_of(0, organisation())
ASKED = 2000


class Lossy(Moody):
    """Cannot be asked; may go down after so many messages."""

    down_after: int | None = None

    async def send(self, outgoing: Outgoing) -> str:
        """Take it, or not."""
        if self.down_after is not None and self.sent >= self.down_after:
            raise SendFailed("down", permanent=False)
        return await super().send(outgoing)


@pytest.fixture
def asked() -> int:
    """How many people."""
    return ASKED


@pytest.fixture
def town(tmp_path: Path, asked: int) -> Iterator[Simulation]:
    """A company before its first round. What is counted here does not depend on the database."""
    made = company(tmp_path / "klankbord.sqlite3", asked)
    yield made
    made.database.close()


async def opened(town: Simulation, chat: Moody) -> set[str]:
    """The round is open. Returns the one address in a hundred whose reply is going to be lost."""
    town.platforms = {"webchat": chat}
    await town.begin()
    town.now = ROUND.opens_at
    await town.duty.write(rounds.open_due, town.now, town.rng, town.keyring)
    waiting = sorted(row.address for row in rows(town, OutgoingRow))
    return set(random.Random(1).sample(waiting, len(waiting) // 100))


@pytest.mark.parametrize("platform", [Asked, Lossy])
def test_one_reply_in_a_hundred_is_lost(town: Simulation, platform: type[Moody]) -> None:
    """All arrive; where one can ask nothing comes twice, elsewhere only what was lost, once more."""
    chat = platform()

    async def walk() -> int:
        chat.loses = await opened(town, chat)
        lost = len(chat.loses)
        sender = Sender(town.duty, chat, town.keyring, lambda: town.now)
        for _ in range(5):
            await sender.send_due()
            town.now += timedelta(minutes=1)
        return lost

    lost = asyncio.run(walk())
    assert lost == ASKED // 100
    assert (chat.sent, chat.duplicates) == ((ASKED, 0) if platform is Asked else (ASKED + lost, lost))
    assert {row.state for row in rows(town, OutgoingRow)} == {OutgoingState.SENT}
    assert rows(town, Pause) == []


@pytest.mark.parametrize("asked", [300])
def test_a_platform_goes_down_in_mid_wave(town: Simulation, asked: int) -> None:
    """Ten minutes: one note, a try now and then, and then the rest of the wave; each person once."""
    chat = Lossy()
    tried: list[int] = []

    async def walk() -> None:
        await opened(town, chat)
        chat.down_after = asked // 3
        sender = Sender(town.duty, chat, town.keyring, lambda: town.now)
        for _ in range(300):
            await sender.send_due()
            tried.append(sum(row.tries for row in rows(town, OutgoingRow)))
            town.now += timedelta(seconds=2)
        assert [pause.platform for pause in rows(town, Pause)] == ["webchat"]
        chat.down_after = None
        for _ in range(60):
            await sender.send_due()
            town.now += timedelta(seconds=20)

    asyncio.run(walk())
    assert tried[-1] <= 3 * AT_ONCE
    notes = [row for row in rows(town, OutgoingRow) if row.kind is Kind.NOTICE]
    assert len(notes) == 1
    assert (chat.sent, chat.duplicates) == (asked + len(notes), 0)
    assert {row.state for row in rows(town, OutgoingRow)} == {OutgoingState.SENT}
    assert rows(town, Pause) == []
