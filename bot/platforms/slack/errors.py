"""What Slack answers -> what that means for a message: never, later, for everybody, or nobody knows.

docs.slack.dev/reference/methods/chat.postMessage#errors and /apis/web-api/rate-limits.
"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.core.platform import ReplyLost, SendFailed

T = TypeVar("T")

INVALID_TOKEN = frozenset(
    ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type")
)
"""The token will never do again: nobody can be reached."""

_CHANNEL = {
    "is_archived": "archived",
    "not_in_channel": "removed",
    "channel_not_found": "unknown",
    "restricted_action": "not_allowed",
    "restricted_action_read_only_channel": "not_allowed",
    "restricted_action_thread_only_channel": "not_allowed",
    "restricted_action_non_threadable_channel": "not_allowed",
    "cannot_reply_to_message": "not_allowed",
    "ekm_access_denied": "not_allowed",
    "access_denied": "not_allowed",
    "no_permission": "not_allowed",
    "team_access_not_granted": "not_allowed",
}
"""What is the matter with a channel, in words that all platforms share."""

_PERSON = frozenset(("user_not_found", "user_disabled", "messages_tab_disabled", "cannot_dm_bot", "user_is_bot"))
"""What is the matter with somebody who will never be reached."""

_REFUSED_FOR_GOOD = frozenset(
    (
        *("msg_too_long", "invalid_blocks", "invalid_blocks_format", "no_text", "too_many_attachments"),
        *("invalid_arguments", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"),
    )
)
"""A message that Slack will never take as it is."""

_MAYBE_DONE = frozenset(("internal_error", "fatal_error", "request_timeout", "service_unavailable"))
"""Slack: "it's possible some aspect of the operation succeeded before the error was raised"."""

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.InvalidURL)


async def asked(call: Awaitable[T]) -> T:
    """The answer to a call. Raises SendFailed and ReplyLost."""
    try:
        return await call
    except SlackApiError as error:
        raise _meaning(error) from None
    except _NEVER_SENT as error:
        raise SendFailed(type(error).__name__, permanent=False) from None
    except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
        raise ReplyLost(type(error).__name__) from None


def _meaning(error: SlackApiError) -> SendFailed | ReplyLost:
    code, status = _code(error), getattr(error.response, "status_code", 200)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return SendFailed("ratelimited", permanent=False, retry_after=_wait(error), everywhere=True)
    if status >= 500 or code in _MAYBE_DONE:
        return ReplyLost(code or f"http_{status}")
    if code in INVALID_TOKEN:
        return SendFailed("revoked", permanent=True, everywhere=True)
    if code == "missing_scope":
        return SendFailed("scope", permanent=True, everywhere=True)
    if code in _CHANNEL:
        return SendFailed(_CHANNEL[code], permanent=True)
    return SendFailed(code, permanent=code in _PERSON or code in _REFUSED_FOR_GOOD)


def _code(error: SlackApiError) -> str:
    """Slack's own word; nothing else of the answer."""
    found = error.response.get("error") if hasattr(error.response, "get") else None
    return found if isinstance(found, str) else "unreadable"


def _wait(error: SlackApiError) -> timedelta:
    headers = {str(name).lower(): value for name, value in getattr(error.response, "headers", {}).items()}
    try:
        return timedelta(seconds=max(1.0, float(headers.get("retry-after", 30))))
    except (TypeError, ValueError):
        return timedelta(seconds=30)
