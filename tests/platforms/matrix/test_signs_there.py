"""A sign that is put below a card twice, by another replica or a call that was answered late: it is there."""

import asyncio
from functools import partial

from aiohttp import web

from bot.core.platform import Button, Card, Event, Outgoing

from .forged import ANNA, Ear, Json, listening, until
from .living import Living, living


def question(number: int) -> Card:
    """With one answer: its sign is always the same."""
    return Card((f"Vraag {number}.",), choices=(Button("Goed", f"i:a:ict:q{number}:1"),))


def asks(server: Living, room: str, number: int) -> bool:
    """Whether it asks this now."""
    return any(f"Vraag {number}." in words for words in server.stand(room))


class Asking(Ear):
    """Each answer is followed by the next question."""

    async def hear(self, event: Event) -> Card | None:
        """One event."""
        await super().hear(event)
        return question(len(self.heard) + 1)


class Forgetful(Living):
    """It never tells of a reaction that the bot asks for, and refuses the same one again."""

    def _in(self, room: str, what: list[str], request: web.Request, content: Json) -> web.Response:
        if what[0] == "relations" and what[2] == "m.annotation":
            return web.json_response({"chunk": []})
        return super()._in(room, what, request, content)


def test_a_sign_that_is_there_already_is_no_failure() -> None:
    """The card is drawn to its end: of its edits the last stands alone, for the others tell what was answered."""

    async def whole() -> None:
        async with living(server=Forgetful(ANNA)) as (server, matrix):
            (room,) = server.rooms
            await matrix.send(Outgoing("first", ANNA, card=question(1)))
            ear = Asking()
            async with listening(matrix, ear):
                for number in (2, 3):
                    server.says(room, "1")
                    await until(partial(asks, server, room, number))
                    await matrix.settled()
            edits = [one for one in server.rooms[room] if "m.new_content" in one["content"]]
            assert [one["content"]["m.new_content"]["body"].split("\n")[0] for one in edits] == ["Vraag 3."]

    asyncio.run(whole())
