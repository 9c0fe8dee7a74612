"""What Slack answers -> what that means for a message: never, later, for everybody, or nobody knows.

The codes are those of docs.slack.dev/reference/methods/chat.postMessage, conversations.info and
files.completeUploadExternal, each under "Errors"; 429 is docs.slack.dev/apis/web-api/rate-limits. A code that is not
here passes by itself, as far as we know.
"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.core.platform import Refusal, ReplyLost, SendFailed

T = TypeVar("T")

_EVERYWHERE: dict[str, str] = {
    **dict.fromkeys(("invalid_auth", "not_authed", "account_inactive", "token_revoked"), Refusal.REVOKED),
    **dict.fromkeys(("token_expired", "not_allowed_token_type"), Refusal.REVOKED),
    "missing_scope": Refusal.SCOPE,
    "messages_tab_disabled": "messages_tab_disabled",  # in the settings of the app
}
"""What is the matter with our token or our app."""

_CHANNEL = {
    "is_archived": Refusal.ARCHIVED,
    "not_in_channel": Refusal.REMOVED,
    "channel_not_found": Refusal.UNKNOWN,
    "invalid_channel": Refusal.UNKNOWN,
    "restricted_action": Refusal.NOT_ALLOWED,
    "restricted_action_read_only_channel": Refusal.NOT_ALLOWED,
    "restricted_action_thread_only_channel": Refusal.NOT_ALLOWED,
    "restricted_action_non_threadable_channel": Refusal.NOT_ALLOWED,
    "posting_to_channel_denied": Refusal.NOT_ALLOWED,
    "cannot_reply_to_message": Refusal.NOT_ALLOWED,
    "team_access_not_granted": Refusal.NOT_ALLOWED,
    "ekm_access_denied": Refusal.NOT_ALLOWED,
    "access_denied": Refusal.NOT_ALLOWED,
    "no_permission": Refusal.NOT_ALLOWED,
}
"""What is the matter with a channel."""

_PERSON = frozenset(("user_not_found", "user_disabled", "cannot_dm_bot", "user_is_bot"))
"""What is the matter with somebody who will never be reached."""

_OURS = frozenset(
    (
        *("msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "no_text"),
        *("invalid_arguments", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"),
    )
)
"""What is the matter with a message: our own mistake, which no waiting mends."""

_MAYBE_DONE = frozenset(("internal_error", "fatal_error", "service_unavailable", "unreadable"))
"""Slack: "it's possible some aspect of the operation succeeded before the error was raised"."""

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)

WAIT = timedelta(seconds=30)  # where a 429 does not say how long


async def asked(call: Awaitable[T]) -> T:
    """The answer to a call that changes something. Raises SendFailed and ReplyLost."""
    try:
        return await call
    except SlackApiError as error:
        raise _meaning(error) from None
    except SlackRequestError:  # the picture did not arrive, so it stands nowhere
        raise SendFailed("not_uploaded", permanent=False) from None
    except _NEVER_SENT as error:
        raise SendFailed(type(error).__name__, permanent=False) from None
    except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
        raise ReplyLost(type(error).__name__) from None


async def read(call: Awaitable[T]) -> T:
    """The answer to a call that only looks: losing it does no harm. Raises SendFailed.

    Where we may not look, or too often, is no matter of everybody's: messages to others go on.
    """
    try:
        return await asked(call)
    except ReplyLost as lost:
        raise SendFailed(lost.reason, permanent=False) from None
    except SendFailed as failed:
        everywhere = failed.everywhere and failed.reason == Refusal.REVOKED
        raise SendFailed(
            failed.reason, permanent=failed.permanent, retry_after=failed.retry_after, everywhere=everywhere
        ) from None


def of_person(failed: SendFailed) -> SendFailed:
    """The same about a person, who is given up only where it is they who cannot be reached."""
    gone = failed.reason in _PERSON or failed.reason in (Refusal.UNKNOWN, Refusal.ARCHIVED)
    if failed.everywhere or not failed.permanent or gone:
        return failed
    return SendFailed(failed.reason, permanent=False)


def _meaning(error: SlackApiError) -> SendFailed | ReplyLost:
    code, status = _code(error), _status(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return SendFailed("ratelimited", permanent=False, retry_after=_wait(error), everywhere=True)
    if 400 <= status < 500 and code == "unreadable":  # of something in between
        return SendFailed(f"http_{status}", permanent=False)
    if status >= 500 or code in _MAYBE_DONE:
        return ReplyLost(code if status < 500 else f"http_{status}")
    if code in _EVERYWHERE:
        return SendFailed(_EVERYWHERE[code], permanent=True, everywhere=True)
    if code in _CHANNEL:
        return SendFailed(_CHANNEL[code], permanent=True)
    return SendFailed(code, permanent=code in _PERSON or code in _OURS)


def _code(error: SlackApiError) -> str:
    """Slack's own word; nothing else of the answer."""
    data = getattr(error.response, "data", error.response)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else "unreadable"


def _status(error: SlackApiError) -> int:
    """The SDK hands on its own response, or aiohttp's where that is no JSON."""
    return int(getattr(error.response, "status_code", getattr(error.response, "status", 200)))


def _wait(error: SlackApiError) -> timedelta:
    headers = {str(name).lower(): value for name, value in getattr(error.response, "headers", {}).items()}
    try:
        return timedelta(seconds=max(1.0, float(headers["retry-after"])))
    except (KeyError, TypeError, ValueError, OverflowError):
        return WAIT
