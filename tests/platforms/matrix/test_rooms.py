"""Which rooms the bot talks in: closed ones that it can read; and it knows when somebody left theirs."""

import asyncio

import pytest

from bot.core.platform import Left, Outgoing, Refusal, SendFailed

from .ear import Ear
from .people import PATIENCE, person
from .synapse import Homeserver, needs_synapse

pytestmark = needs_synapse

CARD, WHY = "Dit is een kaart.", "van eind tot eind versleuteld"


def test_an_encrypted_room_is_declined_and_it_says_why(server: Homeserver) -> None:
    """In a room of its own making, where they can talk."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        async with person(server, "anna", bot.address) as anna, Ear(server, bot):
            theirs = await anna.opens(encrypted=True)
            async with asyncio.timeout(PATIENCE):
                while anna.room == theirs:
                    await anna.looks(1)
            assert CARD in await anna.sees(WHY)
            assert not await anna.has(bot.address, theirs)
            assert anna.rooms[theirs].reads() == ""

    asyncio.run(whole())


@pytest.mark.parametrize(("encrypted", "refusal"), [(True, Refusal.ENCRYPTED), (False, Refusal.PUBLIC)])
def test_nothing_is_told_in_a_room_that_others_can_read(server: Homeserver, encrypted: bool, refusal: Refusal) -> None:
    """Of a department: an encrypted one, and one that anybody can come into."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        async with person(server, "anna", bot.address) as anna, Ear(server, bot) as ear:
            room = await anna.makes_room("ict", encrypted=encrypted)
            async with asyncio.timeout(PATIENCE):
                while not await anna.has(bot.address, room):
                    await anna.looks(1)
            if not encrypted:
                await anna.client.room_put_state(room, "m.room.join_rules", {"join_rule": "public"})
            with pytest.raises(SendFailed) as failed:
                await ear.platform.send(Outgoing("row-1", room, ("Een bericht.",)))
            assert (failed.value.reason, failed.value.permanent) == (refusal, True)
            await anna.looks()
            assert "Een bericht." not in anna.rooms[room].reads()

    asyncio.run(whole())


def test_who_leaves_their_room_has_left(server: Homeserver) -> None:
    """And gets nothing any more, until they come back."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        async with person(server, "anna", bot.address) as anna, Ear(server, bot) as ear:
            await anna.opens()
            await anna.sees(CARD)
            await anna.leaves()
            await ear.until(lambda: any(isinstance(event, Left) for event in ear.events))
            (left,) = [event for event in ear.events if isinstance(event, Left)]
            assert left.address == anna.address
            await anna.opens()
            await anna.sees(CARD)

    asyncio.run(whole())


def test_a_room_that_is_written_down_nowhere_is_found_again(server: Homeserver) -> None:
    """By what the homeserver itself tells of its beginning; one of another's making is not taken for it."""

    async def whole() -> None:
        bot = server.register(server.unique("klankbord"))
        async with person(server, "anna", bot.address) as anna:
            async with Ear(server, bot) as ear:
                other = await anna.makes_room("ict")
                await anna.sees("Klankbord", other)
                first = await ear.platform.send(Outgoing("row-1", anna.address, ("Hallo.",)))
            server.keep(bot, "m.direct", {})
            async with Ear(server, bot) as ear:
                assert await ear.platform.look_up(Outgoing("row-1", anna.address)) == first
                await anna.looks()
                await anna.types("hulp")
                await ear.hears("hulp")

    asyncio.run(whole())
