"""On the day on which a lead alone reads, nothing that an administrator does makes others read before their hour."""

import asyncio
from datetime import timedelta

from bot.flow import decisions, editing, leads_first
from bot.store import outbox
from bot.store.outbox import OutgoingRow, OutgoingState
from config.organisation import Organisation

from .test_leading import MINUTE, ROUND, Office, office
from .test_leading_promises import promised as promised_by_lead
from .test_leading_promises import public
from .town import ORGANISATION, rows

__all__ = ["office"]

OLD, NEW = "#ict", "#automatisering"
MOVED = ORGANISATION.model_copy(
    update={
        "departments": tuple(
            one.model_copy(update={"channel": f"webchat:{NEW}"}) if one.key == "ict" else one
            for one in ORGANISATION.departments
        )
    }
)


async def applied(office: Office, organisation: Organisation) -> None:
    database = office.simulation.database
    made = await database.read(editing.propose, organisation)
    await database.write(editing.accept, made, "test", "", office.simulation.now)


def in_channels(office: Office) -> list[str]:
    """What stands in either channel, by how its ids begin."""
    there = office.simulation.platforms["webchat"].channels
    return [one.id.partition(":")[0] for one in there if one.address in (OLD, NEW)]


def held(office: Office) -> int:
    with office.simulation.database.transaction(reading=True) as session:
        return len(leads_first.held(session, (), office.simulation.now))


def test_a_digest_that_waits_for_its_hour_keeps_it_in_another_channel(office: Office) -> None:
    """With the buttons and the promise below it, in the same order; its figures are held back until then."""

    async def walk() -> None:
        await promised_by_lead(office)
        before = held(office)
        await applied(office, MOVED)
        for moment in (office.simulation.now + MINUTE, office.simulation.now + timedelta(hours=3)):
            await office.simulation.to(moment)
            assert (in_channels(office), public(office), held(office)) == ([], [], before)
        (digest,) = [row for row in rows(office.simulation, OutgoingRow) if row.id == f"digest:{office.block}:ict"]
        assert (digest.address, digest.not_before) == (NEW, ROUND.digests_at)
        for minutes in range(4):
            await office.simulation.to(ROUND.digests_at + minutes * MINUTE)
        assert in_channels(office) == ["digest", "points", "promise"]

    asyncio.run(walk())


def test_a_digest_that_is_sent_once_more_keeps_its_hour(office: Office) -> None:
    """A restored database does not know whether it was sent, and asks: also where it cannot have been yet."""

    async def walk() -> None:
        await office.to_the_closing()
        await office.simulation.tell(ROUND.leads_at)
        before, digest = held(office), f"digest:{office.block}:ict"
        with office.simulation.database.transaction() as session:
            outbox.mark(session, digest, OutgoingState.UNKNOWN)
            session.flush()
            assert decisions.decide(session, digest, decisions.RESEND, office.simulation.now) == "resent"
        await office.simulation.to(office.simulation.now + timedelta(hours=3))
        assert (in_channels(office), held(office)) == ([], before)
        await office.simulation.to(ROUND.digests_at)
        assert "digest" in in_channels(office)

    asyncio.run(walk())
