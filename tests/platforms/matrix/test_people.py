"""The people see what a client shows: edits in place, nothing of what was taken away, and chips."""

import asyncio

from .people import Person, nio, person
from .synapse import Homeserver, needs_synapse

pytestmark = needs_synapse


def test_an_edit_stands_in_its_place_and_what_is_taken_away_is_gone(server: Homeserver) -> None:
    """Also on the server, and also for who comes later and has to page back."""

    async def whole() -> None:
        async with person(server, "bot", "") as bot, person(server, "anna", bot.address) as anna:
            room = await _room(bot, anna)
            first = await bot.types("een", room)
            await bot.sends("m.room.message", _edit(first, "twee"), room)
            said = await anna.types("mijn antwoord")
            for number in range(230):
                await bot.types(f"bericht {number}", room)
            await anna.sees("bericht 229")
            assert "mijn antwoord" in anna.reads()
            assert anna.reads().startswith("twee")
            await bot.client.room_redact(room, said)
            await anna.loses(said)
            assert "mijn antwoord" not in anna.reads()

    asyncio.run(whole())


def test_a_chip_is_tapped_and_tapped_again(server: Homeserver) -> None:
    """What it stands for is read in the message's words."""

    async def whole() -> None:
        async with person(server, "bot", "") as bot, person(server, "anna", bot.address) as anna:
            room = await _room(bot, anna)
            card = await bot.types("Hoe goed?\n1 slecht\n2 matig\na Later · b Stop", room)
            for chip in ("1️⃣", "2️⃣", "🇦", "🇧"):
                relation = {"rel_type": "m.annotation", "event_id": card, "key": chip}
                await bot.sends("m.reaction", {"m.relates_to": relation}, room)
            await anna.sees("🇧 1")
            assert {label: anna.sign(label)[0] for label in ("2 matig", "slecht", "Later", "Sto")} == {
                "2 matig": "2️⃣",
                "slecht": "1️⃣",
                "Later": "🇦",
                "Sto": "🇧",
            }
            await anna.taps("matig")
            await anna.sees("2️⃣ 2")
            await anna.taps("matig")
            await anna.sees("2️⃣ 1")

    asyncio.run(whole())


async def _room(bot: Person, anna: Person) -> str:
    """As the bot makes it."""
    made = await bot.client.room_create(is_direct=True, invite=[anna.address], preset=nio.RoomPreset.private_chat)
    await anna.looks(10)
    assert anna.room == made.room_id
    await bot.looks()
    return anna.room


def _edit(of: str, text: str) -> dict[str, object]:
    new = {"msgtype": "m.text", "body": text}
    return {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": of}}
