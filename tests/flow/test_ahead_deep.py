"""Which rounds to come are of a deep cycle: what is foretold is what happens, and admins read it everywhere."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.core.desk import Foreseen, next_rounds
from bot.flow.ahead import ahead, half_year
from bot.flow.standing import standing
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.rounds import Cycle, Round
from config.deep import Deep
from config.organisation import Organisation

from .town import ORGANISATION, round_of, rows, town


def with_deep(deep: Deep | None) -> Organisation:
    """The example with cycles of two rounds."""
    survey = ORGANISATION.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": 2})
    return ORGANISATION.changed(surveys=(survey.model_copy(update={"deep": deep, "rhythm": rhythm}),))


MADE = with_deep(Deep(first=2, every=3))


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    """Eight people in two cohorts, live."""
    made = town(tmp_path / "klankbord.sqlite3", people=8, organisation=MADE)
    asyncio.run(made.begin())
    yield made
    made.database.close()


def foretold(simulation: Simulation, now: datetime) -> dict[int, tuple[int, bool]]:
    """The cohort of each round of the coming half year, and whether its cycle is deep; by its number, from 0."""
    with simulation.database.transaction(reading=True) as session:
        return {one.times.number: (one.cohort, one.is_deep) for one, _ in half_year(session, now)}


def happened(simulation: Simulation) -> dict[int, tuple[int, bool]]:
    """The same of the rounds that were opened."""
    cycles = {cycle.key: cycle for cycle in rows(simulation, Cycle)}
    found = {}
    for one in rows(simulation, Round):
        cycle = cycles[one.cycle]
        with simulation.database.transaction(reading=True) as session:
            survey = editions.within_cycle(session, cycle.edition).survey(cycle.survey)
        found[one.number - 1] = (one.number - 1 - cycle.first_round, survey.is_deep(cycle.number))
    return found


@pytest.mark.parametrize("missed", [(), (0,), (1,), (0, 1, 2)], ids=str)
def test_what_is_foretold_is_what_happens(simulation: Simulation, missed: tuple[int, ...]) -> None:
    """Also after rounds that nothing opened: a cycle begins with its first round that is opened."""

    async def walk() -> dict[int, tuple[int, bool]]:
        for number in range(6):
            if number not in missed:
                await simulation.to(round_of(number, MADE).opens_at)
        told = foretold(simulation, simulation.now)
        for number in (6, 7, 8, 9):
            await simulation.to(round_of(number, MADE).opens_at)
        return told

    told = asyncio.run(walk())
    after = happened(simulation)
    assert {is_deep for _, is_deep in after.values()} == {False, True}
    assert {number: told[number] for number in (6, 7, 8, 9)} == {number: after[number] for number in (6, 7, 8, 9)}


def test_it_is_foretold_from_the_first_day(simulation: Simulation) -> None:
    """Cycles 2 and 5 of two rounds each."""
    told = foretold(simulation, simulation.now)
    assert [number for number, (_, is_deep) in told.items() if is_deep] == [2, 3, 8, 9]
    assert [told[number][0] for number in range(4)] == [0, 1, 0, 1]


def test_a_cycle_under_way_stays_what_it_was(simulation: Simulation) -> None:
    """A change of which cycles are deep holds from the next one."""

    def change(session: Session, now: datetime) -> None:
        made = with_deep(Deep(first=1, every=2))
        editions.write(session, made, live=True, author="test", note="", now=now)

    async def walk() -> None:
        await simulation.to(round_of(0, MADE).opens_at)
        await simulation.database.write(change, simulation.now)

    asyncio.run(walk())
    told = foretold(simulation, simulation.now)
    assert [told[number][1] for number in range(1, 6)] == [False, False, False, True, True]


def test_a_pilot_round_is_a_cycle_of_its_own(simulation: Simulation) -> None:
    """Which asks everybody in it."""
    with simulation.database.transaction() as session:
        editions.write(session, MADE, live=False, author="test", note="", now=simulation.now)
    told = foretold(simulation, simulation.now)
    assert [told[number] for number in range(5)] == [(0, False), (0, True), (0, False), (0, False), (0, True)]


def test_admins_read_it(simulation: Simulation) -> None:
    """On the card in chat, in `klankbord status`, and for programs; rounds of an ordinary cycle are not marked."""
    with simulation.database.transaction(reading=True) as session:
        assert [one.is_deep for one in ahead(session, simulation.now)] == [False, False, True]
        found = standing(session, simulation.now, None, {})
    assert [one["deep"] for one in found.as_json()["next_rounds"]] == [False, False, True]
    card = next_rounds(
        "nl", [Foreseen("A", 1, "nu", 2, is_deep=False), Foreseen("A", 2, "straks", 2, is_deep=True)], ()
    )
    assert ["langere cyclus" in line for line in card.lines] == [False, True]


def test_a_round_that_will_be_missed_begins_no_cycle(simulation: Simulation) -> None:
    """From its reminder on nothing opens it: the first cycle is that of the rounds after it."""
    told = foretold(simulation, round_of(0, MADE).reminds_at)
    assert [told[number] for number in (1, 2, 3, 4)] == [(0, False), (1, False), (0, True), (1, True)]
