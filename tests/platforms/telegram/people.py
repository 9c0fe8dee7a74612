"""The people's side: what somebody with a phone can do and see, alone with the bot and in a group."""

import time
from asyncio import sleep
from collections.abc import Sequence
from typing import Literal

from . import payloads
from .chats import Chat, Message, Standing, User, Version
from .keyboards import Button, buttons
from .texts import LONGEST_TEXT, Marked
from .world import Answer, Query, World

FIRST_PERSON = 4_503_599_627_000_001  # ids have "at most 52 significant bits": these need all of them
FIRST_GROUP = -4_000_000_001
FIRST_SUPERGROUP = -1_002_000_000_001


class Room:
    """A chat as somebody looks at it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world, self.chat = world, world.add_chat(chat)

    @property
    def address(self) -> str:
        """As Klankbord writes it down."""
        return str(self.chat.id)

    @property
    def newest(self) -> Message:
        """The last message of the bot that is there."""
        found = [message for message in self.chat.visible() if message.sender.is_bot]
        assert found, f"nothing of the bot in:\n{self.reads()}"
        return found[-1]

    def reads(self) -> str:
        """Everything there is to be seen now, with the buttons."""
        return self.chat.shown()

    async def sees(self, words: str, patience: float = 10.0) -> str:
        """Wait until these words are there, and return everything. Raises AssertionError."""
        end = time.monotonic() + patience
        while words not in self.reads():
            assert time.monotonic() < end, f"no {words!r} in:\n{self.reads()}"
            await sleep(0.01)
        return self.reads()

    def _standing(self, by: User, new: Standing) -> None:
        """The bot is let in or thrown out."""
        old, self.chat.bot, self.chat.known = self.chat.bot, new, True
        payload = payloads.my_chat_member(self.chat, by, self.world.now(), self.world.bot, old, new)
        self.world.updates.add("my_chat_member", self.chat.id, payload)

    def _tells(self, message: Message, kind: str = "message") -> Message:
        """The bot is to hear of a message."""
        self.world.updates.add(kind, self.chat.id, payloads.message(message))
        return message


class Person(Room):
    """Somebody, and their chat with the bot. The bot cannot write before they did."""

    def __init__(self, world: World, name: str, language_code: str = "nl") -> None:
        number = FIRST_PERSON + next(world.ids)
        self.user = User(number, name, language_code=language_code)
        super().__init__(world, Chat(number, "private", name, members=[self.user]))

    # --- writing ---------------------------------------------------------------------------------------------------

    def starts(self, token: str = "") -> Message:
        """Follow a link to the bot, with or without a token, and press "Start"."""
        if self.chat.bot == "kicked":
            self.unblocks()
        return self.writes(f"/start {token}".strip())

    def writes(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Write to the bot."""
        assert self.chat.bot != "kicked", f"{self.user.first_name} has blocked the bot"
        assert len(text) <= LONGEST_TEXT, "the app sends this as several messages"
        self.chat.bot, self.chat.known = "member", True
        return self._tells(self.world.add_message(self.chat, self.user, Marked(text), reply_to=reply_to))

    def replies(self, text: str, to: Message | None = None) -> Message:
        """Reply to a message; the newest one when it is not said which."""
        return self.writes(text, reply_to=to or self.newest)

    def edits(self, message: Message, text: str) -> Message:
        """Change what they wrote."""
        message.versions.append(Version(self.world.now(), Marked(text)))
        return self._tells(message, "edited_message")

    # --- buttons ---------------------------------------------------------------------------------------------------

    def press(self, label: str, on: Message | None = None) -> Query:
        """Press the newest button with this label, or the only one of its message that begins so; do not wait."""
        message, button = self._button(label, on)
        assert "callback_data" in button, f"{label!r} opens a page"
        return self.forges(button["callback_data"], message)

    async def presses(self, label: str, on: Message | None = None) -> Answer:
        """Press a button and wait for the toast or alert, which may be empty."""
        return await self.press(label, on).answered()

    def forges(self, data: str, on: Message) -> Query:
        """Send what a button could not: an app of one's own making sends what it likes."""
        number = str(self.chat.id * 1_000 + len(self.world.queries))
        query = Query(number, data, self.user, on, self.world.now())
        self.world.queries[query.id] = query
        payload = payloads.callback_query(query.id, self.user, on, data)
        self.world.updates.add("callback_query", on.chat.id, payload)
        return query

    def _button(self, label: str, on: Message | None) -> tuple[Message, Button]:
        for message in [on] if on else reversed(list(self.chat.visible())):
            found = buttons(message.now.markup)
            exact = [one for one in found if one["text"] == label]
            near = [one for one in found if one["text"].startswith(label)]
            if exact or len(near) == 1:
                return message, (exact or near)[0]
        raise AssertionError(f"{self.user.first_name} has no {label!r} to press:\n{self.reads()}")

    # --- coming and going ------------------------------------------------------------------------------------------

    def blocks(self) -> None:
        """Want nothing of the bot any more."""
        self._standing(self.user, "kicked")

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._standing(self.user, "member")

    def deletes_account(self) -> None:
        """Leave Telegram. Nobody is told."""
        self.chat.deactivated = True


class Group(Room):
    """Several people, and the bot once somebody adds it."""

    def __init__(
        self, world: World, title: str, people: Sequence[Person] = (), kind: Literal["group", "supergroup"] = "group"
    ) -> None:
        self.world = world
        super().__init__(world, Chat(self._number(kind), kind, title, members=[one.user for one in people]))

    def adds_bot(self, by: Person) -> None:
        """Let the bot in. A service message tells of it."""
        self._standing(by.user, "member")
        by.chat.known = True
        bot = payloads.user(self.world.bot)
        self._serves(by, {"new_chat_members": [bot]})

    def kicks_bot(self, by: Person) -> None:
        """Throw the bot out."""
        self._standing(by.user, "kicked")

    def writes(self, by: Person, text: str, *, reply_to: Message | None = None) -> Message:
        """Write in the group. The bot hears of commands, of replies to it, and of nothing else.

        core.telegram.org/bots/features#privacy-mode: that is how bots are, unless their owner changes it.
        """
        message = self.world.add_message(self.chat, by.user, Marked(text), reply_to=reply_to)
        if self.chat.bot == "member" and (text.startswith("/") or (reply_to and reply_to.sender.is_bot)):
            by.chat.known = True
            self._tells(message)
        return message

    def upgrades(self, by: Person) -> Chat:
        """Become a supergroup, which has another id; returns what it was. Both ends tell of the other."""
        old = self.chat
        new = Chat(
            self._number("supergroup"), "supergroup", old.title, bot=old.bot, known=old.known, members=old.members
        )
        self._serves(by, {"migrate_to_chat_id": new.id})
        old.moved_to, self.chat = new, self.world.add_chat(new)
        self._serves(by, {"migrate_from_chat_id": old.id})
        return old

    def _serves(self, by: Person, service: dict[str, object]) -> None:
        self._tells(self.world.add_message(self.chat, by.user, service=service))

    def _number(self, kind: str) -> int:
        return (FIRST_SUPERGROUP if kind == "supergroup" else FIRST_GROUP) - next(self.world.ids)
