"""A Slack workspace in memory: who there is, what stands where, and how it came to stand there.

Every version of a message is kept, as Slack may keep it. What no adapter that knows Slack ever does is noted in
`violations`; what Slack merely refuses is answered as Slack answers it.
"""

import itertools
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from . import kit

TEAM, BOT, BOT_ID, APP = "T0KLANK", "UBOT", "BBOT", "A0KLANK"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-fake-bot", "xapp-fake-app", "8f742231b10e8888abcd99yyyzzz85a5"
SCOPES = (
    "chat:write,commands,users:read,users:read.email,files:write,files:read,im:write,im:history,channels:read,groups:read,"
    "channels:history,groups:history,usergroups:read,dnd:read"
)
TRIGGER = 3.0  # seconds that a trigger_id is good for
DEADLINE = 3.0  # seconds in which an interaction has to be acknowledged
URL_USES, URL_LIFE = 5, 30 * 60  # of a response_url

Blocks = list[dict[str, Any]]


@dataclass
class User:
    """Somebody; `dnd` is until when they want no messages, in seconds since 1970."""

    id: str
    name: str
    email: str = ""
    locale: str = "nl-NL"
    tz: str = "Europe/Amsterdam"
    deleted: bool = False
    is_bot: bool = False
    guest: bool = False
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd: float = 0
    messages_tab: bool = True

    def shown(self) -> dict[str, Any]:
        """As users.list tells it: docs.slack.dev/reference/objects/user-object."""
        profile = {
            "real_name": self.name,
            "display_name": self.name.partition(" ")[0],
            "first_name": self.name.partition(" ")[0],
            "email": self.email,
            "status_text": self.status_text,
            "status_emoji": self.status_emoji,
            "status_expiration": self.status_expiration,
            "team": TEAM,
        }
        return {
            "id": self.id,
            "team_id": TEAM,
            "name": self.name.lower(),
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "tz": self.tz,
            "locale": self.locale,
            "profile": profile,
        }


@dataclass
class Channel:
    """A channel, or the direct chat with one person."""

    id: str
    name: str = ""
    members: set[str] = field(default_factory=set)
    private: bool = True
    archived: bool = False
    shared: bool = False  # with another organisation
    read_only: bool = False
    person: str = ""  # of a direct chat


@dataclass
class Message:
    """A message and all that it ever was."""

    channel: str
    ts: str
    text: str
    blocks: Blocks
    metadata: dict[str, Any] | None = None
    thread: str = ""
    user: str = BOT
    files: list[str] = field(default_factory=list)
    only_for: str = ""  # an ephemeral message
    versions: list[Blocks] = field(default_factory=list)

    def write(self, text: str, blocks: Blocks) -> None:
        """It says something else now."""
        self.versions.append(self.blocks)
        self.text, self.blocks = text, blocks


@dataclass
class File:
    """Something uploaded."""

    id: str
    title: str
    alt: str
    content: bytes = b""
    shared_at: float = float("inf")  # monotonic: Slack shares a file some time after it took it
    channel: str = ""
    thread: str = ""


@dataclass
class View:
    """A modal or a home screen of one person."""

    id: str
    user: str
    content: dict[str, Any]
    hash: str


@dataclass
class ResponseUrl:
    """Where a tap may redraw its message."""

    message: Message | None
    channel: str
    user: str
    made: float
    uses: int = 0


@dataclass
class Rate:
    """So many at once, and then one every so many seconds; docs.slack.dev/apis/web-api/rate-limits."""

    burst: int
    seconds: float
    _taken: deque[float] = field(default_factory=deque)

    def wait(self) -> float:
        """Takes a turn and returns 0, or returns the seconds until there is one."""
        now, window = time.monotonic(), self.burst * self.seconds
        while self._taken and self._taken[0] <= now - window:
            self._taken.popleft()
        if len(self._taken) < self.burst:
            self._taken.append(now)
            return 0.0
        return self._taken[0] + window - now


@dataclass
class Fault:
    """What goes wrong with the next calls of a method."""

    kind: str  # lost | ratelimited | http500 | slow | error
    value: Any = None
    times: int = 1


