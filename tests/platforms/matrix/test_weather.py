"""What a homeserver answers that is not well, or is another one than before; and what stands before it."""

import asyncio

import pytest

from bot.core.platform import Asked, Outgoing, ReplyLost, SendFailed

from .forged import ANNA, ROOM, Ear, forged, heard, joined, typed


def test_it_does_not_know_how_far_the_bot_came() -> None:
    """As an old copy of it, put back: the bot begins anew, rather than hear nothing for ever."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells("/sync?since=s0", {"errcode": "M_UNKNOWN", "error": "no"}, 400)
            server.brings({}, joined(typed("hulp")))
            ear = Ear()
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "hulp") in ear.heard)

    asyncio.run(whole())


def test_what_was_missed_in_one_room_does_not_hold_up_the_others() -> None:
    """The bot was put out of it before it could ask what it missed."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells("!gone:example.nl/messages", {"errcode": "M_FORBIDDEN", "error": "no"}, 403)
            gone = {"timeline": {"events": [], "limited": True, "prev_batch": "p"}}
            server.brings({"join": {"!gone:example.nl": gone, **joined(typed("hulp"))["join"]}})
            ear = Ear()
            await heard(server, matrix, ear, lambda: Asked("matrix", ANNA, "hulp") in ear.heard)

    asyncio.run(whole())


def test_half_an_answer_is_none() -> None:
    """Whether the message arrived is looked up; nothing of the answer is told."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.tells(f"PUT /_matrix/client/v3/rooms/{ROOM}/send/", {})
            with pytest.raises(ReplyLost):
                await matrix.send(Outgoing("row", ANNA, ("Hallo.",)))

    asyncio.run(whole())


def test_a_limit_of_what_stands_before_it_is_a_limit() -> None:
    """It tells of none in the words of Matrix; nothing is lost, and it is waited for."""

    async def whole() -> None:
        async with forged() as (server, matrix):
            server.answers[f"PUT /_matrix/client/v3/rooms/{ROOM}/send/"] = [(429, {})]
            with pytest.raises(SendFailed) as failed:
                await matrix.send(Outgoing("row", ANNA, ("Hallo.",)))
            assert (failed.value.permanent, failed.value.everywhere) == (False, True)
            assert failed.value.retry_after is not None

    asyncio.run(whole())
