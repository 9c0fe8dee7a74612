"""What stands in the rooms: each card is edited in place, with a reaction below it for each of its signs.

Drawing holds up nobody: what was said is stored by then. Only what a card is now is drawn, however it was answered, and
one that could not be drawn is healed by the next reaction. In one room cards come one after another: of two at once
each would take the place of the other. A card that is apart, which holds what somebody said, is a message of its own:
an edit would leave it in the history of the other. It is taken away when it is left, or after some minutes.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from mautrix.errors import MatrixRequestError

from bot.core.home import NO_ROUND
from bot.core.places import place
from bot.core.platform import Card, SendFailed
from bot.logs import Log
from bot.platforms.matrix import below, edits, errors, messages, signs
from bot.platforms.matrix.api import MESSAGE, Api, Limited
from bot.platforms.matrix.messages import Shown
from bot.platforms.matrix.settings import PLATFORM
from bot.platforms.matrix.standing import Standing
from config.texts import say
from config.words import Language

NEW = ""  # instead of a message that is not there yet
TRIES = 6  # of one drawing, when the homeserver cannot be reached or is not well
TRIES_LONG = 120  # of taking something away, and of what else has to be: an hour
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before the second; each time twice as long
APART = 600.0  # seconds that a card stands that is to look at for a moment
STANDING_APART = "nl.klankbord.apart"  # those that stand, with their rooms, in the bot's account data

log = Log("matrix")

Room: TypeAlias = str
Message: TypeAlias = str


@dataclass(eq=False)
class Face:
    """A card where it is to stand. `asked` where somebody asked for it; `channel` is the address of its channel."""

    card: Card
    asked: bool = False
    channel: str = ""
    transaction: str = field(default_factory=lambda: secrets.token_urlsafe(12))  # once, however often it is tried
    at: Message = NEW  # where it stands, as soon as it does
    edit: Message = NEW  # what brought it there, where it took the place of another


class Screen:
    """Draws the cards of one bot."""

    def __init__(self, api: Api, standing: Standing) -> None:
        self._api, self._standing = api, standing
        self._wanted: dict[tuple[Room, Message], Face] = {}
        self._drawing: set[tuple[Room, Message]] = set()
        self._settling: dict[Message, Face] = {}  # cards that stand, and that nothing made way for yet
        self._away: dict[Message, tuple[Room, Message]] = {}  # put away by an edit, and not cleared yet
        self._closed: set[Room] = set()  # that others may read: nothing comes there any more
        self._turns: WeakValueDictionary[Room, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._erasing: set[asyncio.Task[None]] = set()
        self._apart: dict[Message, asyncio.TimerHandle] = {}
        self._keeping = asyncio.Lock()

    def begin(self) -> None:
        """Take away the cards to look at for a moment that an earlier process left."""
        self._begin(self._surely(self._cleared, TRIES_LONG))

    def show(self, room: Room, message: Message, card: Card, *, asked: bool = False, channel: str = "") -> None:
        """Have a message show this card; NEW, and one that is apart, has it in a message of its own."""
        place_ = (room, NEW if card.apart and not channel else message)
        self._wanted[place_] = Face(card, asked, channel)
        if place_ not in self._drawing:
            self._drawing.add(place_)
            self._begin(self._draw(place_))

    def tell(self, room: Room, words: str) -> None:
        """A line that is no card."""
        said, transaction = messages.of_words(words), secrets.token_urlsafe(12)
        self._begin(self._surely(lambda: self._api.say(room, MESSAGE, said, transaction)))

    def beside(self, work: Callable[[], Awaitable[object]]) -> None:
        """What nobody else is to wait for, however long it takes."""
        self._begin(self._surely(work, TRIES_LONG))

    def erase(self, room: Room, event: str) -> None:
        """Take away what somebody said, or how they reacted."""
        task = self._begin(self._surely(lambda: self._api.redact(room, event), TRIES_LONG))
        self._erasing.add(task)
        task.add_done_callback(self._erasing.discard)

    def leave(self, room: Room) -> None:
        """Go out of a room that nobody reads any more, once what was said there is taken away."""
        self._begin(self._surely(lambda: self._left(room), TRIES_LONG))

    def abandon(self, room: Room) -> None:
        """Go out of a room that others may read from now on, once the cards are taken away that stand there."""
        self._closed.add(room)
        task = self._begin(self._surely(lambda: self._abandoned(room), TRIES_LONG))
        task.add_done_callback(lambda _: self._closed.discard(room))

    async def erased(self) -> None:
        """Until all that is to be taken away by now is gone."""
        if self._erasing:
            await asyncio.wait(set(self._erasing))

    def turn(self, room: Room) -> asyncio.Lock:
        """Held by whoever brings a card into a room."""
        return self._turns.setdefault(room, asyncio.Lock())

    def stands(self, room: Room, message: Message, card: Card, *, asked: bool = False, channel: str = "") -> None:
        """A new message with a card is there, brought in its turn: its signs come, what it takes the place of goes."""
        face = Face(card, asked, channel)
        self._came(room, message, face)
        if (room, message) not in self._drawing:  # somebody was faster, and it shows something else already
            self._drawing.add((room, message))
            self._begin(self._draw((room, message), face))

    async def settled(self) -> None:
        """Until everything is drawn."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Draw no more."""
        for timer in self._apart.values():
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- drawing ---------------------------------------------------------------------------------------------------

    async def _draw(self, place_: tuple[Room, Message], face: Face | None = None) -> None:
        """What belongs to what stands there, then what is wanted, until nothing newer is; two at once mix signs."""
        try:
            face = face or self._wanted.pop(place_, None)
            while face is not None:
                await self._surely(partial(self._once, *place_, face))
                if self._settling.get(face.at) is face:
                    del self._settling[face.at]
                face = self._wanted.pop(place_, None)
        finally:
            self._drawing.discard(place_)

    async def _once(self, room: Room, message: Message, face: Face) -> None:
        """In its turn. Where it is tried again another may have taken its place meanwhile: then it is done."""
        async with self.turn(room):
            if room in self._closed:
                return
            if face.at == NEW:
                await self._bring(room, message, face)
            if self._settling.get(face.at) is face:
                await self._settle(room, face)

    async def _bring(self, room: Room, message: Message, face: Face) -> None:
        content = messages.of_card(face.card, channel=face.channel)
        if message != NEW:
            content = messages.edit(message, content)
        said = await self._api.say(room, MESSAGE, content, face.transaction)
        face.edit = said if message != NEW else NEW
        self._came(room, message or said, face)

    def _came(self, room: Room, message: Message, face: Face) -> None:
        face.at = message
        self._away.pop(message, None)
        self._settling[message] = face
        if face.edit == NEW:
            self._standing.sent(room, message, messages.shown(face.card, face.channel))

    async def _settle(self, room: Room, face: Face) -> None:
        if face.card.apart and not face.channel:
            await self._watch(room, face.at)
        if not face.channel and not await self._made_way(room, face):
            return
        await self._clear(room)
        await self._sign(room, face.at, signs.of_card(face.card))
        if face.edit != NEW:
            await edits.take_away_before(self._api, room, face.at, face.edit)

    async def _made_way(self, room: Room, face: Face) -> bool:
        """What is apart goes; of other cards those that the new one takes the place of say where it is. False where
        another replica put this one away meanwhile.
        """
        now, stand = messages.shown(face.card), await self._standing.cards(room)
        if face.edit == NEW and any(one == face.at and card.actions != now.actions for one, card in stand):
            return False
        for other, card in stand:
            if other == face.at:
                continue
            if card.apart:
                await self._take_away(room, other)
            elif not now.apart and card.actions and other not in self._away and _goes(card, now, asked=face.asked):
                await self._put_away(room, other, face.card.language)
        return True

    async def _put_away(self, room: Room, message: Message, language: Language) -> None:
        words = Card(language=language, lines=(say("matrix.put_away", language),))
        self._away[message] = (room, await self._say(room, messages.edit(message, messages.of_card(words))))
        self._settling.pop(message, None)

    async def _clear(self, room: Room) -> None:
        """Of what was put away there, as often as it takes: it says where the other is, and is no card any more."""
        for message, (where, said) in list(self._away.items()):
            if where == room:
                await edits.clear(self._api, room, message, said)
                del self._away[message]

    async def _sign(self, room: Room, message: Message, wanted: Collection[str]) -> None:
        await below.signed(self._api, room, message, wanted, until=lambda: (room, message) in self._wanted)

    async def _take_away(self, room: Room, message: Message) -> None:
        """What cannot be taken away, in a room that the bot is not in any more, is not tried for ever."""
        try:
            await self._api.redact(room, message)
        except MatrixRequestError as refused:
            if errors.may_pass(refused):
                raise
            log.warning("a card not taken away", platform=PLATFORM, reason=errors.code(refused))
        self._standing.gone(room, message)
        if (timer := self._apart.pop(message, None)) is not None:
            timer.cancel()
        await self._keep_apart(lambda known: known.pop(message, None))

    async def _watch(self, room: Room, message: Message) -> None:
        """Of a card that is apart, how long; the homeserver remembers it for who begins anew."""
        loop = asyncio.get_running_loop()
        if message not in self._apart:
            self._apart[message] = loop.call_later(APART, self._forget, room, message)
            await self._keep_apart(lambda known: known.update({message: room}))

    def _forget(self, room: Room, message: Message) -> None:
        self._begin(self._surely(lambda: self._take_away(room, message), TRIES_LONG))

    async def _left(self, room: Room) -> None:
        await self.erased()
        await self._api.leave(room)

    async def _abandoned(self, room: Room) -> None:
        """A question tells what was answered before it, and so does an edit of a message that is gone."""
        async with self.turn(room):  # what is on its way there has come
            for message, _ in await self._standing.cards(room):
                await edits.take_away(self._api, room, message)
                await self._take_away(room, message)
        await self._left(room)

    async def _cleared(self) -> None:
        for message, room in (await self._api.kept(STANDING_APART)).items():
            if message not in self._apart:
                self._forget(room, message)

    async def _keep_apart(self, change: Callable[[dict[Message, Room]], object]) -> None:
        async with self._keeping:
            known = await self._api.kept(STANDING_APART)
            change(known)
            await self._api.keep(STANDING_APART, known)

    async def _say(self, room: Room, content: dict[str, Any]) -> str:
        return await self._api.say(room, MESSAGE, content, secrets.token_urlsafe(12))

    async def _surely(self, work: Callable[[], Awaitable[object]], most: int = TRIES) -> None:
        """As often as it takes, and not for ever. What the homeserver wants to wait for is no failure."""
        failures = 0
        while failures < most:
            try:
                await work()
                return
            except Limited as limited:
                await asyncio.sleep(limited.seconds)
            except SendFailed as no_room:  # of their own
                log.warning("a card not drawn", platform=PLATFORM, reason=no_room.reason)
                return
            except errors.FAILED as failed:
                if isinstance(failed, MatrixRequestError) and not errors.may_pass(failed):
                    log.warning("a card not drawn", platform=PLATFORM, reason=errors.code(failed))
                    return
                if not failures:
                    log.warning("a card not drawn yet", platform=PLATFORM, reason=errors.code(failed))
                await asyncio.sleep(min(FIRST_WAIT * 2**failures, LONGEST_WAIT))
                failures += 1

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _goes(before: Shown, now: Shown, *, asked: bool) -> bool:
    """Whether a card gives way to a newer one. That of another round does not, unless somebody asked for more.

    What a lead can do with a block stays where it stands, whatever they ask.
    """
    if place(before.about) is not None:
        return before.about == now.about
    return asked or before.about in (NO_ROUND, now.about)
