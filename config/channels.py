"""What the address of a channel looks like on a platform where that can be told beforehand."""

import re

_SERVER = r":[a-z0-9.:\[\]-]+"

# spec.matrix.org, appendices, room identifiers and aliases. From version 12 of rooms on an identifier has no server: it
# is the hash of the event that made the room, in 43 signs.
_MATRIX = re.compile(rf"!(?:[^\s:]+{_SERVER}|[\w-]{{43}})|#[^\s:]+{_SERVER}", re.ASCII | re.IGNORECASE)

_SHAPES = {"matrix": (_MATRIX, "channel_of_matrix")}


def mistake(channel: str) -> str:
    """The problem with a channel, `platform:address`, that cannot be called so there; empty where nobody can tell."""
    platform, _, address = channel.partition(":")
    shape, problem = _SHAPES.get(platform, (None, ""))
    return problem if shape is not None and not shape.fullmatch(address) else ""
