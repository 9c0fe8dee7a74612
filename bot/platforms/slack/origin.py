"""Where a card stands, so that it can be redrawn: a message, a message that only one person sees, or the home screen.

A modal carries it along in its `private_metadata` (docs.slack.dev: 3,000 characters), because a view has no
response_url of its own.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

Kind = Literal["message", "ephemeral", "home", "nowhere"]

FRESH = 25 * 60  # seconds; a response_url lives 30 minutes and takes 5 uses
METADATA = 3000  # characters


@dataclass(frozen=True)
class Origin:
    """A place on somebody's screen."""

    kind: Kind = "nowhere"
    channel: str = ""
    ts: str = ""
    response_url: str = field(default="", repr=False)  # whoever has it can write there
    opened: int = 0  # seconds since 1970: when Slack handed out the response_url

    @property
    def key(self) -> str:
        """What is redrawn by one at a time."""
        return f"{self.channel}/{self.ts}"

    @property
    def shared(self) -> str:
        """The channel, where others see it too; empty in the direct chat and where one person sees it."""
        return self.channel if self.kind == "message" and not self.channel.startswith("D") else ""

    def url(self, now: float) -> str:
        """The response_url while it lives."""
        return self.response_url if now - self.opened < FRESH else ""

    def packed(self) -> str:
        """As `private_metadata`; without the response_url where that is longer than Slack keeps."""
        texts = (json.dumps(asdict(one), separators=(",", ":")) for one in (self, replace(self, response_url="")))
        return next((text for text in texts if len(text) <= METADATA), "")


def unpacked(metadata: object) -> Origin:
    """The origin in a view's metadata; nowhere when it is not one of ours."""
    try:
        found: Any = json.loads(str(metadata))
        origin = Origin(**found)
    except (ValueError, TypeError, RecursionError):
        return Origin()
    texts = (origin.kind, origin.channel, origin.ts, origin.response_url)
    fits = all(isinstance(text, str) for text in texts) and type(origin.opened) is int
    return origin if fits and origin.kind in get_args(Kind) else Origin()
