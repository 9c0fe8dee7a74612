"""Cards that come into a room at once: one of them stands at the end, and its signs below it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.core.home import NO_ROUND
from bot.core.platform import Asked, Button, Card, Event, Outgoing
from bot.platforms.matrix import Matrix

from .forged import ANNA, Ear, listening, until
from .living import Living, living

FIRST = Card(("De eerste vraag.",), choices=(Button("Goed", "i:a:ict:first:1"), Button("Slecht", "i:a:ict:first:2")))
SECOND = Card(("De tweede vraag.",), choices=(Button("Goed", "i:a:ict:second:1"),))
HELP = Card(("Hulp.",), steps=(Button("Pauze", f"{NO_ROUND}:pause"), Button("Stop", f"{NO_ROUND}:stop")))
Sendings = list["asyncio.Task[str]"]
SIGNS = {"Hulp.": ["🇦", "🇧"], "De tweede vraag.": ["1️⃣"]}


class Answering(Ear):
    """A word is answered with help, a sign with the next question."""

    async def hear(self, event: Event) -> Card | None:
        """One event."""
        await super().hear(event)
        return HELP if isinstance(event, Asked) else SECOND


def signs(server: Living, room: str) -> dict[str, list[str]]:
    """Below each message that has some: what it says now, and its signs."""
    below: dict[str, list[str]] = {}
    for event in server.rooms[room]:
        if event["type"] == "m.reaction" and event["content"]:
            relation = event["content"]["m.relates_to"]
            below.setdefault(server.now(room)[relation["event_id"]]["body"], []).append(relation["key"])
    return below


async def an_answer_and_a_word(server: Living, _: Matrix, room: str, __: Sendings) -> str:
    """In one piece of news; the next question is there, and nobody has told the bot so."""
    server.says(room, "1")
    server.says(room, "hulp")
    await until(lambda: not server.late)
    return "Hulp."


async def a_word_and_a_question(server: Living, matrix: Matrix, room: str, under_way: Sendings) -> str:
    """The bot asks something while somebody gets an answer."""
    server.says(room, "hulp")
    await until(lambda: not server.late)
    under_way.append(asyncio.create_task(matrix.send(Outgoing("row", ANNA, card=SECOND))))
    return "De tweede vraag."


async def a_question_and_a_word(server: Living, matrix: Matrix, room: str, under_way: Sendings) -> str:
    """Somebody asks something while the bot does."""
    under_way.append(asyncio.create_task(matrix.send(Outgoing("row", ANNA, card=SECOND))))
    await until(lambda: not server.late)
    server.says(room, "hulp")
    return "Hulp."


async def a_question_of_another_replica(server: Living, _: Matrix, room: str, under_way: Sendings) -> str:
    """It is there, and nobody has told that replica so, when somebody asks something here."""
    under_way.append(asyncio.create_task(server.bot().send(Outgoing("row", ANNA, card=SECOND))))
    await until(lambda: not server.late)
    server.says(room, "hulp")
    await until(lambda: any("Hulp." in words for words in server.stand(room)))
    return "Hulp."


Scene = Callable[[Living, Matrix, str, Sendings], Awaitable[str]]
SCENES = (an_answer_and_a_word, a_word_and_a_question, a_question_and_a_word, a_question_of_another_replica)


@pytest.mark.parametrize("scene", SCENES)
def test_of_two_cards_at_once_the_last_stands(scene: Scene) -> None:
    """With all of its signs; the other says where it is."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,), under_way = server.rooms, Sendings()
            await matrix.send(Outgoing("first", ANNA, card=FIRST))
            await matrix.settled()
            async with listening(matrix, Answering()):
                server.late = ["/send/m.room.message/"]
                last = await scene(server, matrix, room, under_way)
                await seen(server)
                server.tells("/sync", {}, 503)  # what comes now the bot knows of itself
                await seen(server, 1)
                server.open.set()
                await asyncio.gather(*under_way)
                for one in server.bots:
                    await one.settled()
            (card,) = server.stand(room)
            assert last in card
            assert signs(server, room) == {card: SIGNS[last]}

    asyncio.run(whole())


async def seen(server: Living, times: int = 10) -> None:
    """Until the bot has asked for news, and made of it what it will."""
    asked = server.asked("/sync")
    await until(lambda: server.asked("/sync") >= asked + times)
