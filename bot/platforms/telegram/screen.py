"""What stands in the chats: each card is edited in place, and only what it is now is drawn, however it was tapped.

Drawing holds up nobody: what was said is stored by then. A card that could not be drawn is healed by the next tap. One
that is apart, such as somebody's answers, stands there for some minutes only; then their own card does again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.core.home import NO_ROUND
from bot.core.pacing import Schedule
from bot.core.places import place
from bot.core.platform import Card
from bot.logs import Log
from bot.platforms.paces import PACES
from bot.platforms.telegram import errors, messages
from bot.platforms.telegram.api import Api, seconds
from bot.platforms.telegram.keyboard import Keyboard, about
from bot.platforms.telegram.seal import Seal
from bot.platforms.telegram.settings import PLATFORM
from config.texts import say
from config.words import Language

NEW = 0  # instead of the number of a message that has none yet
TRIES = 4  # of one drawing, when the connection fails
FIRST_WAIT = 0.5  # seconds before the second; each time twice as long
APART = 600.0  # seconds that a card stands that is to look at for a moment
REMEMBERED = 10_000  # chats of which the last card is known

log = Log("telegram")

Place = tuple[int, int]  # a chat, and a message in it


@dataclass(frozen=True)
class Face:
    """A card, the page of it that is shown, and whether it is one to go on with. `away` where the message is to go; the
    card is for one that is too old for that.
    """

    card: Card
    page: int = 0
    stands: bool = True
    away: bool = False


class Screen:
    """Draws the cards of one bot."""

    def __init__(self, api: Api, seal: Seal) -> None:
        self._api, self._seal = api, seal
        self._schedule = Schedule(PACES[PLATFORM])
        self._wanted: dict[Place, Face] = {}
        self._drawing: set[Place] = set()
        self._last: dict[int, tuple[int, Card]] = {}  # of each chat: the message drawn last, and its card
        self._apart: dict[int, asyncio.TimerHandle] = {}  # the chats where one stands
        self._tasks: set[asyncio.Task[None]] = set()
        self.current: Callable[[int, str], Awaitable[Card | None]] | None = None  # the card of who has a chat, there

    def show(self, chat: int, message: int, card: Card, page: int = 0) -> None:
        """Have a message show this card; NEW has it in a message of its own."""
        self._want((chat, message), Face(card, page))

    def tell(self, chat: int, language: Language, words: str) -> None:
        """A line that is no card."""
        self.post(chat, Card(language=language, lines=(words,)))

    def post(self, chat: int, card: Card) -> None:
        """A card that is nobody's and stays as it is."""
        self._want((chat, NEW), Face(card, stands=False))

    def erase(self, chat: int, message: int) -> "asyncio.Task[None]":
        """Take a message of somebody's out of their chat; done when it is gone, or was tried often enough."""
        return self._begin(self._erase(chat, message))

    def answer(self, query: str, words: str = "") -> None:
        """Tell an app that its button was heard. Who waited too long sees nothing; that harms nobody."""
        self._begin(self._answer(query, words))

    def stands(self, chat: int, message: int, card: Card, *, sent: bool = False, asked: bool = False) -> None:
        """A card stands there now: in a message that was `sent` by itself, or because somebody `asked` for it; else in
        its old place. The one before it in a person's chat may have to go. What stands in a group stays.
        """
        if chat < 0:
            return
        before = self._last.pop(chat, None)
        self._last[chat] = (message, card)
        self._watch(chat, message, card)
        if len(self._last) > REMEMBERED:
            del self._last[next(iter(self._last))]
        if before is not None and before[0] != message and _goes(before[1], card, sent=sent, asked=asked):
            words = say("telegram.put_away", card.language)
            self._want((chat, before[0]), Face(Card(language=card.language, lines=(words,)), stands=False, away=True))

    def asks(self, chat: int) -> str:
        """The instruction of the place to type on the card drawn last, where that is about no round."""
        card = self._last[chat][1] if chat in self._last else None
        entry = card.entry if card is not None and _is_about_no_round(card) else None
        return entry.action if entry is not None else ""

    def last(self, chat: int) -> int:
        """The message whose card was drawn last in a chat; NEW where none is known."""
        return self._last[chat][0] if chat in self._last else NEW

    async def settled(self) -> None:
        """Until everything is drawn."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Draw no more."""
        for timer in self._apart.values():
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _want(self, place: Place, face: Face) -> None:
        self._wanted[place] = face
        if place not in self._drawing:
            self._drawing.add(place)
            self._begin(self._draw(place))

    def _watch(self, chat: int, message: int, card: Card) -> None:
        """Of the card that stands in a chat now, how long."""
        if (timer := self._apart.pop(chat, None)) is not None:
            timer.cancel()
        if card.apart:
            loop = asyncio.get_running_loop()
            self._apart[chat] = loop.call_later(APART, lambda: self._begin(self._clear(chat, message, card)))

    async def _clear(self, chat: int, message: int, card: Card) -> None:
        """Some places of a conversation are apart themselves: there the card stays."""
        self._apart.pop(chat, None)
        current = await self.current(chat, about(card)) if self.current is not None else None
        if current is not None and current != card and self._last.get(chat) == (message, card):
            self.show(chat, message, current)

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _answer(self, query: str, words: str) -> None:
        with suppress(TelegramError):
            await self._api.call(lambda bot: bot.answer_callback_query(query, text=words or None))

    async def _erase(self, chat: int, message: int) -> None:
        for tries in range(TRIES):
            try:
                await self._api.call(lambda bot: bot.delete_message(chat, message))
                return
            except RetryAfter as flooded:
                await asyncio.sleep(seconds(flooded))
            except (BadRequest, Forbidden, InvalidToken) as refused:
                log.warning("words not erased from a chat", platform=PLATFORM, reason=type(refused).__name__)
                return
            except TelegramError:
                await asyncio.sleep(FIRST_WAIT * 2**tries)

    async def _draw(self, place: Place) -> None:
        """What is wanted there, until nothing newer is."""
        try:
            while (face := self._wanted.pop(place, None)) is not None:
                await self._drawn(place, face)
        except Exception as error:
            log.error("a card not drawn", error, platform=PLATFORM)
        finally:
            self._drawing.discard(place)

    async def _drawn(self, place: Place, face: Face) -> None:
        tries = 0
        while tries < TRIES and place not in self._wanted:
            try:
                return await self._once(*place, face)
            except RetryAfter as flooded:
                await asyncio.sleep(seconds(flooded))
            except (BadRequest, Forbidden, InvalidToken, ChatMigrated) as refused:
                return log.warning("a card not drawn", platform=PLATFORM, reason=type(refused).__name__)
            except TelegramError as failed:
                if place[1] == NEW and not errors.never_left(failed):
                    return None  # it may be there: whoever asked can ask again
                await asyncio.sleep(FIRST_WAIT * 2**tries)
                tries += 1
        return None

    async def _once(self, chat: int, message: int, face: Face) -> None:
        if face.away and await self._went(chat, message):
            return None
        text = messages.of_card(face.card)
        keyboard = Keyboard(self._seal, chat).of(face.card, face.page)
        is_new = message == NEW
        if not is_new:
            try:
                await self._api.edit(chat, message, text, keyboard)
            except BadRequest as refused:
                if errors.is_gone(refused):
                    return await self._once(chat, NEW, face)
                if not errors.says(refused, errors.NOT_MODIFIED):
                    raise
        else:
            await self._turn(chat)
            message = (await self._api.post(chat, text, keyboard)).message_id
        if face.stands:
            self.stands(chat, message, face.card, asked=is_new)
        return None

    async def _went(self, chat: int, message: int) -> bool:
        """Whether a message of ours is gone: one of two days ago stays."""
        try:
            await self._api.call(lambda bot: bot.delete_message(chat, message))
        except BadRequest as refused:
            return errors.is_gone(refused)
        return True

    async def _turn(self, chat: int) -> None:
        """New messages keep the pace of one chat, however often somebody asks."""
        who, channel = str(chat), chat < 0
        while True:
            wait = self._schedule.wait(who, channel=channel, now=time.monotonic())
            if not wait:
                break
            await asyncio.sleep(wait)
        self._schedule.take(who, channel=channel, now=time.monotonic())
        self._schedule.forget(time.monotonic())


def _is_about_no_round(card: Card) -> bool:
    """A search, a promise, or what a lead says."""
    return about(card) == NO_ROUND or place(about(card)) is not None


def _goes(before: Card, card: Card, *, sent: bool, asked: bool) -> bool:
    """Whether a card gives way to a newer one. That of another round does not, unless somebody asked for more.

    What a lead can do with a block stays where it stands, whatever they ask.
    """
    if place(about(before)) is not None and not before.apart:
        return about(before) == about(card)
    return before.apart or asked or (sent and about(before) in (NO_ROUND, about(card)))
