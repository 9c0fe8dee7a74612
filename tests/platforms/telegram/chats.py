"""What Telegram keeps: users, chats and messages, with every version of a message and those that were deleted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from .keyboards import Markup
from .texts import Marked

Standing = Literal["left", "member", "kicked"]  # of the bot in a chat; a private chat knows "member" and "kicked"


@dataclass(frozen=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str = ""
    language_code: str = ""


@dataclass
class Chat:
    """A private chat with the bot, or a group."""

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str  # the first name of the person, in a private chat
    bot: Standing = "left"
    known: bool = False  # the bot can know that it exists
    deactivated: bool = False  # the person deleted their account
    moved_to: "Chat | None" = None  # the supergroup that this group became
    members: list[User] = field(default_factory=list)
    messages: list["Message"] = field(default_factory=list)

    def visible(self) -> Iterator["Message"]:
        """What is there to be seen now, oldest first."""
        return (message for message in self.messages if message.deleted is None)

    def message(self, number: int) -> "Message | None":
        """A message that is still there."""
        return next((message for message in self.visible() if message.id == number), None)

    def shown(self) -> str:
        """Everything there is to be seen now, as one text."""
        return "\n\n".join(message.shown() for message in self.visible())

    def kept(self) -> str:
        """Everything Telegram ever had: every version of every message, and those that were deleted."""
        return "\n\n".join(version.shown() for message in self.messages for version in message.versions)


@dataclass(frozen=True)
class Version:
    """What a message said from some moment on."""

    at: datetime
    marked: Marked
    markup: Markup = field(default_factory=dict)

    def shown(self) -> str:
        """As somebody sees it: the words, and a line for each row of buttons."""
        rows = (" ".join(f"[{one['text']}]" for one in row) for row in self.markup.get("inline_keyboard", ()))
        return "\n".join((self.marked.text, *rows))


@dataclass
class Message:
    """One message and its history."""

    id: int
    chat: Chat
    sender: User
    versions: list[Version]
    photo: bytes | None = field(default=None, repr=False)
    reply_to: "Message | None" = None
    service: dict[str, Any] = field(default_factory=dict)  # what happened, where the message only tells of that
    deleted: datetime | None = None

    @property
    def now(self) -> Version:
        """What it says now."""
        return self.versions[-1]

    @property
    def text(self) -> str:
        """What it says now, without its buttons."""
        return self.now.marked.text

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [button["text"] for row in self.now.markup.get("inline_keyboard", ()) for button in row]

    @property
    def prompts(self) -> bool:
        """It opens the keyboard to reply."""
        return bool(self.now.markup.get("force_reply"))

    def shown(self) -> str:
        """As somebody sees it now."""
        return ("(picture) " if self.photo is not None else "") + self.now.shown()
