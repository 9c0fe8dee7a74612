"""The bot's rooms: one with each person, made when it is needed, and those of departments, looked at before they get
something.

Which room is whose stands in the bot's own account data, where every Matrix client keeps it (`m.direct`).
"""

import asyncio

from bot.core.platform import Refusal, SendFailed
from bot.platforms.matrix.api import Api, Json

DIRECT = "m.direct"
_THERE = ("join", "invite")
_ENTERED = ("public", "knock", "knock_restricted")  # or asked to be let in, by anybody


class Rooms:
    """The rooms of one bot. Raises what a call raises."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._direct: dict[str, list[str]] | None = None  # user id -> rooms, newest first
        self._making = asyncio.Lock()

    async def whose(self, room: str) -> str:
        """The person whose room it is; empty where it is not one person's."""
        known = await self._known()
        return next((person for person, rooms in known.items() if room in rooms), "")

    async def is_last(self, room: str, person: str) -> bool:
        """Whether somebody has no other room with the bot."""
        return not [one for one in (await self._known()).get(person, ()) if one != room]

    async def found(self, person: str) -> str | None:
        """The room with somebody, if there is one."""
        return next(iter((await self._known()).get(person, ())), None)

    async def direct(self, person: str) -> str:
        """The room with somebody, made where there is none. Raises SendFailed for who left it."""
        async with self._making:
            room = await self.found(person)
            if room is None or not await self._is_in(room, person):
                self.begin()  # another replica may have made it, or have heard of another
                room = await self.found(person)
                if room is None:
                    return await self._made(person)
                if not await self._is_in(room, person):
                    raise SendFailed("left", permanent=True)
            return room

    def begin(self) -> None:
        """What was known may be old: another replica may have changed it meanwhile."""
        self._direct = None

    def told(self, content: Json) -> None:
        """They changed: by this bot, maybe in another process."""
        self._direct = {person: list(rooms) for person, rooms in content.items()}

    async def add(self, person: str, room: str) -> None:
        """From now on this is the room with somebody."""
        known = await self._known()
        known[person] = [room, *(one for one in known.get(person, ()) if one != room)]
        await self._api.keep(DIRECT, known)

    async def forget(self, room: str) -> None:
        """It is nobody's any more."""
        known = await self._known()
        if any(room in rooms for rooms in known.values()):
            for rooms in known.values():
                rooms[:] = [one for one in rooms if one != room]
            await self._api.keep(DIRECT, known)

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
        person = await self.whose(room)
        return bool(person and set(await self._api.members(room)) - {person, await self._api.me()})

    async def is_encrypted(self, room: str) -> bool:
        """Whether the bot could read nothing there."""
        return await self._api.state(room, "m.room.encryption") is not None

    async def _is_public(self, room: str) -> bool:
        rules = await self._api.state(room, "m.room.join_rules") or {}
        history = await self._api.state(room, "m.room.history_visibility") or {}
        return rules.get("join_rule") in _ENTERED or history.get("history_visibility") == "world_readable"

    async def _is_in(self, room: str, person: str) -> bool:
        found = await self._api.state(room, "m.room.member", person)
        return found is not None and found.get("membership") in _THERE

    async def _made(self, person: str) -> str:
        """A homeserver may encrypt every room that is made: then the bot can ask nobody anything there."""
        nobody_else: Json = {"power_level_content_override": {"invite": 100}}
        content: Json = {"preset": "private_chat", "is_direct": True, "invite": [person], **nobody_else}
        room = await self._api.create(content)
        if await self.is_encrypted(room):
            await self._api.leave(room)
            raise SendFailed(Refusal.ENCRYPTED, permanent=True, everywhere=True)
        await self.add(person, room)
        return room

    async def _known(self) -> dict[str, list[str]]:
        if self._direct is None:
            self.told(await self._api.kept(DIRECT))
        assert self._direct is not None  # noqa: S101  just told
        return self._direct


def server_of(user: str) -> str:
    """The server of a user id, `@anna:example.nl`."""
    return user.partition(":")[2]
