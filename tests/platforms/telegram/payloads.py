"""What Telegram sends, in the shapes of core.telegram.org/bots/api#available-types. `samples/` has one of each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .chats import Chat, Message, Standing, User

Payload = dict[str, Any]


def user(one: User) -> Payload:
    """User."""
    shown: Payload = {"id": one.id, "is_bot": one.is_bot, "first_name": one.first_name}
    if one.username:
        shown["username"] = one.username
    if one.language_code:
        shown["language_code"] = one.language_code
    return shown


def chat(one: Chat) -> Payload:
    """Chat."""
    if one.kind == "private":
        return {"id": one.id, "first_name": one.title, "type": "private"}
    return {"id": one.id, "title": one.title, "type": one.kind}


def message(one: Message, *, nested: bool = False) -> Payload:
    """Message. One that is replied to shows no further message."""
    first, now = one.versions[0], one.now
    shown: Payload = {
        "message_id": one.id, "from": user(one.sender), "chat": chat(one.chat), "date": _seconds(first.at)
    }  # fmt: skip
    if len(one.versions) > 1:
        shown["edit_date"] = _seconds(now.at)
    if one.reply_to is not None and not nested:
        shown["reply_to_message"] = message(one.reply_to, nested=True)
    shown |= _content(one) | one.service
    if "inline_keyboard" in now.markup:
        shown["reply_markup"] = now.markup
    return shown


def callback_query(number: str, by: User, on: Message, data: str) -> Payload:
    """CallbackQuery: a button was pressed."""
    return {
        "id": number, "from": user(by), "message": message(on), "chat_instance": str(-on.chat.id), "data": data
    }  # fmt: skip


def chat_member(who: User, standing: str) -> Payload:
    """ChatMember. Somebody who was thrown out may come back at no date: 0."""
    return {"user": user(who), "status": standing} | ({"until_date": 0} if standing == "kicked" else {})


def my_chat_member(where: Chat, by: User, at: datetime, bot: User, old: Standing, new: Standing) -> Payload:
    """ChatMemberUpdated: the standing of the bot in a chat has changed."""
    return {
        "chat": chat(where), "from": user(by), "date": _seconds(at),
        "old_chat_member": chat_member(bot, old), "new_chat_member": chat_member(bot, new),
    }  # fmt: skip


def update(number: int, kind: str, payload: Payload) -> Payload:
    """Update: what happened, under the name of its kind."""
    return {"update_id": number, kind: payload}


def webhook_info(url: str, waiting: int, allowed: Mapping[str, Any], error: tuple[datetime, str] | None) -> Payload:
    """WebhookInfo."""
    shown: Payload = {"url": url, "has_custom_certificate": False, "pending_update_count": waiting, **allowed}
    if error:
        shown |= {"last_error_date": _seconds(error[0]), "last_error_message": error[1]}
    return shown


def _content(one: Message) -> Payload:
    entities = list(one.now.marked.entities) + _commands(one)
    shown: Payload
    if one.photo is None:
        shown = {"text": one.text} if one.text else {}
        return shown | ({"entities": entities} if entities else {})
    file = {"file_id": f"photo-{one.id}", "file_unique_id": f"p{one.id}", "width": 800, "height": 600}
    shown = {"photo": [file | {"file_size": len(one.photo)}]}
    if one.text:
        shown |= {"caption": one.text}
    return shown | ({"caption_entities": entities} if entities else {})


def _commands(one: Message) -> list[Payload]:
    """Telegram itself marks a command that somebody writes."""
    if one.sender.is_bot or not one.text.startswith("/"):
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(one.text.split()[0])}]


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
