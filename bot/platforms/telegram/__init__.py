"""Telegram: Klankbord for who works outside Slack. One card in a private chat, digests in groups.

`Telegram` sends, and hears in one of two ways: `Fetching` asks for what happened, `Brought` has it delivered.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

from starlette.routing import BaseRoute
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.core.platform import Card, Checked, Hear, Misfit, Outgoing
from bot.core.preview import Preview
from bot.logs import Log
from bot.platforms.paces import PACES
from bot.platforms.telegram import commands, keyboard, messages
from bot.platforms.telegram.api import Api, seconds
from bot.platforms.telegram.checks import Checks, webhook_url
from bot.platforms.telegram.hearing import Hearing
from bot.platforms.telegram.moves import Moves
from bot.platforms.telegram.polling import Polling
from bot.platforms.telegram.preview import preview
from bot.platforms.telegram.screen import Screen
from bot.platforms.telegram.seal import Seal
from bot.platforms.telegram.sending import Sending
from bot.platforms.telegram.settings import PLATFORM, TelegramSettings
from bot.platforms.telegram.updates import WANTED
from bot.platforms.telegram.webhook import Webhook

AGAIN = 30.0  # seconds before the next try to introduce the bot

log = Log("telegram")


class Telegram:
    """The platform `telegram`: what both ways of hearing have in common."""

    name = PLATFORM
    pace = PACES[PLATFORM]

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._api = Api(settings)
        seal, moves = Seal(settings.token.get_secret_value()), Moves()
        self._screen = Screen(self._api, seal)
        self._sending = Sending(self._api, seal, self._screen, moves)
        self._hearing = Hearing(seal, self._screen, moves)
        self._introducing: asyncio.Task[None] | None = None

    @staticmethod
    def from_environment() -> "Telegram | None":
        """As KLANKBORD_TELEGRAM_… sets it up; None without a token. Raises WrongSetting."""
        settings = TelegramSettings()
        if not settings.token.get_secret_value():
            return None
        settings.check()
        return Brought(settings) if settings.by_webhook else Fetching(settings)

    @property
    def refused(self) -> Callable[[str], None]:
        """What is told of each forged button and each request that is not Telegram's, by reason."""
        return self._hearing.refused

    @refused.setter
    def refused(self, counts: Callable[[str], None]) -> None:
        self._hearing.refused = counts

    async def listen(self, hear: Hear) -> None:
        """Ready at once. What the bot tells of itself follows as soon as Telegram answers."""
        self._hearing.listen(hear)
        self._introducing = asyncio.create_task(self._introduce())

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message, once."""
        return await self._sending.send(outgoing)

    @staticmethod
    def misfits(card: Card) -> Iterator[Misfit]:
        """What of a card is cut short: below a message, on a telephone."""
        yield from messages.too_long(card)
        yield from keyboard.illegible(card)

    @staticmethod
    def preview(card: Card) -> Preview:
        """A card as Telegram shows it."""
        return preview(card)

    def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """How it is set up."""
        return Checks(self._api.bot, self._settings).checked(channels)

    async def introduced(self) -> None:
        """Until Telegram knows of us: the menu, and where it brings what happens."""
        if self._introducing is not None:
            await self._introducing

    async def settled(self) -> None:
        """Until everything that was heard is drawn."""
        await self._screen.settled()

    async def close(self) -> None:
        """Draw no more, and end every connection."""
        if self._introducing is not None:
            self._introducing.cancel()
            await asyncio.gather(self._introducing, return_exceptions=True)
        await self._screen.close()
        await self._api.close()

    async def _introduce(self) -> None:
        """As often as it takes; a token that is refused stays so."""
        while True:
            try:
                return await self._introduced()
            except InvalidToken:
                return log.error("the token is refused", platform=PLATFORM)
            except RetryAfter as flooded:
                await asyncio.sleep(seconds(flooded))
            except TelegramError as error:
                log.warning("not introduced yet", platform=PLATFORM, reason=type(error).__name__)
                await asyncio.sleep(AGAIN)

    async def _introduced(self) -> None:
        me = await self._api.call(lambda bot: bot.get_me())
        self._hearing.bot_name = me.username or ""
        await commands.publish(self._api)


class Fetching(Telegram):
    """Asks Telegram for what happened: needs no address that can be reached from outside."""

    async def poll(self, hear: Hear) -> None:
        """Fetch and hear, until cancelled."""
        await Polling(self._api, self._hearing).poll(hear)


class Brought(Telegram):
    """Has what happened delivered to the web server."""

    def routes(self) -> list[BaseRoute]:
        """Where it is delivered."""
        secret = self._settings.webhook_secret.get_secret_value()
        return Webhook(self._api.bot, self._hearing, secret).routes()

    async def _introduced(self) -> None:
        await super()._introduced()
        url, secret = webhook_url(self._settings), self._settings.webhook_secret.get_secret_value()
        await self._api.call(lambda bot: bot.set_webhook(url, secret_token=secret, allowed_updates=WANTED))


async def bot_name(settings: TelegramSettings) -> str:
    """The user name of the bot, for personal links; empty where Telegram does not tell. Raises TelegramError."""
    if settings.name:
        return settings.name
    api = Api(settings)
    try:
        return (await api.bot.get_me()).username or ""
    finally:
        await api.close()
