"""What the outbox does when a platform says no, waits, or is not there; nothing is lost and nothing said twice."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.pacing import MOST_TRIES
from bot.core.platform import Outgoing, Postponed, SendFailed
from bot.flow import rounds
from bot.flow.delivery import AT_ONCE, CLAIMED, IN_A_ROW
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation
from bot.store import outbox
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.pauses import Pause
from bot.store.people import Account

from .town import Asked, Moody, round_of, rows, town

ROUND = round_of(0)


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """Eighty people, twenty of them asked in the first round, on a platform with moods."""
    made = town(where)
    made.platforms = {"webchat": Moody()}
    yield made
    made.database.close()


def moody(simulation: Simulation) -> Moody:
    """The platform."""
    platform = simulation.platforms["webchat"]
    assert isinstance(platform, Moody)
    return platform


def notices(simulation: Simulation) -> list[str]:
    """What the admin channel is told."""
    return [line for row in rows(simulation, OutgoingRow) if row.kind is Kind.NOTICE for line in row.lines]


def states(simulation: Simulation, kind: Kind) -> set[OutgoingState]:
    """In which states the messages of a kind are."""
    return {row.state for row in rows(simulation, OutgoingRow) if row.kind is kind}


def test_a_passing_failure_is_tried_again_and_said_once(simulation: Simulation) -> None:
    """A platform that says "later" gets each message once, not before the time it asked for."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails["*"] = SendFailed("busy", permanent=False, retry_after=timedelta(minutes=10))
        await simulation.to(ROUND.opens_at)
        moody(simulation).fails.clear()
        await simulation.to(ROUND.opens_at + timedelta(minutes=9))
        assert moody(simulation).sent == 0
        await simulation.to(ROUND.opens_at + timedelta(minutes=10))
        await simulation.to(ROUND.opens_at + timedelta(minutes=11))
        assert (moody(simulation).sent, moody(simulation).duplicates) == (20, 0)

    asyncio.run(walk())
    assert notices(simulation) == []


def test_one_chat_that_fails_for_long_is_given_up_and_told(simulation: Simulation) -> None:
    """The others got their question; after half a day the admin channel reads one line, and the account stays."""

    async def walk() -> None:
        await opened(simulation)
        moody(simulation).fails[rows(simulation, OutgoingRow)[0].address] = SendFailed("odd", permanent=False)
        for step in range(MOST_TRIES + 60):
            await simulation.to(ROUND.opens_at + step * timedelta(hours=1))

    asyncio.run(walk())
    given_up = [row for row in rows(simulation, OutgoingRow) if row.state is OutgoingState.FAILED]
    assert [(row.kind, row.tries) for row in given_up] == [(Kind.INVITATION, MOST_TRIES - 1)]
    assert len(notices(simulation)) == 1
    assert "webchat neemt vragen niet aan" in notices(simulation)[0]
    assert all(account.reachable for account in rows(simulation, Account))


# --- a platform that is down -------------------------------------------------------------------------------------


def test_a_platform_that_is_down_is_left_alone_told_of_once_and_resumes_by_itself(simulation: Simulation) -> None:
    """Ten minutes without an answer: five tries, a pause, one try after each; then everybody is asked once."""
    down = SendFailed("down", permanent=False)
    tried: list[int] = []

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails["*"] = down
        for seconds in range(0, 601, 5):
            await simulation.to(ROUND.opens_at + timedelta(seconds=seconds))
            tried.append(sum(row.tries for row in rows(simulation, OutgoingRow)))
        assert [pause.platform for pause in rows(simulation, Pause)] == ["webchat"]
        moody(simulation).fails.clear()
        for minutes in range(11, 30):
            await simulation.to(ROUND.opens_at + timedelta(minutes=minutes))

    asyncio.run(walk())
    assert IN_A_ROW <= tried[0] <= AT_ONCE + IN_A_ROW
    assert tried[-1] - tried[0] == 4  # after 30 s, 1, 2 and 4 more minutes
    assert (moody(simulation).sent - len(notices(simulation)), moody(simulation).duplicates) == (20, 0)
    assert rows(simulation, Pause) == []
    assert len(notices(simulation)) == 1
    assert "neemt geen berichten aan" in notices(simulation)[0]
    assert states(simulation, Kind.INVITATION) == {OutgoingState.SENT}


