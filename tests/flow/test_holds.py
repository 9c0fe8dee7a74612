"""A channel that refuses messages: nothing is lost, an administrator is told once, and a new channel gets them."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.platform import Refusal, SendFailed
from bot.core.wave_end import Hours
from bot.flow import composing, decisions, editing, notices
from bot.flow.attention import Matter, attention
from bot.flow.backlog import Sending
from bot.simulation.run import Simulation
from bot.store import outbox
from bot.store.holds import Hold
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.pauses import Pause
from bot.store.people import Account
from config.organisation import Organisation
from config.texts import catalogue

from .town import ORGANISATION, Asked, Moody, round_of, rows, town

ROUND = round_of(0)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADMINS = "#beheer"


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """Eighty people, on a platform with moods."""
    made = town(where)
    made.platforms = {"webchat": Moody()}
    yield made
    made.database.close()


def moody(simulation: Simulation, name: str = "webchat") -> Moody:
    """The platform."""
    platform = simulation.platforms[name]
    assert isinstance(platform, Moody)
    return platform


def never(reason: str) -> SendFailed:
    """A channel that refuses for good."""
    return SendFailed(reason, permanent=True)


async def counted(simulation: Simulation) -> None:
    """The round is over; its digests are due next."""
    await simulation.begin()
    await simulation.to(ROUND.opens_at)
    await simulation.to(ROUND.closes_at)


def told(simulation: Simulation) -> list[str]:
    """The notices, whether or not they went out."""
    return [line for row in rows(simulation, OutgoingRow) if row.kind is Kind.NOTICE for line in row.lines]


def in_channel(simulation: Simulation, address: str, platform: str = "webchat") -> int:
    """How many messages a channel has."""
    return sum(message.address == address for message in moody(simulation, platform).channels)


def of_ict(simulation: Simulation) -> OutgoingRow:
    """The digest of ICT."""
    (found,) = [row for row in rows(simulation, OutgoingRow) if row.department == "ict"]
    return found


def matters(simulation: Simulation) -> list[Matter]:
    """What `klankbord status` says about channels and platforms."""
    sending = Sending({}, Hours.of(ORGANISATION))
    with simulation.database.transaction(reading=True) as session:
        found = attention(session, simulation.now, simulation.keyring, sending)
    return [matter for matter in found if matter.what in ("held", "admin_channel", "paused", "behind")]


# --- it waits ----------------------------------------------------------------------------------------------------


def test_an_archived_channel_and_back(simulation: Simulation) -> None:
    """Tried every hour, then every day; told once; when it is back the digest is there, once, and all is well."""
    tries = []

    async def walk() -> None:
        await counted(simulation)
        moody(simulation).fails["#ict"] = never(Refusal.ARCHIVED)
        await simulation.to(ROUND.digests_at)
        for hours in range(1, 24 * 7):
            await simulation.to(ROUND.digests_at + hours * HOUR)
            tries.append(of_ict(simulation).tries)
        (matter,) = matters(simulation)
        assert (matter.what, matter.values["channel"]) == ("held", "webchat:#ict")
        assert matter.remedy == "notice.held_archived"
        moody(simulation).fails.clear()
        for hours in range(24 * 7, 24 * 9):
            await simulation.to(ROUND.digests_at + hours * HOUR)

    asyncio.run(walk())
    assert tries[2] - tries[0] == 2  # hourly
    assert 1 <= tries[-1] - tries[24 * 4] <= 3  # on working days
    assert of_ict(simulation).state is OutgoingState.SENT
    assert in_channel(simulation, "#ict") == 1
    assert len([line for line in told(simulation) if "#ict" in line]) == 1
    assert (rows(simulation, Hold), matters(simulation)) == ([], [])


def test_it_is_told_once_for_each_reason_and_again_when_it_happens_again(simulation: Simulation) -> None:
    """From archived to public and back is two lines; archived again after it worked is a third."""

    async def walk() -> None:
        await counted(simulation)
        await simulation.to(ROUND.digests_at - MINUTE)
        moments = (ROUND.digests_at + hours * HOUR for hours in range(1, 100))
        for reason in (Refusal.ARCHIVED, Refusal.ARCHIVED, Refusal.PUBLIC, Refusal.ARCHIVED):
            moody(simulation).fails["#ict"] = never(reason)
            await simulation.to(next(moments))
        moody(simulation).fails.clear()
        await simulation.to(next(moments))
        assert of_ict(simulation).state is OutgoingState.SENT
        await simulation.database.write(outbox.put_off, of_ict(simulation).id, simulation.now, tried=False)
        moody(simulation).fails["#ict"] = never(Refusal.ARCHIVED)
        await simulation.to(next(moments))

    asyncio.run(walk())
    lines = [line for line in told(simulation) if "#ict" in line]
    assert ["gearchiveerd" in line for line in lines].count(True) == 2
    assert ["openbaar" in line for line in lines].count(True) == 1
    assert len(lines) == 3


def test_a_reason_that_we_do_not_know_has_a_general_remedy(simulation: Simulation) -> None:
    """It is named as the platform names it; the figures are not repeated in the admin channel."""

    async def walk() -> None:
        await counted(simulation)
        moody(simulation).fails["#ict"] = never("too_many_pins")
        await simulation.to(ROUND.digests_at)

    asyncio.run(walk())
    (line,) = [line for line in told(simulation) if "#ict" in line]
    assert "too_many_pins" in line
    assert "klankbord apply" in line
    assert "nog geen cijfer" not in line
    (matter,) = matters(simulation)
    assert matter.remedy == "notice.held_other"


def test_passing_failures_for_half_a_day_lose_nothing_either(simulation: Simulation) -> None:
    """One channel that always says "later": it is held, and told; after that it is tried on."""

    async def walk() -> None:
        await counted(simulation)
        moody(simulation).fails["#ict"] = SendFailed("odd", permanent=False)
        for hours in range(24 * 6):
            await simulation.to(ROUND.digests_at + hours * HOUR)
        assert len([line for line in told(simulation) if "#ict" in line]) == 1
        moody(simulation).fails.clear()
        for hours in range(24 * 6, 24 * 8):
            await simulation.to(ROUND.digests_at + hours * HOUR)

    asyncio.run(walk())
    assert in_channel(simulation, "#ict") == 1


def test_the_admin_channel_that_refuses_is_told_by_status_alone(simulation: Simulation) -> None:
    """It cannot be told so; what it was to be told waits, and comes when it takes messages again."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails |= {c: never("blocked") for c in simulation.colleagues}
        moody(simulation).fails[ADMINS] = never(Refusal.REMOVED)
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.opens_at + MINUTE)
        assert len(told(simulation)) == 20
        assert not any(ADMINS in line for line in told(simulation))
        (matter,) = matters(simulation)
        assert (matter.what, matter.remedy) == ("admin_channel", "notice.held_removed")
        del moody(simulation).fails[ADMINS]
        await simulation.to(ROUND.opens_at + 2 * HOUR)

    asyncio.run(walk())
    assert in_channel(simulation, ADMINS) == 20
    assert matters(simulation) == []


