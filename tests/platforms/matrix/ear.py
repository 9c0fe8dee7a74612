"""The adapter alone on a real homeserver, with nobody behind it who decides: what it hears, and what it draws."""

import asyncio
from collections.abc import Callable

from bot.core.platform import Asked, Button, Card, Event
from bot.platforms.matrix import Matrix

from .stage import settings
from .synapse import Homeserver, Registered


class Ear:
    """Only the adapter: what it hears, in order. It answers everything with a card."""

    def __init__(self, server: Homeserver, bot: Registered) -> None:
        self.platform = Matrix(settings(server, bot))
        self.events: list[Event] = []
        self._heard = asyncio.Condition()

    @property
    def words(self) -> list[str]:
        """What was asked, in order."""
        return [event.word for event in self.events if isinstance(event, Asked)]

    async def hears(self, word: str) -> None:
        """Wait for a word."""
        await self.until(lambda: word in self.words)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for what is heard."""
        async with self._heard, asyncio.timeout(60):
            await self._heard.wait_for(happened)

    async def __aenter__(self) -> "Ear":
        self._polling = asyncio.create_task(self.platform.poll(self._hear))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.platform.settled()
        self._polling.cancel()
        await asyncio.gather(self._polling, return_exceptions=True)
        await self.platform.close()

    async def _hear(self, event: Event) -> Card | None:
        self.events.append(event)
        async with self._heard:
            self._heard.notify_all()
        return Card(("Dit is een kaart.",), choices=tuple(Button(f"Keuze {n}", f"choice:{n}") for n in range(1, 10)))
