"""Where a card that is about no round stands: what takes the place of an invitation in its buttons and its message.

A lead has two of them for each block: what they expect of it, and what they can do with its figures. So each is edited
where it stands, and neither gives way to the card of a round.
"""

import re
from dataclasses import dataclass

from bot.core.actions import decode

ESTIMATE, LEAD = "estimate", "lead"
_PLACE = re.compile(rf"({ESTIMATE}|{LEAD})-([1-9]\d{{0,8}})", re.ASCII)  # ids of invitations have no hyphen


@dataclass(frozen=True)
class Place:
    """Which of the two, and of which block."""

    what: str
    block: int

    def __str__(self) -> str:
        return f"{self.what}-{self.block}"


def place(words: str) -> Place | None:
    """The place of this name; None for an invitation, or anything else."""
    found = _PLACE.fullmatch(words)
    return Place(found[1], int(found[2])) if found is not None else None


def place_of(action: str) -> Place | None:
    """Where the button with this instruction stands, where it is one of a lead's."""
    decoded = decode(action)
    return place(decoded.invitation) if decoded is not None else None
