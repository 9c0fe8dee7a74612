"""The wiring: the only file that sees everything. Settings in, a running Klankbord out."""

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from random import Random
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.core.ids import SYSTEM
from bot.core.platform import Closes, Hear, Outgoing, Platform, Polls, Previews, Refuses, WrongSetting
from bot.deployed import deployed
from bot.flow import clock, leads_first, pictures, refusals, retention
from bot.flow.delivery import Sender
from bot.flow.figures import figures
from bot.flow.hearing import hearing
from bot.flow.roles import Roles
from bot.logs import Log
from bot.platforms import PLATFORMS
from bot.platforms.webchat.rooms import Channel, Message
from bot.store import chats, editions, leases, schema
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.leases import NotOurs
from bot.web.admin.pages import AdminPages
from bot.web.admin.visit import House
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.server import application, server
from bot.works import Work
from config.settings import Settings

Now = Callable[[], datetime]

TICK_SECONDS = 60
SEND_SECONDS = 2
DAY_SECONDS = 24 * 60 * 60
LAST_SECONDS = 5  # to finish what is being done when told to stop; the web server takes as many before
CLOCK = "clock"

log = Log("app")


def system_now() -> datetime:
    """The time, outside simulations."""
    return datetime.now(UTC)


def sending(platform: str) -> str:
    """The role of who sends to a platform."""
    return f"send:{platform}"


def fetching(platform: str) -> str:
    """The role of who fetches the events of a platform."""
    return f"hear:{platform}"


