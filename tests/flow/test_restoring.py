"""A world whose database is lost some time after a backup, and the one restored from it, break no promise together.

What the lost world asked, published and said stays known. The restored one goes on where the backup was, from the
moment at which the other was lost.
"""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from analysis.answers import Answer, Block, BlockState, Participation
from bot.core.timing import Window, window
from bot.flow import launch, restoring
from bot.flow.hearing import hearing
from bot.flow.restoring import MadeSafe
from bot.flow.roles import Roles
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation, prepared
from bot.store import backup, editions
from bot.store.ballots import Keyring, RoundKey, SealedBallot
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Person
from bot.store.rounds import Cycle, Invitation, Round, RoundState
from tests.privacy import organisation

from .town import rows

COHORTS = 3
TOWN = organisation(COHORTS)  # two departments that everybody uses and judges
PEOPLE = 27  # nine in each cohort: a block needs two rounds
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def times(number: int) -> Window:
    """When a round opens and closes."""
    return window(TOWN.surveys[0].rhythm, number, TOWN)


@dataclass
class World:
    """A simulation, and what it has done that cannot be taken back."""

    simulation: Simulation
    asked: set[tuple[str, int]] = field(default_factory=set)  # a person in a round
    said: set[str] = field(default_factory=set)  # messages, by their id

    async def to(self, until: datetime) -> None:
        """Let time pass; whoever gets a card answers it."""
        rounds = [times(number) for number in range(12)]
        steps = [s for r in rounds for s in (r.opens_at, r.opens_at + 2 * DAY, r.closes_at, r.leads_at, r.digests_at)]
        for moment in sorted({*steps, until}):
            if self.simulation.now < moment <= until:
                await self.simulation.to(moment)
                self._remember()
                await self.simulation.let_answer(late=False)

    def _remember(self) -> None:
        for platform in self.simulation.platforms.values():
            self.said |= {outgoing.id for outgoing in (*platform.new, *platform.channels)}
        with self.simulation.database.transaction(reading=True) as session:
            self.asked |= set(session.exec(select(Invitation.person, Round.number).join(Round)).all())

    @property
    def told(self) -> dict[int, tuple[str, range]]:
        """Every block that was released: its department, and the rounds whose answers it may hold."""
        blocks = [one for one in rows(self.simulation, Block) if one.state is BlockState.RELEASED]
        return {one.number: (one.department, range(one.first_round, one.last_round + 1)) for one in blocks}


@dataclass
class Loss:
    """When the backup was made and the database was lost, and what is there afterwards."""

    folder: Path
    backed_up_at: datetime
    lost_at: datetime
    lost: World
    backup: Path
    raw: Path

    def on(self, database: Database, keyring: Keyring) -> World:
        """A world that goes on from the moment of the loss, with fresh platforms."""
        simulation = replace(
            self.lost.simulation,
            database=database,
            keyring=keyring,
            rng=random.Random(9),
            roles=Roles(database, ["simulation"]),
            now=self.lost_at,
            platforms={name: MemoryPlatform(name) for name in self.lost.simulation.platforms},
        )
        hear = hearing(database, keyring, lambda: simulation.now)
        for platform in simulation.platforms.values():
            asyncio.run(platform.listen(hear))
        return World(simulation)

    def restored(self, file: Path | None = None) -> tuple[World, MadeSafe]:
        """The world that `klankbord restore` makes; with other keys, for it needs none."""
        database = Database(self.folder / f"restored-{random.Random().random()}.sqlite3", durable=False)
        database.migrate()
        with backup.opened(file or self.backup) as found, database.transaction() as session:
            found.put_back(session, lambda _rows: None)
            done = restoring.make_safe(session, self.lost_at)
        return self.on(database, Keyring([Keyring.new_key()])), done

    def copied(self) -> World:
        """What putting back a mere copy of the database would have made."""
        return self.on(Database(self.raw, durable=False), self.lost.simulation.keyring)


def lose(folder: Path, backed_up_at: datetime, lost_at: datetime) -> Loss:
    """Two worlds' common past, and the future of the lost one."""
    loss = Loss(
        folder,
        backed_up_at,
        lost_at,
        World(prepared(TOWN, PEOPLE, 3, folder / "lost.sqlite3")),
        folder / "backup",
        folder / "raw.sqlite3",
    )

    async def walk() -> None:
        await loss.lost.simulation.begin()
        await loss.lost.to(backed_up_at)
        database = loss.lost.simulation.database
        backup.write(database, loss.backup, backed_up_at, lambda _total: lambda _rows: None)
        with closing(sqlite3.connect(database.path)) as source, closing(sqlite3.connect(loss.raw)) as copy:
            source.backup(copy)
        await loss.lost.to(lost_at)

    asyncio.run(walk())
    return loss


