"""Whose room is whose: written once in a while, and never lost, whenever the bot ends."""

import asyncio

import pytest

from bot.core.platform import Asked, Button, Card, Left, Outgoing, ReplyLost

from .forged import ANNA, ME, Ear, heard, listening, until
from .living import Living, living

CREATE, LIST = "POST /_matrix/client/v3/createRoom", "account_data/m.direct"
MANY = 120  # people who are asked for the first time


def greeting(address: str, row: str = "row") -> Outgoing:
    """The first that somebody hears."""
    return Outgoing(f"{row}:{address}", address, ("Hallo.",))


def people(count: int) -> list[str]:
    """Colleagues."""
    return [f"@p{number}:example.nl" for number in range(count)]


def rooms_of(server: Living, person: str) -> list[str]:
    """All that they were ever asked to come to, or made."""
    return [room for room in server.rooms if person in server.members(room, "join", "invite", "leave")]


def writes_nothing(server: Living) -> None:
    """The list cannot be written: as if the bot ended before it did."""
    server.tells(f"PUT /_matrix/client/v3/user/{ME}/{LIST}", {}, 503)


async def hears(server: Living, ear: Ear, room: str, person: str) -> None:
    """It heard somebody just now."""
    server.says(room, "hallo", person)
    await until(lambda: Asked("matrix", person, "hallo") in ear.heard)


def test_the_list_of_everybody_is_not_written_for_each() -> None:
    """Nor read: whoever is asked first costs as little as whoever is asked last; and at the end all of it is there."""

    async def whole() -> None:
        async with living() as (server, matrix):
            for person in people(MANY):
                await matrix.send(greeting(person))
            assert server.asked(CREATE) == MANY
            assert server.asked(LIST) <= 4
            assert server.asked("joined_rooms") == 1
            await matrix.close()
            assert server.asked(LIST) <= 6
            assert server.kept["m.direct"] == {person: rooms_of(server, person) for person in people(MANY)}

    asyncio.run(whole())


def test_what_was_not_written_down_is_found_again() -> None:
    """After a crash, by who sends and by who hears; then it is written."""

    async def whole() -> None:
        async with living() as (server, matrix):
            writes_nothing(server)
            for person in people(5):
                await matrix.send(greeting(person))
            server.answers.clear()
            assert server.kept["m.direct"] == {}
            next_one, ear, p3 = server.bot(), Ear(), people(5)[3]
            (room,) = rooms_of(server, p3)
            assert await next_one.look_up(greeting(p3)) is not None
            assert (await next_one.send(greeting(p3, "more"))).startswith(f"{room} ")
            server.says(room, "hulp", p3)
            await heard(server, next_one, ear, lambda: Asked("matrix", p3, "hulp") in ear.heard)
            await next_one.close()
            assert server.asked(CREATE) == 5
            assert server.kept["m.direct"] == {person: rooms_of(server, person) for person in people(5)}

    asyncio.run(whole())


@pytest.mark.parametrize("ends", [True, False])
def test_the_next_try_is_in_the_same_room(ends: bool) -> None:
    """Where the homeserver made a room and nobody heard of it: the bot ended, or only its answer was lost."""

    async def whole() -> None:
        async with living() as (server, matrix):
            await matrix.send(greeting("@p1:example.nl"))
            server.loses = "/createRoom"
            with pytest.raises(ReplyLost):
                await matrix.send(greeting(ANNA))
            server.loses = "nothing"
            again = server.bot() if ends else matrix
            assert await again.look_up(greeting(ANNA)) is None
            reference = await again.send(greeting(ANNA))
            await again.close()
            assert [reference.partition(" ")[0]] == rooms_of(server, ANNA) == server.kept["m.direct"][ANNA]

    asyncio.run(whole())


def test_who_hears_knows_a_room_that_another_replica_just_made() -> None:
    """Before it is written anywhere: else the first answer would be nobody's."""

    async def whole() -> None:
        bram = "@bram:example.nl"
        async with living(bram) as (server, matrix):
            writes_nothing(server)
            ear = Ear()
            async with listening(matrix, ear):
                await hears(server, ear, rooms_of(server, bram)[0], bram)
                room = (await server.bot().send(greeting(ANNA))).partition(" ")[0]
                await hears(server, ear, room, ANNA)

    asyncio.run(whole())


