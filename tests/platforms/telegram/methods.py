"""The methods of the Bot API that are served here, and their parameters: core.telegram.org/bots/api#available-methods.

Telegram ignores a parameter that a method does not have; here it is a slip.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import fetching, membership, messaging, profile
from .parameters import Parameters
from .refusals import slip
from .world import World


@dataclass(frozen=True)
class Method:
    """One method. `sends` counts as a message; `speaks` is refused while the bot is held."""

    name: str
    do: Callable[[World, Parameters], Any]
    parameters: frozenset[str]
    sends: bool = False
    speaks: bool = False

    def check(self, given: Parameters) -> None:
        """Raises Refused for a parameter that it does not have."""
        if strange := sorted({*given.values, *given.files} - self.parameters):
            raise slip(f"{self.name} has no parameter {', '.join(strange)}")


_WEBHOOK = "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token"
_SENDING = "chat_id parse_mode disable_notification protect_content reply_markup reply_parameters message_thread_id"
_EDITING = "chat_id message_id reply_markup"
_COMMANDS = "scope language_code"


def _method(name: str, do: Callable[[World, Parameters], Any], parameters: str = "", **how: bool) -> Method:
    return Method(name, do, frozenset(parameters.split()), **how)


_ALL = (
    _method("getMe", profile.get_me),
    _method("getUpdates", fetching.get_updates, "offset limit timeout allowed_updates"),
    _method("setWebhook", fetching.set_webhook, _WEBHOOK),
    _method("deleteWebhook", fetching.delete_webhook, "drop_pending_updates"),
    _method("getWebhookInfo", fetching.get_webhook_info),
    _method(
        "sendMessage", messaging.send_message, f"{_SENDING} text entities link_preview_options", sends=True, speaks=True
    ),
    _method(
        "sendPhoto", messaging.send_photo, f"{_SENDING} photo caption caption_entities has_spoiler"
        " show_caption_above_media", sends=True, speaks=True,
    ),
    _method(
        "editMessageText", messaging.edit_message_text, f"{_EDITING} text parse_mode entities link_preview_options",
        speaks=True,
    ),
    _method(
        "editMessageCaption", messaging.edit_message_caption, f"{_EDITING} caption parse_mode caption_entities",
        speaks=True,
    ),
    _method("editMessageReplyMarkup", messaging.edit_message_reply_markup, _EDITING, speaks=True),
    _method("deleteMessage", messaging.delete_message, "chat_id message_id", speaks=True),
    _method(
        "answerCallbackQuery", messaging.answer_callback_query, "callback_query_id text show_alert url cache_time"
    ),
    _method("setMyCommands", profile.set_my_commands, f"commands {_COMMANDS}"),
    _method("getMyCommands", profile.get_my_commands, _COMMANDS),
    _method("deleteMyCommands", profile.delete_my_commands, _COMMANDS),
    _method("setMyDescription", profile.set_my_description, "description language_code"),
    _method("getMyDescription", profile.get_my_description, "language_code"),
    _method("setMyShortDescription", profile.set_my_short_description, "short_description language_code"),
    _method("getMyShortDescription", profile.get_my_short_description, "language_code"),
    _method("getChat", membership.get_chat, "chat_id"),
    _method("getChatMember", membership.get_chat_member, "chat_id user_id"),
    _method("getChatMemberCount", membership.get_chat_member_count, "chat_id"),
    _method("leaveChat", membership.leave_chat, "chat_id"),
)  # fmt: skip
METHODS = {method.name.lower(): method for method in _ALL}  # names of methods are case-insensitive