def test_a_platform_that_is_not_there_holds_its_channels(simulation: Simulation) -> None:
    """Its settings are gone: the digests wait; when they are back everything goes out, once."""
    there = dict(simulation.platforms)

    async def walk() -> None:
        await counted(simulation)
        simulation.platforms = {}
        await simulation.to(ROUND.digests_at)
        await simulation.to(ROUND.digests_at + HOUR)
        assert {matter.remedy for matter in matters(simulation)} == {"notice.held_absent"}
        simulation.platforms = there
        await simulation.to(ROUND.digests_at + 3 * HOUR)

    asyncio.run(walk())
    assert moody(simulation).duplicates == 0
    assert {row.state for row in rows(simulation, OutgoingRow) if row.kind is Kind.DIGEST} == {OutgoingState.SENT}
    assert (rows(simulation, Hold), matters(simulation)) == ([], [])


# --- the whole platform ------------------------------------------------------------------------------------------


def test_a_revoked_token_is_nobodys_fault(simulation: Simulation) -> None:
    """One refusal is enough to leave the platform alone; nobody is unreachable, no try is lost, all is sent later."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails["*"] = SendFailed(Refusal.REVOKED, permanent=True, everywhere=True)
        for minutes in range(60):
            await simulation.to(ROUND.opens_at + minutes * MINUTE)
        (pause,) = rows(simulation, Pause)
        assert (pause.reason, pause.times <= 8) == ("revoked", True)
        assert {row.tries for row in rows(simulation, OutgoingRow)} == {0}
        (matter,) = matters(simulation)
        assert (matter.what, matter.remedy) == ("paused", "notice.paused_revoked")
        moody(simulation).fails.clear()
        for minutes in range(60, 80):
            await simulation.to(ROUND.opens_at + minutes * MINUTE)

    asyncio.run(walk())
    assert all(account.reachable for account in rows(simulation, Account))
    (line,) = told(simulation)
    assert "token" in line
    assert (moody(simulation).sent, moody(simulation).duplicates) == (21, 0)
    assert (rows(simulation, Pause), matters(simulation)) == ([], [])


# --- in doubt ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [Refusal.REMOVED, Refusal.REVOKED])
def test_a_digest_in_doubt_stays_so_while_nobody_may_look(simulation: Simulation, reason: Refusal) -> None:
    """The bot was removed right after it posted: not posted again, told, and settled when it may look again."""
    platform = Asked()
    simulation.platforms = {"webchat": platform}

    async def walk() -> None:
        await counted(simulation)
        platform.loses |= {"#ict"}
        platform.silent = SendFailed(reason, permanent=True, everywhere=reason is Refusal.REVOKED)
        await simulation.to(ROUND.digests_at)
        assert of_ict(simulation).state is OutgoingState.SENDING
        assert [matter.what for matter in matters(simulation)] == ["held" if reason is Refusal.REMOVED else "paused"]
        platform.silent = None
        await simulation.to(ROUND.digests_at + 3 * HOUR)
        await simulation.to(ROUND.digests_at + 4 * HOUR)

    asyncio.run(walk())
    assert of_ict(simulation).state is OutgoingState.SENT
    assert platform.duplicates == 0
    assert matters(simulation) == []


def test_a_question_in_doubt_is_repeated_where_nobody_may_ever_look(simulation: Simulation) -> None:
    """As where a platform cannot be asked at all."""
    platform = Asked()
    simulation.platforms = {"webchat": platform}

    async def walk() -> None:
        await simulation.begin()
        platform.loses |= set(simulation.colleagues)
        platform.silent = never(Refusal.SCOPE)
        await simulation.to(ROUND.opens_at)
        platform.loses.clear()
        for minutes in range(1, 30):
            await simulation.to(ROUND.opens_at + minutes * MINUTE)

    asyncio.run(walk())
    asked = {row.state for row in rows(simulation, OutgoingRow) if row.kind is Kind.INVITATION}
    assert asked == {OutgoingState.SENT}


# --- a new channel -----------------------------------------------------------------------------------------------


def moved(simulation: Simulation, **channels: str | None) -> Organisation:
    """The organisation with other channels of departments."""
    before = simulation.organisation
    departments = [
        d.model_copy(update={"channel": channels[d.key]}) if d.key in channels else d for d in before.departments
    ]
    return before.model_copy(update={"departments": tuple(departments)})


async def applied(simulation: Simulation, organisation: Organisation) -> None:
    """An administrator applies it."""
    made = await simulation.database.read(editing.propose, organisation)
    await simulation.database.write(editing.accept, made, "test", "", simulation.now)


@pytest.mark.parametrize(
    ("to", "platform", "address"),
    [
        ("webchat:#automatisering", "webchat", "#automatisering"),
        ("other:C1", "other", "C1"),
        (None, "webchat", ADMINS),  # no channel of its own any more: the admin channel stands in
    ],
)
def test_what_waits_follows_its_department(simulation: Simulation, to: str | None, platform: str, address: str) -> None:
    """At once and whole, also to another platform; the old channel gets nothing, and nobody waits for it any more."""
    simulation.platforms["other"] = Moody("other")

    async def walk() -> None:
        await counted(simulation)
        moody(simulation).fails["#ict"] = never(Refusal.ARCHIVED)
        await simulation.to(ROUND.digests_at)
        assert rows(simulation, Hold)
        await applied(simulation, moved(simulation, ict=to))
        assert rows(simulation, Hold) == []
        await simulation.to(simulation.now + MINUTE)
        moody(simulation).fails.clear()
        await simulation.to(simulation.now + 3 * HOUR)

    before = in_channel(simulation, address, platform)
    asyncio.run(walk())
    row = of_ict(simulation)
    assert (row.state, row.platform, row.address) == (OutgoingState.SENT, platform, address)
    notices_there = len(told(simulation)) if address == ADMINS else 0
    assert in_channel(simulation, address, platform) - before - notices_there == 1
    assert in_channel(simulation, "#ict") == 0


def test_what_is_claimed_goes_to_the_new_channel(simulation: Simulation) -> None:
    """The channel changes while the digest is in the sender's hands, and right before it goes out."""

    async def walk() -> None:
        await counted(simulation)
        moody(simulation).fails["#ict"] = never(Refusal.ARCHIVED)
        await simulation.to(ROUND.digests_at)
        await simulation.to(simulation.now + MINUTE)  # the notice
        simulation.now += 2 * HOUR
        (row,) = await simulation.database.write(outbox.claim, "webchat", simulation.now, 1)
        assert row.department == "ict"
        await applied(simulation, moved(simulation, ict="webchat:#it"))
        assert await simulation.database.write(composing.begun, row.id, simulation.keyring, simulation.now) is None
        await simulation.deliver()

    asyncio.run(walk())
    assert (in_channel(simulation, "#ict"), in_channel(simulation, "#it")) == (0, 1)


