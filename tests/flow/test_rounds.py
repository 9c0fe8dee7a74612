"""Who is asked when: cohorts over a cycle, newcomers, and what happens when their number changes."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.core.platform import Outgoing
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.people import Account, Person, Seat
from bot.store.rounds import Cycle, Invitation, InvitationState, Round
from config.organisation import Organisation
from config.survey import Rhythm

from .town import ORGANISATION, round_of, rows, town

UNFINISHED = (InvitationState.INVITED, InvitationState.STARTED)


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """Eighty people in four cohorts."""
    made = town(where)
    yield made
    made.database.close()


def rhythm(**changes: object) -> Rhythm:
    """The example's rhythm, changed."""
    return ORGANISATION.surveys[0].rhythm.model_copy(update=changes)


def with_rhythm(**changes: object) -> Organisation:
    """The example with another rhythm."""
    survey = ORGANISATION.surveys[0].model_copy(update={"rhythm": rhythm(**changes)})
    return ORGANISATION.model_copy(update={"surveys": (survey,)})


def invited(simulation: Simulation) -> list[int]:
    """How many people each round asked."""
    return [one.invited for one in sorted(rows(simulation, Round), key=lambda one: one.opens_at)]


async def rounds(simulation: Simulation, *numbers: int) -> None:
    """Open and close these rounds and tell them, up to the opening of the next; nobody answers."""
    for number in numbers:
        times = round_of(number)
        await simulation.to(times.opens_at)
        await simulation.to(times.closes_at)
        await simulation.told(times)
    await simulation.to(round_of(numbers[-1] + 1).opens_at)


def _apply(session: Session, organisation: Organisation, simulation: Simulation) -> None:
    editions.write(session, organisation, live=True, author="test", note="", now=simulation.now)


def _hire(session: Session, count: int) -> None:
    for number in range(count):
        session.add(Person(key=f"new-{number}", name="Nieuw", language="nl", timezone="Europe/Amsterdam"))
    session.flush()
    for number in range(count):
        session.add(Account(platform="webchat", address=f"new-{number}", person=f"new-{number}"))


def test_everybody_is_asked_once_per_cycle(simulation: Simulation) -> None:
    """Four rounds ask four cohorts of twenty; the fifth asks the first cohort again."""

    async def walk() -> None:
        await simulation.begin()
        await rounds(simulation, 0, 1, 2, 3)

    asyncio.run(walk())  # the day after the fourth closes, the fifth opens
    assert invited(simulation) == [20] * 5
    assert Counter(seat.last_cycle for seat in rows(simulation, Seat)) == {1: 60, 2: 20}


@pytest.mark.parametrize(("count", "size"), [(2, 40), (8, 10)])
def test_another_number_of_cohorts_holds_from_the_next_cycle(simulation: Simulation, count: int, size: int) -> None:
    """The cycle under way goes on with four; then everybody is drawn anew, in equal cohorts."""

    async def walk() -> None:
        await simulation.begin()
        await rounds(simulation, 0)
        await simulation.database.write(_apply, with_rhythm(cohorts=count), simulation)
        await rounds(simulation, 1, 2, 3, 4, 5)

    asyncio.run(walk())
    assert invited(simulation) == [20, 20, 20, 20, size, size, size]
    assert set(Counter(seat.cohort for seat in rows(simulation, Seat)).values()) == {size}
    assert [cycle.first_round for cycle in rows(simulation, Cycle)] == ([0, 4, 6] if count == 2 else [0, 4])


def test_another_weekday_holds_from_the_next_cycle(simulation: Simulation) -> None:
    """The four rounds of the cycle keep their Tuesday; the first on a Thursday opens when the last of them closed."""

    async def walk() -> None:
        await simulation.begin()
        await rounds(simulation, 0)
        await simulation.database.write(_apply, with_rhythm(weekday="thursday"), simulation)
        await rounds(simulation, 1, 2, 3)
        await simulation.to(round_of(4).opens_at + timedelta(days=9))

    asyncio.run(walk())
    opened = sorted(rows(simulation, Round), key=lambda one: one.opens_at)
    assert [one.opens_at.weekday() for one in opened] == [1, 1, 1, 1, 3]
    assert opened[3].closes_at <= opened[4].opens_at


