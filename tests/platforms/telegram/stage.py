"""The real Klankbord on Telegram, and the people who use it with their telephones: a stage for any scenario."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.app import Klankbord
from bot.platforms.telegram import Brought, Fetching, Telegram
from bot.platforms.telegram.settings import TelegramSettings
from bot.store import joining
from bot.web.server import application, listening, server
from config import EXAMPLE
from config.load import read
from tests.scenarios.town import Town, town

from .keyboards import buttons
from .people import Group, Person
from .rates import Limits
from .server import fake_telegram
from .world import World

FETCHING, BROUGHT = "fetching", "brought"  # the two ways of hearing
ADDRESS = "https://klankbord.example.nl"
SECRET = "a_secret-of-the-webhook"
ADMINS, TEST = "admin", "test"  # the groups beside those of departments
GROUPS = (*(department.key for department in read(EXAMPLE).departments), ADMINS, TEST)
TICKS = ("", "⬜ ", "✅ ")  # before a label of a choice of several


def settings(world: World, way: str = FETCHING) -> TelegramSettings:
    """How Klankbord is set up here."""
    secret = SECRET if way == BROUGHT else ""
    token = SecretStr(world.token)
    return TelegramSettings(token=token, api_url=world.address, webhook_secret=SecretStr(secret), address=ADDRESS)


@dataclass
class Stage:
    """Telegram, Klankbord, people and groups."""

    telegram: World
    town: Town
    platform: Telegram
    people: dict[str, Person]
    groups: dict[str, Group]
    toasts: dict[str, str] = field(default_factory=dict)  # what somebody saw last above a group, for a moment
    refused: list[str] = field(default_factory=list)  # what the bot counted as forged or broken

    @property
    def klankbord(self) -> Klankbord:
        """The bot itself."""
        return self.town.klankbord

    async def moment(self, name: str) -> None:
        """Move the clock to a moment of the round, and do what is due."""
        await self.town.moment(name)
        await self.settled()

    async def at(self, moment: datetime) -> None:
        """Move the clock to any moment."""
        self.town.clock.now = moment
        await self.klankbord.tick()
        await self.klankbord.send("telegram")
        await self.settled()

    async def settled(self) -> None:
        """Until Klankbord has heard of everything, and drawn it."""
        await self.telegram.settled()
        await self.platform.settled()

    async def read(self, who: str) -> str:
        """A person's chat, or a group: #hr."""
        await self.settled()
        room = self.groups[who.removeprefix("#")] if who.startswith("#") else self.people[who]
        return "\n".join((room.reads(), self.toasts.get(who, "")))

    async def tap(self, who: str, label: str) -> None:
        """The newest button with this label, ticked or not."""
        person = self.people[who]
        await self.settled()
        for tick in TICKS:
            with suppress(AssertionError):
                query = person.press(tick + label)
                break
        else:
            raise AssertionError(f"{who} has no {label!r} to press:\n{person.reads()}")
        await query.answered()
        await self.settled()

    async def tap_in(self, who: str, channel: str, label: str) -> None:
        """Below the newest message of a group that has such a button; a toast is read as a line of one's own chat."""
        person = self.people[who]
        await self.settled()
        messages = reversed(list(self.groups[channel.removeprefix("#")].chat.visible()))
        on = next(one for one in messages if any(b["text"].startswith(label) for b in buttons(one.now.markup)))
        answer = await person.press(label, on).answered()
        self.toasts[who] = answer.text
        await self.settled()

    async def taps(self, who: str, labels: str) -> None:
        """Several, one after another."""
        for label in labels.split(" > "):
            await self.tap(who, label)

    async def type(self, who: str, text: str) -> None:
        """In reply to the newest card."""
        self.people[who].replies(text)
        await self.settled()

    async def ask(self, who: str, word: str) -> None:
        """A word or a command."""
        self.people[who].writes(word)
        await self.settled()

    def link(self, who: str) -> str:
        """A personal link of somebody, as an admin makes it: the token in it."""
        return self.klankbord.database.write_now(joining.new_link, "telegram", who, self.town.clock.now)

    async def joins(self, *who: str) -> None:
        """People come with their own links."""
        for name in who:
            self.people[name].starts(self.link(name))
        await self.settled()


@asynccontextmanager
async def on_stage(
    folder: Path, names: Iterable[str], way: str = FETCHING, *, limits: Limits | None = None, joined: bool = True
) -> AsyncIterator[Stage]:
    """An hour before the round opens; everybody has joined, unless they are to do so themselves."""
    async with fake_telegram(limits) as telegram:
        stage = _built(folder, telegram, tuple(names), way)
        await stage.klankbord.listen()
        async with _hearing(stage, way):
            if joined:
                await stage.joins(*stage.people)
            yield stage
            await stage.settled()


def _built(folder: Path, telegram: World, names: tuple[str, ...], way: str) -> Stage:
    people = {name: Person(telegram, name.capitalize()) for name in names}
    groups = {key: group(telegram, key, list(people.values())) for key in GROUPS}
    platform = (Brought if way == BROUGHT else Fetching)(settings(telegram, way))
    addresses = {key: one.address for key, one in groups.items()}
    made = town(folder, dict.fromkeys(names, ""), "telegram", lambda database, now: platform, addresses)
    stage = Stage(telegram, made, platform, people, groups)
    platform.refused = stage.refused.append
    return stage


def group(telegram: World, key: str, people: Sequence[Person]) -> Group:
    """The bot has long been in it."""
    made = Group(telegram, key.upper(), people, "supergroup")
    made.chat.bot, made.chat.known = "member", True
    return made


@asynccontextmanager
async def _hearing(stage: Stage, way: str) -> AsyncIterator[None]:
    """Klankbord hears, until the end."""
    bound = listening("127.0.0.1", 0)
    stage.telegram.webhook.hosts[ADDRESS] = f"http://127.0.0.1:{bound.getsockname()[1]}"
    serving = server(application(stage.klankbord.platforms.values()))
    running = asyncio.create_task(serving.serve(sockets=[bound]))
    await stage.klankbord.keep_roles()
    try:
        await stage.platform.introduced()
        yield
    finally:
        serving.should_exit = True
        await running
        await stage.klankbord.stop()
        await stage.klankbord.close()
        stage.klankbord.database.close()