def test_what_is_sent_again_goes_to_the_new_channel(simulation: Simulation) -> None:
    """Nobody knew whether it arrived, and the department moved meanwhile."""
    moody(simulation).loses |= {"#ict"}

    async def walk() -> None:
        await counted(simulation)
        await simulation.to(ROUND.digests_at)
        assert of_ict(simulation).state is OutgoingState.UNKNOWN
        await applied(simulation, moved(simulation, ict="webchat:#it"))
        await simulation.database.write(decisions.decide, of_ict(simulation).id, decisions.RESEND, simulation.now)
        await simulation.to(simulation.now + MINUTE)
        await simulation.to(simulation.now + MINUTE)

    asyncio.run(walk())
    assert (in_channel(simulation, "#ict"), in_channel(simulation, "#it")) == (1, 1)


def test_notices_follow_the_admin_channel(simulation: Simulation) -> None:
    """What the old one refused is read in the new one."""

    async def walk() -> None:
        await simulation.begin()
        moody(simulation).fails |= {c: never("blocked") for c in simulation.colleagues}
        moody(simulation).fails[ADMINS] = never(Refusal.ARCHIVED)
        await simulation.to(ROUND.opens_at)
        await simulation.to(ROUND.opens_at + MINUTE)
        await applied(simulation, simulation.organisation.model_copy(update={"admin_channel": "webchat:#nieuw"}))
        await simulation.to(ROUND.opens_at + 2 * MINUTE)

    asyncio.run(walk())
    assert (in_channel(simulation, ADMINS), in_channel(simulation, "#nieuw")) == (0, 20)
    assert matters(simulation) == []


def test_every_reason_has_its_remedy() -> None:
    """And no remedy is of a reason that does not exist."""
    held = {notices.remedy_of_hold(reason) for reason in (*Refusal, "odd")}
    paused = {notices.remedy_of_pause(reason) for reason in (*Refusal, "odd")}
    texts = {key for key in catalogue("nl") if key.startswith(("notice.held_", "notice.paused_"))}
    assert held | paused == texts
    assert all(notices.remedy_of_hold(r) != "notice.held_other" for r in set(Refusal) - {Refusal.REVOKED})
    assert notices.remedy_of_pause(Refusal.REVOKED) == "notice.paused_revoked"
