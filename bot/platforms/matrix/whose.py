"""Whose room is whose. That stands in the bot's own account data, where every Matrix client keeps it (`m.direct`).

It is one list of everybody, so it is written once in a while, however many rooms are made meanwhile. What it lacks
after a crash is found again: first of all the bot invites somebody to the room that it makes for them, and nobody else
can have said so.
"""

import asyncio
import time
from contextlib import suppress
from typing import TypeAlias

from mautrix.errors import MatrixRequestError

from bot.logs import Log
from bot.platforms.matrix import errors, events
from bot.platforms.matrix.api import ENCRYPTION, Api, Json
from bot.platforms.matrix.settings import PLATFORM

DIRECT = "m.direct"
WRITING = 30.0  # seconds from one time that it is written to the next, while rooms are made
FRESH = 30.0  # seconds that who is not told what happens believes what they read
NOBODY = ""
_THERE = ("join", "invite")

log = Log("matrix")

Person: TypeAlias = str
Room: TypeAlias = str


class Whose:
    """The rooms of two of one bot. Raises what a call raises."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: _Known | None = None  # None until it is asked for
        self._unwritten: dict[Room, Person] = {}  # what the list does not say yet, or NOBODY
        self._made_for: dict[Room, Person] = {}  # of rooms that the list lacked, as soon as that is sure
        self._given_up: set[Room] = set()
        self._told = False  # of all that happens
        self._read_at = self._written_at = float("-inf")
        self._reading, self._writing = asyncio.Lock(), asyncio.Lock()
        self._later: asyncio.Task[None] | None = None

    async def of(self, room: Room) -> Person:
        """The person whose room it is; NOBODY where it is not one person's."""
        return (await self._all()).person.get(room, NOBODY)

    async def newest(self, person: Person) -> Room | None:
        """The room with somebody, if there is one."""
        return next(iter((await self._all()).rooms.get(person, ())), None)

    async def is_last(self, room: Room, person: Person) -> bool:
        """Whether somebody has no other room with the bot."""
        return not [one for one in (await self._all()).rooms.get(person, ()) if one != room]

    async def is_there(self, room: Room, person: Person) -> bool:
        """Whether somebody is in a room, or may come in."""
        found = await self._api.state(room, "m.room.member", person)
        return found is not None and found.get("membership") in _THERE

    # --- what changes ----------------------------------------------------------------------------------------------

    async def add(self, person: Person, room: Room) -> None:
        """From now on this is the room with somebody. They made it, so it would not be found again: written at once."""
        self._given_up.discard(room)
        await self._changed(room, person)
        await self._write()

    async def made(self, person: Person, room: Room) -> None:
        """The bot made this room for somebody, here or in another process."""
        if await self.of(room) == NOBODY and room not in self._given_up:
            await self._changed(room, person)
            self._soon()

    async def forget(self, room: Room) -> None:
        """It is nobody's any more. Written at once, or else in a while: what has to be done there does not wait."""
        if await self.of(room) != NOBODY:
            self._given_up.add(room)
            await self._changed(room, NOBODY)
            try:
                await self._write()
            except errors.FAILED as error:
                _not_yet(error)
                self._soon()

    async def seen(self, room: Room, event: Json) -> None:
        """The bot itself did something in a room, here or in another process."""
        if person := _invited(event):
            await self.made(person, room)

    # --- what others know better -----------------------------------------------------------------------------------

    def follow(self, told: bool) -> None:
        """From now on `told` and `seen` tell of all that happens, or not any more. What was known may be old."""
        self._told = told
        self.doubt()

    def doubt(self) -> None:
        """Something may have happened that nobody told."""
        self._known = None

    def renew(self) -> None:
        """Another process may have changed something, where this one is not told of it."""
        if not self._told and time.monotonic() - self._read_at > FRESH:
            self.doubt()

    def told(self, listed: Json) -> None:
        """The list, as it was written. What it lacks was written over by another process, and is written again."""
        if self._known is None:
            return
        now = _Known(listed)
        for room, person in self._known.person.items():
            if room not in now.person:
                self._unwritten.setdefault(room, person)
        self._known = now.after(dict.fromkeys(self._given_up, NOBODY)).after(self._unwritten)
        self._soon()

    async def close(self) -> None:
        """Write down what is not written yet; where that fails, it is found again."""
        if self._later is not None:
            self._later.cancel()
            await asyncio.gather(self._later, return_exceptions=True)
        with suppress(*errors.FAILED):
            await self._write()

    # --- reading ---------------------------------------------------------------------------------------------------

    async def _all(self) -> "_Known":
        async with self._reading:
            if self._known is None:
                unwritten = dict(self._unwritten)  # it may be written meanwhile
                listed = _Known(await self._api.kept(DIRECT)).after(unwritten)
                await self._find_again(listed)
                self._known, self._read_at = listed.after(self._unwritten), time.monotonic()
                self._soon()
            return self._known

    async def _find_again(self, listed: "_Known") -> None:
        """The rooms of the bot's own making that nobody wrote down."""
        for room in await self._api.joined():
            if room not in listed.person and room not in self._given_up:
                person = await self._asked_in(room)
                if person != NOBODY and await self._is_fit(room, person):
                    self._unwritten[room] = person

    async def _is_fit(self, room: Room, person: Person) -> bool:
        """Whether somebody is still there, with nobody else, and can be read. Not where the bot is no more."""
        try:
            others = set(await self._api.members(room)) - {person, await self._api.me()}
            return not others and await self._api.state(room, ENCRYPTION) is None and await self.is_there(room, person)
        except MatrixRequestError as refused:
            if errors.may_pass(refused):
                raise
            return False

    async def _asked_in(self, room: Room) -> Person:
        """The person that the bot invited first of all, where it made the room."""
        if room not in self._made_for:
            me, first = await self._api.me(), await self._beginning(room)
            mine = [event for event in first if event["sender"] == me]
            person = next(filter(None, map(_invited, mine)), NOBODY)
            if person == NOBODY and first[:1] == mine[:1]:
                return NOBODY  # it is being made
            self._made_for[room] = person
        return self._made_for[room]

    async def _beginning(self, room: Room) -> list[Json]:
        """What the bot cannot read is not of its making."""
        try:
            return [event for event in await self._api.beginning(room) if events.is_sound(event)]
        except MatrixRequestError as refused:
            if errors.may_pass(refused):
                raise
            return []

    # --- writing ---------------------------------------------------------------------------------------------------

    async def _changed(self, room: Room, person: Person) -> None:
        (await self._all()).change(room, person)
        self._unwritten.pop(room, None)
        self._unwritten[room] = person

    def _soon(self) -> None:
        if self._unwritten and (self._later is None or self._later.done()):
            self._later = asyncio.create_task(self._in_a_while())

    async def _in_a_while(self) -> None:
        while self._unwritten:
            await asyncio.sleep(max(0.0, self._written_at + WRITING - time.monotonic()))
            try:
                await self._write()
            except errors.FAILED as error:
                _not_yet(error)

    async def _write(self) -> None:
        """Into the list as it is now, for another process may have written it meanwhile."""
        async with self._writing:
            changes, self._written_at = dict(self._unwritten), time.monotonic()
            if not changes:
                return
            before = await self._api.kept(DIRECT)
            after = _Known(before).after(changes).rooms
            if after != before:
                await self._api.keep(DIRECT, after)
            for room, person in changes.items():
                if self._unwritten.get(room) == person:
                    del self._unwritten[room]


class _Known:
    """The rooms of each person, newest first, and the person of each room."""

    def __init__(self, listed: Json) -> None:
        self.rooms: dict[Person, list[Room]] = {person: list(rooms) for person, rooms in listed.items()}
        self.person = {room: person for person, rooms in self.rooms.items() for room in rooms}

    def change(self, room: Room, person: Person) -> None:
        """From now on it is theirs, and their newest."""
        before = self.person.pop(room, NOBODY)
        if before != NOBODY:
            self.rooms[before].remove(room)
        if person != NOBODY:
            self.person[room] = person
            self.rooms.setdefault(person, []).insert(0, room)

    def after(self, changes: dict[Room, Person]) -> "_Known":
        """Changed, in this order."""
        for room, person in changes.items():
            self.change(room, person)
        return self


def _not_yet(error: Exception) -> None:
    log.warning("rooms not written down yet", platform=PLATFORM, reason=errors.code(error))


def _invited(event: Json) -> Person:
    """Whom the bot invited to a room of two, if this event of its own does that; NOBODY for any other."""
    content = event["content"]
    is_so = event["type"] == "m.room.member" and content.get("membership") == "invite"
    return str(event.get("state_key", NOBODY)) if is_so and content.get("is_direct") is True else NOBODY
