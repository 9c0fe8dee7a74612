"""The bot's rooms: one with each person, made when it is needed, and those of departments, looked at before they get
something.
"""

import asyncio

from bot.core.platform import Refusal, SendFailed
from bot.platforms.matrix import errors
from bot.platforms.matrix.api import Api, Json
from bot.platforms.matrix.whose import Whose

_ENTERED = ("public", "knock", "knock_restricted")  # or asked to be let in, by anybody


class Rooms:
    """The rooms of one bot. Raises what a call raises."""

    def __init__(self, api: Api, whose: Whose) -> None:
        self._api, self._whose = api, whose
        self._making = asyncio.Lock()

    async def direct(self, person: str) -> str:
        """The room with somebody, made where there is none. Raises SendFailed for who left it."""
        async with self._making:
            room = await self._whose.newest(person)
            if room is not None and await self._whose.is_there(room, person):
                return room
            if room is not None:
                self._whose.doubt()  # they may have come back in another
            self._whose.renew()
            room = await self._whose.newest(person)
            if room is None:
                return await self._made(person)
            if not await self._whose.is_there(room, person):
                raise SendFailed("left", permanent=True)
            return room

    async def of(self, address: str) -> str:
        """The id of the room with this address, which may be an alias."""
        return await self._api.resolve(address) if address.startswith("#") else address

    async def of_channel(self, address: str) -> str:
        """The room of a channel. Raises SendFailed where nothing may be posted there: others could read it."""
        room = await self.of(address)
        there = await self._api.members(room)  # refused to who is not in it; who was may still look at its state
        if await self._api.state(room, "m.room.tombstone") is not None:  # it was upgraded: another has its place
            raise SendFailed(Refusal.ARCHIVED, permanent=True)
        if await self.is_encrypted(room):
            raise SendFailed(Refusal.ENCRYPTED, permanent=True)
        if await self._is_public(room):
            raise SendFailed(Refusal.PUBLIC, permanent=True)
        home = server_of(await self._api.me())
        if any(server_of(member) != home for member in there):
            raise SendFailed(Refusal.GUESTS, permanent=True)
        return room

    async def may_take_away(self, room: str) -> bool:
        """Whether the bot may take away what others say there (spec.matrix.org, m.room.power_levels)."""
        me, made = await self._api.me(), await self._api.state(room, "m.room.create") or {}
        if me in (made.get("creator"), *made.get("additional_creators", ())):
            return True
        levels = await self._api.state(room, "m.room.power_levels") or {}
        mine = levels.get("users", {}).get(me, levels.get("users_default", 0))
        return int(mine) >= int(levels.get("redact", 50))

    async def is_of_two(self, room: str, person: str) -> bool:
        """Whether somebody is there, and nobody else but the bot."""
        return set(await self._api.members(room)) == {person, await self._api.me()}

    async def has_others(self, room: str) -> bool:
        """Whether in a room of one person there is anybody else."""
        person = await self._whose.of(room)
        return bool(person and set(await self._api.members(room)) - {person, await self._api.me()})

    async def is_encrypted(self, room: str) -> bool:
        """Whether the bot could read nothing there."""
        return await self._api.state(room, "m.room.encryption") is not None

    async def _is_public(self, room: str) -> bool:
        rules = await self._api.state(room, "m.room.join_rules") or {}
        history = await self._api.state(room, "m.room.history_visibility") or {}
        return rules.get("join_rule") in _ENTERED or history.get("history_visibility") == "world_readable"

    async def _made(self, person: str) -> str:
        """For somebody who is there: Synapse invites nobody just as well, and nobody ever comes.

        A homeserver may encrypt every room that is made: then the bot can ask nobody anything there.
        """
        if server_of(person) == server_of(await self._api.me()) and not await self._api.is_there(person):
            raise SendFailed("no_such_person", permanent=True)
        nobody_else: Json = {"power_level_content_override": {"invite": 100}}
        content: Json = {"preset": "private_chat", "is_direct": True, "invite": [person], **nobody_else}
        try:
            room = await self._api.create(content)
        except errors.FAILED as error:
            if errors.is_lost(error):
                self._whose.doubt()  # it may be there
            raise
        await self._whose.made(person, room)
        if await self.is_encrypted(room):
            await self._api.leave(room)
            await self._whose.forget(room)
            raise SendFailed(Refusal.ENCRYPTED, permanent=True, everywhere=True)
        return room


def server_of(user: str) -> str:
    """The server of a user id, `@anna:example.nl`."""
    return user.partition(":")[2]
