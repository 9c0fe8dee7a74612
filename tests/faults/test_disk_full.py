"""The disk is full: nothing is acknowledged that is not stored, nothing is half done, and it goes on when there is room.

On a small disk of its own (tmpfs), which only root can make: CI is root, so there these tests run.
"""  # noqa: E501

import asyncio
import errno
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from analysis.answers import Answer
from bot.cli import main
from bot.core.platform import Asked, Tap
from bot.flow import clock, counting, rounds
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.ballots import SealedBallot
from bot.store.database import Database
from bot.store.rounds import Round, RoundState
from tests.crash.chatserver import AskableServer, MuteServer, serving
from tests.crash.people import People
from tests.crash.test_kills import LATER, World, invited, open_rounds, told, wrong
from tests.crash.town import DEALT_WITH, Town
from tests.flow.town import ORGANISATION, round_of, rows

from .ledger import PLATFORM, Refusals, begin, company, go, miscounted, organisation, walks_of

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0, reason="only root on Linux can make a small disk"
)

ROUND = round_of(0, organisation())
BLOCK = 4096


@dataclass(frozen=True)
class Disk:
    """A small disk that can be filled up."""

    folder: Path

    def fill(self, leave: int = 0) -> None:
        """Until so many bytes are left."""
        with (self.folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(b"\0" * BLOCK)
        if leave:
            os.truncate(self.folder / "filler", max(0, (self.folder / "filler").stat().st_size - leave))

    def clear(self) -> None:
        """There is room again."""
        (self.folder / "filler").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Sixteen megabytes, at `data` of the test's own folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def town(disk: Disk) -> Iterator[Simulation]:
    """A company with its database there."""
    made = company(disk.folder / "klankbord.sqlite3", 30)
    yield made
    made.database.close()


async def opened(town: Simulation) -> None:
    """The first round is open."""
    await begin(town)
    town.now = ROUND.opens_at
    await town.duty.write(rounds.open_due, town.now, town.rng, town.keyring)


async def full(town: Simulation, disk: Disk) -> None:
    """No room left, also not in the write-ahead log."""
    await town.database.scrub()
    disk.fill()


def test_a_tap_on_a_full_disk_is_not_acknowledged(town: Simulation, disk: Disk) -> None:
    """It fails, the card stays where it was and can be looked at; with room again the same tap takes effect."""

    async def walk() -> None:
        await opened(town)
        hear = hearing(town.database, town.keyring, lambda: ROUND.opens_at)
        one = walks_of(town, "full")[0]
        tap = Tap(PLATFORM, one.chat, f"{one.invitation}:begin", delivery="1")
        before = await hear(Asked(PLATFORM, one.chat))
        await full(town, disk)
        for _ in range(3):
            with pytest.raises(OperationalError) as raised:
                await hear(tap)
            assert getattr(raised.value.orig, "sqlite_errorname", "") in ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
        assert await hear(Asked(PLATFORM, one.chat)) == before
        disk.clear()
        after = await hear(tap)
        assert after not in (None, before)

    asyncio.run(walk())


def test_counting_on_a_full_disk_is_undone_whole_and_done_later(town: Simulation, disk: Disk) -> None:
    """Everybody's ballot is still there and no answer is; the next tick with room counts each once, and scrubs."""

    async def walk() -> None:
        await opened(town)
        hear = hearing(town.database, town.keyring, lambda: ROUND.opens_at)
        walks = walks_of(town, "full")
        await asyncio.gather(*(go(one, hear, Refusals()) for one in walks))
        await full(town, disk)
        with pytest.raises(OperationalError):
            await clock.tick(town.duty, ROUND.closes_at, town.rng, town.keyring)
        assert [round_.state for round_ in rows(town, Round)] == [RoundState.OPEN]
        assert (len(rows(town, SealedBallot)), len(rows(town, Answer))) == (30, 0)
        disk.clear()
        await clock.tick(town.duty, ROUND.closes_at, town.rng, town.keyring)
        assert list(miscounted(town, walks)) == []
        assert not town.database.unscrubbed

    asyncio.run(walk())


def test_a_disk_that_fills_up_while_people_tap(town: Simulation, disk: Disk) -> None:
    """At whatever moment it is full, and once more: what was acknowledged counts, once."""
    taps = 0

    def tapped() -> None:
        nonlocal taps
        taps += 1

    async def walk() -> None:
        await opened(town)
        hear = hearing(town.database, town.keyring, lambda: ROUND.opens_at)
        walks, refusals = walks_of(town, "fills"), Refusals()
        everybody = asyncio.gather(*(go(one, hear, refusals, tapped) for one in walks))
        for awaited in (60, 150):
            while taps < awaited and not everybody.done():  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            disk.fill(leave=random.Random(awaited).randrange(30) * BLOCK)
            refused = refusals.number
            while refusals.number == refused and not everybody.done():
                disk.fill()
                with suppress(sqlite3.OperationalError):  # else the log has room of its own
                    await town.database.scrub()
                await asyncio.sleep(0.002)
            disk.clear()
        await everybody
        assert refusals.number > 0
        assert len(await town.duty.write(counting.count_due, ROUND.closes_at, town.keyring)) == 1
        assert list(miscounted(town, walks)) == []

    asyncio.run(walk())


# --- the real program --------------------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path, disk: Disk) -> Iterator[World]:
    """One `klankbord run` with its data there, two hundred people and their chat servers."""
    askable = AskableServer("askable", delay=0.05, rng=random.Random(1))
    mute = MuteServer("mute", delay=0.05, rng=random.Random(2))
    people = {server.name: People(server, DEALT_WITH, "full") for server in (askable, mute)}
    with ExitStack() as stack:
        stage = stack.enter_context(serving(askable, mute))
        urls = {server.name: server.address for server in (askable, mute)}
        town = Town(tmp_path, None, urls, 1, random.Random(3))
        stack.callback(town.end)
        askable.taps_to = [replica.address for replica in town.replicas]
        for one in people.values():
            stage.begin(one.live())
        yield World(town, askable, mute, stage, people, 3)


def until(happened: Callable[[], bool], town: Town) -> None:
    """Wait for something."""
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, town.log[-2000:]
        time.sleep(0.05)


def test_run_says_so_survives_and_goes_on(world: World, disk: Disk) -> None:
    """Full in mid-wave: alive, one line that names it and no words of anybody; with room the round ends as ever."""
    town, times = world.town, world.town.times(0)
    town.set_clock(times.opens_at + LATER)
    town.start()
    world.until(lambda: world.activity() > 100)
    disk.fill()
    until(lambda: "SQLITE_FULL" in town.log, town)
    assert httpx.get(f"{town.replicas[0].address}/healthz", timeout=30).status_code == 200
    disk.clear()
    world.until(lambda: town.read(invited) and world.walking == 0)
    town.database.scrub_now()
    disk.fill()
    town.set_clock(times.closes_at + LATER)
    until(lambda: "role=clock" in town.log, town)
    assert town.read(open_rounds)
    disk.clear()
    world.until(lambda: not town.read(open_rounds))
    town.set_clock(times.digests_at + LATER)
    world.until(lambda: town.read(told))
    assert list(wrong(world, 1, 0)) == []
    assert "this failed; it is done again until it works" in town.log
    assert not [chat for chat in ("chat0", "Colleague") if chat in town.log]


# --- backup ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [0, 1, 8, 40, 100])
def test_a_backup_that_does_not_fit_leaves_nothing(tmp_path: Path, disk: Disk, left: int) -> None:
    """At whatever point the room ends: exit code 2, a reason, no half file and no folder."""
    data = tmp_path / "origin"
    data.mkdir()
    database = Database(data / "klankbord.sqlite3", durable=False)
    database.migrate()
    with database.transaction() as session:
        editions.write(session, ORGANISATION, live=True, author="a", note="", now=ROUND.opens_at)
        assert session.exec(select(editions.Edition)).one()
        content = ORGANISATION.model_copy(update={"name": "x" * 300_000})
        editions.write(session, content, live=True, author="a", note="", now=ROUND.opens_at)
    database.close()
    disk.fill(leave=left * BLOCK)
    file = disk.folder / "backup.sqlite3"
    settings = {"KLANKBORD_DATA": str(data), "KLANKBORD_LANGUAGE": "en"}
    result = CliRunner().invoke(main, ["backup", str(file)], env=settings)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2
    assert str(file) in result.stderr
    assert any(
        word in result.stderr for word in ("full", os.strerror(errno.ENOSPC), "disk I/O error", "unable to open")
    )
    assert [path.name for path in disk.folder.iterdir()] == ["filler"]
