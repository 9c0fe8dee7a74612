"""What Slack hands out with each interaction, and how long it is good for: trigger_ids and response_urls.

docs.slack.dev/interactivity/handling-user-interaction: a trigger_id opens one modal within 3 seconds; a response_url
takes 5 messages within 30 minutes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

TRIGGER = 3.0  # seconds that a trigger_id is good for
URL_USES, URL_LIFE = 5, 30 * 60  # of a response_url


@dataclass
class Trigger:
    """Opens a modal for somebody."""

    user: str
    made: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an answer to one interaction goes: into a channel, or in the place of a message."""

    path: str
    user: str
    channel: str
    made: float
    ts: str = ""  # of the message that was acted on
    uses: int = 0


class HandedOut:
    """All of it."""

    def __init__(self, now: Callable[[], float], numbers: Iterator[int]) -> None:
        self._now, self._numbers = now, numbers
        self.triggers: dict[str, Trigger] = {}
        self.urls: dict[str, ResponseUrl] = {}  # by path

    def trigger(self, user: str) -> str:
        """A new trigger_id."""
        number = next(self._numbers)
        name = f"{number}.202.{number:032x}"
        self.triggers[name] = Trigger(user, self._now())
        return name

    def spend(self, name: str) -> tuple[str, str]:
        """Whose modal a trigger_id opens; or else "", and what is wrong with it."""
        found = self.triggers.get(name)
        if found is None:
            return "", "invalid_trigger_id"
        if found.used:
            return "", "exchanged_trigger_id"
        if self._now() - found.made > TRIGGER:
            return "", "expired_trigger_id"
        found.used = True
        return found.user, ""

    def response_url(self, kind: str, user: str, channel: str, ts: str = "") -> ResponseUrl:
        """A new one; `kind` is actions or commands."""
        number = next(self._numbers)
        made = ResponseUrl(f"/{kind}/T0KLANK/{number}/{number * 7919:024x}", user, channel, self._now(), ts)
        self.urls[made.path] = made
        return made

    def use(self, path: str) -> tuple[ResponseUrl | None, str]:
        """A response_url that takes one more; or else None, and what is wrong with it."""
        found = self.urls.get(path)
        if found is None:
            return None, "not_found"
        if self._now() - found.made > URL_LIFE:
            return None, "expired_url"
        if found.uses >= URL_USES:
            return None, "used_url"
        found.uses += 1
        return found, ""
