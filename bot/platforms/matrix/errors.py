"""What a homeserver's refusals mean to us. Where nobody can tell whether a message arrived, its reply is lost."""

from datetime import timedelta

import aiohttp
from mautrix.errors import MatrixConnectionError, MatrixError, MatrixRequestError

from bot.core.platform import Refusal, ReplyLost, SendFailed
from bot.platforms.matrix.api import Limited

FAILED = (Limited, MatrixError, aiohttp.ClientError)  # all that a call raises

REVOKED = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED")
_NO_SUCH = ("M_NOT_FOUND", "M_INVALID_PARAM")


def failure(error: Exception, *, channel: bool) -> SendFailed | ReplyLost:
    """What a message came to that could not be sent, to a channel or a person. Never holds the homeserver's words."""
    if isinstance(error, Limited):
        wait = timedelta(seconds=error.seconds)
        return SendFailed("too_many_requests", permanent=False, retry_after=wait, everywhere=True)
    if is_lost(error):
        return ReplyLost("server_error" if isinstance(error, MatrixRequestError) else "no_answer")
    if not isinstance(error, MatrixRequestError):
        return SendFailed("not_reached", permanent=False)
    if error.errcode in REVOKED:
        return SendFailed(Refusal.REVOKED, permanent=True, everywhere=True)
    if error.errcode == "M_FORBIDDEN":
        return SendFailed(Refusal.REMOVED if channel else "forbidden", permanent=True)
    if error.errcode in _NO_SUCH:
        return SendFailed(Refusal.UNKNOWN if channel else "no_such_person", permanent=True)
    return SendFailed(f"matrix_{(error.errcode or str(error.http_status)).lower()}", permanent=False)


def is_lost(error: Exception) -> bool:
    """Whether nobody can tell if it was done: what stands before the homeserver says nothing of that."""
    if isinstance(error, MatrixRequestError):
        return error.http_status >= 500 and not error.errcode
    return not isinstance(error, Limited) and not never_left(error)


def never_left(error: Exception) -> bool:
    """Whether a call certainly did not reach the homeserver."""
    cause = error.__cause__ if isinstance(error, MatrixConnectionError) else error
    return isinstance(cause, aiohttp.ClientConnectorError)


def may_pass(refused: MatrixRequestError) -> bool:
    """Whether the same call may do later: it was not refused for what it is."""
    return refused.http_status >= 500 or refused.errcode in REVOKED


def code(error: Exception) -> str:
    """For a log."""
    return error.errcode or str(error.http_status) if isinstance(error, MatrixRequestError) else type(error).__name__
