"""Sends one message: a card to a person, a digest to a room. The row's id is the transaction's: it is sent once.

A homeserver forgets transactions after a day, or knows only those of one token: so each message bears our id too, and
can be found by it.
"""

import struct

from bot.core.platform import Outgoing, SendFailed
from bot.platforms.matrix import errors, messages
from bot.platforms.matrix.api import MESSAGE, Api
from bot.platforms.matrix.rooms import Rooms
from bot.platforms.matrix.screen import Screen
from bot.platforms.matrix.whose import Whose

LOOKED_AT = 1000  # events of a room, in which a message in doubt is looked for


class Sending:
    """Sends for one bot."""

    def __init__(self, api: Api, rooms: Rooms, whose: Whose, screen: Screen) -> None:
        self._api, self._rooms, self._whose, self._screen = api, rooms, whose, screen

    async def send(self, outgoing: Outgoing) -> str:
        """Returns `room event`. Raises SendFailed and ReplyLost."""
        channel = not is_person(outgoing.address)
        try:
            room = await self._room(outgoing.address)
            event = await self._sent(room, outgoing, channel=channel)
        except errors.FAILED as error:
            raise errors.failure(error, channel=channel) from None
        return f"{room} {event}"

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """`room event` of a message that is there, else None. Raises SendFailed."""
        try:
            room = await self._known(outgoing.address)
            event = await self._found(room, outgoing.id) if room is not None else None
        except errors.FAILED as error:
            failed = errors.failure(error, channel=not is_person(outgoing.address))
            raise failed if isinstance(failed, SendFailed) else SendFailed(failed.reason, permanent=False) from None
        return f"{room} {event}" if event is not None else None

    async def _room(self, address: str) -> str:
        return await (self._rooms.direct(address) if is_person(address) else self._rooms.of_channel(address))

    async def _known(self, address: str) -> str | None:
        return await (self._whose.newest(address) if is_person(address) else self._rooms.of_channel(address))

    async def _sent(self, room: str, outgoing: Outgoing, *, channel: bool) -> str:
        """The picture first: once the words are there, all of it is."""
        for number, picture in enumerate(outgoing.attachments):
            content = await picture.content()
            address = await self._api.upload(content, "klankbord.png")
            said = messages.of_picture(address, picture.alt, len(content), *_measured(content))
            await self._api.say(room, MESSAGE, said, f"{outgoing.id}:picture{number or ''}")
        if outgoing.card is None:
            return await self._api.say(room, MESSAGE, messages.of_lines(outgoing), outgoing.id)
        at = outgoing.address if channel else ""
        content_ = messages.of_card(outgoing.card, outgoing.lines, ours=outgoing.id, channel=at)
        async with self._screen.turn(room):
            event = await self._api.say(room, MESSAGE, content_, outgoing.id)
            self._screen.stands(room, event, outgoing.card, channel=at)
        return event

    async def _found(self, room: str, ours: str) -> str | None:
        me, count = await self._api.me(), 0
        async for event in self._api.history(room):
            count += 1
            if event.get("sender") == me and (event.get("content") or {}).get(messages.OURS) == ours:
                return str(event["event_id"])
            if count >= LOOKED_AT:
                break
        return None


def is_person(address: str) -> bool:
    """Whether it is the id of a user, and not that of a room or its alias."""
    return address.startswith("@")


def _measured(png: bytes) -> tuple[int, int]:
    """Width and height in pixels (w3.org/TR/png, 11.2.1: the first chunk)."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height