def test_a_survey_that_is_taken_away_is_asked_to_the_end_of_its_cycle(simulation: Simulation) -> None:
    """Its people were promised to be heard in this cycle; then it is over."""
    other = ORGANISATION.surveys[0].model_copy(update={"key": "other", "rhythm": rhythm(start=date(2027, 9, 7))})

    async def walk() -> None:
        await simulation.begin()
        await rounds(simulation, 0)
        await simulation.database.write(_apply, ORGANISATION.model_copy(update={"surveys": (other,)}), simulation)
        await rounds(simulation, 1, 2, 3, 4)

    asyncio.run(walk())
    assert invited(simulation) == [20] * 4
    assert [cycle.ended for cycle in rows(simulation, Cycle)] == [True]


def test_a_round_that_nobody_could_open_is_skipped_and_a_cycle_begins_with_its_first(simulation: Simulation) -> None:
    """The machine was off at rounds 1, 3, 4 and 5: each cohort keeps its own round, and the next cycle begins at 6."""

    async def walk() -> None:
        await simulation.begin()
        for moment in (round_of(0).opens_at, round_of(1).reminds_at, round_of(2).opens_at, round_of(6).opens_at):
            await simulation.to(moment)

    asyncio.run(walk())
    assert [one.number for one in rows(simulation, Round)] == [1, 3, 7]
    assert [cycle.first_round for cycle in rows(simulation, Cycle)] == [0, 6]


def test_newcomers_fill_the_smallest_cohort_and_nobody_moves(simulation: Simulation) -> None:
    """Four people hired in mid-cycle get a seat each, one per cohort; who sat somewhere stays there."""

    async def walk() -> dict[str, int]:
        await simulation.begin()
        await rounds(simulation, 0)
        before = {seat.person: seat.cohort for seat in rows(simulation, Seat)}
        await simulation.database.write(_hire, 4)
        await rounds(simulation, 1)
        return before

    before = asyncio.run(walk())
    after = {seat.person: seat.cohort for seat in rows(simulation, Seat)}
    assert {person: after[person] for person in before} == before
    assert sorted(after[person] for person in after.keys() - before.keys()) == [0, 1, 2, 3]


def test_opening_again_and_again_opens_once(simulation: Simulation) -> None:
    """Every minute the clock asks what is due; a round is opened once, and not when its reminder has passed."""

    async def walk() -> None:
        await simulation.begin()
        for minute in range(3):
            await simulation.to(round_of(0).opens_at + timedelta(minutes=minute))
        await simulation.to(round_of(1).reminds_at)  # the machine was off at the opening

    asyncio.run(walk())
    assert invited(simulation) == [20]


def test_a_reminder_is_the_same_for_everybody_who_has_not_finished(simulation: Simulation) -> None:
    """Who began and who did not read the same lines, once; who finished or declined reads nothing."""

    async def walk() -> list[Outgoing]:
        await simulation.begin()
        await simulation.to(round_of(0).opens_at)
        await simulation.let_answer(late=False)
        await simulation.to(round_of(0).reminds_at)
        return simulation.platforms["webchat"].taken()

    reminded = asyncio.run(walk())
    states = {invitation.id: invitation.state for invitation in rows(simulation, Invitation)}
    assert {outgoing.invitation for outgoing in reminded} == {i for i, state in states.items() if state in UNFINISHED}
    assert {InvitationState.FINISHED, InvitationState.INVITED} <= set(states.values())
    assert len({outgoing.lines for outgoing in reminded}) == 1
