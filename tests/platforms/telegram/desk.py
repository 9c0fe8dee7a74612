"""Telegram with a few people in every situation, and a way to call its methods without a library in between."""

import asyncio
import functools
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from telegram import Bot

from .people import Group, Person
from .rates import Limits
from .server import fake_telegram
from .world import World

PICTURE = b"\x89PNG\r\n\x1a\n and so on"
WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]


@dataclass
class Desk:
    """Somebody who writes requests by hand."""

    world: World
    client: httpx.AsyncClient
    anna: Person

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The whole answer to a request in JSON."""
        answer = await self.client.post(f"/bot{self.world.token}/{method}", json=parameters)
        body: dict[str, Any] = answer.json()
        assert body["ok"] == (answer.status_code == 200)
        return body

    async def result(self, method: str, **parameters: Any) -> Any:
        """What comes of a request that is taken."""
        body = await self.call(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def says(self, text: str = "Hoi Anna", *rows: list[tuple[str, str]]) -> int:
        """The number of a message from the bot to Anna, with rows of (label, data)."""
        markup = {"reply_markup": keyboard(*rows)} if rows else {}
        number: int = (await self.result("sendMessage", chat_id=self.anna.chat.id, text=text, **markup))["message_id"]
        return number

    async def updates(self, offset: int = 0, **more: Any) -> list[dict[str, Any]]:
        """What waits now."""
        found: list[dict[str, Any]] = await self.result("getUpdates", offset=offset, allowed_updates=WANTED, **more)
        return found

    def expects(self, *violations: str) -> None:
        """These limits were broken, on purpose, and no others."""
        assert len(self.world.violations) == len(violations), self.world.violations
        for found, words in zip(self.world.violations, violations, strict=True):
            assert words in found
        self.world.violations.clear()


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Rows of (label, data)."""
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}


def library(world: World) -> Bot:
    """python-telegram-bot's own bot, as an adapter makes it."""
    return Bot(world.token, base_url=f"{world.address}/bot", base_file_url=f"{world.address}/file/bot")


@asynccontextmanager
async def desk(limits: Limits | None = None) -> AsyncIterator[Desk]:
    """Anna has written to the bot, and the bot has heard of it."""
    async with fake_telegram(limits) as world, httpx.AsyncClient(base_url=world.address, verify=False) as client:
        made = Desk(world, client, Person(world, "Anna"))
        made.anna.starts()
        (first,) = await made.updates()
        await made.updates(first["update_id"] + 1)
        yield made


def at_a_desk(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that is played at a desk, which it gets before whatever pytest gives it."""

    @functools.wraps(test)
    def played(**given: Any) -> None:
        async def whole() -> None:
            async with desk() as made:
                await test(made, **given)

        asyncio.run(whole())

    shown = inspect.signature(test)
    played.__signature__ = shown.replace(parameters=list(shown.parameters.values())[1:])  # type: ignore[attr-defined]
    return played


async def send_photo(desk: Desk, chat: int, **parameters: Any) -> dict[str, Any]:
    """The whole answer to a picture, which goes as multipart."""
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    url = f"/bot{desk.world.token}/sendPhoto"
    answer = await desk.client.post(url, data={"chat_id": str(chat), **fields}, files={"photo": PICTURE})
    body: dict[str, Any] = answer.json()
    return body


def crowd(world: World) -> dict[str, Person | Group]:
    """Who is in which situation, by a word for it."""
    inside = Person(world, "Inge")
    people: dict[str, Person | Group] = {word: Person(world, word) for word in ("blocked", "gone", "silent", "nobody")}
    for word in ("blocked", "gone"):
        people[word].chat.known, people[word].chat.bot = True, "member"
    people["silent"].chat.known = True
    people["blocked"].chat.bot, people["gone"].chat.deactivated = "kicked", True
    groups = {word: Group(world, word, [inside]) for word in ("group", "moved", "left")}
    groups["supergroup"] = Group(world, "supergroup", [inside], kind="supergroup")
    groups["kicked"] = Group(world, "kicked", [inside], kind="supergroup")
    for group in groups.values():
        group.adds_bot(inside)
    groups["old"] = Group(world, "old", [inside])
    groups["old"].chat = groups["moved"].upgrades(inside)
    groups["kicked"].kicks_bot(inside)
    groups["left"].chat.bot = "left"
    return people | groups