@dataclass
class Workspace:
    """Everything."""

    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)  # user groups: S… -> members
    messages: list[Message] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    modals: dict[str, View] = field(default_factory=dict)  # by person
    homes: dict[str, View] = field(default_factory=dict)  # by person
    urls: dict[str, ResponseUrl] = field(default_factory=dict)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    throttled_at: list[float] = field(default_factory=list)  # monotonic
    scopes: set[str] = field(default_factory=lambda: set(SCOPES.split(",")))
    token: str = BOT_TOKEN
    per_channel: tuple[int, float] | None = (4, 1.0)  # burst and seconds; None for no limit
    overall: Rate | None = None
    shares_after: float = 0.0  # seconds until a file stands in its thread
    clock: Callable[[], float] = time.time
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(100))
    _rates: dict[str, Rate] = field(default_factory=dict)

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
        """The direct chat with somebody."""
        id_ = "D" + user[1:]
        if id_ not in self.channels:
            self.channels[id_] = Channel(id_, "directmessage", {user, BOT}, person=user)
        return self.channels[id_]

    def number(self) -> int:
        """The next one."""
        return next(self._numbers)

    def ts(self) -> str:
        """A time stamp that no other message has."""
        return f"{int(self.clock())}.{self.number():06d}"

    def trigger(self, user: str) -> str:
        """A new trigger_id."""
        name = f"{self.number()}.{self.number()}.abc"
        self.triggers[name] = (user, time.monotonic())
        return name

    def fails(self, method: str, kind: str, value: Any = None, times: int = 1) -> None:
        """The next calls of this method go wrong."""
        self.faults.setdefault(method, []).append(Fault(kind, value, times))

    def fault(self, method: str) -> Fault | None:
        """What goes wrong with this call."""
        waiting = self.faults.get(method, [])
        if not waiting:
            return None
        found = waiting[0]
        found.times -= 1
        if not found.times:
            waiting.pop(0)
        return found

    # --- looking ---------------------------------------------------------------------------------------------------

    def at(self, channel: str, *, only_for: str = "") -> list[Message]:
        """What stands in a channel, oldest first; of what only one sees, what this person sees."""
        return [one for one in self.messages if one.channel == channel and one.only_for in ("", only_for)]

    def kept(self) -> Iterable[tuple[Message, Blocks]]:
        """Every version of every message that Slack keeps."""
        for message in self.messages:
            if not message.only_for:
                for blocks in (*message.versions, message.blocks):
                    yield message, blocks

    def may_post(self, channel: str) -> float:
        """0 when a message may be posted now, else the seconds to wait."""
        if self.per_channel is not None:
            rate = self._rates.setdefault(channel, Rate(*self.per_channel))
            if (wait := rate.wait()) > 0:
                return wait
        return self.overall.wait() if self.overall is not None else 0.0

    # --- strictness ------------------------------------------------------------------------------------------------

    def check_message(self, text: object, blocks: object, metadata: object) -> str | None:
        """Slack's error for a message, which is a violation too: a correct adapter never sends one."""
        if not isinstance(text, str) or len(text) > 40_000:
            return self._violated("a message without a text for notifications")
        if metadata is not None and (problem := _metadata(metadata)):
            return self._violated(problem, "invalid_metadata_format")
        return self._blocks(kit.message, blocks) if blocks else None

    def check_view(self, view: object) -> str | None:
        """The same for a modal or a home screen."""
        return self._blocks(kit.view, view)

    def _blocks(self, check: Callable[[Any], None], found: object) -> str | None:
        try:
            check(found)
        except (kit.Refused, KeyError, TypeError, AttributeError) as refused:
            return self._violated(f"blocks: {refused!r}", "invalid_blocks")
        except Exception as error:  # the SDK's own models
            return self._violated(f"blocks: {error!r}", "invalid_blocks")
        return None

    def _violated(self, what: str, error: str = "invalid_arguments") -> str:
        self.violations.append(what)
        return error


def _metadata(metadata: object) -> str:
    """What is wrong with a message's metadata; others can read it, so it holds nothing but opaque ids."""
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        return "metadata of another shape"
    for name, value in metadata["event_payload"].items():
        if not isinstance(value, int) and not (isinstance(value, str) and value.isalnum()):
            return f"metadata that is not opaque: {name}"
    return ""
