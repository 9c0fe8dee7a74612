"""A chat platform in memory: it keeps what was sent, and counts what came twice."""

from collections import Counter

from bot.core.pacing import Pace
from bot.core.platform import Hear, Outgoing


class MemoryPlatform:
    """Takes every message. `hear` is set once somebody listens."""

    pace = Pace()

    def __init__(self, name: str) -> None:
        self.name = name
        self.hear: Hear | None = None
        self.new: list[Outgoing] = []
        self.channels: list[Outgoing] = []
        self._seen: Counter[str] = Counter()

    async def listen(self, hear: Hear) -> None:
        """Ready at once."""
        self.hear = hear

    async def send(self, outgoing: Outgoing) -> str:
        """Keep it: a card for its person, lines for a channel."""
        self._seen[outgoing.id] += 1
        (self.new if outgoing.invitation is not None else self.channels).append(outgoing)
        return outgoing.id

    def taken(self) -> list[Outgoing]:
        """The cards that came since the last call."""
        taken, self.new = self.new, []
        return taken

    @property
    def taken_ids(self) -> frozenset[str]:
        """The ids of all messages that came."""
        return frozenset(self._seen)

    @property
    def sent(self) -> int:
        """How many messages came, also those that came twice."""
        return self._seen.total()

    @property
    def duplicates(self) -> int:
        """How many messages came that had come before."""
        return self.sent - len(self._seen)
