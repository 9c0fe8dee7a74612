"""A Slack workspace in memory, with one app in it: who there is, what stands where, and what broke a rule.

What no adapter that knows Slack ever does is noted in `violations`; what Slack merely refuses is answered as Slack
answers it, and counted in `refusals`.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackObjectFormationError

from .faults import Fault, Faults, Kind
from .handed_out import HandedOut
from .rates import Rates
from .records import BOT, Blocks, Channel, File, Message, User, Version, View

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-fake-bot", "xapp-fake-app", "8f742231b10e8888abcd99yyyzzz85a5"
SCOPES = (
    *("chat:write", "commands", "files:read", "files:write", "im:history", "im:write"),
    *("users:read", "users:read.email", "channels:read", "channels:history", "groups:read", "groups:history"),
    *("usergroups:read", "dnd:read"),
)


@dataclass
class Workspace(Rates):
    """Everything."""

    users: dict[str, User] = field(default_factory=lambda: {BOT: User(BOT, "Klankbord", is_bot=True)})
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)  # user groups: S… -> members
    messages: list[Message] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)  # the modals of each person, the topmost last
    homes: dict[str, View] = field(default_factory=dict)  # by person
    faults: Faults = field(default_factory=Faults)
    violations: list[str] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)  # every error that was answered, by its code
    calls: Counter[str] = field(default_factory=Counter)  # by method, refused ones too
    drawn: Counter[str] = field(default_factory=Counter)  # how often something changed: by channel; views by person
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})  # of the app token
    token: str = BOT_TOKEN
    token_error: str = ""  # token_revoked, account_inactive: what the token is answered now
    enterprise: bool = False  # the app is installed for a whole Enterprise organisation
    echoes: bool = False  # the bot hears its own messages in direct chats, as an app with message.im does
    shares_after: float = 0.0  # seconds until a file stands in its thread
    clock: Callable[[], float] = time.time
    ahead: float = 0.0  # seconds that a test put the clock forward
    address: str = ""  # of the server, once it serves
    tickets: set[str] = field(default_factory=set)  # connections that were allowed and not opened yet

    def __post_init__(self) -> None:
        """Nothing is under way."""
        self.numbers = itertools.count(100)
        self.handed_out = HandedOut(self.now, self.numbers)
        self.tasks: set[asyncio.Task[None]] = set()
        self.posted: Callable[[Message], None] = lambda message: None  # told of every message and edit of the bot's
        self._last = 0

    # --- making ----------------------------------------------------------------------------------------------------

    def user(self, id_: str, name: str, **others: Any) -> User:
        """Somebody joins."""
        self.users[id_] = User(id_, name, **others)
        return self.users[id_]

    def channel(self, id_: str, *members: str, bot: bool = True, **others: Any) -> Channel:
        """A channel is made, with the bot in it."""
        inside = {*members, BOT} if bot else set(members)
        self.channels[id_] = Channel(id_, id_.lower(), inside, **others)
        return self.channels[id_]

    def direct(self, user: str) -> Channel:
        """The direct chat with somebody, made where there is none."""
        made = Channel("D" + user[1:], "directmessage", {user, BOT}, person=user)
        return self.channels.setdefault(made.id, made)

    def direct_of(self, user: str) -> Channel | None:
        """The direct chat with somebody, where there is one."""
        return self.channels.get("D" + user[1:])

    def say(self, channel: str, version: Version, **others: Any) -> Message:
        """A message appears in a channel; `others` is what Message has."""
        message = Message(channel, self.ts(), [version], **others)
        self.messages.append(message)
        self._changed(message)
        return message

    def edit(self, message: Message, version: Version) -> None:
        """A message says something else now."""
        message.history.append(version)
        self._changed(message)

    def delete(self, message: Message) -> None:
        """A message is gone."""
        message.deleted = True
        self.drawn[message.channel] += 1

    def _changed(self, message: Message) -> None:
        self.drawn[message.channel] += 1
        if message.user == BOT and not message.only_for:
            self.posted(message)

    # --- time and numbers ------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Slack's clock, in seconds since 1970."""
        return self.clock() + self.ahead

    def pass_time(self, seconds: float) -> None:
        """Triggers and response_urls grow older."""
        self.ahead += seconds

    def number(self) -> int:
        """The next one."""
        return next(self.numbers)

    def ts(self) -> str:
        """A time stamp later than any before it: the id of a message in its channel."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside what is under way."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # --- looking ---------------------------------------------------------------------------------------------------

    def at(self, channel: str, *, only_for: str = "") -> list[Message]:
        """What stands in a channel, oldest first; of what only one sees, what this person sees."""
        there = (one for one in self.messages if one.channel == channel and not one.deleted)
        return [one for one in there if one.only_for in ("", only_for)]

    def found(self, channel: str, ts: str) -> Message | None:
        """One message."""
        there = (one for one in reversed(self.messages) if one.channel == channel and one.ts == ts)
        return next((one for one in there if not one.deleted), None)

    def kept(self) -> Iterable[tuple[Message, Blocks]]:
        """Every version of every message that Slack keeps."""
        for message in self.messages:
            if not message.only_for:
                yield from ((message, version.blocks) for version in message.history)

    @property
    def modals(self) -> dict[str, View]:
        """The modal on top, by person."""
        return {user: stack[-1] for user, stack in self.stacks.items() if stack}

    def views(self) -> Iterator[View]:
        """Every view that is open."""
        yield from self.homes.values()
        for stack in self.stacks.values():
            yield from stack

    # --- what goes wrong -------------------------------------------------------------------------------------------

    def fails(self, method: str, kind: Kind, value: Any = None, times: int = 1, channel: str = "") -> None:
        """The next calls of this method go wrong, or only those into this channel."""
        self.faults.put(method, Fault(kind, value, times, channel))

    def frown(self, rule: Callable[[Any], None], found: Any) -> None:
        """Note what Slack takes and we never send: `rule` raises AssertionError, or what the SDK raises."""
        try:
            rule(found)
        except (AssertionError, SlackObjectFormationError) as broken:
            self.violations.append(f"ours: {broken}")

    @property
    def throttled(self) -> int:
        """How often a call was answered 429."""
        return self.limited.total()

    def broken(self) -> list[str]:
        """Everything that no correct bot does."""
        return [*self.violations, *(f"{scope} was tried before Retry-After was over" for scope in self.impatient)]

    def forgive(self, words: str) -> None:
        """Take back the violations with these words, of which there must be one: a test provoked them."""
        kept = [one for one in self.violations if words not in one]
        assert len(kept) < len(self.violations), f"nothing with {words!r} among {self.violations}"
        self.violations[:] = kept
