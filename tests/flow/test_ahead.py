"""Which rounds come: what `ahead` says is due is what the clock would open, at every moment."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.flow.ahead import Left, ahead, half_year, left_alone, missed, next_cycles
from bot.flow.cycles import due_rounds
from bot.simulation.run import Simulation
from bot.store import editions, people

from .town import ORGANISATION, round_of, town

MINUTE = timedelta(minutes=1)


class Undo(Exception):
    """Raised to undo a transaction."""


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    """Eight people in four cohorts, live."""
    made = town(tmp_path / "klankbord.sqlite3", people=8)
    asyncio.run(made.begin())
    yield made
    made.database.close()


def would_open(simulation: Simulation, now: datetime) -> list[tuple[str, datetime]]:
    """What the clock would open now; undone."""
    found: list[tuple[str, datetime]] = []
    try:
        with simulation.database.transaction() as session:
            found = [(due.survey.key, due.times.opens_at) for due in due_rounds(session, now)]
            raise Undo
    except Undo:
        return found


def numbers(simulation: Simulation, now: datetime) -> list[int]:
    """The numbers of the next rounds."""
    with simulation.database.transaction(reading=True) as session:
        return [one.number for one in ahead(session, now)]


def missing(simulation: Simulation, now: datetime) -> list[int]:
    """The numbers of the rounds that were missed."""
    with simulation.database.transaction(reading=True) as session:
        return [one.number for one in missed(session, now)]


def _change(session: Session, now: datetime, rhythm: dict[str, object]) -> None:
    survey = ORGANISATION.surveys[0]
    changed = survey.model_copy(update={"rhythm": survey.rhythm.model_copy(update=rhythm)})
    organisation = ORGANISATION.model_copy(update={"surveys": (changed,)})
    editions.write(session, organisation, live=True, author="test", note="", now=now)


@pytest.mark.parametrize("rhythm", [{}, {"weekday": "thursday"}, {"every_weeks": 3}, {"cohorts": 2}])
def test_what_is_due_is_what_the_clock_would_open(simulation: Simulation, rhythm: dict[str, object]) -> None:
    """Also after the rhythm was changed in the middle of a cycle, and after rounds that nobody opened."""

    async def walk() -> None:
        opened = 0
        now = round_of(0).opens_at - timedelta(days=1)
        while now < round_of(6).opens_at:
            if now.date() == round_of(1).opens_at.date() and rhythm:
                await simulation.database.write(_change, now, rhythm)
            with simulation.database.transaction(reading=True) as session:
                due = [(one.survey, one.times.opens_at) for one in ahead(session, now) if one.times.opens_at <= now]
            expected = would_open(simulation, now)
            assert due == expected, now
            if expected and now.weekday() < 5:
                opened += 1
                if opened % 3:  # every third opens a day late
                    await simulation.to(now)
            elif now.weekday() == 0:
                await simulation.to(now)
            now += timedelta(hours=11)
        assert opened > 3

    asyncio.run(walk())


def test_a_round_that_is_due_at_this_moment_comes_first(simulation: Simulation) -> None:
    """Until the clock opened it; from then on it is under way, and the one after it comes."""
    opens = round_of(0).opens_at
    assert numbers(simulation, opens - MINUTE) == [1, 2, 3]
    assert numbers(simulation, opens) == [1, 2, 3]
    asyncio.run(simulation.to(opens))
    assert numbers(simulation, opens) == [2, 3, 4]


def test_a_round_that_nothing_opened_in_time_was_missed(simulation: Simulation) -> None:
    """From its reminder on, also when it was noted, for two weeks."""
    times = round_of(0)
    assert missing(simulation, times.reminds_at - MINUTE) == []
    assert missing(simulation, times.reminds_at) == [1]
    assert numbers(simulation, times.reminds_at) == [2, 3, 4]
    asyncio.run(simulation.to(times.reminds_at))
    assert missing(simulation, times.reminds_at) == [1]
    assert missing(simulation, times.due + timedelta(days=14)) == []


def test_nothing_was_missed_before_there_was_an_edition(tmp_path: Path) -> None:
    """An organisation that is set up while a round would have been under way."""
    simulation = town(tmp_path / "klankbord.sqlite3")
    simulation.now = round_of(3).opens_at + timedelta(days=1)
    asyncio.run(simulation.begin())
    assert missing(simulation, round_of(3).reminds_at) == []
    simulation.database.close()


# --- the half year that comes --------------------------------------------------------------------------------------


def test_the_half_year_has_every_round_in_its_order(simulation: Simulation) -> None:
    """Every two weeks; and how many people each asks: an even part of who there is."""
    with simulation.database.transaction(reading=True) as session:
        found = half_year(session, simulation.now)
    opens = [one.times.opens_at for one, _ in found]
    assert opens == sorted(opens)
    assert [one.number for one, _ in found] == list(range(1, len(found) + 1))
    assert all(timedelta(days=10) < later - earlier < timedelta(days=18) for earlier, later in pairwise(opens))
    assert simulation.now + timedelta(weeks=23) < opens[-1] < simulation.now + timedelta(weeks=26)
    assert {asked for _, asked in found} == {2}


def test_who_is_left_alone_is_counted_once(simulation: Simulation) -> None:
    """Who stopped and is paused and cannot be reached stopped; a pause that is over by then is none."""
    now, later = simulation.now, simulation.now + timedelta(weeks=1)
    with simulation.database.transaction() as session:
        first, second, third, fourth, fifth = people.some(session)[:5]
        first.stopped, first.paused_until = True, later
        second.paused_until = later
        third.paused_until = now - timedelta(days=1)
        for one in (first, second, fourth):
            account = people.account_of(session, one.key)
            assert account is not None
            account.reachable = False
        session.add_all([first, second, third, fifth])
    with simulation.database.transaction(reading=True) as session:
        assert left_alone(session, now) == Left(stopped=1, paused=1, unreachable=1)
        assert left_alone(session, later) == Left(stopped=1, paused=0, unreachable=2)


def test_the_next_cycle_begins_when_every_cohort_had_its_turn(simulation: Simulation) -> None:
    """Before the first round it is the first; under way it is the one after the last cohort."""

    def begins() -> dict[str, datetime]:
        with simulation.database.transaction(reading=True) as session:
            return next_cycles(session, simulation.now)

    async def passes() -> list[dict[str, datetime]]:
        told = [begins()]
        for moment in (round_of(0).opens_at, round_of(3).opens_at + MINUTE):
            await simulation.to(moment)
            told.append(begins())
        return told

    first, *under_way = asyncio.run(passes())
    assert first == {"staff": round_of(0).opens_at}
    assert under_way == [{"staff": round_of(4).opens_at}] * 2