CASES = {
    "before the first round, lost in the second": (times(0).opens_at - HOUR, times(1).opens_at + DAY),
    "in a round, lost in the same one": (times(1).opens_at + DAY, times(1).opens_at + 2 * DAY),
    "in a round, lost in the next": (times(0).opens_at + DAY, times(1).opens_at + DAY),
    "counted and not told, lost in the next round": (times(1).closes_at, times(2).opens_at + DAY),
    "after the last closing, lost in the next cycle": (times(2).closes_at, times(3).opens_at + DAY),
    "in a cycle, lost two later": (times(0).opens_at + DAY, times(8).opens_at + DAY),
}


@pytest.fixture(scope="module", params=CASES, ids=str)
def loss(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loss]:
    """Each of the cases."""
    made = lose(tmp_path_factory.mktemp("loss"), *CASES[request.param])
    yield made
    made.lost.simulation.database.close()


@pytest.fixture(scope="module")
def restored(loss: Loss) -> Iterator[tuple[World, MadeSafe]]:
    """The same, restored, and well into the cycle after it."""
    world, done = loss.restored()
    asyncio.run(world.to(done.opens["staff"] + timedelta(weeks=4, days=3)))
    yield world, done
    world.simulation.database.close()


def test_at_once_nothing_is_left_that_could_be_told(loss: Loss) -> None:
    """No open or counted round, no waiting answer, no key, nothing to be sent; every cycle is over."""
    world, _ = loss.restored()
    simulation = world.simulation
    released = {block.id for block in rows(simulation, Block) if block.state is BlockState.RELEASED}
    assert {row.block for row in rows(simulation, Answer)} <= released
    assert {row.block for row in rows(simulation, Participation)} <= released
    assert {block.state for block in rows(simulation, Block)} <= {BlockState.RELEASED, BlockState.DELETED}
    states = {one.state for one in rows(simulation, Round)}
    assert states <= {RoundState.TOLD, RoundState.ABORTED}
    assert all(cycle.ended for cycle in rows(simulation, Cycle))
    assert {row.state for row in rows(simulation, OutgoingRow)} <= {OutgoingState.SENT, OutgoingState.UNKNOWN}
    assert not any(rows(simulation, table) for table in (SealedBallot, RoundKey, Invitation))
    simulation.database.close()


