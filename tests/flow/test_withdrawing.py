"""A round that is withdrawn: nothing of it is counted, who was asked is told so once, and the cycle goes on."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlmodel import Session, col, select, update

from analysis.answers import Answer, Block, BlockState, Turnout
from bot.core.platform import Card, Outgoing, Tap
from bot.flow import counting, rounds, withdrawing
from bot.simulation.run import Simulation
from bot.store.audit import AuditEntry, Deed
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.database import Database
from bot.store.early import Early
from bot.store.outbox import UNSAID, Kind, OutgoingRow, OutgoingState
from bot.store.people import Person
from bot.store.rounds import Cycle, Invitation, InvitationState, Round, RoundState

from .town import ORGANISATION, pass_round, round_of, rows, town

P = ParamSpec("P")
T = TypeVar("T")

SURVEY = ORGANISATION.surveys[0].key
ROUND = round_of(0)
NEXT = ROUND.opens_at + timedelta(weeks=ORGANISATION.surveys[0].rhythm.cycle_weeks)


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """Eighty people in four cohorts."""
    made = town(where)
    yield made
    made.database.close()


def withdraw(simulation: Simulation) -> list[bool]:
    """Withdraw what is open. Whether each was."""

    with simulation.database.transaction() as session:
        found = withdrawing.open_rounds(session, SURVEY)
        return [withdrawing.withdraw(session, one.id, "test", simulation.now) for one in found]


async def asked(simulation: Simulation) -> None:
    """The first round is open, everybody in it got their card, and some answered."""
    await simulation.begin()
    await simulation.to(ROUND.opens_at)
    await simulation.to(ROUND.opens_at + timedelta(hours=30))
    await simulation.let_answer(late=False)


def cards(simulation: Simulation) -> list[Outgoing]:
    """What came to people since this was last called."""
    return [one for platform in simulation.platforms.values() for one in platform.taken()]


def asked_now(simulation: Simulation) -> set[str]:
    """Who is asked in the newest round."""
    with simulation.database.transaction(reading=True) as session:
        newest = session.exec(select(Round).order_by(col(Round.opens_at).desc())).first()
        assert newest is not None
        return set(session.exec(select(Invitation.person).where(Invitation.round == newest.key)))


def said(card: Card | None) -> str:
    """The lines of a card."""
    assert card is not None
    return "\n".join(card.lines)


def run(walk: Coroutine[Any, Any, None]) -> None:
    """To its end."""
    asyncio.run(walk)


def test_nothing_of_it_is_left_or_counted(simulation: Simulation) -> None:
    """Ballots and key are gone, every invitation is closed, and neither the closing nor the digests bring anything."""

    async def walk() -> None:
        await asked(simulation)
        assert len(rows(simulation, SealedBallot)) == 20
        assert withdraw(simulation) == [True]
        assert (rows(simulation, SealedBallot), rows(simulation, RoundKey)) == ([], [])
        assert {one.state for one in rows(simulation, Invitation)} == {InvitationState.CLOSED}
        await simulation.to(ROUND.closes_at)
        await simulation.tell(ROUND.digests_at)

    run(walk())
    assert [one.state for one in rows(simulation, Round)] == [RoundState.WITHDRAWN]
    assert [rows(simulation, table) for table in (Answer, Block, Turnout)] == [[], [], []]
    assert [row for row in rows(simulation, OutgoingRow) if row.kind is Kind.DIGEST] == []
    assert [(one.author, one.about) for one in rows(simulation, AuditEntry) if one.deed is Deed.WITHDRAWN] == [
        ("test", f"{SURVEY} 1")
    ]


def test_everybody_who_was_asked_is_told_in_one_sentence(simulation: Simulation) -> None:
    """In their own language, with the day of their next turn; once, however often it is withdrawn."""

    async def walk() -> None:
        await asked(simulation)
        cards(simulation)
        withdraw(simulation)
        withdraw(simulation)
        await simulation.deliver()

    run(walk())
    told = {one.address: said(one.card) for one in cards(simulation)}
    language = {person.key: person.language for person in rows(simulation, Person)}
    assert set(told) == {one.person for one in rows(simulation, Invitation)}
    for person, words in told.items():
        begins = "**Deze ronde gaat niet door:**" if language[person] == "nl" else "**This round is cancelled:**"
        assert words.startswith(begins)
        assert "\n" not in words
        assert f" {NEXT.day} " in words


def test_their_card_says_so_at_the_next_tap(simulation: Simulation) -> None:
    """Also where this process knew the round while it was open, and after the hour at which it would have closed."""

    async def walk() -> None:
        await asked(simulation)
        one = next(one for one in rows(simulation, Invitation) if one.state is InvitationState.INVITED)
        hear = simulation.platforms["webchat"].hear
        assert hear is not None
        tap = Tap("webchat", one.person, f"{one.id}:show")
        assert "closed" not in said(await hear(tap))
        withdraw(simulation)
        for moment in (simulation.now, ROUND.closes_at):
            simulation.now = moment
            words = said(await hear(tap))
            assert words.startswith(("**Deze ronde gaat niet door:**", "**This round is cancelled:**"))

    run(walk())


def test_who_got_no_question_yet_gets_none(simulation: Simulation) -> None:
    """Nor the sentence, unless they had found their card by themselves; and nobody who stopped or paused."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(ROUND.opens_at - timedelta(hours=1))
        simulation.now = ROUND.opens_at
        await simulation.database.write(rounds.open_due, simulation.now, simulation.rng, simulation.keyring)
        first, second, third, *_ = sorted(rows(simulation, Invitation), key=lambda one: one.id)
        hear = simulation.platforms["webchat"].hear
        assert hear is not None
        await hear(Tap("webchat", first.person, f"{first.id}:notnow"))
        _sent(simulation, second, third)
        await hear(Tap("webchat", second.person, "0:stop!"))
        await hear(Tap("webchat", third.person, "0:pause!:3"))
        withdraw(simulation)
        assert {row.kind for row in rows(simulation, OutgoingRow) if row.state in UNSAID} == {Kind.WITHDRAWN}
        await simulation.deliver()
        assert [one.address for one in cards(simulation)] == [first.person]

    run(walk())


