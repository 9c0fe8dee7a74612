"""What Telegram refuses, in its own words. Adapters tell refusals apart by code and parameters, sometimes by words.

A refusal that is a *slip* is one that no correct adapter ever gets: it fails the test at its end.
"""

from collections.abc import Mapping
from typing import Any

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_CONSUMER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
OTHER_WAY = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Refused(Exception):
    """An answer that is not ok."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, int] | None = None, *, slip: bool = False
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code, self.description, self.slip = code, description, slip
        self.parameters = dict(parameters or {})  # core.telegram.org/bots/api#responseparameters

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        extra = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.code, "description": self.description, **extra}


def bad(what: str, **parameters: int) -> Refused:
    """400: it cannot be done, as things are now."""
    return Refused(400, f"Bad Request: {what}", parameters)


def slip(what: str) -> Refused:
    """400: nobody should have asked for this."""
    return Refused(400, f"Bad Request: {what}", slip=True)


def forbidden(what: str) -> Refused:
    """403: this chat does not want the bot, or not yet."""
    return Refused(403, f"Forbidden: {what}")


def conflict(what: str) -> Refused:
    """409: somebody else is fetching the updates."""
    return Refused(409, what)


def too_many(retry_after: int, *, slip: bool = False) -> Refused:
    """429: wait so many seconds."""
    words = f"Too Many Requests: retry after {retry_after}"
    return Refused(429, words, {"retry_after": retry_after}, slip=slip)
