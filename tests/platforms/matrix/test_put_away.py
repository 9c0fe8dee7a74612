"""A card that another takes the place of, while the homeserver lets the bot do only so much: nothing of it is left."""

import asyncio

import pytest

from bot.core.platform import Button, Card, Outgoing
from bot.platforms.matrix import screen
from config.texts import say

from .forged import ANNA, Ear, Json, listening, until
from .living import Living, living
from .test_turns import signs

FIRST = Card(("De eerste vraag.",), choices=(Button("Goed", "i:a:ict:first:1"), Button("Slecht", "i:a:ict:first:2")))
NEXT = Card(("De vraag erna.",), choices=(Button("Goed", "i:a:ict:next:1"), Button("Slecht", "i:a:ict:next:2")))
AGAIN = Card(("Een herinnering.",), choices=(Button("Begin", "i:begin"),))
WAY = "PUT /_matrix/client/v3/rooms/"
NO_MORE: Json = {"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 300}


def edits(server: Living, room: str) -> list[str]:
    """What is left of them, in their order."""
    left = (one["content"]["m.new_content"]["body"] for one in server.rooms[room] if "m.new_content" in one["content"])
    return [body.split("\n")[0] for body in left]


@pytest.mark.parametrize(("said", "status"), [(NO_MORE, 429), ({}, 503)])
def test_what_was_put_away_is_cleared_though_it_takes_a_second_try(
    said: Json, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where the other is and the bot was told so, before its signs and the questions it asked are gone."""
    monkeypatch.setattr(screen, "FIRST_WAIT", 0.3)

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,) = server.rooms
            await matrix.send(Outgoing("first", ANNA, card=FIRST))
            await matrix.settled()
            async with listening(matrix, Ear(NEXT)):
                server.says(room, "1")
                await until(lambda: edits(server, room) == ["De vraag erna."])
                await matrix.settled()
                server.tells(f"{WAY}{room}/redact/", said, status)
                await matrix.send(Outgoing("again", ANNA, card=AGAIN))
                await until(lambda: len(edits(server, room)) == 2)
                told = server.asked("/sync")
                await until(lambda: server.asked("/sync") > told + 2)
                server.answers.clear()
                await matrix.settled()
            (card,) = server.stand(room)
            assert signs(server, room) == {card: ["1️⃣"]}
            assert edits(server, room) == [say_where()]

    asyncio.run(whole())


def say_where() -> str:
    """What stands there instead of it."""
    return say("matrix.put_away", "nl")
