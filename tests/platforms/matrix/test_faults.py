"""What goes wrong on the way: a homeserver that restarts, news that was missed, a message that is sent twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.core.platform import Attachment, Outgoing

from .ear import Ear
from .people import person
from .stage import NUMBERS, on_stage
from .synapse import Homeserver, needs_synapse

pytestmark = needs_synapse

INVITATION = "ik ben Klankbord van"
MISSED = 250  # events: more than come in one answer
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000002000000030806000000")


def test_a_homeserver_restarts_in_the_middle_of_a_round(server: Homeserver, tmp_path: Path) -> None:
    """Klankbord goes on by itself: nothing is lost, and nobody is asked or reminded twice."""

    async def whole() -> None:
        async with on_stage(server, tmp_path, ["anna", "bram", "chris"], NUMBERS) as stage:
            await stage.moment("the round opens")
            await stage.taps("anna", "Begin, 1 minuut > Geen van deze > ICT > Verder > 4 goed")
            await stage.tap("bram", "Begin, 1 minuut")
            await stage.people["anna"].types_for("4 goed")
            await asyncio.to_thread(server.stop)
            await stage.town.moment("the reminder goes out")
            await asyncio.to_thread(server.start)
            assert "Waar ging het vooral over?" in await stage.read("anna")
            await stage.at(stage.town.clock.now + timedelta(hours=1))
            await stage.taps("anna", "Iets anders > Snelheid > Niets > Klaar")
            await stage.taps("bram", "Geen van deze > HR > Verder")
            assert "Hoe goed heeft HR je geholpen?" in await stage.read("bram")
            seen = await stage.read("chris")
            assert (seen.count(INVITATION), seen.count("Klankbord sluit")) == (1, 1)  # the card, as it is now

    asyncio.run(whole())


def test_what_was_missed_is_heard_in_its_order(server: Homeserver) -> None:
    """Each word once, though more was said meanwhile than comes in one answer."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        async with person(server, "anna", bot.address) as anna:
            words = [f"woord{number}" for number in range(MISSED)]
            async with Ear(server, bot) as ear:
                await anna.opens()
                await anna.sees("Dit is een kaart")
                await anna.types("eerste")
                await ear.hears("eerste")
            for word in words:
                await anna.types(word)
            async with Ear(server, bot) as ear:
                await ear.hears(words[-1])
                assert [word for word in ear.words if word != "eerste"] == words

    asyncio.run(whole())


def test_what_is_sent_twice_is_there_once(server: Homeserver) -> None:
    """Words and picture, also by another process; and it is found by our own id."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        async with person(server, "anna", bot.address) as anna:
            room = await anna.makes_room("ict")
            async with Ear(server, bot) as ear:
                await anna.sees("Klankbord", room)
                outgoing = Outgoing("row-1", room, ("Een bericht.",), attachments=(Attachment("Een plaatje", _drawn),))
                assert await ear.platform.look_up(outgoing) is None
                reference = await ear.platform.send(outgoing)
                assert await ear.platform.send(outgoing) == reference
            async with Ear(server, bot) as ear:
                assert await ear.platform.look_up(outgoing) == reference
                assert await ear.platform.send(outgoing) == reference
            await anna.looks()
            said = [one.reads() for one in anna.rooms[room].messages.values() if one.sender == bot.address]
            assert said[-2:] == ["Een plaatje", "Een bericht."]
            assert said.count("Een plaatje") == said.count("Een bericht.") == 1

    asyncio.run(whole())


def test_a_homeserver_lets_it_say_only_so_much(server: Homeserver) -> None:
    """The card is drawn to its last sign, and what was typed is taken away: it takes a while longer."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        server.limit(bot.address, 2, 4)
        async with person(server, "anna", bot.address) as anna, Ear(server, bot) as ear:
            await anna.opens()
            await anna.sees("9️⃣ 1", patience=60)
            said = await anna.types("hallo")
            await ear.hears("hallo")
            await anna.loses(said, patience=60)

    asyncio.run(whole())


async def _drawn() -> bytes:
    return PNG
