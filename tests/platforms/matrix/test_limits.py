"""A homeserver that lets the bot say only so much: what people say is heard meanwhile, and nothing is sent in vain."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.platform import Asked, Invited, Outgoing, SendFailed
from bot.platforms.matrix import bookmark

from .forged import ANNA, ME, Ear, heard, listening, until
from .living import Living, living
from .test_invitations import invitation, invites

BRAM, GREETING = "@bram:example.nl", Outgoing("row", ANNA, ("Hallo.",))
LONG = 60_000  # milliseconds


@pytest.fixture(autouse=True)
def _ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held for a minute is not waited for at the end of a test."""
    monkeypatch.setattr(bookmark, "ENDING", 0.05)


def says_no_more(server: Living, milliseconds: object = LONG) -> None:
    """Neither messages nor coming and going."""
    limited = {"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": milliseconds}
    for call in ("PUT /_matrix/client/v3/rooms/", "POST /_matrix/client/v3/"):
        server.tells(call, limited, 429)


def test_it_waits_as_long_as_an_older_homeserver_says() -> None:
    """In what it answers, not above it; and nothing else is said meanwhile."""

    async def whole() -> None:
        async with living(ANNA, BRAM) as (server, matrix):
            says_no_more(server)
            with pytest.raises(SendFailed) as failed:
                await matrix.send(GREETING)
            assert (failed.value.retry_after, failed.value.everywhere) == (timedelta(seconds=60), True)
            with pytest.raises(SendFailed) as failed:
                await matrix.send(Outgoing("row", BRAM, ("Hallo.",)))
            assert server.asked("/send/") == 1

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("milliseconds", "seconds"),
    [
        (0, 0.1),
        (-5000, 0.1),
        (10**9, 86_400.0),
        pytest.param(10**400, 5.0, id="endless"),
        ("soon", 5.0),
        (None, 5.0),
        ([], 5.0),
    ],
)
def test_whatever_a_homeserver_says_it_is_neither_pressed_nor_waited_for_in_vain(
    milliseconds: object, seconds: float
) -> None:
    """It is asked again, and not without a moment between."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            says_no_more(server, milliseconds)
            with pytest.raises(SendFailed) as failed:
                await matrix.send(GREETING)
            assert failed.value.retry_after == timedelta(seconds=seconds)

    asyncio.run(whole())


def test_what_people_say_is_heard_while_nothing_can_be_said() -> None:
    """One after another, though none of it can be taken away yet; that it was heard is not written down before."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,), ear = server.rooms, Ear()
            says_no_more(server)
            with pytest.raises(SendFailed):
                await matrix.send(GREETING)

            def went_on() -> bool:
                """As soon as one word is heard somebody says the next."""
                if len(ear.heard) == len(server.rooms[room]) - before and len(ear.heard) < 5:
                    server.says(room, f"woord{len(ear.heard)}")
                return len(ear.heard) == 5

            before = len(server.rooms[room])
            await heard(server, matrix, ear, went_on)
            assert ear.heard == [Asked("matrix", ANNA, f"woord{number}") for number in range(5)]
            assert server.kept["nl.klankbord.since"] == {"since": "s0"}

    asyncio.run(whole())


def test_who_invites_meanwhile_holds_up_nobody() -> None:
    """The bot comes when it may."""

    async def whole() -> None:
        async with living(ANNA) as (server, matrix):
            (room,), ear = server.rooms, Ear()
            says_no_more(server, 2000)
            theirs = server._new(BRAM)
            server.happens(theirs, "m.room.member", invitation(BRAM)["content"], BRAM, state_key=ME)
            server.happens(theirs, "m.room.power_levels", {"users": {ME: 100}}, BRAM, state_key="")
            server.invitations.append(invites(invitation(BRAM), room=theirs)["invite"])
            async with listening(matrix, ear):
                await until(lambda: Invited("matrix", BRAM, near=True) in ear.heard)
                server.says(room, "hulp")
                await until(lambda: Asked("matrix", ANNA, "hulp") in ear.heard)
                assert ME not in server.members(theirs, "join")
                server.answers.clear()
                await until(lambda: server.kept["m.direct"].get(BRAM) == [theirs])
                assert ME in server.members(theirs, "join")

    asyncio.run(whole())
