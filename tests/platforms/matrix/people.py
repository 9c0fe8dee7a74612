"""A colleague with a Matrix client of their own, on matrix-nio: another library than the bot's."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from .screen import Message, Screen, plain
from .synapse import Homeserver, Registered, position

nio: Any = pytest.importorskip("nio", reason="needs the dependency group synapse")

PATIENCE = 30.0  # seconds until something has to be there
WAIT = 1.0  # seconds that the server keeps a request for news
PAGE = 100  # events at once
FILTER = {"room": {"timeline": {"limit": PAGE}}, "presence": {"types": []}}
ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


class Person:
    """Somebody, the rooms that they are in, and which of them is the chat with the bot."""

    def __init__(self, server: Homeserver, account: Registered, bot: str) -> None:
        self.address, self._bot = account.address, bot
        self._password = account.password
        self.client = nio.AsyncClient(server.url, account.address)
        self.rooms: dict[str, Screen] = {}
        self._chats: list[str] = []  # direct rooms with the bot, newest last

    async def logs_in(self) -> None:
        """With a password, as people do."""
        _well(await self.client.login(self._password))

    # --- seeing ----------------------------------------------------------------------------------------------------

    @property
    def room(self) -> str:
        """The address of the chat with the bot."""
        assert self._chats, f"{self.address} has no chat with the bot"
        return self._chats[-1]

    @property
    def chat(self) -> Screen:
        """The chat with the bot."""
        return self.rooms[self.room]

    @property
    def has_chat(self) -> bool:
        """Whether there is a chat with the bot."""
        return bool(self._chats)

    def reads(self) -> str:
        """Everything that is to be seen in the chat with the bot; nothing before there is one."""
        return self.chat.reads() if self.has_chat else ""

    @property
    def position(self) -> int:
        """How far they have seen the news of the server."""
        return position(self.client.next_batch)

    async def looks(self, wait: float = 0.0) -> None:
        """See what is new, or wait so many seconds for it; whoever invites is joined."""
        news = _well(await self.client.sync(timeout=int(wait * 1000), sync_filter=FILTER))
        for room, info in news.rooms.join.items():
            await self._sees(room, info.timeline)
        if news.rooms.invite:
            for room, info in news.rooms.invite.items():
                await self._comes(room, info.invite_state)
            await self.looks()

    async def sees(self, words: str, room: str = "", patience: float = PATIENCE) -> str:
        """Wait until these words are there, and return everything that is. Raises AssertionError."""
        end = time.monotonic() + patience
        while words not in (text := self.reads() if not room else self.rooms[room].reads()):
            assert time.monotonic() < end, f"{self.address} sees no {words!r} in:\n{text}"
            await self.looks(WAIT)
        return text

    async def loses(self, event: str, patience: float = PATIENCE) -> None:
        """Wait until an event of theirs is taken away, from what they see and from the server."""
        end = time.monotonic() + patience
        while event not in self.chat.taken_away:
            assert time.monotonic() < end, f"{self.address} still has what they said in:\n{self.reads()}"
            await self.looks(WAIT)
        assert await self.asks_for(event) == {}

    async def asks_for(self, event: str, room: str = "") -> dict[str, Any]:
        """What the server still has of an event: its content."""
        found = _well(await self.client.room_get_event(room or self.room, event))
        content: dict[str, Any] = found.event.source["content"]
        return content

    async def downloads(self, message: Message) -> bytes:
        """The picture in a message."""
        found: bytes = _well(await self.client.download(mxc=message.content["url"])).body
        return found

    # --- doing -----------------------------------------------------------------------------------------------------

    async def types(self, text: str, room: str = "") -> str:
        """Write something; returns the event's id."""
        return await self.sends("m.room.message", {"msgtype": "m.text", "body": text}, room)

    async def reacts(self, chip: str, room: str = "") -> str:
        """Tap a chip below the newest message that has it, as one taps it again to take it back; the event's id."""
        on = self.newest(chip, room)
        mine = on.by(self.address, chip)
        if mine is not None:
            await self.client.room_redact(room or self.room, mine)
            return mine
        relation = {"rel_type": "m.annotation", "event_id": on.id, "key": chip}
        return await self.sends("m.reaction", {"m.relates_to": relation}, room)

    async def taps(self, label: str, room: str = "") -> str:
        """The chip that stands for this label."""
        return await self.reacts(self.sign(label, room)[0], room)

    async def types_for(self, label: str) -> str:
        """The number or letter that stands for this label."""
        return await self.types(plain(self.sign(label)[0]))

    async def types_label(self, label: str) -> str:
        """The whole label that this one is, or is the beginning of."""
        return await self.types(self.sign(label)[1])

    def newest(self, chip: str, room: str = "") -> Message:
        """The newest message below which this chip stands."""
        screen = self.rooms[room or self.room]
        found = [one for one in screen.messages.values() if chip in one.chips()]
        assert found, f"{self.address} has no {chip} to tap in:\n{screen.reads()}"
        return found[-1]

    def sign(self, label: str, room: str = "") -> tuple[str, str]:
        """The chip of a label, or of the only one that begins so, on the newest message that has it; and that label."""
        screen = self.rooms[room or self.room]
        for message in reversed(screen.messages.values()):
            signs = dict(message.labels())
            exact = [one for one in signs.items() if label in (one[1], f"{plain(one[0])} {one[1]}")]
            near = [one for one in signs.items() if one[1].startswith(label)]
            if exact or len(near) == 1:
                return (exact or near)[0]
        raise AssertionError(f"{self.address} has no {label!r} to tap in:\n{screen.reads()}")

    # --- rooms -----------------------------------------------------------------------------------------------------

    async def opens(self, *, encrypted: bool = False) -> str:
        """A room of their own making with the bot, as a client makes it for two; its address."""
        room = await self._makes("", [self._bot], nio.RoomPreset.trusted_private_chat, encrypted, direct=True)
        self._chats.append(room)
        return room

    async def makes_room(self, name: str, others: Sequence[str] = (), *, encrypted: bool = False) -> str:
        """A closed room, of a department: the bot is asked to come; its address."""
        return await self._makes(name, [self._bot, *others], nio.RoomPreset.private_chat, encrypted, direct=False)

    async def invites(self, address: str, room: str) -> None:
        """Ask somebody to come into a room."""
        _well(await self.client.room_invite(room, address))

    async def leaves(self, room: str = "") -> None:
        """Go out of a room."""
        _well(await self.client.room_leave(room or self.room))

    async def has(self, address: str, room: str) -> bool:
        """Whether somebody is in a room of theirs."""
        members = _well(await self.client.joined_members(room)).members
        return address in {member.user_id for member in members}

    async def closes(self) -> None:
        """Go home."""
        await self.client.close()

    async def _makes(self, name: str, invite: Sequence[str], preset: Any, encrypted: bool, *, direct: bool) -> str:
        state = [ENCRYPTED] if encrypted else []
        made = await self.client.room_create(
            name=name or None, preset=preset, invite=invite, initial_state=state, is_direct=direct
        )
        room: str = _well(made).room_id
        self.rooms.setdefault(room, Screen())
        return room

    async def sends(self, kind: str, content: dict[str, Any], room: str) -> str:
        """Send any event; its id."""
        event: str = _well(await self.client.room_send(room or self.room, kind, content)).event_id
        return event

    async def _comes(self, room: str, state: Sequence[Any]) -> None:
        mine = [one for one in state if getattr(one, "state_key", "") == self.address]
        _well(await self.client.join(room))
        self.rooms[room] = Screen()
        if any(one.sender == self._bot and one.content.get("is_direct") for one in mine):
            self._chats.append(room)

    async def _sees(self, room: str, timeline: Any) -> None:
        """Also what a long silence left out."""
        screen = self.rooms.setdefault(room, Screen())
        older = [one async for one in self._before(room, timeline, screen)] if timeline.limited else []
        for event in (*reversed(older), *timeline.events):
            screen.takes(event.source)

    async def _before(self, room: str, timeline: Any, screen: Screen) -> AsyncIterator[Any]:
        start = timeline.prev_batch
        while start is not None:
            page = _well(await self.client.room_messages(room, start, limit=PAGE))
            for event in page.chunk:
                if event.event_id in screen.seen:
                    return
                yield event
            start = page.end


@asynccontextmanager
async def person(server: Homeserver, name: str, bot: str) -> AsyncIterator[Person]:
    """Somebody who has logged in, until they go home."""
    made = Person(server, server.register(server.unique(name)), bot)
    try:
        await made.logs_in()
        yield made
    finally:
        await made.closes()


def _well(response: Any) -> Any:
    """What the server answered, where it did not refuse."""
    assert not isinstance(response, nio.ErrorResponse), response
    return response
