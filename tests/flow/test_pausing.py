"""A survey that is paused opens no round; what is open goes on, and later it goes on where the rhythm is by then."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.platform import Tap
from bot.core.wave_end import Hours
from bot.flow import ahead, pausing
from bot.flow.attention import attention
from bot.flow.backlog import Sending
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.early import Early
from bot.store.editions import Edition
from bot.store.outbox import Kind, OutgoingRow
from bot.store.rounds import Cycle, Missed, Reason, Round, RoundState

from .town import ORGANISATION, pass_round, round_of, rows, town

SURVEY = ORGANISATION.surveys[0].key
MINUTE = timedelta(minutes=1)


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """Eighty people in four cohorts."""
    made = town(where)
    yield made
    made.database.close()


def pause(simulation: Simulation, *, paused: bool = True) -> None:
    """Now."""
    with simulation.database.transaction() as session:
        pausing.pause(session, SURVEY, "test", simulation.now, paused=paused)


def run(walk: Coroutine[Any, Any, None]) -> None:
    """To its end."""
    asyncio.run(walk)


def opened(simulation: Simulation) -> list[int]:
    """The numbers of the rounds that were opened, from 0."""
    return [one.number - 1 for one in rows(simulation, Round)]


def missed(simulation: Simulation) -> list[tuple[int, Reason]]:
    """The numbers of those that never will be, and why."""
    return [(one.number - 1, one.reason) for one in rows(simulation, Missed)]


def test_within_a_cycle_it_holds_at_once(simulation: Simulation) -> None:
    """The cycle keeps its survey, but for that. The open round is counted and told; the next one is missed at once."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(round_of(0).opens_at)
        await simulation.let_answer(late=False)
        pause(simulation)
        await simulation.to(round_of(0).closes_at)
        await simulation.to(round_of(1).opens_at)
        assert (opened(simulation), missed(simulation)) == ([0], [(1, Reason.PAUSED)])
        await simulation.told(round_of(0))
        pause(simulation, paused=False)
        await simulation.to(round_of(1).opens_at + timedelta(hours=2))
        assert opened(simulation) == [0]  # it is not made up for
        await simulation.to(round_of(2).opens_at)

    run(walk())
    assert opened(simulation) == [0, 2]
    assert next(one.state for one in rows(simulation, Round)) is RoundState.TOLD
    assert len(rows(simulation, Cycle)) == 1
    (notice,) = [row for row in rows(simulation, OutgoingRow) if row.kind is Kind.NOTICE]
    assert "is gepauzeerd" in notice.lines[0]


def test_before_the_first_round_no_cycle_begins(simulation: Simulation) -> None:
    """And it begins with the first round after the pause."""

    async def walk() -> None:
        await simulation.begin()
        pause(simulation)
        for number in (0, 1):
            await simulation.to(round_of(number).opens_at)
            await simulation.to(round_of(number).opens_at + MINUTE)
        assert rows(simulation, Cycle) == []
        pause(simulation, paused=False)
        await simulation.to(round_of(2).opens_at)

    run(walk())
    assert missed(simulation) == [(0, Reason.PAUSED), (1, Reason.PAUSED)]
    assert [one.first_round for one in rows(simulation, Cycle)] == [2]


def test_a_cycle_that_is_over_meanwhile_ends(simulation: Simulation) -> None:
    """What waited in it is deleted, though no round follows."""

    async def walk() -> None:
        await simulation.begin()
        await pass_round(simulation, 0)
        await simulation.to(round_of(1).opens_at)
        pause(simulation)
        for number in (2, 3, 4):
            await simulation.to(round_of(number).opens_at)

    run(walk())
    assert [one.ended for one in rows(simulation, Cycle)] == [True]
    assert [number for number, _ in missed(simulation)] == [2, 3, 4]


def test_a_round_that_was_due_before_anything_was_configured_waits(simulation: Simulation) -> None:
    """It is not missed, as it never was promised: where there is time left it opens after the pause."""

    async def walk() -> None:
        simulation.now = round_of(0).opens_at + timedelta(hours=1)
        await simulation.begin()
        pause(simulation)
        await simulation.to(simulation.now + MINUTE)
        assert (opened(simulation), missed(simulation), rows(simulation, Cycle)) == ([], [], [])
        pause(simulation, paused=False)
        await simulation.to(simulation.now + MINUTE)

    run(walk())
    assert opened(simulation) == [0]


def test_what_comes_and_what_needs_attention_know_it(simulation: Simulation) -> None:
    """No round is announced, and the pause stands there as long as it lasts; a missed round is no alarm."""

    async def walk() -> None:
        await simulation.begin()
        pause(simulation)
        await simulation.to(round_of(0).opens_at)

    run(walk())
    assert _matters(simulation) == {"survey_paused"}
    pause(simulation, paused=False)
    assert _matters(simulation) == set()
    with simulation.database.transaction(reading=True) as session:
        assert [one.number for one in ahead.ahead(session, simulation.now)] == [2, 3, 4]


def _matters(simulation: Simulation) -> set[str]:
    with simulation.database.transaction(reading=True) as session:
        sending = Sending({}, Hours.of(ORGANISATION))
        found = attention(session, simulation.now, simulation.keyring, sending)
        assert (ahead.ahead(session, simulation.now) == []) == ("survey_paused" in {one.what for one in found})
        return {one.what for one in found}


def test_nothing_new_is_begun_early(simulation: Simulation) -> None:
    """Nobody can say in which round it would count; what was begun before waits."""

    async def walk() -> None:
        await simulation.begin()
        hear = simulation.platforms["webchat"].hear
        assert hear is not None
        first, second, *_ = simulation.colleagues
        await hear(Tap("webchat", first, "0:feedback:hr"))
        pause(simulation)
        card = await hear(Tap("webchat", second, "0:feedback:hr"))
        assert card is not None
        assert card.hint.startswith(("Dat kan nu niet", "That is not possible now"))

    run(walk())
    assert [one.person for one in rows(simulation, Early)] == [next(iter(simulation.colleagues))]


def test_it_is_an_edition_with_author_and_note(simulation: Simulation) -> None:
    """Pausing twice writes one; who does not know the key hears which there are."""

    async def walk() -> None:
        await simulation.begin()
        pause(simulation)
        pause(simulation)
        pause(simulation, paused=False)

    run(walk())
    assert [(one.author, one.note) for one in rows(simulation, Edition)][1:] == [
        ("test", f"pause {SURVEY}"),
        ("test", f"resume {SURVEY}"),
    ]
    with simulation.database.transaction() as session, pytest.raises(pausing.NoSuchSurvey, match=SURVEY):
        pausing.pause(session, "nothing", "test", simulation.now, paused=True)


def test_a_survey_that_the_edition_no_longer_has_is_not_paused(simulation: Simulation) -> None:
    """It is asked to the end of its cycle."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(round_of(0).opens_at)
        pause(simulation)
        with simulation.database.transaction() as session:
            _rename(session, simulation)
        await simulation.to(round_of(1).opens_at)

    run(walk())
    assert opened(simulation) == [0, 1]


def _rename(session: Session, simulation: Simulation) -> None:
    other = ORGANISATION.surveys[0].model_copy(update={"key": "other", "paused": True})
    organisation = ORGANISATION.model_copy(update={"surveys": (other,)})
    editions.write(session, organisation, live=True, author="test", note="", now=simulation.now)
