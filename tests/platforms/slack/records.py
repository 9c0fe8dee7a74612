"""What there is in a workspace: people, channels, messages with every edit of them, files and views. Without rules."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Blocks = list[Json]

TEAM, ENTERPRISE, BOT, BOT_ID, APP = "T0KLANK", "E0GRID", "UBOT", "BBOT", "A0KLANK"


@dataclass
class User:
    """Somebody; `id` begins with U, or with W in an enterprise. `dnd` is until when they want no messages."""

    id: str
    name: str
    email: str = ""
    locale: str = "nl-NL"
    tz: str = "Europe/Amsterdam"
    deleted: bool = False
    is_bot: bool = False
    guest: bool = False
    of_one_channel: bool = False  # a guest who sees one channel only
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd: float = 0  # seconds since 1970
    messages_tab: bool = True  # whether the app may write to them


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

    @property
    def kind(self) -> str:
        """As scopes call it."""
        return "im" if self.person else "groups" if self.private else "channels"


@dataclass(frozen=True)
class Version:
    """A message as it was for a while."""

    text: str
    blocks: Blocks


@dataclass
class Message:
    """A message and all that it ever was; people see the last version."""

    channel: str
    ts: str
    history: list[Version]
    metadata: Json | None = None
    thread: str = ""
    user: str = BOT
    files: list[str] = field(default_factory=list)
    only_for: str = ""  # an ephemeral message
    deleted: bool = False

    @property
    def text(self) -> str:
        """The text beside the blocks."""
        return self.history[-1].text

    @property
    def blocks(self) -> Blocks:
        """The blocks as they are now."""
        return self.history[-1].blocks


@dataclass
class File:
    """Something uploaded, and where it stands since it was shared."""

    id: str
    name: str
    length: int
    alt: str = ""
    title: str = ""
    content: bytes | None = None
    shares: dict[str, list[Json]] = field(default_factory=dict)  # by channel


@dataclass
class View:
    """A modal or a home screen of one person, as it was last drawn."""

    id: str
    user: str
    content: Json
    hash: str
    root: str = ""
    previous: str = ""
    drawn: int = 1  # how often

    @property
    def blocks(self) -> Blocks:
        """What is on it."""
        blocks: Blocks = self.content["blocks"]
        return blocks


def with_ids(blocks: Blocks, numbers: "itertools.count[int]") -> Blocks:
    """Blocks as Slack keeps them: whatever has no id gets one."""
    return [_with_ids(block, numbers) for block in blocks]


def _with_ids(block: Json, numbers: "itertools.count[int]") -> Json:
    kept: Json = {"block_id": f"b{next(numbers)}"} | block
    for place in ("element", "accessory"):
        if place in kept:
            kept[place] = _named(kept[place], numbers)
    if kept["type"] == "actions":
        kept["elements"] = [_named(one, numbers) for one in kept["elements"]]
    return kept


def _named(element: Json, numbers: "itertools.count[int]") -> Json:
    return element if element["type"] == "image" else {"action_id": f"a{next(numbers)}"} | element


def standing_in(block: Json) -> Iterator[Json]:
    """The elements of a block that can be acted on, and pictures."""
    if block["type"] == "actions":
        yield from block["elements"]
    for place in ("accessory", "element"):
        if place in block:
            yield block[place]
