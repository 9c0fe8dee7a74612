"""All that Telegram knows: one bot, the people and groups around it, and what waits to be told."""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .chats import Chat, Message, User, Version
from .faults import Fault, Faults
from .keyboards import Markup
from .rates import Limits, Meter
from .refusals import Refused
from .texts import Marked
from .updates import Updates
from .webhook import Webhook

TOKEN = "7000000001:AAF-a_token_of_no_bot_that_is_alive"  # what BotFather hands out: the bot's id and 35 signs
ANSWER_WITHIN = timedelta(minutes=1)  # not documented: after about so long a callback query is too old


@dataclass(frozen=True)
class Call:
    """One call of a method, and how it ended."""

    method: str
    values: Mapping[str, str] = field(repr=False)
    refused: Refused | None = None


@dataclass(frozen=True)
class Answer:
    """What somebody sees for a moment after pressing a button: nothing, a toast, or an alert to close."""

    text: str = ""
    alert: bool = False


@dataclass
class Query:
    """A button was pressed; the app shows that it is busy until the bot answers."""

    id: str
    data: str = field(repr=False)
    by: User
    on: Message
    at: datetime
    answer: Answer | None = None
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    def settle(self, answer: Answer) -> None:
        """The bot has answered."""
        self.answer = answer
        self._answered.set()

    async def answered(self, patience: float = 10.0) -> Answer:
        """Wait until the bot answers. Raises TimeoutError."""
        await asyncio.wait_for(self._answered.wait(), patience)
        assert self.answer is not None
        return self.answer


class World:
    """Everything, for one bot."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.address = ""  # of the API, once it is served
        self.token = TOKEN
        self.bot = User(int(TOKEN.partition(":")[0]), "Klankbord", is_bot=True, username="klankbord_test_bot")
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)  # a test may set another clock
        self.chats: dict[int, Chat] = {}
        self.ids = itertools.count()  # of chats
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}  # by scope (JSON) and language
        self.descriptions: dict[tuple[str, str], str] = {}  # by kind and language
        self.calls: list[Call] = []
        self.meter = Meter(limits or Limits())
        self.updates = Updates()
        self.webhook = Webhook(self.updates, lambda: self.now())
        self.faults = Faults()
        self.violations: list[str] = self.webhook.violations
        self._numbers: dict[int, int] = {}  # the last message of each supergroup; 0 is all other chats

    # --- for tests -------------------------------------------------------------------------------------------------

    def inject(self, method: str, *faults: Fault) -> None:
        """These go wrong with the next calls of this method, one each; the method "*" is any."""
        self.faults.add(method, faults)

    def called(self, method: str) -> list[Call]:
        """All calls of a method so far."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def unanswered(self) -> list[Query]:
        """Pressed buttons whose app is still waiting."""
        return [query for query in self.queries.values() if query.answer is None]

    async def settled(self, patience: float = 10.0) -> None:
        """Until the bot has heard of everything."""
        await self.updates.settled(patience)

    # --- what happens ----------------------------------------------------------------------------------------------

    def add_chat(self, chat: Chat) -> Chat:
        """A new chat."""
        self.chats[chat.id] = chat
        return chat

    def add_message(
        self,
        chat: Chat,
        sender: User,
        marked: Marked = Marked(),  # noqa: B008 (it is frozen)
        *,
        markup: Markup | None = None,
        photo: bytes | None = None,
        reply_to: Message | None = None,
        service: dict[str, Any] | None = None,
    ) -> Message:
        """A new message in a chat."""
        versions = [Version(self.now(), marked, markup or {})]
        made = Message(self._number(chat), chat, sender, versions, photo, reply_to, service or {})
        chat.messages.append(made)
        return made

    def _number(self, chat: Chat) -> int:
        """The next number: a supergroup counts for itself, all other chats of an account together."""
        counter = chat.id if chat.kind == "supergroup" else 0
        self._numbers[counter] = self._numbers.get(counter, 0) + 1
        return self._numbers[counter]
