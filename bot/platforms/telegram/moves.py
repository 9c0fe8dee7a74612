"""Groups that became supergroups: they have another id from then on. Messages follow; the configuration has to."""

from bot.core.platform import Hear, Moved
from bot.platforms.telegram.settings import PLATFORM


class Moves:
    """The moves that were seen since the start."""

    def __init__(self) -> None:
        self.hear: Hear | None = None
        self._to: dict[int, int] = {}

    def now(self, chat: int) -> int:
        """Where a chat is now."""
        while chat in self._to:
            chat = self._to[chat]
        return chat

    def before(self, chat: int) -> int:
        """What a chat was called first: as it may still stand in the configuration."""
        origins = {to: chat for chat, to in self._to.items()}
        while chat in origins:
            chat = origins[chat]
        return chat

    async def seen(self, chat: int, to: int, delivery: str | None = None) -> None:
        """A chat has moved: an admin is told, once."""
        if self._to.get(chat) != to and chat != to and self.hear is not None:
            await self.hear(Moved(PLATFORM, str(chat), str(to), delivery=delivery))
            self._to[chat] = to