def test_a_platform_that_refuses_one_message_is_not_down(simulation: Simulation) -> None:
    """The probe after a pause happens to be for somebody who blocked the bot: that too is an answer."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails["*"] = SendFailed("down", permanent=False)
        await simulation.to(ROUND.opens_at)
        assert rows(simulation, Pause)
        moody(simulation).fails["*"] = SendFailed("blocked", permanent=True)
        await simulation.to(ROUND.opens_at + timedelta(minutes=1))

    asyncio.run(walk())
    assert rows(simulation, Pause) == []


# --- not now ---


def test_who_is_away_is_asked_later_and_it_counts_for_nothing(simulation: Simulation) -> None:
    """No try and no failure, however many are away: the platform is not left alone, and the others are asked."""

    async def walk() -> None:
        await opened(simulation)
        away = sorted(row.address for row in rows(simulation, OutgoingRow))[: 2 * IN_A_ROW]
        moody(simulation).fails |= dict.fromkeys(away, Postponed(timedelta(hours=2)))
        await simulation.deliver()
        assert moody(simulation).sent == 20 - len(away)
        assert {row.tries for row in rows(simulation, OutgoingRow)} == {0}
        moody(simulation).fails.clear()
        await simulation.to(ROUND.opens_at + timedelta(hours=2) - timedelta(minutes=1))
        assert moody(simulation).sent == 20 - len(away)
        await simulation.to(ROUND.opens_at + timedelta(hours=2))

    asyncio.run(walk())
    assert (moody(simulation).sent, moody(simulation).duplicates) == (20, 0)
    assert rows(simulation, Pause) == []
    assert notices(simulation) == []


def test_who_is_away_until_the_round_closes_is_not_asked(simulation: Simulation) -> None:
    """The question is dropped like any other that comes too late; nobody is told, nobody is unreachable."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails["*"] = Postponed(timedelta())  # not even a moment: it is not asked over and over
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.reminds_at)
        moody(simulation).fails.clear()
        await simulation.to(ROUND.closes_at)

    asyncio.run(walk())
    assert moody(simulation).sent == 0
    assert states(simulation, Kind.INVITATION) == states(simulation, Kind.REMINDER) == set()
    assert all(account.reachable for account in rows(simulation, Account))


# --- a reply that is lost ----------------------------------------------------------------------------------------


def lose_every_fifth(simulation: Simulation) -> None:
    """Of the invitations that wait."""
    waiting = sorted(row.address for row in rows(simulation, OutgoingRow) if row.invitation)
    moody(simulation).loses |= set(waiting[::5])


async def opened(simulation: Simulation) -> None:
    """The round is open, and nothing went out yet."""
    await simulation.begin()
    simulation.now = ROUND.opens_at
    await simulation.duty.write(rounds.open_due, ROUND.opens_at, simulation.rng, simulation.keyring)


def test_where_the_platform_can_be_asked_nothing_is_said_twice(simulation: Simulation) -> None:
    """It had every message whose reply was lost; so none is repeated."""
    simulation.platforms = {"webchat": Asked()}

    async def walk() -> None:
        await opened(simulation)
        lose_every_fifth(simulation)
        await simulation.deliver()

    asyncio.run(walk())
    assert (moody(simulation).sent, moody(simulation).duplicates) == (20, 0)
    assert states(simulation, Kind.INVITATION) == {OutgoingState.SENT}
    assert all(row.reference for row in rows(simulation, OutgoingRow))


@pytest.mark.parametrize("silent", [SendFailed("busy", permanent=False), KeyError("what somebody said")])
def test_while_it_cannot_tell_a_message_stays_in_doubt(simulation: Simulation, silent: Exception) -> None:
    """It is asked again at the next pass, and not sent meanwhile; also where an adapter breaks on the answer."""
    platform = Asked()
    simulation.platforms = {"webchat": platform}

    async def walk() -> None:
        await opened(simulation)
        lose_every_fifth(simulation)
        platform.silent = silent
        await simulation.deliver()
        assert sum(row.state is OutgoingState.SENDING for row in rows(simulation, OutgoingRow)) == 4
        await simulation.deliver()
        platform.silent = None
        await simulation.deliver()

    asyncio.run(walk())
    assert (platform.sent, platform.duplicates) == (20, 0)
    assert states(simulation, Kind.INVITATION) == {OutgoingState.SENT}


def test_where_it_cannot_be_asked_a_question_is_repeated(simulation: Simulation) -> None:
    """Better read twice than not at all; only those whose reply was lost."""

    async def walk() -> None:
        await opened(simulation)
        lose_every_fifth(simulation)
        await simulation.deliver()
        await simulation.to(ROUND.opens_at + timedelta(minutes=1))

    asyncio.run(walk())
    assert (moody(simulation).sent, moody(simulation).duplicates) == (24, 4)
    assert states(simulation, Kind.INVITATION) == {OutgoingState.SENT}