class Klankbord:
    """Everything that runs together in one process; what several replicas share it does where it has the role."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        platforms: Mapping[str, Platform],
        now: Now,
        rng: Random,
        address: str = "http://127.0.0.1:8080",
        house: House | None = None,
    ) -> None:
        self.database, self.keyring, self.platforms, self.now, self.rng = database, keyring, platforms, now, rng
        fetched = [fetching(name) for name, platform in platforms.items() if isinstance(platform, Polls)]
        self.roles = Roles(database, [CLOCK, *map(sending, platforms), *fetched])
        self.metrics = Metrics(platforms)
        database.committed = self.metrics.committed
        for name, platform in platforms.items():
            if isinstance(platform, Refuses):
                platform.refused = partial(self.metrics.refused, name)
        self.senders = {
            name: Sender(self.roles.duty(sending(name)), platform, keyring, now, self.metrics.sent)
            for name, platform in platforms.items()
        }
        self.health = Health(
            self.metrics,
            now,
            figures=lambda: database.read(figures, now()),
            current=lambda: database.read(schema.is_current),
            elsewhere=lambda: self.roles.elsewhere(CLOCK),
        )
        self.admin = AdminPages(
            database, keyring, platforms, now, house or House(), secure=address.startswith("https://")
        )
        self._hear: Hear = hearing(database, keyring, now, address)
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self.took_clock: Callable[[], None] = lambda: None  # told when the clock became ours

    async def listen(self) -> None:
        """Every platform hears from now on."""
        for platform in self.platforms.values():
            await platform.listen(self._hear)

    async def keep_roles(self) -> None:
        """Say that we are here, and fetch events where that is ours to do: also when we could not say so."""
        had_clock = self.roles.has(CLOCK)
        try:
            await self.roles.keep()
        finally:
            for name, platform in self.platforms.items():
                if isinstance(platform, Polls):
                    self._fetch(name, platform)
        if self.roles.has(CLOCK) and not had_clock:
            self.database.unscrubbed = True  # whoever had it may have ended right after counting
            self.took_clock()

    def _fetch(self, name: str, platform: Polls) -> None:
        ours, task = self.roles.has(fetching(name)), self._fetching.get(name)
        if task is not None and task.done():
            log.error("fetching ended", task.exception(), platform=name)
            task = None
        if ours and task is None:
            self._fetching[name] = asyncio.create_task(platform.poll(self._hear))
        elif not ours and name in self._fetching:
            self._fetching.pop(name).cancel()

    async def tick(self) -> None:
        """Do what is due, where the clock is ours."""
        if self.roles.has(CLOCK):
            with suppress(NotOurs):
                await clock.tick(self.roles.duty(CLOCK), self.now(), self.rng, self.keyring)
                await self.roles.duty(CLOCK).write(refusals.homeless, list(self.platforms), self.now())
                self.health.ticked()

    async def forget(self) -> None:
        """Delete what was kept long enough, where the clock is ours."""
        if self.roles.has(CLOCK):
            with suppress(NotOurs):
                if await self.roles.duty(CLOCK).write(retention.forget_old, self.now()):
                    await self.database.scrub()

    async def send(self, platform: str) -> None:
        """Send what is due on a platform, where that is ours to do."""
        if self.roles.has(sending(platform)):
            with suppress(NotOurs):
                await self.senders[platform].send_due()

    async def stop(self) -> None:
        """Begin nothing more."""
        for sender in self.senders.values():
            sender.stop()
        for task in self._fetching.values():
            task.cancel()
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    async def close(self) -> None:
        """Nothing more is sent or heard."""
        for platform in self.platforms.values():
            if isinstance(platform, Closes):
                await platform.close()


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
            asks=outgoing.invitation is None and outgoing.card is not None,
            at=self._now(),
        )
        return await self._database.write(chats.post, message)

    async def posted(self, outgoing: str) -> str | None:
        """The reference of a message that was kept."""
        return await self._database.read(chats.posted, outgoing)

    async def messages(self, address: str, after: int = 0) -> list[Message]:
        """The messages at an address."""
        found = await self._database.read(chats.messages, address, after)
        return [_message(row) for row in found]

    async def picture(self, number: int) -> tuple[str, bytes] | None:
        """The picture of a message, and the address it is at."""
        found = await self._database.read(chats.pictured, number)
        if found is None:
            return None
        address, block, message = found
        held = await self._database.read(leads_first.held_for, message, self._now())
        return address, await pictures.picture(self._database, block, held)

    async def channels(self, address: str) -> list[Channel]:
        """The channels that somebody may read."""
        return [Channel(where, title) for where, title in await self._database.read(chats.channels, address)]


def _message(row: chats.ChatMessage) -> Message:
    asks = row.outgoing if row.asks else ""
    return Message(row.number or 0, tuple(row.lines), row.invitation, row.at, tuple(row.details), row.alt, asks)


def platforms(settings: Settings, database: Database, now: Now) -> dict[str, Platform]:
    """The platforms of this installation: the web chat, and every other that is set up in the environment."""
    secure = settings.public_address.startswith("https://")
    with database.transaction(reading=True) as session:
        zone = editions.latest(session).organisation.zone
    found: dict[str, Platform] = {}
    for name in PLATFORMS:
        if name == "webchat":
            found[name] = _class(name)(StoredRooms(database, now), secure=secure, zone=zone)
        elif (platform := _class(name).from_environment()) is not None:
            found[name] = platform
    return found


@cache
def previews() -> Mapping[str, type[Previews]]:
    """How every platform shows a card, whether it is set up or not."""
    return {name: _class(name) for name in PLATFORMS}


def _class(platform: str) -> Any:
    module, _, name = PLATFORMS[platform].partition(":")
    return getattr(import_module(module), name)


def assembled(settings: Settings, database: Database, now: Now = system_now, rng: Random = SYSTEM) -> Klankbord:
    """A Klankbord that is ready to run."""
    keyring, found = Keyring(settings.key_list), platforms(settings, database, now)
    house = House(deployed(settings), previews)
    return Klankbord(database, keyring, found, now, rng, settings.public_address, house)


async def serve(klankbord: Klankbord, bound: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Run until told to stop: hear, tick every minute, send every other second, serve the web. Raises WrongSetting."""
    if klankbord.database.kind.scrubs_replies:
        await klankbord.database.scrub()  # something may have been erased right before a crash
    try:
        await klankbord.listen()
    except WrongSetting:
        await klankbord.close()
        raise
    await klankbord.keep_roles()
    ticking = Work(CLOCK, klankbord.tick, TICK_SECONDS)
    klankbord.took_clock = ticking.hurry
    works = [
        Work("roles", klankbord.keep_roles, leases.KEEP),
        ticking,
        Work("retention", klankbord.forget, DAY_SECONDS),
        *(Work(sending(name), partial(klankbord.send, name), SEND_SECONDS) for name in klankbord.platforms),
    ]
    for work in works:
        work.begin()
    try:
        await server(application([*klankbord.platforms.values(), klankbord.health, klankbord.admin]), ready).serve(
            sockets=[bound]
        )
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(_finish(klankbord, works), LAST_SECONDS)
        await asyncio.sleep(0)
        klankbord.database.close()


async def _finish(klankbord: Klankbord, works: list[Work]) -> None:
    """Begin nothing more, wait for what is under way, and let others take over."""
    await klankbord.stop()
    await asyncio.gather(*(work.finish() for work in works))
    await klankbord.close()
    with suppress(DBAPIError):  # where the database is away the leases run out by themselves
        await klankbord.roles.give_up()
