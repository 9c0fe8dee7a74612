"""The demonstration's municipality: simulated colleagues, one newcomer (the visitor), and a clock of its own."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from bot.core.platform import Hear, Outgoing, Platform
from bot.core.timing import Window, window
from bot.demo.knowledge import Knowledge, known_of
from bot.flow import signing_in
from bot.flow.digests import FOLLOWS_AFTER
from bot.simulation.colleagues import answer
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation, prepared
from bot.store import chats, editions
from bot.store.ballots import Keyring
from bot.store.people import Account, Person, Seat
from config.organisation import Organisation
from config.roles import Roles
from config.words import Language

NEWCOMER = "you"
LED = "ict"  # the department that the visitor leads on the admin pages
PLATFORM = "webchat"
PEOPLE = 600
MORNINGS = 3  # after a closing
CLOSES_ON = 7  # the working day of a round, of the ten until the next
SEED = 11
"""Chosen so that after one round some departments have their message and at least one waits; a test says so."""

Progress = Callable[[float], None]


class Relay(MemoryPlatform):
    """The visitor's messages and every channel's go to the real web chat; simulated colleagues read in memory."""

    def __init__(self, webchat: Platform) -> None:
        super().__init__(PLATFORM)
        self._webchat = webchat

    async def listen(self, hear: Hear) -> None:
        """Both hear."""
        await super().listen(hear)
        await self._webchat.listen(hear)

    async def send(self, outgoing: Outgoing) -> str:
        """To the one who reads it."""
        if outgoing.invitation is None or outgoing.address == NEWCOMER:
            return await self._webchat.send(outgoing)
        return await super().send(outgoing)


@dataclass
class Town:
    """The demonstration while it runs: which round is shown, and whether it was closed."""

    simulation: Simulation
    number: int = 0
    closed: bool = False
    mornings: int = 0  # of MORNINGS, that have come since the closing
    busy: float | None = None  # how far "next round" is, between 0 and 1
    _one_step: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def times(self) -> Window:
        """The round on the page."""
        organisation = self.simulation.organisation
        return window(organisation.surveys[0].rhythm, self.number, organisation)

    async def begin(self, webchat: Platform, progress: Progress) -> str:
        """Open the first round and let the simulated colleagues answer. Returns the visitor's token."""
        self.simulation.platforms = {PLATFORM: Relay(webchat)}
        await self.simulation.begin()
        token = await self.simulation.database.write(_let_in, self.simulation.organisation)
        await self._open(progress)
        return token

    async def deliver(self) -> None:
        """Send what somebody just made the bot say, unless a step is under way, which does it anyway."""
        if not self._one_step.locked():
            async with self._one_step:
                await self.simulation.deliver()

    @property
    def may_go_on(self) -> bool:
        """Whether the next round may begin."""
        return self.is_told and self.busy is None

    @property
    def is_told(self) -> bool:
        """Whether every channel has its messages."""
        return self.closed and self.mornings == MORNINGS

    async def close(self) -> None:
        """Close the round on the page, and on to the first morning after it.

        A second tap, or one while another round is under way, does nothing.
        """
        if self.busy is None and not self.closed:
            async with self._one_step:
                await self._close()

    async def morning(self) -> None:
        """One of the three mornings after the closing: leads are asked, leads read, every channel reads."""
        if self.closed and self.busy is None and not self.is_told:
            async with self._one_step:
                await self._morning()

    async def _close(self) -> None:
        if not self.closed:
            await self.simulation.to(self.times.closes_at)
            self.closed = True
            await self._morning()

    async def _morning(self) -> None:
        """Move the clock there, and a minute on: what belongs below a message comes right after it."""
        if not self.is_told:
            times = self.times
            at = (times.estimates_at, times.leads_at, times.digests_at)[self.mornings]
            for moment in (at, at + FOLLOWS_AFTER):
                await self.simulation.to(moment)
            self.mornings += 1

    async def next_round(self) -> None:
        """On to the visitor's next turn; the rounds between pass with the simulated colleagues alone."""
        cohorts = self.simulation.organisation.surveys[0].rhythm.cohorts
        async with self._one_step:
            try:
                for passed in range(cohorts):
                    await self._pass(passed, cohorts)
            finally:
                self.busy = None

    async def _pass(self, passed: int, cohorts: int) -> None:
        """One round; the last one stays open for the visitor."""
        self.number += 1
        self.closed, self.mornings = False, 0

        def report(part: float) -> None:
            self.busy = (passed + part) / cohorts

        await self._open(report)
        if passed < cohorts - 1:
            await self._close()
            while not self.is_told:
                await self._morning()

    async def _open(self, progress: Progress) -> None:
        """Around holidays it opened by itself, before every channel had read of the one before."""
        if self.simulation.now < self.times.opens_at:
            await self.simulation.to(self.times.opens_at)
        relay = self.simulation.platforms[PLATFORM]
        cards = relay.taken()
        for done, outgoing in enumerate(cards):
            progress(done / len(cards))
            colleague = self.simulation.colleagues[outgoing.address]
            if outgoing.card and relay.hear and (colleague.answers_early or colleague.answers_late):
                await answer(colleague, outgoing.card, relay.hear, PLATFORM, self.simulation.views)
        progress(1.0)

    async def known(self) -> Knowledge:
        """What the database knows of the visitor now."""
        return await self.simulation.database.read(known_of, NEWCOMER)

    async def speak(self, language: Language) -> None:
        """Dutch or English, from now on."""
        write = self.simulation.database.write
        self.simulation.organisation = await write(_speak, language, self.simulation.now)

    async def entrance(self) -> str:
        """The path of a one-time link to the admin pages, as lead of a department and reader of every digest."""
        token = await self.simulation.database.write(signing_in.link, NEWCOMER, "demo", self.simulation.now)
        return f"/admin/enter/{token}"