def test_nobody_gives_a_room_to_somebody_else() -> None:
    """A room of Eve's, who says that it is Anna's, and asks her in as if she were the bot."""

    async def whole() -> None:
        async with living() as (server, matrix):
            theirs = server._new("@eve:example.nl", ME)
            asks = {"membership": "invite", "is_direct": True}
            server.happens(theirs, "m.room.member", asks, "@eve:example.nl", state_key=ANNA)
            assert not (await matrix.send(greeting(ANNA))).startswith(theirs)

    asyncio.run(whole())


COMPANY = ("m.room.member", {"membership": "join"}, "@bram:example.nl")
LOCKED = ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, "")


@pytest.mark.parametrize(("kind", "content", "key"), [COMPANY, LOCKED])
def test_a_room_that_is_no_good_is_not_found_again(kind: str, content: dict[str, str], key: str) -> None:
    """The bot ended before it went: others are there, or it can read nothing."""

    async def whole() -> None:
        async with living() as (server, matrix):
            theirs = server._new(ME, ANNA)
            server.happens(theirs, kind, content, key or ME, state_key=key)
            assert not (await matrix.send(greeting(ANNA))).startswith(theirs)

    asyncio.run(whole())


def test_what_another_process_wrote_over_is_written_again() -> None:
    """Two at once: each read the list before the other wrote it."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,), others = rooms_of(server, ANNA), {"@bram:example.nl": ["!other:example.nl"]}
            async with listening(matrix, ear := Ear()):
                await hears(server, ear, room, ANNA)
                server.keeps("m.direct", others)
                await until(lambda: server.kept["m.direct"] == {**others, ANNA: [room]})

    asyncio.run(whole())


def test_a_room_that_somebody_left_is_left_behind() -> None:
    """Once what they said is gone from it; it is not found again as theirs."""

    async def whole() -> None:
        async with living() as (server, matrix):
            room = (await matrix.send(greeting(ANNA))).partition(" ")[0]
            server.happens(room, "m.room.member", {"membership": "join"}, ANNA, state_key=ANNA)
            said, ear = server.says(room, "hulp"), Ear(None)
            server.leaves(room, ANNA)
            await heard(server, matrix, ear, lambda: ME not in server.members(room, "join"))
            assert isinstance(ear.heard[-1], Left)
            assert [event["content"] for event in server.rooms[room] if event["event_id"] == said] == [{}]
            assert not (await server.bot().look_up(greeting(ANNA)))

    asyncio.run(whole())


def test_a_list_that_cannot_be_written_keeps_no_card_from_being_taken_away() -> None:
    """Somebody comes into Anna's room: she goes on in another, though that is not written down anywhere yet."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,) = server.rooms
            card = Card(("Hoe ging het?",), choices=(Button("Goed", "i:a:ict:q:1"),))
            await matrix.send(Outgoing("row", ANNA, card=card))
            async with listening(matrix, Ear(card)):
                writes_nothing(server)
                server.happens(room, *COMPANY[:2], "@bram:example.nl", state_key="@bram:example.nl")
                await until(lambda: ME not in server.members(room, "join"))
                assert server.stand(room) == []
                await until(lambda: bool(server.made))
                await until(lambda: bool(server.stand(rooms_of(server, ANNA)[-1])))
            server.answers.clear()
            await matrix.close()
            assert server.kept["m.direct"][ANNA] == rooms_of(server, ANNA)[1:]

    asyncio.run(whole())


def test_a_room_that_is_left_meanwhile_makes_nobody_unreachable() -> None:
    """It was joined when the bot looked which rooms there are, and tells nothing any more when it is looked at."""

    async def whole() -> None:
        async with living() as (server, matrix):
            bram = server._new(ME, "@bram:example.nl")
            server.tells(f"{bram}/joined_members", {"errcode": "M_FORBIDDEN", "error": "no"}, 403)
            await matrix.send(greeting(ANNA))
            assert server.asked(f"{bram}/joined_members") == 1

    asyncio.run(whole())
