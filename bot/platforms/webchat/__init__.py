"""The web chat: Klankbord in a browser, for who has no Slack or Telegram, for tests and for the demonstration."""

from datetime import tzinfo

from starlette.routing import BaseRoute

from bot.core.platform import Card, Event, Hear, Outgoing
from bot.core.preview import Preview
from bot.platforms.paces import PACES
from bot.platforms.webchat.door import Door
from bot.platforms.webchat.pages import Pages
from bot.platforms.webchat.preview import preview
from bot.platforms.webchat.rooms import Rooms


class WebChat:
    """The platform `webchat`. Sending is keeping: a browser comes for its messages itself."""

    name = "webchat"
    pace = PACES["webchat"]

    def __init__(self, rooms: Rooms, *, secure: bool = False, zone: tzinfo) -> None:
        self._rooms = rooms
        self._door = Door(rooms, secure=secure)
        self._zone = zone
        self._hear: Hear | None = None

    async def listen(self, hear: Hear) -> None:
        """From now on what people do is heard."""
        self._hear = hear

    async def send(self, outgoing: Outgoing) -> str:
        """Keep the message, never its card: no answer or department gets into the history."""
        return await self._rooms.post(outgoing)

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """Whether a message was kept."""
        return await self._rooms.posted(outgoing.id)

    def routes(self) -> list[BaseRoute]:
        """The pages, for the web server to mount."""
        return Pages(self._rooms, self._heard, self._door, self._zone).routes()

    @staticmethod
    def preview(card: Card) -> Preview:
        """A card as the web chat shows it."""
        return preview(card)

    async def _heard(self, event: Event) -> Card | None:
        return await self._hear(event) if self._hear else None
