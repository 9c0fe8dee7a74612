"""Before `live`: only pilot people are asked, one channel reads, the gate is the same, and nothing of it stays."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from analysis.answers import Answer
from bot.flow import launch
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.editions import Edition
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Person
from bot.store.rounds import Invitation, Round, RoundState

from .town import ORGANISATION, pass_round, round_of, rows, town


def _begin_pilot(session: Session, simulation: Simulation, pilots: int) -> None:
    """The edition is no longer live, and so many people are marked."""
    editions.write(session, ORGANISATION, live=False, author="test", note="", now=simulation.now)
    for person in session.exec(select(Person).limit(pilots)):
        person.pilot = True
        session.add(person)


@pytest.fixture(params=[8, 60])
def pilot(where: Path | str, request: pytest.FixtureRequest) -> Iterator[tuple[Simulation, int]]:
    """A pilot of eight people, and one of sixty."""
    simulation = town(where)

    async def begin() -> None:
        await simulation.begin()
        await simulation.database.write(_begin_pilot, simulation, request.param)

    asyncio.run(begin())
    yield simulation, request.param
    simulation.database.close()


def digests(simulation: Simulation) -> list[OutgoingRow]:
    """Every message to a channel."""
    return [row for row in rows(simulation, OutgoingRow) if row.kind is Kind.DIGEST]


def test_pilot_people_are_one_cohort_and_one_channel_reads(pilot: tuple[Simulation, int]) -> None:
    """All of them are asked in the first round; everything goes to the test channel."""
    simulation, size = pilot
    asyncio.run(pass_round(simulation, 0))
    asked = {invitation.person for invitation in rows(simulation, Invitation)}
    assert asked == {person.key for person in rows(simulation, Person) if person.pilot}
    assert len(asked) == size
    channels = {f"{row.platform}:{row.address}" for row in digests(simulation)}
    assert channels == {ORGANISATION.test_channel}


def test_the_gate_is_the_same(pilot: tuple[Simulation, int]) -> None:
    """Eight people: every message is an example with invented figures. Sixty: real ones where ten people spoke."""
    simulation, size = pilot
    asyncio.run(pass_round(simulation, 0))
    real = [row for row in digests(simulation) if "collega's gaven antwoord" in row.lines[0]]
    invented = [row for row in digests(simulation) if "VOORBEELD MET VERZONNEN CIJFERS" in row.lines[0]]
    assert len(real) + len(invented) == len(ORGANISATION.departments)
    assert bool(real) == (size == 60)
    assert all("minder dan 10" in row.lines[0] for row in invented)


def test_at_live_the_pilot_is_destroyed_uncounted(pilot: tuple[Simulation, int]) -> None:
    """An open pilot round is aborted: no ballot, no key, no answer is left, and everybody is asked from then on."""
    simulation, _ = pilot

    async def walk() -> None:
        await simulation.to(round_of(0).opens_at)
        await simulation.let_answer(late=False)
        assert rows(simulation, SealedBallot)
        await simulation.database.write(launch.go_live, "test", simulation.now)
        assert not any(rows(simulation, table) for table in (SealedBallot, RoundKey, Answer))
        assert [round_.state for round_ in rows(simulation, Round)] == [RoundState.ABORTED]
        await simulation.to(round_of(0).closes_at)
        assert rows(simulation, Answer) == []
        await simulation.to(round_of(1).opens_at)

    asyncio.run(walk())
    assert rows(simulation, Edition)[-1].live
    opened = [round_ for round_ in rows(simulation, Round) if not round_.pilot]
    assert [round_.invited for round_ in opened] == [20]  # one of four cohorts of eighty


def test_what_waits_of_a_pilot_goes_with_its_round(pilot: tuple[Simulation, int]) -> None:
    """A pilot round is a cycle of its own: what was not released is deleted when it is counted."""
    simulation, size = pilot
    asyncio.run(pass_round(simulation, 0))
    assert bool(rows(simulation, Answer)) == (size == 60)
