"""What a button says when it is tapped: an absolute instruction in at most 64 bytes.

`invitation:verb[:argument[:argument[:argument]]]`. Absolute means that it names what should be the case
("received of hr is 4"), never a change relative to what is ("next", "toggle"): hearing it twice is harmless.
"""

from dataclasses import dataclass

LONGEST = 64  # bytes: Telegram's callback_data, the narrowest of the platforms


@dataclass(frozen=True)
class Action:
    """One instruction about one invitation."""

    invitation: str
    verb: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join((self.invitation, self.verb, *self.arguments))


def decode(text: str) -> Action | None:
    """The instruction in a button's text, or None when it is not one of ours."""
    parts = text.split(":")
    if len(text) > LONGEST or not 2 <= len(parts) <= 5 or not all(parts):
        return None
    return Action(parts[0], parts[1], tuple(parts[2:]))
