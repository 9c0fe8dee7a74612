"""A cycle whose last round is never told: what it has in common is published all the same, once, when it ends."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from analysis.answers import Block, BlockState, Publication
from bot.core.timing import next_morning, window
from bot.flow import withdrawing
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from bot.store.rounds import Cycle, Round, RoundState

from .town import ORGANISATION, rows, town

STAFF = ORGANISATION.surveys[0]
TWO = ORGANISATION.changed(
    surveys=(STAFF.model_copy(update={"rhythm": STAFF.rhythm.model_copy(update={"cohorts": 2})}),)
)
FIRST, LAST, NEXT = (window(TWO.surveys[0].rhythm, number, TWO) for number in range(3))
CAUSES = ("compared", "over", "organisation", "everyone")
End = Callable[[Simulation], Coroutine[Any, Any, None]]


def fresh(where: Path) -> Simulation:
    """Two rounds are a cycle, and there are people enough, so that six departments have a number after the first."""
    return town(where, people=800, seed=5, organisation=TWO)


async def first_round(simulation: Simulation) -> None:
    """Everybody who answers does so at once; every department has a lead."""
    await simulation.begin()
    await simulation.database.write(_settle)
    await simulation.to(FIRST.opens_at)
    await simulation.to(FIRST.opens_at + timedelta(hours=30))
    await simulation.let_answer(late=False)
    await simulation.to(FIRST.closes_at)
    await simulation.tell(FIRST.digests_at)


def _settle(session: Session) -> None:
    leads = [department.lead or "" for department in TWO.departments]
    session.add_all(Person(key=key, name=key, language="nl", timezone="Europe/Amsterdam") for key in leads)
    session.flush()
    session.add_all(Account(platform="webchat", address=key, person=key) for key in leads)


async def missed(simulation: Simulation) -> None:
    """The bot was off until the next cycle."""
    await simulation.to(NEXT.opens_at)


async def withdrawn(simulation: Simulation) -> None:
    """The last round opens, and an admin ends it the next day; twice, to be sure."""
    await simulation.to(LAST.opens_at)
    await simulation.to(LAST.opens_at + timedelta(days=1))
    withdraw(simulation)
    withdraw(simulation)
    await simulation.deliver()


def withdraw(simulation: Simulation) -> None:
    """What is open."""
    with simulation.database.transaction() as session:
        for one in withdrawing.open_rounds(session, STAFF.key):
            withdrawing.withdraw(session, one.id, "test", simulation.now)


def about(simulation: Simulation, *causes: str) -> list[OutgoingRow]:
    """The messages to channels with these causes."""
    found = [row for row in rows(simulation, OutgoingRow) if row.kind is Kind.DIGEST]
    return [row for row in found if row.id.partition(":")[0] in causes]


def bands(simulation: Simulation) -> list[str]:
    """The departments with a band."""
    return sorted(row.department for row in rows(simulation, Publication) if row.measure == "band")


@dataclass(frozen=True)
class Ended:
    """A town in which a cycle ended without its last round."""

    simulation: Simulation
    told: list[str]  # the ids of the messages to channels, right after its end
    states: set[OutgoingState]  # of these, then
    leads: list[str]  # what leads read before the channels


@pytest.fixture(scope="module", params=[missed, withdrawn])
def ended(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """In either way; afterwards the clock looks a few times more."""
    made = fresh(tmp_path_factory.mktemp("cycle") / "klankbord.sqlite3")
    end: End = request.param

    async def walk() -> Ended:
        await first_round(made)
        assert (bands(made), about(made, "organisation")) == ([], [])
        await end(made)
        told = about(made, *CAUSES)
        leads = [one for one in made.platforms["webchat"].new if one.id.startswith("lead:compared")]
        for minutes in (1, 2, 60):
            await made.to(made.now + timedelta(minutes=minutes))
        await made.to(next_morning(made.now, TWO))
        words = ["\n".join(one.lines) for one in leads]
        return Ended(made, [row.id for row in told], {row.state for row in told}, words)

    yield asyncio.run(walk())
    made.database.close()


def test_what_departments_have_in_common_is_told_when_the_cycle_ends(ended: Ended) -> None:
    """Each department with a number reads its band, each whose answers were deleted that; and the organisation."""
    town = ended.simulation
    assert rows(town, Cycle)[0].ended
    blocks = rows(town, Block)
    released = {block.department for block in blocks if block.state is BlockState.RELEASED}
    deleted = {block.department for block in blocks if block.state is BlockState.DELETED} - released
    assert len(bands(town)) >= 6
    assert sorted(row.department or "" for row in about(town, "compared")) == bands(town)
    assert {row.department for row in about(town, "over")} == deleted
    board, everyone = about(town, "organisation"), about(town, "everyone")
    assert [row.channel for row in (*board, *everyone)] == [TWO.report.channel, TWO.report.everyone]
    assert any("midden" in line for line in board[0].lines)


def test_leads_read_first_and_every_channel_the_next_morning(ended: Ended) -> None:
    """All channels at the same minute."""
    assert ended.states == {OutgoingState.WAITING}
    assert {row.state for row in about(ended.simulation, *CAUSES)} == {OutgoingState.SENT}
    (morning,) = {row.not_before for row in about(ended.simulation, *CAUSES)}
    local = morning.astimezone(TWO.zone)
    assert (local.hour, local.weekday() < 5) == (9, True)
    assert ended.leads
    for text in ended.leads:
        assert f" {local.day} " in text.partition("\n")[0]


def test_it_is_told_once(ended: Ended) -> None:
    """However often the clock looks."""
    assert [row.id for row in about(ended.simulation, *CAUSES)] == ended.told
    assert len(bands(ended.simulation)) == len(set(bands(ended.simulation)))


def test_what_is_told_in_the_night_waits_for_the_morning(tmp_path: Path) -> None:
    """Withdrawn at eleven in the evening, by somebody who could not sleep."""
    simulation = fresh(tmp_path / "klankbord.sqlite3")

    async def walk() -> None:
        await first_round(simulation)
        await simulation.to(LAST.opens_at)
        simulation.now = LAST.opens_at.replace(hour=23)
        withdraw(simulation)
        await simulation.deliver()

    asyncio.run(walk())
    waiting = about(simulation, "compared", "organisation", "everyone")
    assert {row.state for row in waiting} == {OutgoingState.WAITING}
    assert {row.not_before for row in waiting} == {next_morning(simulation.now, TWO)}
    simulation.database.close()


def test_where_an_earlier_round_is_still_to_be_told_it_is_told_with_that(tmp_path: Path) -> None:
    """The last round is withdrawn in the minute in which it opens, before the digests of the one before."""
    made = fresh(tmp_path / "klankbord.sqlite3")

    async def walk() -> None:
        await made.begin()
        await made.to(FIRST.opens_at)
        await made.to(FIRST.opens_at + timedelta(hours=30))
        await made.let_answer(late=False)
        await made.to(FIRST.closes_at)
        await made.database.write(_put_off)
        await made.to(LAST.opens_at)
        withdraw(made)
        assert bands(made) == []
        assert about(made, "digest", "organisation") == []
        await made.tell(LAST.opens_at + timedelta(days=1))

    asyncio.run(walk())
    assert [one.state for one in rows(made, Round)] == [RoundState.TOLD, RoundState.WITHDRAWN]
    assert len(bands(made)) >= 6
    assert about(made, "compared") == []  # the digests have it
    assert len(about(made, "organisation")) == 1
    made.database.close()


def _put_off(session: Session) -> None:
    """The digests of the first round, as where a holiday lies between closing and opening."""
    told = session.exec(select(Round)).one()
    told.digests_at = LAST.opens_at + timedelta(days=1)
    session.add(told)
