"""What Telegram tells -> what somebody did. Pure; whatever is none of our business is None.

Edited messages, inline queries and posts in channels are not asked for (`WANTED`) and not looked at when they come.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from config.words import LANGUAGES, Language

WANTED = ("message", "callback_query", "my_chat_member")

DEPARTMENT = "department"  # the one command that is answered in a group, too
_COMMAND = re.compile(r"/(?P<word>[A-Za-z0-9_]{1,32})(@(?P<bot>[A-Za-z0-9_]+))?(\s+(?P<rest>.*))?", re.DOTALL)
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_HERE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)


@dataclass(frozen=True)
class _Happening:
    """Where it happened, in which language its person's app is, and Telegram's number of it."""

    delivery: str
    chat: int
    language: Language
    code: str  # of the language, as Telegram tells it


@dataclass(frozen=True)
class Pressed(_Happening):
    """A button below a message of ours."""

    by: int
    message: int
    query: str
    data: str = field(repr=False)


@dataclass(frozen=True)
class Wrote(_Happening):
    """Words, perhaps in reply to a message of ours, with what its buttons say."""

    message: int
    text: str = field(repr=False)
    reply_to: int | None = None
    buttons: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Commanded(_Happening):
    """A command with what follows it."""

    message: int
    word: str = field(repr=False)
    rest: str = field(repr=False)


@dataclass(frozen=True)
class Wordless(_Happening):
    """A picture, a voice or anything else but words of their own."""


@dataclass(frozen=True)
class Gone(_Happening):
    """They blocked the bot."""


@dataclass(frozen=True)
class Back(_Happening):
    """They blocked the bot no more."""


@dataclass(frozen=True)
class InGroup(_Happening):
    """A command for us in a group."""


@dataclass(frozen=True)
class DepartmentInGroup(_Happening):
    """Somebody wants to read in a group what a department is for; all of them where none is named."""

    by: int
    named: str = field(repr=False)


@dataclass(frozen=True)
class Added(_Happening):
    """The bot is in a group or channel from now on."""


@dataclass(frozen=True)
class Upgraded(_Happening):
    """A group became a supergroup, with this id."""

    to: int


Happening = Pressed | Wrote | Commanded | Wordless | Gone | Back | InGroup | DepartmentInGroup | Added | Upgraded


def read(update: Update, bot_name: str) -> Happening | None:
    """What somebody did, where it is anything to us. `bot_name` is empty while nobody knows it."""
    number = str(update.update_id)
    if update.callback_query is not None:
        return _pressed(number, update.callback_query)
    if update.my_chat_member is not None:
        return _standing(number, update.my_chat_member)
    if update.message is not None:
        return _message(number, update.message, bot_name)
    return None


def _pressed(number: str, query: CallbackQuery) -> Pressed | None:
    """A message that is too old to be shown still has its chat and number."""
    if query.message is None or query.data is None or query.from_user.is_bot:
        return None
    code = query.from_user.language_code or ""
    place = (query.from_user.id, query.message.message_id)
    return Pressed(number, query.message.chat.id, _language(code), code, *place, query.id, query.data)


def _standing(number: str, change: ChatMemberUpdated) -> Gone | Back | Added | None:
    code = change.from_user.language_code or ""
    where = (number, change.chat.id, _language(code), code)
    here, was_here = (one.status in _HERE for one in (change.new_chat_member, change.old_chat_member))
    if change.chat.type == ChatType.PRIVATE:
        return Back(*where) if here else Gone(*where)
    return Added(*where) if here and not was_here else None


def _message(number: str, message: Message, bot_name: str) -> Happening | None:
    sender = message.from_user
    code = sender.language_code or "" if sender is not None else ""
    where = (number, message.chat.id, _language(code), code)
    if message.migrate_to_chat_id is not None:
        return Upgraded(*where, message.migrate_to_chat_id)
    if sender is None or sender.is_bot:
        return None
    command = _COMMAND.fullmatch(message.text or "")
    if message.chat.type in _GROUPS:
        return _in_group(where, sender.id, command) if command and _is_ours(command, message.chat, bot_name) else None
    if message.chat.type != ChatType.PRIVATE:
        return None
    if message.text is None or message.forward_origin is not None:
        return Wordless(*where)
    if command is not None:
        return Commanded(*where, message.message_id, command["word"].casefold(), (command["rest"] or "").strip())
    reply = message.reply_to_message
    if reply is None:
        return Wrote(*where, message.message_id, message.text)
    return Wrote(*where, message.message_id, message.text, reply.message_id, tuple(_buttons(reply)))


def _in_group(where: tuple[str, int, Language, str], by: int, command: re.Match[str]) -> Happening:
    if command["word"].casefold() == DEPARTMENT:
        return DepartmentInGroup(*where, by, (command["rest"] or "").strip())
    return InGroup(*where)


def _is_ours(command: re.Match[str], chat: Chat, bot_name: str) -> bool:
    """In a group with several bots a command names the one that it is for."""
    return command["bot"] is None or command["bot"].casefold() == bot_name.casefold()


def _buttons(message: Message) -> Iterator[str]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else ()
    yield from (button.callback_data for row in rows for button in row if isinstance(button.callback_data, str))


def _language(code: str) -> Language:
    spoken = code.partition("-")[0].casefold()
    return next((language for language in LANGUAGES if language == spoken), LANGUAGES[0])
