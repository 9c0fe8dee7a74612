"""Several replicas: who fetches what happens, and who only draws and sends. What one did the other was not told."""

import asyncio

from bot.core.platform import Asked, Button, Card, Outgoing, Tap
from bot.platforms.matrix import messages

from .forged import ANNA, ME, ROOM, Ear, Forged, Json, forged, happened, heard, joined, reacting, typed

MESSAGES = f"GET /_matrix/client/v3/rooms/{ROOM}/messages"


def asking(question: str) -> Card:
    """A card of a round."""
    return Card((question,), choices=(Button("goed", f"i:a:ict:{question}:1"),))


def shows(server: Forged, *questions: str) -> None:
    """A card of the bot, and what it was changed into, a minute each."""
    first = happened("m.room.message", messages.of_card(asking(questions[0])), "$card", ME, origin_server_ts=0)
    edits = [messages.edit("$card", messages.of_card(asking(one))) for one in questions[1:]]
    told = [
        happened("m.room.message", one, f"$edit{at}", ME, origin_server_ts=at * 60_000)
        for at, one in enumerate(edits, 1)
    ]
    server.tells("/event/$card", first)
    server.tells("/relations/$card/m.replace", {"chunk": told[::-1]})
    server.tells(MESSAGES, {"chunk": [*told[::-1], first]})


def taps(event: str) -> Json:
    """Anna's first choice, long after all that."""
    return happened("m.reaction", reacting("$card", "1️⃣"), event, origin_server_ts=10**9)


def test_who_fetches_again_asks_what_stands_there() -> None:
    """Another replica changed the card meanwhile: an answer is to what it says now."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear(None)
            shows(server, "received")
            server.brings(joined(taps("$1")))
            await heard(server, matrix, ear, lambda: len(ear.heard) > 0)
            shows(server, "received", "needed")
            server.brings(joined(taps("$2")))
            await heard(server, matrix, ear, lambda: ear.heard[-1].delivery == "$2")
            assert isinstance(ear.heard[-1], Tap)
            assert ear.heard[-1].action == "i:a:ict:needed:1"

    asyncio.run(whole())


def test_who_fetches_again_asks_whose_rooms_there_are() -> None:
    """Another replica came into a room of Anna's."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear()
            server.brings(joined(typed("hulp", "$1")))
            await heard(server, matrix, ear, lambda: bool(ear.heard))
            server.kept["m.direct"] = {ANNA: ["!new:example.nl", ROOM]}
            server.brings(joined(typed("pauze", "$2"), room="!new:example.nl"))
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "pauze") in ear.heard)

    asyncio.run(whole())


def test_who_only_sends_looks_what_stands_there() -> None:
    """A reminder takes the place of the card that another replica drew, not of the one that this one once saw."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells(MESSAGES, {"chunk": []})
            await matrix.send(Outgoing("row-1", ANNA, card=asking("received")))
            await matrix.settled()
            shows(server, "service")
            await matrix.send(Outgoing("row-2", ANNA, card=asking("needed")))
            await matrix.settled()
            edited = [one["m.relates_to"]["event_id"] for one in server.said if "m.new_content" in one]
            assert edited == ["$card"]

    asyncio.run(whole())


def test_who_came_back_in_another_room_is_there() -> None:
    """As another replica heard; this one knew the room that she left."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            await matrix.send(Outgoing("row-1", ANNA, card=asking("received")))
            server.tells(f"{ROOM}/state/m.room.member/", {"membership": "leave"})
            server.kept["m.direct"] = {ANNA: ["!new:example.nl"]}
            assert (await matrix.send(Outgoing("row-2", ANNA, ("Hallo.",)))).startswith("!new:example.nl ")

    asyncio.run(whole())


def test_what_stood_there_for_who_was_as_fast_as_an_edit_is_not_guessed() -> None:
    """The version that she saw was taken away; the first one asked something else."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            shows(server, "received", "service")  # "needed" was in between
            quick = happened("m.reaction", reacting("$card", "1️⃣"), "$1", origin_server_ts=60_100)
            server.brings(joined(quick, taps("$2")))
            ear = Ear(None)
            await heard(server, matrix, ear, lambda: len(ear.heard) > 0)
            assert [one.action for one in ear.heard if isinstance(one, Tap)] == ["i:a:ict:service:1"]

    asyncio.run(whole())
