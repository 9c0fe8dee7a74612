"""What was said is taken away, whatever the homeserver does meanwhile: an answer does not stay in a room."""

import asyncio

import pytest

from bot.core.platform import Button, Card, Outgoing, Tap
from bot.platforms.matrix import bookmark
from bot.platforms.matrix.screen import STANDING_APART

from .forged import ANNA, ME, ROOM, Ear, Forged, forged, happened, heard, joined, reacting, typed

REDACTED = f"PUT /_matrix/client/v3/rooms/{ROOM}/redact/"


def redacted(server: Forged, event: str) -> int:
    """How often it was to be taken away."""
    return sum(call.startswith(f"{REDACTED}{event}/") for call in server.calls)


def test_a_restart_of_the_homeserver_is_waited_for() -> None:
    """What stands before it answers for it meanwhile."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.answers[f"{REDACTED}$last"] = [(502, {}), (503, {}), (200, {"event_id": "$r"})]
            server.brings(joined(typed("hulp")))
            await heard(server, matrix, Ear(), lambda: redacted(server, "$last") == 3)

    asyncio.run(whole())


def test_what_is_not_gone_yet_was_not_heard_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is taken away by whoever begins anew."""
    monkeypatch.setattr(bookmark, "ENDING", 0.05)

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells(f"{REDACTED}$last", {}, 503)
            server.brings(joined(typed("hulp")))
            await heard(server, matrix, Ear(), lambda: sum(call.endswith("/sync") for call in server.calls) > 2)
            assert server.kept["nl.klankbord.since"] == {"since": "s0"}

    asyncio.run(whole())


def test_a_room_that_is_gone_does_not_keep_the_other_cards() -> None:
    """Of those that are to look at for a moment, where the bot was put out of one room."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.kept[STANDING_APART] = {"$gone": "!gone:example.nl", "$stands": ROOM}
            server.tells("/redact/$gone", {"errcode": "M_FORBIDDEN", "error": "no"}, 403)
            server.brings()
            await heard(server, matrix, Ear(), lambda: server.kept[STANDING_APART] == {})
            assert redacted(server, "$stands") == 1

    asyncio.run(whole())


def test_a_card_for_a_moment_is_remembered_before_its_signs() -> None:
    """Whatever comes of those, it is taken away."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear(Card(("Je antwoorden.",), apart=True, steps=(Button("Terug", "i:show"),)))
            server.tells("/send/m.reaction/", {"errcode": "M_FORBIDDEN", "error": "no"}, 403)
            server.brings(joined(typed("antwoorden")))
            await heard(server, matrix, ear, lambda: server.kept.get(STANDING_APART) == {"$said1": ROOM})

    asyncio.run(whole())


def test_no_sign_of_a_card_comes_below_the_next_one() -> None:
    """Somebody answers while the signs of what was sent are still put there."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            sent = Card(("Hallo.",), steps=(Button("Begin", "i:begin"),), asides=(Button("Later", "i:when"),) * 3)
            ear = Ear(Card(("Hoe goed?",), choices=(Button("Goed", "i:a:1"),)))
            server.holds = "/send/m.reaction/"
            await matrix.send(Outgoing("row", ANNA, card=sent))
            server.tells("/event/$said1", happened("m.room.message", server.said[0], "$said1", ME))
            server.brings(joined(happened("m.reaction", reacting("$said1", "🇦"), "$2", origin_server_ts=10**7)))
            await heard(server, matrix, ear, lambda: any(isinstance(one, Tap) for one in ear.heard))
            server.open.set()
            await matrix.settled()
            signs = [one["m.relates_to"]["key"] for one in server.said if set(one) == {"m.relates_to"}]
            assert signs == ["🇦", "1️⃣"]

    asyncio.run(whole())
