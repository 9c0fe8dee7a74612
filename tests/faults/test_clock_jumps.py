"""The clock of the machine is moved in the middle of a wave: nothing happens twice, and nothing stands still.

What is done again and again (app.py), pacing and leases go by the steady clock or the database's; the wall clock
decides only what is due. It is read in one place, so moving that is moving all of it.
"""

import ast
import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.core.pacing import Pace, Rate
from bot.core.platform import SendFailed
from bot.flow import clock
from bot.flow.delivery import IN_A_ROW, Sender
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Invitation, Missed, Round
from bot.works import Work
from tests.flow.town import Moody, round_of, rows

from .ledger import begin, company, organisation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = 40
EVERY, TICK = 0.05, 0.001  # seconds
FIRST, SECOND = (round_of(number, organisation()) for number in (0, 1))
WALL = ("now", "utcnow", "today", "time")  # what reads the wall clock of `datetime`, `date` and `time`
MAY = {
    "app.py",
    "logs.py",
    "commands/check.py",
    "commands/rehearse.py",
    "platforms/matrix/hearing.py",
    "platforms/matrix/checks.py",
    "platforms/telegram/hearing.py",
    "platforms/telegram/checks.py",
}  # once at a command, and in lines of a log


@pytest.fixture
def town(where: Path | str) -> Iterator[Simulation]:
    """A company before its first round; its platform takes 200 messages a second."""
    made = company(where, ASKED)
    chat = Moody()
    chat.pace = Pace(overall=Rate(200, burst=2))
    made.platforms = {"webchat": chat}
    yield made
    made.database.close()


@pytest.mark.parametrize("jump", [HOUR, -HOUR, -DAY, DAY, -14 * DAY])
@pytest.mark.parametrize("begins", [FIRST, SECOND], ids=["first", "second"])
def test_a_jump_in_mid_wave(town: Simulation, jump: timedelta, begins: object) -> None:
    """The clock is moved while the wave goes out, ticks go on, and after a while it is set right again."""
    times = FIRST if begins is FIRST else SECOND
    chat = town.platforms["webchat"]

    async def walk() -> None:
        await begin(town)
        if times is SECOND:
            await town.to(FIRST.opens_at)
            await town.to(FIRST.closes_at)
        before = chat.sent
        town.now = times.opens_at
        await clock.tick(town.duty, town.now, town.rng, town.keyring)
        sender = Sender(town.duty, chat, town.keyring, lambda: town.now)
        sending = asyncio.create_task(sender.send_due())
        begun = time.monotonic()
        while chat.sent < before + ASKED // 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
        town.now += jump
        for minute in range(3):
            await clock.tick(town.duty, town.now + timedelta(minutes=minute), town.rng, town.keyring)
        await asyncio.wait_for(sending, 20)  # pacing never waits for the wall clock
        assert time.monotonic() - begun < 15
        for minute in range(5):
            town.now = times.opens_at + timedelta(minutes=minute)
            await clock.tick(town.duty, town.now, town.rng, town.keyring)
            await sender.send_due()

    asyncio.run(walk())
    due = [FIRST.due] if times is FIRST else [FIRST.due, SECOND.due]
    found = sorted([*(one.due for one in rows(town, Round)), *(one.due for one in rows(town, Missed))])
    assert found == due
    assert len(rows(town, Invitation)) == ASKED * len(due)
    asked = [row for row in rows(town, OutgoingRow) if row.kind is Kind.INVITATION]
    assert {row.state for row in asked} <= {OutgoingState.SENT, OutgoingState.WAITING}
    assert [row.not_before for row in asked if row.state is OutgoingState.WAITING] == []
    assert isinstance(chat, Moody)
    assert chat.duplicates == 0


def test_a_pause_ends_though_the_clock_was_set_back(town: Simulation) -> None:
    """A platform that was down when the clock was a day ahead is tried again now, and not a day later."""
    chat = town.platforms["webchat"]
    assert isinstance(chat, Moody)

    async def walk() -> None:
        await begin(town)
        town.now = FIRST.opens_at
        await clock.tick(town.duty, town.now, town.rng, town.keyring)
        chat.fails["*"] = SendFailed("down", permanent=False)
        town.now += DAY
        sender = Sender(town.duty, chat, town.keyring, lambda: town.now)
        await sender.send_due()
        chat.fails.clear()
        town.now -= DAY
        await sender.send_due()  # one, to see whether it is over
        await sender.send_due()

    asyncio.run(walk())
    assert sum(row.tries for row in rows(town, OutgoingRow)) >= IN_A_ROW
    assert chat.sent >= ASKED - 8 - IN_A_ROW  # but those that were tried, at the time that was told


def test_what_is_done_again_and_again_goes_by_the_steady_clock() -> None:
    """Done at once, then every so often and no sooner, also after a failure; stopping waits for what is under way."""
    begun, done = [], []

    async def job() -> None:
        begun.append(time.monotonic())
        await asyncio.sleep(0.01)
        done.append(time.monotonic())
        if len(done) == 2:
            raise OSError

    async def walk() -> float:
        work = Work("test", job, EVERY)
        before = time.monotonic()
        work.begin()
        async with asyncio.timeout(20):
            while len(begun) < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        await work.finish()
        assert len(done) == len(begun)
        await asyncio.sleep(2 * EVERY)
        assert len(done) == len(begun)
        return before

    before = asyncio.run(walk())
    assert all(moment >= before + number * EVERY - TICK for number, moment in enumerate(begun))


def test_the_wall_clock_is_read_in_one_place() -> None:
    """Everything else is told what time it is; who reads it elsewhere stands here."""
    folder = Path(bot.__file__).parent
    found = {str(file.relative_to(folder)) for file in folder.rglob("*.py") if _reads_the_wall_clock(file)}
    assert found <= MAY


def _reads_the_wall_clock(file: Path) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    owners = ("datetime", "date", "time")
    return any(
        isinstance(call, ast.Attribute)
        and call.attr in WALL
        and isinstance(call.value, ast.Name)
        and call.value.id in owners
        for call in calls
    )
