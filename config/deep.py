"""The deep cycle: once or twice a year people are asked about each of the six themes, of one department each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from config.department import THEMES
from config.words import Model, Whole

MOST_CYCLES = 52
DEPARTMENTS = 1  # asked about: it has fourteen questions instead of five

THEME_PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {theme: (f"{theme}.received", f"{theme}.needed") for theme in THEMES}
)
"""The two questions about each theme, by their keys."""

QUESTIONS = ("received", "needed", *(key for pair in THEME_PAIRS.values() for key in pair))
"""All questions of a deep cycle, the headline's first."""


class Deep(Model):
    """Which cycles are deep: cycle `first`, counted from 1, and every so many after it."""

    first: Annotated[Whole, Field(ge=1, le=MOST_CYCLES)]
    every: Annotated[Whole, Field(ge=2, le=MOST_CYCLES)]  # cycles: between two deep ones there is an ordinary one

    def holds(self, cycle: int) -> bool:
        """Whether this cycle, counted from 0, is deep."""
        since = cycle + 1 - self.first
        return since >= 0 and since % self.every == 0

    def before(self, cycle: int) -> int:
        """How many deep cycles come before this one."""
        return max(0, -((self.first - 1 - cycle) // self.every))
