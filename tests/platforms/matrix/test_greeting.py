"""Invited to a room of a department, the bot says its address; or why it will post nothing there."""

import asyncio
from typing import Any

import pytest

from config.texts import say

from .forged import ANNA, ME, Ear, forged, heard
from .test_invitations import THEIRS, invitation, invites

ADDRESS = f"matrix:{THEIRS}"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("matrix.here", {}),
        ("matrix.here_encrypted", {"/state/m.room.encryption": {"algorithm": "m.megolm.v1.aes-sha2"}}),
        ("matrix.here_public", {"/state/m.room.join_rules": {"join_rule": "public"}}),
        ("matrix.here_public", {"/state/m.room.history_visibility": {"history_visibility": "world_readable"}}),
        ("matrix.here_guests", {"joined_members": {"joined": {ME: {}, ANNA: {}, "@eve:elsewhere.example": {}}}}),
    ],
)
def test_who_invites_the_bot_to_a_room_hears_at_once_whether_it_will_do(key: str, told: dict[str, Any]) -> None:
    """While they are there to mend it: a digest is weeks away."""

    async def whole() -> str:
        async with forged() as (server, matrix):
            for path, said in told.items():
                server.tells(path, said)
            server.brings(invites(invitation(ANNA, direct=False)))
            await heard(server, matrix, Ear(), lambda: bool(server.said))
            return str(server.said[0]["body"])

    assert asyncio.run(whole()) == say(key, "nl", address=ADDRESS)
