"""PostgreSQL is restarted, or away for a while, in the middle of a round: nothing is lost, and it goes on by itself.

First with the flow alone, while people tap and messages go out; then with a real `klankbord run`.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.flow import counting, rounds
from bot.flow.delivery import Sender
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation
from bot.store.outbox import OutgoingRow, OutgoingState
from bot.store.rounds import Round
from tests.crash.chatserver import AskableServer, MuteServer, serving
from tests.crash.people import People
from tests.crash.test_kills import LATER, World, invited, open_rounds, told, wrong
from tests.crash.town import DEALT_WITH, Town
from tests.flow.town import Asked, Moody, round_of, rows
from tests.postgres import Mode, Server, server

from .ledger import Refusals, begin, company, go, miscounted, organisation, walks_of

ROUND = round_of(0, organisation())
ASKED = 60


@pytest.fixture(scope="module")
def restarted() -> Iterator[Server]:
    """A server of this file's own."""
    with server() as started:
        yield started


@pytest.fixture
def town(restarted: Server) -> Iterator[Simulation]:
    """A company whose first round is open, with everything still to be sent."""
    url = restarted.fresh()
    made = company(url, ASKED)
    yield made
    made.database.close()
    restarted.drop(url)


async def opened(town: Simulation) -> None:
    """The first round is open, and nothing went out yet."""
    await begin(town)
    town.now = ROUND.opens_at
    await town.duty.write(rounds.open_due, town.now, town.rng, town.keyring)


async def deliver(town: Simulation, platform: Moody) -> None:
    """As the program does it: a pass that fails is followed by another."""
    sender = Sender(town.duty, platform, town.keyring, lambda: town.now)
    while await unsent(town):
        try:
            await sender.send_due()
        except OperationalError:
            town.now += timedelta(seconds=2)
        town.now += timedelta(seconds=2)
        await asyncio.sleep(0.02)


async def unsent(town: Simulation) -> bool:
    """Whether something is still to be sent: also where that cannot be read."""
    try:
        found = await asyncio.to_thread(rows, town, OutgoingRow)
    except OperationalError:
        return True
    return any(row.state is not OutgoingState.SENT for row in found)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
@pytest.mark.parametrize("platform", [Asked, Moody])
def test_a_restart_in_mid_round(town: Simulation, restarted: Server, mode: Mode, platform: type[Moody]) -> None:
    """Every acknowledged reply is counted once, and every message is sent once: also where nobody can be asked."""
    taps = 0
    chat = platform()
    town.platforms = {"webchat": chat}

    def tapped() -> None:
        nonlocal taps
        taps += 1

    async def walk() -> None:
        await opened(town)
        walks = walks_of(town, "restart")
        hear = hearing(town.database, town.keyring, lambda: ROUND.opens_at)
        refusals = Refusals()
        everything = asyncio.gather(deliver(town, chat), *(go(one, hear, refusals, tapped) for one in walks))
        for awaited in (100, 300):
            while taps < awaited and not everything.done():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await asyncio.to_thread(restarted.restart, mode)
        await everything
        assert len(await town.duty.write(counting.count_due, ROUND.closes_at, town.keyring)) == 1
        assert list(miscounted(town, walks)) == []

    asyncio.run(walk())
    assert (chat.sent, chat.duplicates) == (len(rows(town, OutgoingRow)), 0)  # who was done sooner needed none


def test_a_tap_while_it_is_away_is_refused_and_not_lost(town: Simulation, restarted: Server) -> None:
    """It fails within seconds, so that the platform knows; brought again when the server is back it takes effect."""

    async def walk() -> None:
        await opened(town)
        one = walks_of(town, "away")[0]
        hear = hearing(town.database, town.keyring, lambda: ROUND.opens_at)
        refusals = Refusals()
        await asyncio.to_thread(restarted.down, "immediate")
        begun = time.monotonic()
        going = asyncio.create_task(go(one, hear, refusals))
        while not refusals.number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert time.monotonic() - begun < 5
        assert one.taps == 0
        await asyncio.to_thread(restarted.up)
        await going
        assert one.accepted

    asyncio.run(walk())


@pytest.fixture
def world(tmp_path: Path, restarted: Server) -> Iterator[World]:
    """One `klankbord run` on PostgreSQL, two hundred people and their chat servers."""
    askable = AskableServer("askable", delay=0.05, rng=random.Random(1))
    mute = MuteServer("mute", delay=0.05, rng=random.Random(2))
    people = {server.name: People(server, DEALT_WITH, "restart") for server in (askable, mute)}
    url = restarted.fresh()
    with ExitStack() as stack:
        stage = stack.enter_context(serving(askable, mute))
        urls = {server.name: server.address for server in (askable, mute)}
        town = Town(tmp_path, url, urls, 1, random.Random(3))
        stack.callback(town.end)
        askable.taps_to = [replica.address for replica in town.replicas]
        for one in people.values():
            stage.begin(one.live())
        yield World(town, askable, mute, stage, people, 3)


def ready(town: Town) -> int:
    """What a supervisor is told."""
    return httpx.get(f"{town.replicas[0].address}/readyz", timeout=30).status_code


def until(town: Town, wanted: int) -> None:
    """Wait until it is as ready as that."""
    end = time.monotonic() + 30
    while ready(town) != wanted:
        assert time.monotonic() < end, town.log[-2000:]
        time.sleep(0.1)


def test_run_goes_on_by_itself_when_its_database_comes_back(world: World, restarted: Server) -> None:
    """Away in mid-wave: 503 for the supervisor, alive all the same; then the round ends as if nothing had been."""
    town, times = world.town, world.town.times(0)
    town.set_clock(times.opens_at + LATER)
    town.start()
    world.until(lambda: world.activity() > 100)
    restarted.down("immediate")
    until(town, 503)
    town.forward(timedelta(seconds=30))
    assert httpx.get(f"{town.replicas[0].address}/healthz", timeout=30).status_code == 200
    restarted.up()
    until(town, 200)
    world.until(lambda: town.read(invited) and world.walking == 0)
    town.set_clock(times.closes_at + LATER)
    restarted.restart("fast")
    world.until(lambda: not town.read(open_rounds))
    town.set_clock(times.digests_at + LATER)
    world.until(lambda: bool(town.read(lambda session: session.exec(select(Round)).all())) and town.read(told))
    assert list(wrong(world, 1, 0)) == []
    assert "this failed; it is done again until it works" in town.log
    assert "this works again" in town.log
    assert all(replica.alive() for replica in town.replicas)
