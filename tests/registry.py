"""A platform that knows who there is and does nothing else: whoever works there, as their registry has it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import ClassVar

from bot.core.platform import Listed, SendFailed

AT_ONCE = 2  # in a page


class Registry:
    """The platform `registry`; what it knows is set by a test."""

    people: ClassVar[Sequence[Listed]] = ()
    groups: ClassVar[dict[str, frozenset[str]]] = {}
    failure: ClassVar[SendFailed | None] = None
    set_up: ClassVar[bool] = True

    @classmethod
    def from_environment(cls) -> "Registry | None":
        """None where it is not set up."""
        return cls() if cls.set_up else None

    async def listed(self, only: str) -> AsyncIterator[list[Listed]]:
        """Two at a time; it may fail after the first page."""
        for page in self._pages(only):
            yield page
            if self.failure is not None:
                raise self.failure

    def _pages(self, only: str) -> Iterator[list[Listed]]:
        if only and only not in self.groups:
            raise SendFailed("unknown", permanent=True)
        people = [one for one in self.people if not only or one.address in self.groups[only]]
        for start in range(0, len(people), AT_ONCE):
            yield people[start : start + AT_ONCE]
