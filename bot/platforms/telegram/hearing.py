"""What somebody did -> what the core hears of it -> what they see. It returns once the effect is stored.

The card is drawn after that, and holds up nobody. Words that were typed are taken out of the chat, those at a place to
type before anything else is heard: Telegram has seen them, but they need not stand there.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.core import places
from bot.core.attempts import Attempts
from bot.core.platform import Asked, Card, Event, Hear, Joined, Left, Tap, Typed
from bot.platforms.telegram import updates
from bot.platforms.telegram.keyboard import page_of
from bot.platforms.telegram.moves import Moves
from bot.platforms.telegram.screen import NEW, Screen
from bot.platforms.telegram.seal import ENTRY, Seal
from bot.platforms.telegram.settings import PLATFORM
from bot.platforms.telegram.updates import (
    DEPARTMENT,
    Added,
    Back,
    Commanded,
    DepartmentInGroup,
    Gone,
    Happening,
    InGroup,
    Pressed,
    Upgraded,
    Wordless,
    Wrote,
)
from config.texts import say

TOLD = 10  # lines an hour in one chat that are no answer to anything: to strangers, mostly
GROUPS_TOLD = 1  # a minute
GROUPS_READ = 5  # cards of departments a minute: digests have to get through, too
ERASING = 5.0  # seconds that is waited for words to be gone; when it takes longer it goes on meanwhile


class Hearing:
    """Hears one update after another, for one bot."""

    def __init__(self, seal: Seal, screen: Screen, moves: Moves) -> None:
        self._seal, self._screen, self._moves = seal, screen, moves
        self._told, self._groups_told = Attempts(TOLD), Attempts(GROUPS_TOLD, timedelta(minutes=1))
        self._groups_read = Attempts(GROUPS_READ, timedelta(minutes=1))
        self._hear: Hear | None = None
        self.bot_name = ""  # until it is known
        self.refused: Callable[[str], None] = lambda reason: None

    def listen(self, hear: Hear) -> None:
        """From now on what happens is heard."""
        self._hear = self._moves.hear = hear
        self._screen.current = self._current

    async def _current(self, chat: int, about: str) -> Card | None:
        """The card of who has a chat; or the one of a lead, where it is about that."""
        card = ("card", about) if places.place(about) is not None else ()
        return await self._event(Asked(PLATFORM, str(chat), *card))

    async def heard(self, update: Update) -> None:
        """One update. Raises what `hear` raises: then it has to come again."""
        match self._read(update):
            case Pressed() as pressed:
                await self._pressed(pressed)
            case Wrote() as wrote:
                await self._wrote(wrote)
            case Commanded() as command:
                await self._commanded(command)
            case Gone() as gone:
                await self._event(Left(PLATFORM, str(gone.chat), delivery=gone.delivery))
            case Back() as back:
                await self._event(Asked(PLATFORM, str(back.chat)))
            case Upgraded() as upgraded:
                await self._moves.seen(upgraded.chat, upgraded.to, upgraded.delivery)
            case Wordless() as wordless:
                self._tell(wordless, "telegram.words_only")
            case InGroup() as group:
                self._tell(group, "telegram.in_private", name=self.bot_name)
            case DepartmentInGroup() as asked:
                await self._department(asked)
            case Added() as added:
                self._tell(added, "telegram.here", address=f"{PLATFORM}:{added.chat}")

    def _read(self, update: Update) -> Happening | None:
        try:
            return updates.read(update, self.bot_name)
        except (AttributeError, TypeError, ValueError):  # a text that is a number, and the like: nothing of Telegram's
            self.refused("malformed")
            return None

    async def _pressed(self, pressed: Pressed) -> None:
        opened = self._seal.open(pressed.chat, pressed.data)
        if opened is None:
            self.refused("button")
            self._screen.answer(pressed.query)
            return
        channel = str(self._moves.before(pressed.chat)) if pressed.chat < 0 else ""
        tap = Tap(PLATFORM, str(pressed.by), opened.action, delivery=pressed.delivery, channel=channel)
        card = await self._event(tap)
        if card is None:
            self._screen.answer(pressed.query, say("telegram.not_here", pressed.language))
            return
        if pressed.chat < 0 and card.apart:
            self._in_private(pressed, card)
            return
        page = 0 if opened.page == ENTRY else opened.page or page_of(card, opened.action)
        self._screen.show(pressed.chat, pressed.message, card, page)
        self._screen.answer(pressed.query, say("telegram.now_type", card.language) if opened.page == ENTRY else "")

    def _in_private(self, pressed: Pressed, card: Card) -> None:
        """What is for who tapped in a group alone: in their own chat with the bot, or above the group for a moment."""
        if not (card.choices or card.steps or card.entry):
            self._screen.answer(pressed.query, " ".join(card.lines))
            return
        self._screen.show(pressed.by, NEW, card)
        self._screen.answer(pressed.query, say("telegram.in_your_chat", card.language))

    async def _wrote(self, wrote: Wrote) -> None:
        """In reply to a card: at its place to type. Else at a search that stands there last, or at the place to type of
        the open card, or a word of their own.
        """
        action, message = self._prompted(wrote), wrote.reply_to or self._screen.last(wrote.chat)
        action = action or (self._screen.asks(wrote.chat) if wrote.reply_to is None else "")
        if not action:
            card = await self._event(Asked(PLATFORM, str(wrote.chat)))
            if card is None or card.entry is None:
                await self._asked(wrote, *_word(wrote.text))
                return
            action, message = card.entry.action, self._screen.last(wrote.chat)
        typed = Typed(PLATFORM, str(wrote.chat), action, wrote.text, delivery=wrote.delivery)
        card = await self._event(typed)
        if card is None:
            self._tell(wrote, "telegram.how_to_join")
            return
        self._screen.show(wrote.chat, message, card)
        await asyncio.wait({self._screen.erase(wrote.chat, wrote.message)}, timeout=ERASING)

    def _prompted(self, wrote: Wrote) -> str:
        """What the place to type of the card says that is replied to; empty where it has none."""
        opened = (self._seal.open(wrote.chat, data) for data in wrote.buttons)
        return next((one.action for one in opened if one is not None and one.page == ENTRY), "")

    async def _commanded(self, command: Commanded) -> None:
        if command.word != "start":
            await self._asked(command, command.word, command.rest)
        elif not command.rest:
            await self._asked(command, "", "")
        else:
            joined = Joined(PLATFORM, str(command.chat), command.rest, delivery=command.delivery, language=command.code)
            self._answer(command, await self._event(joined), "telegram.link_refused")

    async def _asked(self, of: Wrote | Commanded, word: str, rest: str) -> None:
        self._answer(of, await self._event(Asked(PLATFORM, str(of.chat), word, rest)), "telegram.how_to_join")

    def _answer(self, to: Wrote | Commanded, card: Card | None, otherwise: str) -> None:
        """With a card of its own in the place of what was asked, which may name a department somebody dealt with, or be
        a link; who is not known here is told how that is mended.
        """
        if card is None:
            self._tell(to, otherwise)
        else:
            self._screen.show(to.chat, NEW, card)
            self._screen.erase(to.chat, to.message)

    async def _department(self, asked: DepartmentInGroup) -> None:
        """What a department is for, for the whole group to read; nothing to tap, because nobody is asked here."""
        card = await self._event(Asked(PLATFORM, str(asked.by), DEPARTMENT, asked.named))
        if card is None:
            self._tell(asked, "telegram.in_private", name=self.bot_name)
        elif _may(self._groups_read, asked.chat):
            self._screen.post(asked.chat, _to_read(card))

    def _tell(self, to: Happening, key: str, **values: str) -> None:
        """A line, unless this chat got many of late: whoever plays with the bot is not answered for ever."""
        if _may(self._told if to.chat > 0 else self._groups_told, to.chat):
            self._screen.tell(to.chat, to.language, say(key, to.language, **values))

    async def _event(self, event: Event) -> Card | None:
        return await self._hear(event) if self._hear is not None else None


def _may(told: Attempts, chat: int) -> bool:
    """Whether something more may be said in a chat now; then it counts."""
    who, now = str(chat), datetime.now(UTC)
    if not told.may(who, now):
        return False
    told.made(who, now)
    return True


def _to_read(card: Card) -> Card:
    """Without buttons; what there was to choose from is named."""
    names = ", ".join(button.label for button in card.choices)
    lines = (*card.lines, names) if names else card.lines
    return replace(card, lines=lines, choices=(), steps=(), asides=())


def _word(text: str) -> tuple[str, str]:
    """A word of their own, and what follows it."""
    word, _, rest = text.strip().partition(" ")
    return word.casefold().strip(".!?"), rest.strip()
