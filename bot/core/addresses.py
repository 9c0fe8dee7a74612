"""What an address looks like on a platform where that can be told beforehand."""

import re
from collections.abc import Mapping

_SERVER = r"(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"

SHAPES: Mapping[str, re.Pattern[str]] = {
    # spec.matrix.org, appendices, user identifiers. Those of before 2017 may hold capitals; homeservers make no such
    # ones any more, and a capital that a spreadsheet put there would lead to nobody.
    "matrix": re.compile(rf"@[a-z0-9._=/+-]+:{_SERVER}"),
}


def is_address(platform: str, address: str) -> bool:
    """Whether somebody can be called so there; also where nobody can tell."""
    shape = SHAPES.get(platform)
    return shape is None or shape.fullmatch(address) is not None
