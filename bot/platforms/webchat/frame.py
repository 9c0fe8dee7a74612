"""The side bar around every page: the conversation, the channels somebody may read, and the way out."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request

from bot.browsers import root
from bot.platforms.webchat.door import Visitor
from bot.platforms.webchat.rooms import Channel, Rooms


@dataclass(frozen=True)
class Tab:
    """One page to go to."""

    path: str
    title: str
    is_here: bool


@dataclass(frozen=True)
class Frame:
    """What stands beside a conversation or a channel."""

    csrf: str
    leave: str
    conversation: Tab | None  # a channel's own reader has none
    channels: tuple[Tab, ...]


def frame(request: Request, visitor: Visitor, channels: list[Channel], here: str = "") -> Frame:
    """The side bar for somebody who is in the channel `here`, or in the conversation."""
    at = root(request)
    tabs = tuple(Tab(at + channel_path(c.address), c.title, c.address == here) for c in channels)
    conversation = None if visitor.is_channel else Tab(f"{at}/chat", "", not here)
    return Frame(visitor.csrf, f"{at}/chat/leave", conversation, tabs)


async def readable(rooms: Rooms, visitor: Visitor) -> list[Channel]:
    """The channels somebody may read; a channel's own reader has that one."""
    channels = await rooms.channels(visitor.address)
    if not visitor.is_channel:
        return channels
    own = [channel for channel in channels if channel.address == visitor.address]
    return own or [Channel(visitor.address, visitor.address.removeprefix("#"))]


def channel_path(address: str) -> str:
    """Where a channel is read: its address without the leading #."""
    return "/channel/" + quote(address.removeprefix("#"), safe="")
