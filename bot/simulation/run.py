"""Rounds in virtual time: the real flow on a temporary SQLite file."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from bot.core.timing import Window, window
from bot.flow import clock, delivery, digests, refusals, selfimage
from bot.flow.hearing import hearing
from bot.flow.roles import Roles
from bot.simulation.colleagues import Colleague, Opinion, answer, opinions, town
from bot.simulation.memory import MemoryPlatform
from bot.store import editions
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.leases import Duty
from config.organisation import Organisation

Progress = Callable[[int, int], None]


@dataclass
class Simulation:
    """A database, its colleagues and a clock that only moves when it is told to."""

    organisation: Organisation
    database: Database
    keyring: Keyring
    colleagues: dict[str, Colleague]
    views: dict[str, Opinion]
    rng: random.Random
    now: datetime
    roles: Roles
    platforms: dict[str, MemoryPlatform] = field(default_factory=dict)

    @property
    def duty(self) -> Duty:
        """Everything is this simulation's to do."""
        return self.roles.duty("simulation")

    async def begin(self) -> None:
        """Write the first edition, live; everybody gets an account; the platforms listen."""
        hear = hearing(self.database, self.keyring, lambda: self.now)
        for platform in self.platforms.values():
            await platform.listen(hear)
        await self.roles.keep()
        await self.database.write(_settle_in, self)

    async def to(self, moment: datetime) -> None:
        """Move the clock, and do what is due."""
        self.now = moment
        await clock.tick(self.duty, self.now, self.rng, self.keyring)
        await self.deliver()

    async def tell(self, moment: datetime) -> None:
        """Move the clock to messages after the last closing, when one more round would have opened."""
        self.now = moment
        await self.database.write(selfimage.ask_due, self.now)
        await self.database.write(digests.tell_due, self.now)
        await self.deliver()

    async def told(self, times: Window) -> None:
        """Let the three mornings after a round's closing pass, without opening the next one meanwhile."""
        for moment in (times.estimates_at, times.leads_at, times.digests_at, times.digests_at + digests.FOLLOWS_AFTER):
            await self.tell(moment)

    async def deliver(self) -> None:
        """Send what is due."""
        await self.database.write(refusals.homeless, list(self.platforms), self.now)
        for platform in self.platforms.values():
            await delivery.Sender(self.duty, platform, self.keyring, lambda: self.now).send_due()

    async def let_answer(self, *, late: bool) -> None:
        """Everybody who got a card reads it; some answer."""
        for platform in self.platforms.values():
            for outgoing in platform.taken():
                colleague = self.colleagues.get(outgoing.address)
                willing = colleague and (colleague.answers_late if late else colleague.answers_early)
                if colleague and willing and outgoing.card and platform.hear:
                    await answer(colleague, outgoing.card, platform.hear, platform.name, self.views)


def _settle_in(session: Session, simulation: Simulation) -> None:
    editions.write(session, simulation.organisation, live=True, author="simulate", note="", now=simulation.now)
    for colleague in simulation.colleagues.values():
        session.add(colleague.person(simulation.organisation.language, simulation.organisation.timezone))
    session.flush()
    for colleague in simulation.colleagues.values():
        session.add(colleague.account(next(iter(simulation.platforms))))


def prepared(
    organisation: Organisation, people: int, seed: int, where: Path | str, key: str | None = None
) -> Simulation:
    """A simulation that has not begun, in a new database; its key is a fresh one where none is given."""
    rng = random.Random(seed)  # noqa: S311  a simulation has to be repeatable
    database = Database(where, durable=False)
    database.migrate()
    colleagues = {colleague.key: colleague for colleague in town(organisation, people, rng)}
    names = {address.partition(":")[0] for address in organisation.channels}
    return Simulation(
        organisation,
        database,
        Keyring([key or Keyring.new_key()]),
        colleagues,
        opinions(organisation, rng),
        rng,
        now=window(organisation.surveys[0].rhythm, 0, organisation).opens_at - timedelta(days=1),
        roles=Roles(database, ["simulation"]),
        platforms={name: MemoryPlatform(name) for name in sorted(names)},
    )


async def run(simulation: Simulation, rounds: int, progress: Progress) -> None:
    """Let that many rounds of every survey pass."""
    await simulation.begin()
    windows = [
        window(survey.rhythm, number, simulation.organisation)
        for survey in simulation.organisation.surveys
        for number in range(rounds)
    ]
    steps = sorted((step for w in windows for step in _moments(w)), key=lambda step: step[0])
    last = max(w.closes_at for w in windows)
    for done, (moment, late) in enumerate(steps):
        progress(done, len(steps))
        await (simulation.to(moment) if moment <= last else simulation.tell(moment))
        if late is not None:
            await simulation.let_answer(late=late)
    progress(len(steps), len(steps))


def _moments(window: Window) -> list[tuple[datetime, bool | None]]:
    """Opening and a day for the invitations to arrive; reminder; closing; what follows. Whether late answers come."""
    day, closes = timedelta(days=1), window.closes_at
    return [
        (window.opens_at, None),
        (min(window.opens_at + day, closes - day / 24), False),
        (window.reminds_at, None),
        (min(window.reminds_at + day, closes - day / 48), True),
        (closes, None),
        (window.estimates_at, None),
        (window.leads_at, None),
        (window.digests_at, None),
    ]
