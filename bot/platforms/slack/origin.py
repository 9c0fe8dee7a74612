"""Where a card stands, so that it can be redrawn: a message, a message that only one person sees, or the home screen.

A modal carries it along in its `private_metadata` (docs.slack.dev: 3,000 characters), because a view has no
response_url of its own.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["message", "ephemeral", "home", "nowhere"]

FRESH = 25 * 60  # seconds; a response_url lives 30 minutes and takes 5 uses


@dataclass(frozen=True)
class Origin:
    """A place on somebody's screen."""

    kind: Kind = "nowhere"
    channel: str = ""
    ts: str = ""
    response_url: str = ""
    opened: int = 0  # seconds since 1970: when Slack handed out the response_url

    @property
    def key(self) -> tuple[str, str]:
        """What is redrawn by one at a time."""
        return (self.channel, self.ts)

    def url(self, now: float) -> str:
        """The response_url while it lives."""
        return self.response_url if now - self.opened < FRESH else ""

    def packed(self) -> str:
        """As `private_metadata`."""
        return json.dumps(asdict(self), separators=(",", ":"))


def unpacked(metadata: object) -> Origin:
    """The origin in a view's metadata; nowhere when it is not one of ours."""
    try:
        found: Any = json.loads(str(metadata))
        origin = Origin(**found)
    except (ValueError, TypeError):
        return Origin()
    texts = (origin.kind, origin.channel, origin.ts, origin.response_url)
    fits = all(isinstance(text, str) for text in texts) and isinstance(origin.opened, int)
    return origin if fits and origin.kind in ("message", "ephemeral", "home") else Origin()
