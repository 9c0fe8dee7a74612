"""What a chat platform is to us: events come in, cards go out, and sending can fail.

A platform translates, it never decides. Inward it awaits `hear(event)` and shows the card it gets back in the
place of the card that was tapped. Outward it sends what `flow/delivery.py` hands it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.core.pacing import Pace
from bot.core.preview import Preview
from config.words import Language

# --- outward: what a person sees -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """One thing to tap. `action` is an absolute instruction, so that hearing it twice changes nothing."""

    label: str
    action: str
    ticked: bool | None = None  # for a choice of several: whether it is on now
    option: str = ""  # for a choice of several: what `Chosen` calls it


@dataclass(frozen=True)
class Entry:
    """A place to type: what it asks for, and the instruction that comes back with the words."""

    label: str
    action: str
    submit: str
    limit: int  # characters
    draft: str = ""

    @property
    def on_one_line(self) -> bool:
        """Whether it asks for a few words."""
        return self.limit <= 100


@dataclass(frozen=True)
class Card:
    """One chat message that is edited in place. Texts may hold `**strong**` words and nothing else."""

    lines: tuple[str, ...]
    language: Language = "nl"
    heading: str = ""
    hint: str = ""  # something the person should know about their last reply
    choices: tuple[Button, ...] = ()  # the answers
    steps: tuple[Button, ...] = ()  # what moves the card on: next, done
    asides: tuple[Button, ...] = ()  # small: back, later, who sees this
    entry: Entry | None = None
    several: str = ""  # the instruction of `Chosen`, where any number of the choices can be on
    again: str = ""  # the instruction that shows it once more, where its list of choices may be long
    apart: bool = False  # to look at for a moment, where nothing stays: it moves nothing, or holds what somebody said


@dataclass(frozen=True)
class Attachment:
    """A picture beside a message, and what it says for who cannot see it. It is drawn by who awaits `content`."""

    alt: str
    content: Callable[[], Awaitable[bytes]] = field(repr=False)
    media_type: str = "image/png"


@dataclass(frozen=True)
class Outgoing:
    """One message the bot sends of its own accord. `id` is ours; a platform may use it to send only once."""

    id: str
    address: str  # on the platform: a person's chat or a channel
    lines: tuple[str, ...] = ()
    details: tuple[str, ...] = ()  # below the lines, for who wants to know more
    attachments: tuple[Attachment, ...] = ()
    card: Card | None = None
    invitation: str | None = None  # the round's card this is about, so that an old one can be replaced


class Refusal(StrEnum):
    """Why a channel, or the whole platform, takes nothing, in words that all platforms share: each has its remedy."""

    ARCHIVED = "archived"
    REMOVED = "removed"  # the bot is not in the channel
    PUBLIC = "public"
    GUESTS = "guests"  # or people of another organisation
    ENCRYPTED = "encrypted"  # from end to end: the bot cannot read there
    UNKNOWN = "unknown"  # there is no such channel, or the bot cannot see it
    NOT_ALLOWED = "not_allowed"  # to post there
    SCOPE = "scope"  # the bot was given too few rights
    REVOKED = "revoked"  # the token, or the whole app
    ABSENT = "absent"  # this installation does not have the platform


class SendFailed(Exception):
    """The platform did not take a message. Never holds its content.

    `reason` is a Refusal where one fits, else the platform's own code. `retry_after` and `permanent` hold for this
    chat alone, or for every chat where `everywhere` is set: then nothing is wrong with this person or channel.
    """

    def __init__(
        self, reason: str, *, permanent: bool, retry_after: timedelta | None = None, everywhere: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.everywhere = everywhere


class ReplyLost(Exception):
    """The platform may or may not have taken a message: its answer did not come. Never holds its content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongSetting(Exception):
    """The environment sets a platform up as it cannot be. `problem` is a key of the catalogue; never the value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name, self.problem = name, problem


class Postponed(Exception):
    """Not now, and no failure: this person is away or not to be disturbed. Asked again after this long."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("postponed")
        self.after = after


