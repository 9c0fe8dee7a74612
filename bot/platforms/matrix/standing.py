"""Which card stands where, and which one somebody looked at: read off what the bot said in a room, in its order.

Nothing of it is kept: whoever begins anew asks the homeserver. Nor is it remembered by a replica that is not told what
happens, since another one fetches it: that one goes on drawing. A reaction is to a message and not to what it said at
the time, so the time decides: what comes within a moment of a new version is to the one before, for nobody reads so
fast.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from bot.platforms.matrix.api import MESSAGE, Api, Json
from bot.platforms.matrix.messages import Shown, read

UNREAD = 700  # milliseconds
REMEMBERED = 10_000  # messages, and rooms
VERSIONS = 5  # of a card: who reacted late saw one of them
LOOKED_AT = 300  # events of a room, in which its cards are looked for

Room: TypeAlias = str
Message: TypeAlias = str
Known = TypeVar("Known")


@dataclass(frozen=True)
class Version:
    """What a message said from a moment on; in milliseconds, by the homeserver's clock."""

    since: int
    card: Shown | None


class Standing:
    """The cards of one bot."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._versions: OrderedDict[Message, list[Version]] = OrderedDict()  # oldest first
        self._cards: OrderedDict[Room, list[Message]] = OrderedDict()  # the cards of a room that stand, oldest first
        self._ticked: OrderedDict[Message, tuple[str, ...]] = OrderedDict()  # what was heard, and may not be drawn yet
        self._told = False  # of all that happens

    def told(self, now: bool) -> None:
        """From now on `seen` tells of all that happens, or not any more. What was known before may be old."""
        for known in (self._versions, self._cards, self._ticked):
            known.clear()
        self._told = now

    def seen(self, room: Room, event: Json) -> None:
        """The bot itself said something, or changed it, in the order of the room; it may be told again."""
        found = read(event)
        if found is None:
            return
        message, card = found
        version = Version(int(event["origin_server_ts"]), card)
        if message == event["event_id"]:
            self._versions.setdefault(message, [version])
            if card is not None and room in self._cards and message not in self._cards[room]:
                self._cards[room].append(message)
            _bounded(self._versions)
        elif message in self._versions and version not in self._versions[message]:
            self._versions[message] = [*self._versions[message], version][-VERSIONS:]

    def sent(self, room: Room, message: Message, card: Shown) -> None:
        """The bot has just said it, and will see it in a moment: until then it was there before anything else."""
        if not self._told:
            return
        self._versions.setdefault(message, [Version(0, card)])
        _bounded(self._versions)
        if room in self._cards and message not in self._cards[room]:
            self._cards[room].append(message)

    def gone(self, room: Room, message: Message) -> None:
        """A message was taken away."""
        self._versions.pop(message, None)
        self._ticked.pop(message, None)
        if message in self._cards.get(room, ()):
            self._cards[room].remove(message)

    def ticked(self, message: Message, on: tuple[str, ...] | None) -> None:
        """What is on now in a choice of several, by its signs; None where there is no such choice any more."""
        self._ticked.pop(message, None)
        if on is not None:
            self._ticked[message] = on
            _bounded(self._ticked)

    def on(self, message: Message, card: Shown) -> tuple[str, ...]:
        """The signs that are on, whether drawn yet or not."""
        return self._ticked.get(message, card.on)

    async def looked_at(self, room: Room, message: Message, at: int) -> Shown | None:
        """The card that somebody saw there who reacted at this moment; None where there was none."""
        versions = await self._of(room, message)
        read_ = [version for version in versions if version.since + UNREAD <= at]
        return (read_ or versions[:1] or [Version(0, None)])[-1].card

    async def now(self, room: Room, message: Message) -> Shown | None:
        """The card that stands there."""
        versions = await self._of(room, message)
        return versions[-1].card if versions else None

    async def cards(self, room: Room) -> list[tuple[Message, Shown]]:
        """The cards that stand in a room, newest first."""
        cards = self._cards.get(room)
        if cards is None:
            cards = [message async for message in self._looked_for(room)][::-1]
            if self._told:
                self._cards[room] = cards
                _bounded(self._cards)
        found = [(message, await self.now(room, message)) for message in reversed(cards)]
        return [(message, card) for message, card in found if card is not None]

    async def _of(self, room: Room, message: Message) -> list[Version]:
        versions = self._versions.get(message)
        if versions is None:
            versions = await self._asked(room, message)
            if self._told:
                self._versions[message] = versions
                _bounded(self._versions)
        return versions

    async def _asked(self, room: Room, message: Message) -> list[Version]:
        """The versions of a message of the bot's own; none of anybody else's.

        What stood there between the first and those that are left was taken away: nobody knows what it asked.
        """
        me = await self._api.me()
        first = await self._api.event(room, message)
        if first.get("sender") != me:
            return []
        edits = [one for one in await self._api.related(room, message, "m.replace", MESSAGE) if one["sender"] == me]
        found = [(one, read(one)) for one in (first, *reversed(edits))]
        made = [Version(int(one["origin_server_ts"]), what[1]) for one, what in found if what is not None]
        return [made[0], Version(made[0].since, None), *made[1:]] if len(made) > 1 else made

    async def _looked_for(self, room: Room) -> AsyncIterator[Message]:
        """Newest first, as far back as is worth looking."""
        me, count = await self._api.me(), 0
        async for event in self._api.history(room):
            count += 1
            found = read(event) if event.get("sender") == me else None
            if found is not None and found[0] == event["event_id"] and found[1] is not None:
                yield found[0]
            if count >= LOOKED_AT:
                return


def _bounded(known: OrderedDict[str, Known]) -> None:
    if len(known) > REMEMBERED:
        known.popitem(last=False)
