"""The machine was off for a night, a weekend, ten days or a month: what was due is done once, at a decent hour.

The clock ticks when something is due and every three hours of a day after it, until it goes off and once it is back.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select, update

from bot.core.platform import Outgoing
from bot.core.timing import Calendar
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Person
from bot.store.rounds import Cycle, Invitation, Missed, Round, RoundState
from tests.flow.town import Moody, round_of, rows

from .ledger import begin, company, organisation

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = timedelta(minutes=10)
TIMES = [round_of(number, organisation()) for number in range(6)]


class Watch(Moody):
    """Remembers when each message came; the clock is the simulation's."""

    simulation: Simulation

    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[datetime, Outgoing]] = []

    async def send(self, outgoing: Outgoing) -> str:
        """Take it."""
        self.came.append((self.simulation.now, outgoing))
        return await super().send(outgoing)


@pytest.fixture
def town(where: Path | str) -> Iterator[Simulation]:
    """A company of which some live in New York, and some like to be asked on a Thursday at three."""
    made = company(where, 15)
    watch = Watch()
    watch.simulation = made
    made.platforms = {"webchat": watch}
    yield made
    made.database.close()


def _spread(session: Session) -> None:
    keys = session.exec(select(Person.key).order_by(col(Person.key))).all()
    session.execute(update(Person).where(col(Person.key).in_(keys[::3])).values(timezone=NEW_YORK.key))
    session.execute(update(Person).where(col(Person.key).in_(keys[::4])).values(weekday=3, hour=15))


ABSENCES = [
    # what happens, off from, and for how long
    ("a night before an opening", TIMES[0].opens_at - 16 * HOUR, 16 * HOUR),
    ("a night after an opening", TIMES[0].opens_at + 5 * STEP, 16 * HOUR),
    ("a night over an opening", TIMES[1].opens_at - 8 * HOUR, 20 * HOUR),
    ("a weekend", TIMES[0].opens_at + 3 * DAY, 3 * DAY),
    ("a weekend over a closing", TIMES[0].closes_at - HOUR, 3 * DAY),
    ("ten days over an opening, in time", TIMES[1].opens_at - 7 * DAY, 10 * DAY),
    ("ten days over an opening, too late", TIMES[1].opens_at - HOUR, 10 * DAY),
    ("a month in a cycle", TIMES[0].opens_at + DAY, 30 * DAY),
    ("a month over the end of a cycle", TIMES[1].opens_at - HOUR, 30 * DAY),
    ("a month, back at night", TIMES[0].closes_at - HOUR, 30 * DAY + 9 * HOUR),
]


@pytest.mark.parametrize(("what", "off", "lasts"), ABSENCES, ids=[what for what, *_ in ABSENCES])
def test_after_an_absence(town: Simulation, what: str, off: datetime, lasts: timedelta) -> None:
    """Each due occurrence is one row; nobody is asked at night or twice in a cycle; each note is told once."""
    back = off + lasts
    end = max(times.opens_at for times in TIMES if times.opens_at <= back + 15 * DAY) + DAY

    async def walk() -> None:
        await begin(town)
        await town.database.write(_spread)
        asking = [back, *(times for one in TIMES for times in (one.opens_at, one.reminds_at))]
        others = [times for one in TIMES for times in (one.closes_at, one.leads_at, one.digests_at)]
        steps = {moment + n * STEP for moment in (*asking, *others) for n in range(2)}
        steps |= {moment + n * 3 * HOUR for moment in asking for n in range(9)}
        for moment in sorted(one.astimezone(AMSTERDAM) for one in steps):
            if moment <= end and not off <= moment < back:
                await town.to(moment)

    asyncio.run(walk())
    opened, missed = rows(town, Round), rows(town, Missed)
    due = [one.due for one in TIMES if one.opens_at <= end]
    assert sorted([*(one.due for one in opened), *(one.due for one in missed)]) == due
    assert all(one.opens_at < one.reminds_at <= one.closes_at for one in opened)
    assert all(one.state is not RoundState.OPEN for one in opened if one.closes_at < end)
    asked_decently(town)
    asked_once_in_a_cycle(town)
    notes = [row for row in rows(town, OutgoingRow) if row.kind is Kind.NOTICE]
    assert len(notes) == len(missed)
    watch = town.platforms["webchat"]
    assert watch.duplicates == 0
    late = "too late" in what or "month" in what
    assert bool(missed) is late


def asked_decently(town: Simulation) -> None:
    """In everybody's own zone: on working days, outside quiet hours; and no question together with its reminder."""
    watch = town.platforms["webchat"]
    assert isinstance(watch, Watch)
    zones = {person.key: ZoneInfo(person.timezone) for person in rows(town, Person)}
    quiet, calendar = town.organisation.quiet, Calendar(town.organisation.country)
    asked: Counter[tuple[str | None, datetime]] = Counter()
    for at, outgoing in watch.came:
        if outgoing.card is None or outgoing.invitation is None:
            continue
        local = at.astimezone(zones[outgoing.address])
        assert quiet.until <= local.time() < quiet.from_, (local, outgoing.id)
        assert calendar.is_working(local.date()), (local, outgoing.id)
        asked[outgoing.invitation, at] += 1
    assert asked
    assert set(asked.values()) == {1}


def asked_once_in_a_cycle(town: Simulation) -> None:
    """Also of those whose invitations were forgotten meanwhile: by what the platform got."""
    cycles = {one.id: one for one in rows(town, Cycle)}
    of_round = {one.id: cycles[one.cycle].id for one in rows(town, Round)}
    counts = Counter((one.person, of_round[one.round]) for one in rows(town, Invitation))
    assert set(counts.values()) <= {1}
