"""A number or a letter that is not on the card: it stays as it is, and says so."""

import asyncio
from collections.abc import Callable

import pytest

from bot.core.home import NO_ROUND
from bot.core.platform import Asked, Button, Card, Event, Outgoing

from .forged import ANNA, Ear, listening, until
from .living import Living, living

Way = Callable[[Living, str, str, str], None]
QUESTION = Card(("Hoe ging het?",), choices=(Button("Goed", "i:a:ict:q:1"), Button("Slecht", "i:a:ict:q:2")))
HELP = Card(("Hulp.",), steps=(Button("Pauze", f"{NO_ROUND}:pause"),))


class Knowing(Ear):
    """Who asks for the card of the round gets it, and there is none of no round; any word is answered with help."""

    async def hear(self, event: Event) -> Card | None:
        """One event."""
        await super().hear(event)
        if isinstance(event, Asked) and (event.word, event.rest) == ("card", NO_ROUND):
            return None
        return QUESTION if isinstance(event, Asked) and (event.word, event.rest) == ("card", "i") else HELP


def typed(server: Living, room: str, _: str, sign: str) -> None:
    """As a message."""
    server.says(room, sign)


def reacted(server: Living, room: str, message: str, sign: str) -> None:
    """Below the card."""
    server.reacts(room, message, sign)


@pytest.mark.parametrize("sign", ["7", " 12 ", "z", "9️⃣"])
@pytest.mark.parametrize("way", [typed, reacted])
def test_a_sign_that_is_not_there_says_so(way: Way, sign: str) -> None:
    """The question still stands; help does not take its place."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,) = server.rooms
            message = (await matrix.send(Outgoing("first", ANNA, card=QUESTION))).rpartition(" ")[2]
            async with listening(matrix, Knowing()):
                way(server, room, message, sign)
                await until(lambda: any("teken staat nu niet op je kaart" in one for one in server.stand(room)))
                await matrix.settled()
            assert [("Hoe ging het?" in one, "Hulp." in one) for one in server.stand(room)] == [(True, False)]

    asyncio.run(whole())


def test_a_sign_that_is_not_on_a_card_of_no_round_is_a_word() -> None:
    """Whoever types it is answered, as for any other word."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,), ear = server.rooms, Knowing()
            await matrix.send(Outgoing("first", ANNA, card=HELP))
            async with listening(matrix, ear):
                server.says(room, "7")
                await until(lambda: Asked("matrix", ANNA, "7") in ear.heard)
                await until(lambda: len(server.now(room)) == 2)

    asyncio.run(whole())
