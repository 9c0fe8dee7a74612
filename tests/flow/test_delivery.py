"""What the outbox does when a platform says no, waits, or is not there; nothing is lost and nothing said twice."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.pacing import MOST_TRIES
from bot.core.platform import SendFailed
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account

from .town import Moody, round_of, rows, town

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


def test_a_platform_that_is_down_for_long_is_told_once(simulation: Simulation) -> None:
    """Twenty people got no question: the admin channel reads one line about it, and nobody is marked unreachable."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(ROUND.opens_at - timedelta(hours=1))
        moody(simulation).fails |= {c: SendFailed("down", permanent=False) for c in simulation.colleagues}
        for step in range(MOST_TRIES + 2):
            await simulation.to(ROUND.opens_at + step * timedelta(hours=1))

    asyncio.run(walk())
    assert states(simulation, Kind.INVITATION) == {OutgoingState.FAILED}
    assert len({row.tries for row in rows(simulation, OutgoingRow) if row.kind is Kind.INVITATION}) == 1
    assert len(notices(simulation)) == 1
    assert "webchat neemt vragen niet aan" in notices(simulation)[0]
    assert all(account.reachable for account in rows(simulation, Account))
    assert states(simulation, Kind.NOTICE) == {OutgoingState.SENT}


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


@pytest.mark.parametrize("platforms", ["gone", "refuses"])
def test_a_digest_that_cannot_be_posted_is_told_in_the_admin_channel(simulation: Simulation, platforms: str) -> None:
    """The admin channel names the channel, the reason and the remedy; the figures are not repeated there."""

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.closes_at)
        if platforms == "gone":
            simulation.platforms = {}
        else:
            moody(simulation).fails["#ict"] = SendFailed("archived", permanent=True)
        await simulation.to(ROUND.digests_at)

    asyncio.run(walk())
    told = [line for line in notices(simulation) if "#ict" in line]
    assert len(told) == 1
    assert ("no platform webchat" if platforms == "gone" else "archived") in told[0]
    assert "nog geen cijfer" not in told[0]


def test_a_notice_that_fails_brings_no_notice(simulation: Simulation) -> None:
    """An admin channel that does not exist ends there."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails["*"] = SendFailed("nothing goes", permanent=True)
        for step in range(3):
            await simulation.to(ROUND.opens_at + timedelta(minutes=step))

    asyncio.run(walk())
    assert len(notices(simulation)) == 20
    assert states(simulation, Kind.NOTICE) == {OutgoingState.FAILED}
