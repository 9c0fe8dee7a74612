"""Who invites the bot, and to what: an invitation from another server says what its sender likes."""

import asyncio
from typing import Any

import pytest

from bot.core.platform import Asked, Invited, Outgoing, Refusal, SendFailed

from .forged import ANNA, ME, Ear, Forged, Json, forged, heard, joined, typed

EVE, THEIRS = "@eve:elsewhere.example", "!theirs:elsewhere.example"
RIGHTS = {"users": {ANNA: 100, ME: 100, EVE: 100}}


def invitation(sender: str, *, direct: Any = True) -> Json:
    """The bot's membership, as somebody says it is."""
    content = {"membership": "invite", "is_direct": direct}
    return {"type": "m.room.member", "state_key": ME, "sender": sender, "content": content}


def invites(*state: Any, room: str = THEIRS) -> Json:
    """An answer with what is told of the room; our homeserver adds the last of it."""
    return {"invite": {room: {"invite_state": {"events": list(state)}}}}


def there(server: Forged, *members: str) -> None:
    """Who is in their room, where the bot may do everything."""
    server.tells("joined_members", {"joined": {member: {} for member in members}})
    server.tells("m.room.power_levels", RIGHTS)


def room_of(server: Forged, person: str) -> str:
    """Where the bot talks with somebody from now on."""
    return str(next(iter(server.kept["m.direct"].get(person, [""]))))


def test_who_invites_is_who_the_homeserver_says() -> None:
    """Not whom the state names that came from elsewhere: else her cards would come in a room of theirs."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            ear = Ear()
            there(server, ME, EVE)
            server.brings(invites(invitation(ANNA), invitation(EVE)))
            await heard(server, matrix, ear, lambda: bool(ear.heard))
            assert ear.heard == [Invited("matrix", EVE)]
            assert room_of(server, ANNA) != THEIRS

    asyncio.run(whole())


def test_what_is_asked_of_one_is_asked_in_a_room_of_two() -> None:
    """Where others are the bot goes, and makes a room of its own."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            there(server, ME, ANNA, EVE)
            server.kept["m.direct"] = {}
            server.brings(invites(invitation(ANNA)))
            await heard(server, matrix, Ear(), lambda: bool(server.said))
            assert room_of(server, ANNA) == "!made:example.nl"
            assert any(call.endswith(f"{THEIRS}/leave") for call in server.calls)

    asyncio.run(whole())


def test_a_room_of_two_will_do() -> None:
    """Whoever begins a chat gets their card there."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            there(server, ME, ANNA)
            server.brings(invites(invitation(ANNA)))
            await heard(server, matrix, Ear(), lambda: bool(server.said))
            assert room_of(server, ANNA) == THEIRS

    asyncio.run(whole())


def test_nobody_waits_for_the_homeserver_of_a_stranger() -> None:
    """Which answers late, or never, when their invitation is declined."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.holds = f"{THEIRS}/"
            server.brings(invites(invitation(EVE)), joined(typed("hulp")))
            ear = Ear()
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "hulp") in ear.heard)
            assert Invited("matrix", EVE) in ear.heard

    asyncio.run(whole())


def test_a_room_that_anybody_may_ask_to_enter_gets_nothing() -> None:
    """However it is called."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells("/state/m.room.join_rules", {"join_rule": "knock_restricted"})
            with pytest.raises(SendFailed) as failed:
                await matrix.send(Outgoing("row", "!ict:example.nl", ("Een bericht.",)))
            assert failed.value.reason == Refusal.PUBLIC

    asyncio.run(whole())
