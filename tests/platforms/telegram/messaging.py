"""Sending, editing and deleting messages, and answering who pressed a button."""

from datetime import timedelta
from typing import Any

from . import payloads
from .access import writable
from .chats import Chat, Message, Version
from .keyboards import Markup, checked
from .parameters import Parameters
from .refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad, slip
from .texts import Marked, caption, message_text
from .world import ANSWER_WITHIN, Answer, World

DELETABLE = timedelta(hours=48)  # core.telegram.org/bots/api#deletemessage: "if it was sent less than 48 hours ago"
LONGEST_ANSWER = 200  # core.telegram.org/bots/api#answercallbackquery: "0-200 characters"
LARGEST_PHOTO = 10_000_000  # bytes; core.telegram.org/bots/api#sending-files: "10 MB max size for photos"


def send_message(world: World, given: Parameters) -> Any:
    """sendMessage."""
    return _sent(world, given, message_text(given.text("text"), given.text("parse_mode")))


def send_photo(world: World, given: Parameters) -> Any:
    """sendPhoto, with the picture in the request."""
    photo = given.files.get("photo")
    if not photo:
        raise slip("there is no photo in the request")
    if len(photo) > LARGEST_PHOTO:
        raise slip("PHOTO_SAVE_FILE_INVALID")
    if not photo.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise slip("IMAGE_PROCESS_FAILED")
    return _sent(world, given, caption(given.text("caption"), given.text("parse_mode")), photo)


def edit_message_text(world: World, given: Parameters) -> Any:
    """editMessageText: other words, and other buttons or none."""
    marked = message_text(given.text("text"), given.text("parse_mode"))
    message = _editable(world, given)
    if message.photo is not None:
        raise bad("there is no text in the message to edit")
    return _edited(world, message, marked, _inline(given))


def edit_message_caption(world: World, given: Parameters) -> Any:
    """editMessageCaption: other words below a picture, and other buttons or none."""
    marked = caption(given.text("caption"), given.text("parse_mode"))
    message = _editable(world, given)
    if message.photo is None:
        raise bad("there is no caption in the message to edit")
    return _edited(world, message, marked, _inline(given))


def edit_message_reply_markup(world: World, given: Parameters) -> Any:
    """editMessageReplyMarkup: other buttons or none."""
    message = _editable(world, given)
    return _edited(world, message, message.now.marked, _inline(given))


def delete_message(world: World, given: Parameters) -> bool:
    """deleteMessage: in a private chat any, elsewhere its own."""
    chat = writable(world, given)
    message = chat.message(given.number("message_id"))
    if message is None:
        raise bad("message to delete not found")
    too_old = world.now() - message.versions[0].at >= DELETABLE
    if too_old or (chat.kind != "private" and message.sender != world.bot):
        raise bad("message can't be deleted for everyone")
    message.deleted = world.now()
    return True


def answer_callback_query(world: World, given: Parameters) -> bool:
    """answerCallbackQuery: once, and in time."""
    if len(given.text("text")) > LONGEST_ANSWER:
        raise slip("MESSAGE_TOO_LONG")
    query = world.queries.get(given.text("callback_query_id"))
    if query is None or query.answer is not None or world.now() - query.at > ANSWER_WITHIN:
        raise bad(QUERY_TOO_OLD)
    query.settle(Answer(given.text("text"), given.flag("show_alert")))
    return True


def _sent(world: World, given: Parameters, marked: Marked, photo: bytes | None = None) -> Any:
    chat = writable(world, given)
    markup = checked(given.json("reply_markup"))
    reply_to = _replied_to(chat, given.json("reply_parameters"))
    world.meter.count(chat.id)
    return payloads.message(world.add_message(chat, world.bot, marked, markup=markup, photo=photo, reply_to=reply_to))


def _replied_to(chat: Chat, given: Any) -> Message | None:
    """core.telegram.org/bots/api#replyparameters."""
    if given is None:
        return None
    message = chat.message(given["message_id"])
    if message is None and not given.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return message


def _editable(world: World, given: Parameters) -> Message:
    """ "It is only possible to edit messages without reply_markup or with inline keyboards": no prompts."""
    message = writable(world, given).message(given.number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message.sender != world.bot or message.prompts:
        raise bad("message can't be edited")
    return message


def _inline(given: Parameters) -> Markup:
    markup = checked(given.json("reply_markup"))
    if markup.get("force_reply"):
        raise slip("inline keyboard expected")
    return markup


def _edited(world: World, message: Message, marked: Marked, markup: Markup) -> Any:
    if (message.now.marked, message.now.markup) == (marked, markup):
        raise bad(NOT_MODIFIED)
    message.versions.append(Version(world.now(), marked, markup))
    return payloads.message(message)