def test_nobody_is_asked_twice_in_a_cycle(loss: Loss, restored: tuple[World, MadeSafe]) -> None:
    """Whoever was asked here or there has their next turn a whole cycle later, as their last card promised."""
    world, _ = restored
    in_cycle = Counter((person, (number - 1) // COHORTS) for person, number in loss.lost.asked | world.asked)
    assert set(in_cycle.values()) == {1}
    assert world.asked
    if loss.backed_up_at >= times(0).opens_at:  # everybody's cohort was known
        last = {person: max(n for p, n in loss.lost.asked if p == person) for person, _ in loss.lost.asked}
        assert all(number - last.get(person, -COHORTS) >= COHORTS for person, number in world.asked)


def test_no_answer_is_in_two_released_blocks(loss: Loss, restored: tuple[World, MadeSafe]) -> None:
    """What is released afterwards holds no round of which anything was released before: nothing can be subtracted."""
    world, _ = restored
    fresh = {number: block for number, block in world.told.items() if number not in loss.lost.told}
    assert fresh
    assert not overlapping(loss.lost, world)


def overlapping(lost: World, other: World) -> list[tuple[int, int]]:
    """Blocks of both worlds that share a round of a department and are not the same block of their common past."""
    return [
        (mine, theirs)
        for mine, (department, held) in other.told.items()
        for theirs, (of, known) in lost.told.items()
        if department == of and set(held) & set(known) and (mine, department, held) != (theirs, of, known)
    ]


def test_no_message_goes_out_under_a_name_that_is_known(loss: Loss, restored: tuple[World, MadeSafe]) -> None:
    """A platform that is asked whether it has a message is never asked about another one of that name."""
    world, _ = restored
    assert world.said
    assert loss.lost.said & world.said == set()


def test_it_opens_when_it_said(loss: Loss, restored: tuple[World, MadeSafe]) -> None:
    """Of all rounds that were opened afterwards the first one opened at the moment that was printed."""
    world, done = restored
    opened = (one.opens_at for one in rows(world.simulation, Round))
    assert min(moment for moment in opened if moment > loss.lost_at) == done.opens["staff"]


def test_a_mere_copy_of_the_database_would_be_open_to_subtraction(tmp_path: Path) -> None:
    """The same with a raw copy: a block goes out a second time, with another round. So the danger is real."""
    loss = lose(tmp_path, times(0).closes_at, times(1).leads_at)
    copy = loss.copied()
    asyncio.run(copy.to(times(3).digests_at + HOUR))
    assert overlapping(loss.lost, copy)
    copy.simulation.database.close()
    world, done = loss.restored()
    asyncio.run(world.to(done.opens["staff"] + timedelta(weeks=4, days=3)))
    assert not overlapping(loss.lost, world)
    world.simulation.database.close()
    loss.lost.simulation.database.close()


def test_it_can_be_done_again(loss: Loss) -> None:
    """A backup of what was just restored, restored at the same moment: the next round opens at the same time."""
    world, done = loss.restored()
    again = loss.folder / "again"
    backup.write(world.simulation.database, again, loss.lost_at, lambda _total: lambda _rows: None)
    second, repeated = loss.restored(again)
    again.unlink()
    assert repeated.opens == done.opens
    assert (repeated.rounds, repeated.departments, repeated.unsaid) == ((), (), ())
    for one in (world, second):
        one.simulation.database.close()


# --- what was done in between and is not known ---------------------------------------------------------------------


def in_pilot(session: Session, simulation: Simulation) -> None:
    """The pilot goes on: everybody takes part in it."""
    editions.write(session, TOWN, live=False, author="test", note="", now=simulation.now)
    for person in session.exec(select(Person)):
        person.pilot = True
        session.add(person)


def test_who_said_live_after_the_backup_asks_nobody_twice(tmp_path: Path) -> None:
    """The lost world went live and asked; restored, `live` is said again, and the round under way stays closed."""
    loss = lose(tmp_path, times(0).opens_at - 2 * HOUR, times(0).opens_at - HOUR)
    loss.lost_at = times(0).opens_at + DAY
    with loss.lost.simulation.database.transaction() as session:
        in_pilot(session, loss.lost.simulation)
    loss.backup.unlink()
    backup.write(loss.lost.simulation.database, loss.backup, loss.backed_up_at, lambda _total: lambda _rows: None)
    world, _ = loss.restored()
    with world.simulation.database.transaction() as session:
        launch.go_live(session, "test", loss.lost_at)
    asyncio.run(world.to(times(0).closes_at))
    assert world.asked == set()
    asyncio.run(world.to(times(1).opens_at))
    assert {number for _, number in world.asked} == {2}
    world.simulation.database.close()
    loss.lost.simulation.database.close()


def test_another_rhythm_applied_again_opens_nothing_earlier(tmp_path: Path) -> None:
    """An edition of after the backup that moves rounds to Thursday: applied again, it waits as long."""
    loss = lose(tmp_path, times(0).opens_at + DAY, times(0).opens_at + 2 * DAY)
    world, done = loss.restored()
    rhythm = TOWN.surveys[0].rhythm.model_copy(update={"weekday": "thursday"})
    survey = TOWN.surveys[0].model_copy(update={"rhythm": rhythm})
    changed = TOWN.model_copy(update={"surveys": (survey,)})
    with world.simulation.database.transaction() as session:
        editions.write(session, changed, live=True, author="test", note="", now=loss.lost_at)

    async def walk() -> None:
        await world.to(done.opens["staff"] - HOUR)
        assert world.asked == set()
        await world.to(done.opens["staff"] + 3 * DAY)

    asyncio.run(walk())
    assert len(world.asked) == PEOPLE / COHORTS
    world.simulation.database.close()
    loss.lost.simulation.database.close()


def test_a_digest_that_waited_is_named_and_not_sent(tmp_path: Path) -> None:
    """It may have gone out since: its channel is named, so that somebody can look."""
    loss = lose(tmp_path, times(1).digests_at - HOUR, times(1).digests_at)
    with loss.lost.simulation.database.transaction() as session:
        for kind in (Kind.DIGEST, Kind.NOTICE):
            row = OutgoingRow(id=kind, kind=kind, platform="webchat", address=f"#{kind}", not_before=loss.lost_at)
            session.add(row)
    loss.backup.unlink()
    backup.write(loss.lost.simulation.database, loss.backup, loss.lost_at, lambda _total: lambda _rows: None)
    world, done = loss.restored()
    assert done.unsaid == ("webchat:#digest",)
    asyncio.run(world.to(loss.lost_at + DAY))
    assert world.said == set()
    world.simulation.database.close()
    loss.lost.simulation.database.close()