# --- inward: what a person does --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Event:
    """Who did it, on which platform. `delivery` is the platform's own id of the event, where it may come twice."""

    platform: str
    address: str
    delivery: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Tap(_Event):
    """A button was tapped. Its instruction may be an answer, so it never shows in a repr."""

    action: str = field(repr=False)
    channel: str = field(default="", kw_only=True)  # the address of the channel that it stands in, where it is one


@dataclass(frozen=True)
class Chosen(_Event):
    """All that is on now in a choice of several, by a platform that shows such a list of its own. Absolute too."""

    action: str = field(repr=False)
    options: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Typed(_Event):
    """Words were typed in answer to the prompt with this action. Neither shows in a repr."""

    action: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class Asked(_Event):
    """A command or a home screen: a word and the rest. An empty word asks for the open card."""

    word: str = field(default="", repr=False)  # of a search, too
    rest: str = field(default="", repr=False)


@dataclass(frozen=True)
class Joined(_Event):
    """Somebody came with a personal token, speaking `language` as far as the platform tells."""

    token: str = field(repr=False)
    language: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Invited(_Event):
    """Somebody invites the bot to a chat of their own. Answered with a card where it may come, with None where not."""

    near: bool = field(default=False, kw_only=True)  # of the bot's own organisation, as far as the platform tells


@dataclass(frozen=True)
class Left(_Event):
    """Somebody blocked the bot or left the platform."""


@dataclass(frozen=True)
class Moved(_Event):
    """The channel at this address has another one now."""

    to: str


Event = Tap | Chosen | Typed | Asked | Joined | Invited | Left | Moved
Hear = Callable[[Event], Awaitable[Card | None]]


# --- the platform itself ---------------------------------------------------------------------------------------


class Platform(Protocol):
    """A chat platform."""

    name: str
    pace: Pace  # how fast it takes messages

    async def listen(self, hear: Hear) -> None:
        """Begin to hear events that reach every replica; returns when the platform is ready to hear."""

    async def send(self, outgoing: Outgoing) -> str:
        """Send and return the platform's reference of the message. Raises SendFailed and ReplyLost."""


@runtime_checkable
class LooksUp(Protocol):
    """A platform that can be asked whether it has a message."""

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """The reference of a message that it has, or None. Raises SendFailed where it cannot tell now."""


@runtime_checkable
class Polls(Protocol):
    """A platform whose events have to be fetched, by one replica at a time."""

    async def poll(self, hear: Hear) -> None:
        """Fetch events and have them heard, one after another, until cancelled."""


@runtime_checkable
class Refuses(Protocol):
    """A platform whose requests can be forged or broken: it counts what it refused, by reason."""

    refused: Callable[[str], None]


@runtime_checkable
class Closes(Protocol):
    """A platform that keeps connections, or draws cards after it heard."""

    async def close(self) -> None:
        """Nothing more is sent or heard: end what is under way."""


@dataclass(frozen=True)
class Misfit:
    """A text of a card that would be cut short, and how many characters of it fit."""

    text: str = field(repr=False)
    most: int


@runtime_checkable
class Fits(Protocol):
    """A platform that shows only so much."""

    @staticmethod
    def misfits(card: Card) -> Iterator[Misfit]:
        """The texts of a card that would be cut short. Asked of the class: it takes no token to know."""


@runtime_checkable
class Previews(Protocol):
    """A platform that can say beforehand how it shows a card."""

    @staticmethod
    def preview(card: Card) -> Preview:
        """The card as it is shown. Asked of the class: it takes no token to know."""


@dataclass(frozen=True)
class Listed:
    """Somebody a platform knows. What it does not tell is empty."""

    address: str
    name: str
    email: str
    language: str
    timezone: str


@runtime_checkable
class Lists(Protocol):
    """A platform that knows who there is."""

    def listed(self, only: str) -> AsyncIterator[list[Listed]]:
        """Everybody who can be asked, a page at a time; or the members of one channel or group. Raises SendFailed."""


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at: `doctor.{platform}.{what}`, and when it is wrong, `…_{problem}` with the remedy."""

    what: str
    problem: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    warns: bool = False  # it works like this, but less well, or nobody can tell: nothing is wrong


@runtime_checkable
class Checks(Protocol):
    """A platform that can say whether it is set up as it should be."""

    def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """One thing after another. `channels` are those that get messages: address -> what it is for."""