def test_where_it_cannot_be_asked_a_digest_is_not_repeated(simulation: Simulation) -> None:
    """Nobody knows whether it arrived: an administrator is asked to look."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.closes_at)
        moody(simulation).loses |= {"#ict"}
        for minutes in range(3):
            await simulation.to(ROUND.digests_at + timedelta(minutes=minutes))

    asyncio.run(walk())
    doubtful = [row.address for row in rows(simulation, OutgoingRow) if row.state is OutgoingState.UNKNOWN]
    assert doubtful == ["#ict"]
    assert moody(simulation).duplicates == 0
    assert [line for line in notices(simulation) if "#ict" in line and "aangekomen" in line]


def test_an_adapter_that_breaks_leaves_a_message_in_doubt(simulation: Simulation) -> None:
    """Nobody knows how far it came: a mistake of ours is no reason to lose a question, or to say its words."""

    async def walk() -> None:
        await opened(simulation)
        moody(simulation).fails = {rows(simulation, OutgoingRow)[0].address: KeyError("what somebody said")}
        await simulation.deliver()
        assert moody(simulation).sent == 19
        moody(simulation).fails.clear()
        await simulation.to(ROUND.opens_at + timedelta(minutes=1))

    asyncio.run(walk())
    assert (moody(simulation).sent, moody(simulation).duplicates) == (20, 0)


# --- who may be asked, and when -----------------------------------------------------------------------------------


def test_who_can_never_be_reached_is_not_asked_again(simulation: Simulation) -> None:
    """A blocked account is marked once; it gets no reminder, and the admin channel is told."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails |= {c: SendFailed("blocked", permanent=True) for c in simulation.colleagues}
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.reminds_at)
        await simulation.to(ROUND.reminds_at + timedelta(days=1))

    asyncio.run(walk())
    assert sum(not account.reachable for account in rows(simulation, Account)) == 20
    assert len(notices(simulation)) == 20
    assert "niet meer te bereiken" in notices(simulation)[0]
    assert states(simulation, Kind.REMINDER) == set()


# --- a crash -----------------------------------------------------------------------------------------------------


def test_what_was_claimed_before_a_crash_is_sent_and_what_was_on_its_way_is_in_doubt(simulation: Simulation) -> None:
    """Nothing waits for a lease: who sends next takes back what was certainly not sent."""

    async def walk() -> None:
        await opened(simulation)
        claimed = await simulation.database.write(outbox.claim, "webchat", simulation.now, CLAIMED)
        assert len(claimed) == 20
        for row in claimed[:AT_ONCE]:
            await simulation.database.write(outbox.begin, row.id)
        for row in claimed[:3]:  # had arrived
            await MemoryPlatform.send(moody(simulation), Outgoing(row.id, row.address))
        await simulation.deliver()  # by another process
        await simulation.to(ROUND.opens_at + timedelta(minutes=1))

    asyncio.run(walk())
    assert (moody(simulation).sent, moody(simulation).duplicates) == (23, 3)
    assert states(simulation, Kind.INVITATION) == {OutgoingState.SENT}


# --- nothing at night --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comes_back", "goes_out"),
    [
        (timedelta(hours=18), timedelta(days=1) - timedelta(minutes=30)),  # at three at night: at half past eight
        (timedelta(days=4), timedelta(days=6) - timedelta(minutes=30)),  # on a Saturday: on Monday
    ],
)
def test_what_was_due_during_an_absence_waits_for_a_decent_hour(
    simulation: Simulation, comes_back: timedelta, goes_out: timedelta
) -> None:
    """A round was opened and the machine went off; nobody is asked in the middle of the night."""
    assert ROUND.opens_at.weekday() == 1

    async def walk() -> None:
        await opened(simulation)
        await simulation.to(ROUND.opens_at + comes_back)
        assert moody(simulation).sent == 0
        await simulation.to(ROUND.opens_at + goes_out - timedelta(minutes=1))
        assert moody(simulation).sent == 0
        await simulation.to(ROUND.opens_at + goes_out)

    asyncio.run(walk())
    assert (moody(simulation).sent, moody(simulation).duplicates) == (20, 0)


def test_a_digest_keeps_office_hours(simulation: Simulation) -> None:
    """The machine comes back in the night after the digests were due."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.closes_at)
        await simulation.to(ROUND.digests_at + timedelta(hours=17))
        assert moody(simulation).channels == []
        await simulation.to(ROUND.digests_at + timedelta(days=1))

    asyncio.run(walk())
    assert moody(simulation).channels


def test_after_the_closing_nothing_is_asked_any_more(simulation: Simulation) -> None:
    """Invitations and reminders that could not go out in time are dropped, not counted as failed."""

    async def walk() -> None:
        await opened(simulation)
        await simulation.to(ROUND.closes_at)

    asyncio.run(walk())
    assert moody(simulation).sent == 0
    assert states(simulation, Kind.INVITATION) == set()