def _sent(simulation: Simulation, *invitations: Invitation) -> None:
    with simulation.database.transaction() as session:
        mine = col(OutgoingRow.invitation).in_([one.id for one in invitations])
        session.execute(update(OutgoingRow).where(mine).values(state=OutgoingState.SENT))


def test_nobody_is_told_at_night(simulation: Simulation) -> None:
    """Withdrawn late in the evening, it is said in the morning."""

    async def walk() -> None:
        await asked(simulation)
        cards(simulation)
        simulation.now = ROUND.opens_at.replace(hour=22) + timedelta(days=1)
        withdraw(simulation)
        await simulation.deliver()
        assert cards(simulation) == []
        simulation.now += timedelta(hours=11)
        await simulation.deliver()
        assert len(cards(simulation)) == 20

    run(walk())


def test_they_had_their_turn(simulation: Simulation) -> None:
    """In the rest of the cycle others are asked, and in the next one they are again; its figures are as ever."""

    async def walk() -> None:
        await asked(simulation)
        withdraw(simulation)
        turns = [asked_now(simulation)]
        for number in (1, 2, 3, 4):
            await simulation.to(round_of(number).opens_at)
            turns.append(asked_now(simulation))
            await simulation.let_answer(late=False)
        first, *later, again = turns
        assert all(first.isdisjoint(turn) for turn in later)
        assert again == first

    run(walk())
    assert next(one.state for one in rows(simulation, Round)) is RoundState.WITHDRAWN
    assert {one.round for one in rows(simulation, Turnout)} == {2, 3, 4}
    assert all(block.first_round > 1 for block in rows(simulation, Block))


def test_the_last_round_of_a_cycle_ends_it(simulation: Simulation) -> None:
    """What waited of earlier rounds is deleted, as where the last round was missed."""

    async def walk() -> None:
        await simulation.begin()
        for number in (0, 1, 2):
            await pass_round(simulation, number)
        await simulation.to(round_of(3).opens_at)
        assert {one.state for one in rows(simulation, Block)} >= {BlockState.WAITING}
        assert withdraw(simulation) == [True]

    run(walk())
    assert [one.ended for one in rows(simulation, Cycle)] == [True]
    assert BlockState.WAITING not in {one.state for one in rows(simulation, Block)}


def test_what_was_begun_early_goes_with_it(simulation: Simulation) -> None:
    """An early ballot became a ballot of the round: it is destroyed like the others."""

    async def walk() -> None:
        await simulation.begin()
        hear = simulation.platforms["webchat"].hear
        assert hear is not None
        for person in list(simulation.colleagues)[:30]:
            await hear(Tap("webchat", person, "0:feedback:hr"))
        begun = {one.id for one in rows(simulation, Early)}
        await simulation.to(ROUND.opens_at)
        taken = begun - {one.id for one in rows(simulation, Early)}
        assert taken
        assert taken <= {one.invitation for one in rows(simulation, SealedBallot)}
        withdraw(simulation)
        assert rows(simulation, SealedBallot) == []
        assert {one.id for one in rows(simulation, Early)} == begun - taken  # of other rounds

    run(walk())


def test_what_is_counted_cannot_be_withdrawn(simulation: Simulation) -> None:
    """The second of the two finds nothing to do, whichever it is."""

    async def walk() -> None:
        await asked(simulation)
        with simulation.database.transaction(reading=True) as session:
            (open_,) = withdrawing.open_rounds(session, SURVEY)
        await simulation.to(ROUND.closes_at)
        assert withdraw(simulation) == []
        with simulation.database.transaction() as session:
            assert not withdrawing.withdraw(session, open_.id, "test", simulation.now)

    run(walk())
    assert [one.state for one in rows(simulation, Round)] == [RoundState.COUNTED]


class Interrupted(Database):
    """The same database, through which a round is withdrawn right before so many lots of its ballots were opened."""

    def __init__(self, simulation: Simulation, lots: int) -> None:
        vars(self).update(vars(simulation.database))
        self._simulation, self.lots = simulation, lots

    async def read(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Read, after what came in between."""
        if f.__name__.startswith("_open_some"):
            if self.lots == 0:
                assert withdraw(self._simulation) == [True]
            self.lots -= 1
        return await super().read(f, *args, **kwargs)


@pytest.mark.parametrize("lots", [0, 1])
def test_withdrawn_while_it_is_being_counted(simulation: Simulation, lots: int) -> None:
    """Before its ballots are opened, or after some of them were: nothing is counted and nothing fails."""

    async def walk() -> None:
        await asked(simulation)
        simulation.now = now = ROUND.closes_at
        await simulation.database.write(counting.close_due, now)
        database = Interrupted(simulation, lots)
        opened = await counting.open_due(database, now, simulation.keyring)
        assert database.lots < 0
        assert await database.write(counting.count_due, now, simulation.keyring, opened) == []

    run(walk())
    assert [one.state for one in rows(simulation, Round)] == [RoundState.WITHDRAWN]
    assert rows(simulation, Answer) == []