def town(organisation: Organisation, folder: Path) -> Town:
    """A town that has not begun."""
    led = _led(organisation)
    return Town(prepared(led, PEOPLE, SEED, folder / "klankbord.sqlite3", _key(folder / "klankbord.key")))


def _led(organisation: Organisation) -> Organisation:
    """The same, with the visitor as lead of one department and reader of all digests.

    Rounds close earlier, so that a round is told before the next one opens: the visitor's next card comes last.
    """
    departments = tuple(
        one.model_copy(update={"lead": NEWCOMER}) if one.key == LED else one for one in organisation.departments
    )
    (survey,) = organisation.surveys
    rhythm = survey.rhythm.model_copy(update={"closes_on_working_day": CLOSES_ON})
    surveys = (survey.model_copy(update={"rhythm": rhythm}),)
    return organisation.changed(departments=departments, surveys=surveys, roles=Roles(readers=(NEWCOMER,)))


def _key(path: Path) -> str:
    """A fresh key, in a file that only its owner may read."""
    key = Keyring.new_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(key)
    return key


def _let_in(session: Session, organisation: Organisation) -> str:
    """The visitor, in the cohort whose turn it is, and a personal link."""
    spoken, zone = organisation.language, organisation.timezone
    nowhere = ""  # so that they may judge what they lead
    person = Person(key=NEWCOMER, name="Robin", language=spoken, timezone=zone, department=nowhere)
    session.add(person)
    session.flush()
    session.add(Account(platform=PLATFORM, address=NEWCOMER, person=NEWCOMER))
    session.add(Seat(person=NEWCOMER, survey=organisation.surveys[0].key, cohort=0))
    return chats.new_link(session, NEWCOMER)


def _speak(session: Session, language: Language, now: datetime) -> Organisation:
    """Of the edition in force: the visitor may have changed a card meanwhile."""
    spoken = editions.latest(session).organisation.changed(language=language)
    editions.write(session, spoken, live=True, author="demo", note="language", now=now)
    person = session.get_one(Person, NEWCOMER)
    person.language = language
    session.add(person)
    return spoken
