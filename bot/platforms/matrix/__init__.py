"""Matrix: Klankbord on a homeserver of one's own. One card in a room of two, digests in departments' rooms.

There are no buttons on Matrix: a card is answered with a reaction, a number or a letter (`signs.py`).
"""

from collections.abc import AsyncIterator, Iterator, Mapping

from bot.core.platform import Card, Checked, Hear, Misfit, Outgoing
from bot.core.preview import Preview
from bot.platforms.matrix.api import Api
from bot.platforms.matrix.checks import Checks
from bot.platforms.matrix.coming import Coming
from bot.platforms.matrix.hearing import Hearing
from bot.platforms.matrix.news import News
from bot.platforms.matrix.preview import preview
from bot.platforms.matrix.rooms import Rooms
from bot.platforms.matrix.screen import Screen
from bot.platforms.matrix.sending import Sending
from bot.platforms.matrix.settings import PLATFORM, MatrixSettings
from bot.platforms.matrix.standing import Standing
from bot.platforms.matrix.whose import Whose
from bot.platforms.paces import PACES


class Matrix:
    """The platform `matrix`."""

    name = PLATFORM
    pace = PACES[PLATFORM]

    def __init__(self, settings: MatrixSettings) -> None:
        self._settings = settings
        self._api = Api(settings)
        self._whose, standing = Whose(self._api), Standing(self._api)
        rooms = Rooms(self._api, self._whose)
        self._screen = Screen(self._api, standing)
        self._sending = Sending(self._api, rooms, self._whose, self._screen)
        self._coming = Coming(self._api, rooms, self._whose, self._screen)
        hearing = Hearing(self._api, self._whose, self._coming, standing, self._screen)
        self._news = News(self._api, hearing, self._coming, self._whose, standing, self._screen)

    @staticmethod
    def from_environment() -> "Matrix | None":
        """As KLANKBORD_MATRIX_… sets it up; None without a token. Raises WrongSetting."""
        settings = MatrixSettings()
        if not settings.token.get_secret_value():
            return None
        settings.check()
        return Matrix(settings)

    async def listen(self, hear: Hear) -> None:
        """Ready at once: what happens is fetched by one replica."""
        self._coming.listen(hear)

    async def poll(self, hear: Hear) -> None:
        """Fetch and hear, until cancelled."""
        await self._news.poll(hear)

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message, once."""
        return await self._sending.send(outgoing)

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """Whether a message is there."""
        return await self._sending.look_up(outgoing)

    @staticmethod
    def misfits(card: Card) -> Iterator[Misfit]:
        """Nothing is cut short: a message holds 64 kilobytes (spec.matrix.org, size limits)."""
        yield from ()

    @staticmethod
    def preview(card: Card) -> Preview:
        """A card as Matrix shows it."""
        return preview(card)

    def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """How it is set up."""
        return Checks(self._settings).checked(channels)

    async def settled(self) -> None:
        """Until everything that was heard is drawn."""
        await self._screen.settled()

    async def close(self) -> None:
        """Draw no more, write down which rooms were made, and end every connection."""
        await self._screen.close()
        await self._whose.close()
        await self._api.close()
