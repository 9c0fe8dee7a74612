"""An address in the list of people that is nobody's: Synapse takes an invitation for it, and nobody ever comes."""

import asyncio

import pytest

from bot.core.platform import Outgoing, SendFailed

from .forged import ANNA, Json, forged

WHO: list[tuple[str, Json, int, int]] = [
    (ANNA, {"errcode": "M_UNKNOWN", "error": "No row found (profiles)"}, 404, 0),  # as Synapse says it
    (ANNA, {"errcode": "M_FORBIDDEN"}, 403, 1),  # it does not tell
    (ANNA, {}, 404, 1),  # what stands before it says so of everything
    (ANNA, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}, 404, 1),
    (ANNA, {"displayname": "Anna"}, 200, 1),
    ("@eve:elsewhere.example", {"errcode": "M_NOT_FOUND"}, 404, 1),  # another server is not asked
]


@pytest.mark.parametrize(("who", "said", "status", "rooms"), WHO)
def test_for_nobody_no_room_is_made(who: str, said: Json, status: int, rooms: int) -> None:
    """The account counts as one that cannot be reached, so `klankbord status` says so."""

    async def whole() -> tuple[int, str]:
        async with forged() as (server, matrix):
            server.kept["m.direct"] = {}
            server.tells("/profile/", said, status)
            reason = ""
            try:
                await matrix.send(Outgoing("row", who, ("Een vraag.",)))
            except SendFailed as failed:
                reason = failed.reason if failed.permanent else "for now"
            return len(server.made), reason

    assert asyncio.run(whole()) == (rooms, "" if rooms else "no_such_person")
