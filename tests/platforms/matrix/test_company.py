"""Somebody gets company in their room of two: nobody reads there what they were asked."""

import asyncio

from bot.core.platform import Asked, Button, Card, Outgoing
from bot.platforms.matrix import messages

from .forged import ANNA, ME, ROOM, Ear, forged, happened, heard, joined, listening, until
from .living import living

BRAM = "@bram:example.nl"
ASKED = Card(("Wat miste je het meest?",), choices=(Button("Snelheid", "i:a:hr:missed:speed"),))
CAME = happened("m.room.member", {"membership": "join"}, "$came", BRAM, state_key=BRAM)


def test_who_comes_in_reads_no_question() -> None:
    """What is asked tells what was answered: card and edits are taken away, and then the bot goes."""

    async def whole() -> list[str]:
        async with forged() as (server, matrix):
            card = happened("m.room.message", messages.of_card(ASKED), "$card", ME)
            edit = happened("m.room.message", messages.edit("$card", messages.of_card(ASKED)), "$edit", ME)
            server.tells("joined_members", {"joined": {ME: {}, BRAM: {}, "@anna:example.nl": {}}})
            server.tells("/event/$card", card)
            server.tells("/relations/$card/m.replace", {"chunk": [edit]})
            server.tells(f"GET /_matrix/client/v3/rooms/{ROOM}/messages", {"chunk": [card]})
            server.brings(joined(CAME))
            await heard(server, matrix, Ear(), lambda: f"POST {WAY}/leave" in server.calls)
            return [call for call in server.calls if call.startswith((f"PUT {WAY}/redact", f"POST {WAY}/leave"))]

    edit, card = (f"PUT {WAY}/redact/{one}/redact-{one}" for one in ("$edit", "$card"))
    assert asyncio.run(whole()) == [edit, card, f"POST {WAY}/leave"]


WAY = f"/_matrix/client/v3/rooms/{ROOM}"


def test_what_is_on_its_way_is_read_by_nobody() -> None:
    """The next question, and a card that was asked for: of both the homeserver only hears when somebody has come in."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,), ear = server.rooms, Ear(ASKED)
            await matrix.send(Outgoing("row", ANNA, card=ASKED))
            await matrix.settled()
            async with listening(matrix, ear):
                server.holds = f"{room}/send/m.room.message/"
                before = server.asked(server.holds)
                server.says(room, "1")
                await until(lambda: server.asked(server.holds) > before)
                server.says(room, "hulp")
                server.happens(room, "m.room.member", {"membership": "join"}, BRAM, state_key=BRAM)
                await until(lambda: Asked("matrix", ANNA) in ear.heard)
                told = server.asked("/sync")
                await until(lambda: server.asked("/sync") > told + 5)
                server.open.set()
                await matrix.settled()
            assert ME not in server.members(room, "join")
            assert [one["content"] for one in server.rooms[room] if "body" in one["content"]] == []

    asyncio.run(whole())
