"""The real Klankbord on a real homeserver, and colleagues with clients of their own: a stage for any scenario."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from pathlib import Path

from pydantic import SecretStr

from bot.app import Klankbord
from bot.platforms.matrix import Matrix
from bot.platforms.matrix.bookmark import SINCE
from bot.platforms.matrix.settings import MatrixSettings
from bot.store import joining
from config import EXAMPLE
from config.load import read
from tests.scenarios.town import Town, town

from .people import PATIENCE, Person, person
from .synapse import Homeserver, Registered

REACTING, NUMBERS, LABELS = "reacting", "numbers", "labels"  # the ways of answering
TYPING = "typing"  # one and the other by turns
ROOMS = (*(department.key for department in read(EXAMPLE).departments), "admin", "test")
READING = 0.8  # seconds that nobody is faster than who reads a card before tapping on it


def settings(server: Homeserver, bot: Registered) -> MatrixSettings:
    """How Klankbord is set up here."""
    return MatrixSettings(server=server.url, token=SecretStr(bot.token))


@dataclass
class Stage:
    """A homeserver, Klankbord, people and rooms."""

    server: Homeserver
    bot: Registered
    town: Town
    platform: Matrix
    people: dict[str, Person]
    rooms: dict[str, str]  # by the key of a department; the first person made them, and sees them all
    way: str = REACTING
    ways: dict[str, str] = field(default_factory=dict)  # of who has one of their own
    said: dict[str, list[str]] = field(default_factory=dict)  # what somebody typed and reacted: event ids
    _by_turns: Iterator[str] = field(default_factory=lambda: cycle((NUMBERS, LABELS)))

    @property
    def klankbord(self) -> Klankbord:
        """The bot itself."""
        return self.town.klankbord

    @property
    def host(self) -> Person:
        """Who made the rooms."""
        return next(iter(self.people.values()))

    async def moment(self, name: str) -> None:
        """Move the clock to a moment of the round, and do what is due."""
        await self.town.moment(name)
        await self.settled(self.host)

    async def at(self, moment: datetime) -> None:
        """Move the clock to any moment."""
        self.town.clock.now = moment
        await self.klankbord.tick()
        await self.klankbord.send("matrix")
        await self.settled(self.host)

    async def settled(self, person: Person) -> None:
        """Until Klankbord has heard of everything so far, and drawn it; then somebody looks."""
        await person.looks()
        await self.heard(person.position)
        await self.platform.settled()
        await person.looks()

    async def heard(self, position: int) -> None:
        """Until Klankbord has come so far in the news, and says so on the server."""
        end = time.monotonic() + PATIENCE
        while self.server.heard(self.bot, SINCE) < position:
            for fetching in self.klankbord._fetching.values():
                assert not fetching.done(), fetching.result()
            assert time.monotonic() < end, "not all that happened is heard"
            await asyncio.sleep(0.01)

    async def read(self, who: str) -> str:
        """A person's chat, or a room: #hr."""
        person = self.host if who.startswith("#") else self.people[who]
        await self.settled(person)
        return person.rooms[self.rooms[who[1:]]].reads() if who.startswith("#") else person.reads()

    async def tap(self, who: str, label: str) -> None:
        """What stands for this label: as a reaction, or typed."""
        person, way = self.people[who], self.ways.get(who, self.way)
        way = next(self._by_turns) if way == TYPING else way
        await person.looks()
        if way == REACTING:
            await self._reads(person)
            event = await person.taps(label)
        else:
            event = await (person.types_for(label) if way == NUMBERS else person.types_label(label))
        self.said.setdefault(who, []).append(event)
        await self.settled(person)

    async def tap_in(self, who: str, channel: str, label: str) -> None:
        """Below the newest message in a room, by somebody who comes in for it."""
        person, room = self.people[who], self.rooms[channel.removeprefix("#")]
        if person is not self.host and room not in person.rooms:
            await self.host.invites(person.address, room)
        await self.settled(person)
        await self._reads(person, room)
        await person.taps(label, room)
        await self.settled(person)

    async def taps(self, who: str, labels: str) -> None:
        """Several, one after another."""
        for label in labels.split(" > "):
            await self.tap(who, label)

    async def type(self, who: str, text: str) -> None:
        """Into their chat, where a card asks for it."""
        person = self.people[who]
        await person.looks()
        self.said.setdefault(who, []).append(await person.types(text))
        await self.settled(person)

    async def ask(self, who: str, word: str) -> None:
        """A word: who has no chat yet makes one."""
        person = self.people[who]
        await person.looks()
        if not person.has_chat:
            await person.opens()
            await self.settled(person)
        await self.type(who, word)

    def link(self, who: str) -> str:
        """A one-time code of somebody, as an admin makes it."""
        return self.klankbord.database.write_now(joining.new_typed, "matrix", who, self.town.clock.now)

    async def joins(self, *who: str) -> None:
        """People come with their own codes."""
        for name in who:
            await self.ask(name, self.link(name))

    async def _reads(self, person: Person, room: str = "") -> None:
        """It takes a while to read what just changed."""
        said = max(one.at for one in person.rooms[room or person.room].messages.values())
        await asyncio.sleep(max(0.0, said / 1000 + READING - time.time()))


@asynccontextmanager
async def on_stage(
    server: Homeserver, folder: Path, names: Iterable[str], way: str = REACTING, *, joined: bool = True
) -> AsyncIterator[Stage]:
    """An hour before the round opens; everybody's address is known, unless they are to bring a code themselves."""
    async with AsyncExitStack() as stack:
        bot = server.register(server.unique("klankbord"))
        people = {name: await stack.enter_async_context(person(server, name, bot.address)) for name in names}
        host = next(iter(people.values()))
        rooms = {key: await host.makes_room(key) for key in ROOMS}
        platform = Matrix(settings(server, bot))
        addresses = {name: one.address if joined or one is host else "" for name, one in people.items()}
        made = town(folder, addresses, "matrix", lambda database, now: platform, rooms)
        stage = Stage(server, bot, made, platform, people, rooms, way)
        stack.push_async_callback(_ended, stage)
        await stage.klankbord.listen()
        await stage.klankbord.keep_roles()
        await stage.settled(host)
        yield stage


async def _ended(stage: Stage) -> None:
    await stage.klankbord.stop()
    await stage.klankbord.close()
    stage.klankbord.database.close()
