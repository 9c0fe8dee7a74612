"""What anybody may send, in whatever shape: it stops nobody, and what comes after it is heard."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.core.platform import Asked, Button, Card
from bot.platforms.matrix import events, messages

from .forged import ANNA, ME, Ear, Json, forged, happened, heard, joined, reacting, typed

NONSENSE: tuple[Any, ...] = (None, 1, 1.5, True, "x", [], ["x"], {}, {"x": "y"}, "\0", "\ud800", "x" * 50_000, "..")
SHAPES: dict[str, Callable[[Any], Json]] = {
    "content": lambda x: happened("m.room.message", x),
    "body": lambda x: happened("m.room.message", {"msgtype": "m.text", "body": x}),
    "kind": lambda x: happened("m.room.message", {"msgtype": x, "body": "x"}),
    "relation": lambda x: happened("m.room.message", {"msgtype": "m.text", "body": "x", "m.relates_to": x}),
    "edit": lambda x: happened("m.room.message", {"body": "x", "m.relates_to": {"rel_type": x, "event_id": x}}),
    "reaction": lambda x: happened("m.reaction", {"m.relates_to": x}),
    "reacted to": lambda x: happened("m.reaction", {"m.relates_to": {"event_id": x, "key": "1"}}),
    "annotated": lambda x: happened(
        "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": x, "key": "1"}}
    ),
    "key": lambda x: happened("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$c", "key": x}}),
    "redaction": lambda x: happened("m.room.redaction", x, redacts=x),
    "redacted": lambda x: happened("m.room.redaction", {"redacts": x}),
    "membership": lambda x: happened("m.room.member", {"membership": x}, state_key=x),
    "id": lambda x: happened("m.room.message", {"msgtype": "m.text", "body": "x"}, x),
    "sender": lambda x: happened("m.room.message", {"msgtype": "m.text", "body": "x"}, sender=x),
    "time": lambda x: {**happened("m.reaction", {"m.relates_to": {}}), "origin_server_ts": x},
    "type": lambda x: happened(x, {}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_has_no_shape_stops_nobody(shape: str) -> None:
    """All of it comes, and then somebody says something."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear()
            server.brings(joined(*(SHAPES[shape](x) for x in NONSENSE), typed("hulp")))
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "hulp") in ear.heard)
            assert not any(len(call) > 1000 for call in server.calls)  # none of it becomes an address

    asyncio.run(whole())


def test_no_database_is_asked_for_what_it_does_not_take() -> None:
    """A zero character, and half of one that takes two."""
    assert events.words(typed("a\0b\ud800c")) == "abc"


def test_who_has_no_room_to_be_answered_in_stops_nobody() -> None:
    """A lead who answers below a digest, where the homeserver encrypts each room of the bot's own."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear, bram = Ear(Card(("Alleen voor jou.",), apart=True)), "@bram:example.nl"
            below = messages.of_card(Card(("Een bericht.",), steps=(Button("Pak op", "0:take:1"),)), channel="!ict")
            server.tells("/event/", happened("m.room.message", below, "$digest", sender=ME))
            server.tells("/state/m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
            taken = happened("m.reaction", reacting("$digest", "🇦"), sender=bram)
            server.brings(joined(taken, room="!ict:example.nl"), joined(typed("hulp")))
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "hulp") in ear.heard)
            assert "POST /_matrix/client/v3/createRoom" in server.calls

    asyncio.run(whole())


def test_what_nobody_foresaw_stops_nobody() -> None:
    """It raises in what hears; only that it is so is told, as an error."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear(raises={"poison": KeyError("words")})
            server.brings(joined(typed("poison", "$1")), joined(typed("hulp")))
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "hulp") in ear.heard)

    asyncio.run(whole())


def test_without_a_database_everything_waits() -> None:
    """What is raised then goes on to who begins anew."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.kept["nl.klankbord.since"] = {"since": "s0"}
            server.brings(joined(typed("hulp")))
            with pytest.raises(OperationalError):
                await matrix.poll(Ear(raises={"hulp": OperationalError("", {}, Exception())}).hear)
            assert server.kept["nl.klankbord.since"] == {"since": "s0"}

    asyncio.run(whole())
