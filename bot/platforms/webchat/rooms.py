"""What the web chat needs to be kept: sessions, messages and channels. Its storage keeps the promise elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.platform import Outgoing


@dataclass(frozen=True)
class Message:
    """Something the bot said. Holds lines only: the card of an invitation is asked afresh when it is drawn."""

    number: int  # rises with every message at one address
    lines: tuple[str, ...]
    invitation: str | None
    at: datetime  # aware
    details: tuple[str, ...] = ()  # for who wants to know more
    alt: str = ""  # what its picture says; empty where it has none
    asks: str = ""  # in a channel: our id of a message with buttons below it; empty for any other


@dataclass(frozen=True)
class Channel:
    """A place that several people read."""

    address: str  # with its leading #
    title: str


class Rooms(Protocol):
    """The storage of the web chat."""

    async def enter(self, token: str) -> str | None:
        """A new random session secret for a personal link; None when the link is unknown or revoked."""

    async def who(self, session: str) -> str | None:
        """The address of a session."""

    async def leave(self, session: str) -> None:
        """End a session."""

    async def post(self, outgoing: Outgoing) -> str:
        """Keep a message without its card, once for each outgoing id, and return its reference."""

    async def posted(self, outgoing: str) -> str | None:
        """The reference of a message that was kept, by its outgoing id."""

    async def messages(self, address: str, after: int = 0) -> list[Message]:
        """The messages at an address with a higher number than this, oldest first."""

    async def picture(self, number: int) -> tuple[str, bytes] | None:
        """The PNG beside a message, and the address the message is at."""

    async def channels(self, address: str) -> list[Channel]:
        """The channels that the person at this address may read."""
