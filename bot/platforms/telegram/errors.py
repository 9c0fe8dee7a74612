"""What Telegram's refusals mean to us. It tells them apart by code, and often by words alone; those are of its source
(github.com/tdlib/telegram-bot-api). A failure of which nobody can tell whether a message arrived is a lost reply.
"""

from datetime import timedelta

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.core.platform import Refusal, ReplyLost, SendFailed
from bot.platforms.telegram.api import seconds

NOT_MODIFIED = "message is not modified"
_GONE = ("message to edit not found", "message can't be edited", "message to delete not found", "message_id_invalid")

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_NO_RIGHTS = (
    *("not enough rights", "have no rights", "need administrator rights", "chat_write_forbidden", "chat_restricted"),
    *("chat_send_plain_forbidden", "chat_admin_required", "topic_closed"),
)
_NO_PICTURES = (
    *("rights to send photos", "chat_send_photos_forbidden", "chat_send_media_forbidden"),
    *("image_process_failed", "photo_invalid_dimensions", "wrong file"),
)
_UNKNOWN = ("chat not found", "chat was deleted", "peer_id_invalid", "user not found")
_PERSONS = {"blocked": "blocked", "deactivated": "deactivated", "initiate": "not_started"}  # words -> reason


def failure(error: TelegramError, *, channel: bool) -> SendFailed | ReplyLost:
    """What a message came to that could not be sent, to a channel or to a person. Never holds Telegram's words."""
    if isinstance(error, RetryAfter):
        wait = timedelta(seconds=seconds(error))
        return SendFailed("too_many_requests", permanent=False, retry_after=wait, everywhere=True)
    if isinstance(error, InvalidToken):
        return SendFailed(Refusal.REVOKED, permanent=True, everywhere=True)
    if isinstance(error, BadRequest | Forbidden):
        reason = _refusal(error, channel=channel)
        return SendFailed(reason or _code(error), permanent=reason is not None)
    if never_left(error):
        return SendFailed(type(error.__cause__).__name__, permanent=False)
    if answered(error):
        return SendFailed("server_error", permanent=False)
    return ReplyLost(_code(error))


def never_left(error: TelegramError) -> bool:
    """Whether a call certainly did not reach Telegram."""
    return isinstance(error.__cause__, _NEVER_LEFT)


def answered(error: TelegramError) -> bool:
    """Whether Telegram itself said no. What only its proxy says (not as JSON) tells nothing of what was done."""
    return error.__cause__ is None and not isinstance(error, TimedOut) and type(error) is not TelegramError


def says(error: TelegramError, *words: str) -> bool:
    """Whether it is one of these refusals."""
    return any(one in error.message.casefold() for one in words)


def is_gone(error: BadRequest) -> bool:
    """Whether a message is not there to be edited any more."""
    return says(error, *_GONE)


def refuses_pictures(error: BadRequest) -> bool:
    """Whether a message would be taken without its picture."""
    return says(error, *_NO_PICTURES)


def _refusal(error: BadRequest | Forbidden, *, channel: bool) -> str | None:
    """Why this chat takes nothing until somebody mends it; None where it may be this message alone."""
    if says(error, *_UNKNOWN):
        return Refusal.UNKNOWN
    if says(error, *_NO_RIGHTS):
        return Refusal.NOT_ALLOWED
    if isinstance(error, BadRequest):
        return None
    if channel:
        return Refusal.REMOVED
    return next((reason for words, reason in _PERSONS.items() if says(error, words)), "forbidden")


def _code(error: TelegramError) -> str:
    return f"telegram_{type(error).__name__.lower()}"
