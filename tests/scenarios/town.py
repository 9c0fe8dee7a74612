"""The organisation a scenario plays in: the real Klankbord on one platform, with a clock that jumps to its moments."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from bot.app import Klankbord
from bot.core.platform import Platform
from bot.core.timing import Window, window
from bot.flow import testing, withdrawing
from bot.flow.digests import FOLLOWS_AFTER
from bot.store import editions
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.people import Account, Person
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.roles import Roles

ADMIN = "olga"  # where she is one of the colleagues
LEAD, COLLEAGUE = "olga", "karel"  # of ICT, likewise
WITHDRAWN, TESTED = "the round is withdrawn", "a test card goes out"
SAID = "what was said goes out"

Now = Callable[[], datetime]


class Clock:
    """Stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@dataclass
class Town:
    """A running Klankbord, and the moments of its first round."""

    klankbord: Klankbord
    clock: Clock
    times: Window
    survey: str

    async def moment(self, name: str) -> None:
        """Move the clock there; what is due is done and sent."""
        if name == SAID:
            self.clock.now += FOLLOWS_AFTER  # what did not get its turn has it now
            await self._send()
            return
        if name in (WITHDRAWN, TESTED):
            await (self._withdraw() if name == WITHDRAWN else self._test())
            await self._send()
            return
        moments = {
            "the round opens": self.times.opens_at,
            "the reminder goes out": self.times.reminds_at,
            "the round closes": self.times.closes_at,
            "the leads are asked": self.times.estimates_at,
            "the leads read": self.times.leads_at,
            "the digests go out": self.times.digests_at,
        }
        self.clock.now = moments[name] + timedelta(seconds=1)
        await self.klankbord.tick()
        await self._send()
        if name in ("the leads read", "the digests go out"):  # what follows them, or did not get its turn
            self.clock.now += FOLLOWS_AFTER
            await self._send()

    async def _withdraw(self) -> None:
        """Right now, by an admin."""
        database, survey = self.klankbord.database, self.survey
        for round_ in await database.read(withdrawing.open_rounds, survey):
            assert await database.write(withdrawing.withdraw, round_.id, "admin", self.clock())

    async def _test(self) -> None:
        """To the admin, about ICT."""
        await self.klankbord.database.write(testing.send, ADMIN, "ask ict", self.clock())

    async def _send(self) -> None:
        for platform in self.klankbord.platforms:
            await self.klankbord.send(platform)


def organisation(platform: str, channels: Mapping[str, str] | None = None) -> Organisation:
    """The example on this platform, with everybody in one cohort and the first extra question always.

    `channels` are addresses by the key of a department, where a platform has others than `#hr`; `admin` and `test` too.
    """
    example = read(EXAMPLE)
    survey = example.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": 1})
    at = {d.key: f"{platform}:#{d.key}" for d in example.departments}
    at |= {key: f"{platform}:{address}" for key, address in (channels or {}).items()}
    leads = {"ict": LEAD}
    departments = tuple(
        d.model_copy(update={"channel": at[d.key], "lead": leads.get(d.key, d.lead)}) for d in example.departments
    )
    surveys = (survey.model_copy(update={"rhythm": rhythm}),)
    reserved = {f"{key}_channel": at[key] for key in ("admin", "test") if key in at}
    roles = Roles(admins=(ADMIN,))
    return example.model_copy(update={"departments": departments, "surveys": surveys, "roles": roles, **reserved})


def town(
    folder: Path,
    colleagues: Mapping[str, str],
    platform: str,
    make: Callable[[Database, Now], Platform],
    channels: Mapping[str, str] | None = None,
) -> Town:
    """A town whose colleagues (name → address on the platform, "" who has yet to join) are asked in the round."""
    made = organisation(platform, channels)
    times = window(made.surveys[0].rhythm, 0, made)
    clock = Clock(times.opens_at - timedelta(hours=1))
    database = Database(folder / "klankbord.sqlite3", durable=False)
    database.migrate()
    with database.transaction() as session:
        editions.write(session, made, live=True, author="test", note="", now=clock.now)
        _settle(session, colleagues, platform)
    rng = random.Random(1)
    platforms = {platform: make(database, clock)}
    klankbord = Klankbord(database, Keyring([Keyring.new_key()]), platforms, clock, rng)
    return Town(klankbord, clock, times, made.surveys[0].key)


def _settle(session: Session, colleagues: Mapping[str, str], platform: str) -> None:
    for name in colleagues:
        works_at = "ict" if name == COLLEAGUE else None
        session.add(
            Person(key=name, name=name.capitalize(), language="nl", timezone="Europe/Amsterdam", department=works_at)
        )
    session.flush()
    for name, address in colleagues.items():
        if address:
            session.add(Account(platform=platform, address=address, person=name))
