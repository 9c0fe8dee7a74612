"""What others do in somebody's room, or somebody in their other one, is not what they do with their card."""

import asyncio

import pytest

from bot.core.platform import Asked, Button, Card, Chosen, Event, Left
from bot.platforms.matrix import messages
from config.texts import say

from .forged import ANNA, ME, ROOM, Ear, Forged, Json, forged, happened, heard, joined, reacting, typed

BRAM, BRAMS, OTHER = "@bram:example.nl", "!bram:example.nl", "!other:example.nl"
BOTH = (Button("HR", "i:t:hr:on", False, "hr"), Button("ICT", "i:t:ict:on", False, "ict"))
TICKS = Card(("Waarmee?",), several="i:ticks", choices=BOTH, steps=(Button("Verder", "i:next"),))


def standing(server: Forged) -> None:
    """A choice of several, in Anna's room."""
    card = happened("m.room.message", messages.of_card(TICKS), "$card", ME)
    server.tells("/event/$card", card)
    server.tells("/event/$typed", happened("m.room.message", {}, "$typed"))
    server.tells(f"GET /_matrix/client/v3/rooms/{ROOM}/messages", {"chunk": [card]})


def ticked(sign: str, event: str, sender: str = ANNA) -> Json:
    """A reaction."""
    return happened("m.reaction", reacting("$card", sign), event, sender, origin_server_ts=10**7)


def redaction(of: str, sender: str) -> Json:
    """Somebody takes something away."""
    return happened("m.room.redaction", {"redacts": of}, "$taken", sender, origin_server_ts=10**7)


def all_of(*told: Json, more: Json | None = None) -> list[Event]:
    """What is heard of it, before the last word."""

    async def whole() -> list[Event]:
        async with forged() as (server, matrix):
            standing(server)
            server.kept["m.direct"] = {ANNA: [ROOM, OTHER], BRAM: [BRAMS]}
            ear, last = Ear(TICKS), Asked("matrix", BRAM, "hulp")
            server.brings(joined(*told), more or {}, joined({**typed("hulp", "$end"), "sender": BRAM}, room=BRAMS))
            await heard(server, matrix, ear, lambda: last in ear.heard)
            return ear.heard[: ear.heard.index(last)]

    return asyncio.run(whole())


def test_who_takes_away_the_tick_of_another_ticks_nothing() -> None:
    """Their own card would come in the place of hers."""
    one = Chosen("matrix", ANNA, "i:ticks", ("hr",), delivery="$1")
    assert all_of(ticked("1️⃣", "$1"), redaction("$1", BRAM)) == [one]
    none = Chosen("matrix", ANNA, "i:ticks", (), delivery="$taken")
    assert all_of(ticked("1️⃣", "$1"), redaction("$1", ANNA)) == [one, none]


def test_who_takes_away_what_they_typed_unticks_nothing() -> None:
    """It was to be taken away anyway."""
    one = Chosen("matrix", ANNA, "i:ticks", ("hr",), delivery="$typed+")
    assert all_of(typed("1", "$typed"), redaction("$typed", ANNA)) == [one]


def test_who_leaves_an_older_room_is_still_there() -> None:
    """Somebody who began a chat anew and closes the old one; and who closes both is gone."""
    left = happened("m.room.member", {"membership": "leave"}, "$left", state_key=ANNA)
    assert all_of(more=joined(left, room=OTHER)) == []
    gone = Left("matrix", ANNA, delivery="$left")
    assert all_of(more={"join": {**joined(left, room=OTHER)["join"], **joined(left)["join"]}}) == [gone]


CAME = happened("m.room.member", {"membership": "join"}, "$came", BRAM, state_key=BRAM)
LOCKED = happened("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, "$locked", state_key="")


@pytest.mark.parametrize(("event", "why"), [(CAME, "others"), (LOCKED, "encrypted")])
def test_who_gets_company_or_encrypts_goes_on_in_another_room(event: Json, why: str) -> None:
    """Somebody invites a third into the room that they made, or has it encrypted; the bot leaves it to them."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells("joined_members", {"joined": {ME: {}, ANNA: {}, event["sender"]: {}}})
            server.brings(joined(event))
            await heard(server, matrix, Ear(), lambda: bool(server.said))
            assert f"POST /_matrix/client/v3/rooms/{ROOM}/leave" in server.calls
            await matrix.close()
            assert server.kept["m.direct"][ANNA] == ["!made:example.nl"]
            assert say(f"matrix.{why}", "nl") in server.said[0]["body"]
            assert server.made[0]["power_level_content_override"] == {"invite": 100}  # of the bot's own

    asyncio.run(whole())


def test_what_colleagues_say_to_each_other_stands() -> None:
    """A thumb below a digest is theirs; only what answers it is taken away."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            below = messages.of_card(Card(("Een bericht.",), steps=(Button("Pak op", "0:take:1"),)), channel="!ict")
            server.tells("/event/$card", happened("m.room.message", below, "$card", ME))
            server.brings(joined(ticked("👍", "$thumb", BRAM), ticked("🇦", "$taken", BRAM), room=OTHER))
            taken = f"PUT /_matrix/client/v3/rooms/{OTHER}/redact/"
            await heard(server, matrix, Ear(None), lambda: f"{taken}$taken/redact-$taken" in server.calls)
            await matrix.settled()
            assert sum(call.startswith(taken) for call in server.calls) == 1

    asyncio.run(whole())
