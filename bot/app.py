"""The wiring: the only file that sees everything. Settings in, a running Klankbord out."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from random import Random

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.core.platform import Outgoing, Platform
from bot.flow import clock, delivery, pictures
from bot.flow.hearing import hearing
from bot.flow.rounds import SYSTEM
from bot.platforms import PLATFORMS
from bot.platforms.webchat.rooms import Channel, Message
from bot.store import chats, editions
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.web.server import application, server
from config.settings import Settings

Now = Callable[[], datetime]

TICK_SECONDS = 60
SEND_SECONDS = 2
LAST_SECONDS = 5  # to finish what is being done when told to stop


def system_now() -> datetime:
    """The time, outside simulations."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Klankbord:
    """Everything that runs together in one process."""

    database: Database
    keyring: Keyring
    platforms: Mapping[str, Platform]
    now: Now
    rng: Random

    async def listen(self) -> None:
        """Every platform hears from now on."""
        hear = hearing(self.database, self.keyring, self.now)
        for platform in self.platforms.values():
            await platform.listen(hear)

    async def tick(self) -> None:
        """Do what is due."""
        await clock.tick(self.database, self.now(), self.rng, self.keyring)

    async def send(self) -> None:
        """Send what is due."""
        await delivery.deliver(self.database, self.platforms, self.keyring, self.now)


class StoredRooms:
    """What the web chat keeps, over the database."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database, self._now = database, now

    async def enter(self, token: str) -> str | None:
        """A new session for a personal link."""
        return await self._database.write(chats.enter, token)

    async def who(self, session: str) -> str | None:
        """The address of a session."""
        return await self._database.read(chats.who, session)

    async def leave(self, session: str) -> None:
        """End a session."""
        await self._database.write(chats.leave, session)

    async def post(self, outgoing: Outgoing) -> str:
        """Keep a message, once."""
        message = chats.ChatMessage(
            outgoing=outgoing.id,
            address=outgoing.address,
            lines=list(outgoing.lines),
            details=list(outgoing.details),
            alt=next((attached.alt for attached in outgoing.attachments), ""),
            invitation=outgoing.invitation,
            at=self._now(),
        )
        return await self._database.write(chats.post, message)

    async def messages(self, address: str, after: int = 0) -> list[Message]:
        """The messages at an address."""
        found = await self._database.read(chats.messages, address, after)
        return [
            Message(row.number or 0, tuple(row.lines), row.invitation, row.at, tuple(row.details), row.alt)
            for row in found
        ]

    async def picture(self, number: int) -> tuple[str, bytes] | None:
        """The picture of a message, and the address it is at."""
        found = await self._database.read(chats.pictured, number)
        return (found[0], await pictures.picture(self._database, found[1])) if found is not None else None

    async def channels(self, address: str) -> list[Channel]:
        """The channels that somebody may read."""
        return [Channel(where, title) for where, title in await self._database.read(chats.channels, address)]


def platforms(settings: Settings, database: Database, now: Now) -> dict[str, Platform]:
    """The platforms of this installation."""
    module, _, name = PLATFORMS["webchat"].partition(":")
    webchat = getattr(import_module(module), name)
    secure = settings.public_address.startswith("https://")
    with database.transaction(reading=True) as session:
        zone = editions.latest(session).organisation.zone
    return {"webchat": webchat(StoredRooms(database, now), secure=secure, zone=zone)}


def assembled(settings: Settings, database: Database, now: Now = system_now, rng: Random = SYSTEM) -> Klankbord:
    """A Klankbord that is ready to run."""
    return Klankbord(database, Keyring(settings.key_list), platforms(settings, database, now), now, rng)


class _Work:
    """A job of the scheduler that is not broken off: stopping waits for it."""

    def __init__(self, job: Callable[[], Awaitable[None]]) -> None:
        self._job, self._lock, self._stopping = job, asyncio.Lock(), False

    async def do(self) -> None:
        """Do it, unless it is time to stop."""
        async with self._lock:
            if not self._stopping:
                await self._job()

    async def finish(self) -> None:
        """Do it no more, and wait until what is under way is done."""
        self._stopping = True
        async with self._lock:
            pass


async def serve(klankbord: Klankbord, bound: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Run until told to stop: hear, tick every minute, send every other second, serve the web chat."""
    await klankbord.database.scrub()  # something may have been erased right before a crash
    await klankbord.listen()
    tick, send = _Work(klankbord.tick), _Work(klankbord.send)
    scheduler = AsyncIOScheduler(timezone=UTC)
    every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    begin = datetime.now(UTC)
    scheduler.add_job(tick.do, IntervalTrigger(seconds=TICK_SECONDS), next_run_time=begin, **every)
    scheduler.add_job(send.do, IntervalTrigger(seconds=SEND_SECONDS), next_run_time=begin, **every)
    scheduler.start()
    try:
        await server(application(klankbord.platforms.values()), ready).serve(sockets=[bound])
    finally:
        scheduler.pause()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(tick.finish(), send.finish()), LAST_SECONDS)
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)
        klankbord.database.close()


def log_to_console() -> None:
    """Logs carry counts and opaque keys; never a name, a department somebody dealt with, or an answer."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
