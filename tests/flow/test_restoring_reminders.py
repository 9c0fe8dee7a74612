"""A restored database reminds no channel of what it was reminded of before it was lost, and of all that comes later."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.simulation.run import prepared
from bot.store import backup
from bot.store.outbox import FOR_LEADS, OutgoingRow, OutgoingState
from bot.store.promises import Promise, PromiseState, Stance

from .test_restoring import DAY, PEOPLE, TOWN, Loss, World, lose, times
from .town import rows

PROMISED_AT = times(0).digests_at + DAY
DUE = PROMISED_AT.date() + timedelta(days=20)
DEPARTMENT = TOWN.departments[0].key
PROMISE = Promise(
    id="p23456",
    department=DEPARTMENT,
    theme="speed",
    stance=Stance.TAKE,
    words="Elke aanvraag krijgt binnen 2 werkdagen antwoord.",
    owner="lead",
    due=DUE,
    state=PromiseState.OPEN,
    made_on=PROMISED_AT.date(),
)
SOON, LATE = f"promise:p23456:soon-{DUE:%Y%m%d}:{DEPARTMENT}", f"promise:p23456:due-{DUE:%Y%m%d}:{DEPARTMENT}"


def lost(folder: Path, days: int) -> Loss:
    """A world that is backed up right after a department promised something, and lost so many days later."""
    world = World(prepared(TOWN, PEOPLE, 3, folder / "lost.sqlite3"))
    made = Loss(folder, PROMISED_AT, PROMISED_AT + days * DAY, world, folder / "backup", folder / "raw.sqlite3")
    database = world.simulation.database

    async def walk() -> None:
        await world.simulation.begin()
        await world.to(PROMISED_AT)
        with database.transaction() as session:
            session.add(Promise.model_validate(PROMISE.model_dump()))
        backup.write(database, made.backup, PROMISED_AT, lambda _total: lambda _rows: None)
        await every_day(world, made.lost_at)

    asyncio.run(walk())
    database.close()
    return made


async def every_day(world: World, until: datetime) -> None:
    """Time passes; the clock looks once a day."""
    while world.simulation.now < until:
        await world.to(min(world.simulation.now + DAY, until))


def reminded(world: World) -> set[str]:
    """What was said of promises."""
    return {said for said in world.said if said.startswith("promise:")}


def goes_on(loss: Loss) -> World:
    """The world that is restored when the other is lost, two months later."""
    world, _ = loss.restored()
    asyncio.run(every_day(world, loss.lost_at + 60 * DAY))
    return world


@pytest.mark.parametrize(
    ("days", "before", "after"),
    [
        (3, set(), {SOON, LATE}),  # lost before either
        (15, {SOON}, {LATE}),  # between them
        (25, {SOON, LATE}, set()),  # after both
    ],
)
def test_a_reminder_is_said_once(tmp_path: Path, days: int, before: set[str], after: set[str]) -> None:
    """By the one world or the other: a week before the day that was promised, and on it."""
    loss = lost(tmp_path, days)
    world = goes_on(loss)
    assert reminded(loss.lost) == before
    assert reminded(world) == after
    world.simulation.database.close()


def test_whether_a_card_is_true_is_asked_once_a_month(tmp_path: Path) -> None:
    """What was asked in the month in which the database was lost is not asked again; in the next months it is."""
    loss = lost(tmp_path, 40)
    world = goes_on(loss)

    def asked(one: World) -> set[str]:
        return {said for said in one.said if said.startswith("fresh:")}

    assert asked(loss.lost)
    assert asked(world)
    assert not asked(loss.lost) & asked(world)
    world.simulation.database.close()


def test_no_lead_is_asked_for_an_estimate_again(tmp_path: Path) -> None:
    """The rounds that had begun are over, so there is nothing to estimate, and nothing to tell a lead."""
    made = lose(tmp_path, times(1).closes_at, times(1).leads_at - timedelta(minutes=1))
    world, _ = made.restored()
    asyncio.run(world.to(times(1).digests_at))
    found = rows(world.simulation, OutgoingRow)
    assert not [row for row in found if row.kind in FOR_LEADS]
    assert {row.state for row in found} <= {OutgoingState.SENT, OutgoingState.UNKNOWN}
    world.simulation.database.close()
    made.lost.simulation.database.close()
