"""Slack: one card in a direct message, modals for what is kept nowhere, digests in private channels."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute

from bot.core import places
from bot.core.platform import Card, Checked, Event, Hear, Listed, Misfit, Outgoing, ReplyLost, SendFailed, WrongSetting
from bot.core.preview import Preview
from bot.logs import Log
from bot.platforms.paces import PACES
from bot.platforms.slack.checks import Checks
from bot.platforms.slack.dispatching import Dispatching
from bot.platforms.slack.errors import asked
from bot.platforms.slack.fits import misfits
from bot.platforms.slack.people import listed
from bot.platforms.slack.preview import preview
from bot.platforms.slack.redrawing import Redrawing
from bot.platforms.slack.sending import Sending
from bot.platforms.slack.settings import PREFIX, SlackSettings
from bot.platforms.slack.showing import Showing
from bot.platforms.slack.sockets import Sockets
from bot.platforms.slack.web import Web

AGAIN = 30.0  # seconds before Slack is asked again who we are

log = Log("slack")


class Slack:
    """The platform `slack`. `clock` tells Slack's seconds: of signatures, and of what lives for a while."""

    name = "slack"
    pace = PACES["slack"]

    def __init__(self, settings: SlackSettings, clock: Callable[[], float] = time.time) -> None:
        settings.check()
        self._settings, self._clock = settings, clock
        token = settings.bot_token.get_secret_value()
        self._client = AsyncWebClient(token, base_url=settings.api_url, retry_handlers=[])
        self._sending = Sending(self._client, away=settings.away_words, dnd=settings.dnd, clock=clock)
        self._hear: Hear = _deaf
        self.refused: Callable[[str], None] = lambda reason: None
        self._redrawing = Redrawing(self._client, clock)
        self._showing = Showing(self._client, self._redrawing, self._heard)
        self._dispatching = Dispatching(self._showing, self._heard, self._refuse, clock)
        self._app = _bolt(self._client, self._dispatching)
        self._sockets: Sockets | None = None
        self._asking: asyncio.Task[None] | None = None

    @classmethod
    def from_environment(cls) -> "Slack | None":
        """Slack as KLANKBORD_SLACK_… sets it up; None without a bot token. Raises WrongSetting."""
        settings = SlackSettings.read()
        return cls(settings) if settings.bot_token.get_secret_value() else None

    # --- hearing ---------------------------------------------------------------------------------------------------

    async def listen(self, hear: Hear) -> None:
        """Hear from now on; where Slack cannot be reached yet, as soon as it can. Raises WrongSetting."""
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._client.timeout))
        self._hear = hear
        if not await self._know_ourselves():
            log.warning("not reached; asked again until it answers", platform=self.name)
            self._asking = asyncio.create_task(self._know_later())
        if not self._settings.over_http:
            await self._connect()

    def routes(self) -> list[BaseRoute]:
        """The route of HTTP mode; none in Socket Mode."""
        if not self._settings.over_http:
            return []
        secret = self._settings.signing_secret.get_secret_value()
        return Web(self._app, secret, self._refuse, self._clock).routes()

    async def close(self) -> None:
        """Disconnect, and finish what is being drawn."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        if self._sockets is not None:
            await self._sockets.close()
        await self._redrawing.close()
        if self._client.session is not None:
            await self._client.session.close()

    def _refuse(self, reason: str) -> None:
        self.refused(reason)

    async def _heard(self, event: Event) -> Card | None:
        return await self._hear(event)

    async def _know_ourselves(self) -> bool:
        """Which workspace we are in. False where Slack cannot be reached now."""
        try:
            answer = await asked(self._client.auth_test())
        except SendFailed as failed:
            if failed.permanent:
                raise WrongSetting(f"{PREFIX}BOT_TOKEN", "settings.slack.bot_token_refused") from None
            return False
        except ReplyLost:
            return False
        self._dispatching.team = str(answer.get("team_id") or "")
        self._dispatching.enterprise = str(answer.get("enterprise_id") or "")
        return True

    async def _know_later(self) -> None:
        with suppress(WrongSetting):  # what is sent then says so
            await asyncio.sleep(AGAIN)
            while not await self._know_ourselves():  # noqa: ASYNC110  nothing tells us when Slack is back
                await asyncio.sleep(AGAIN)

    async def _connect(self) -> None:
        client = AsyncWebClient(base_url=self._settings.api_url, session=self._client.session, retry_handlers=[])
        self._sockets = Sockets(self._app, self._settings.app_token.get_secret_value(), client, self._refuse)
        try:
            await self._sockets.open()
        except SendFailed:
            raise WrongSetting(f"{PREFIX}APP_TOKEN", "settings.slack.app_token_refused") from None

    # --- sending ---------------------------------------------------------------------------------------------------

    async def send(self, outgoing: Outgoing) -> str:
        """Send to a person or a channel. Returns `channel:ts`. Raises SendFailed, ReplyLost and Postponed."""
        reference = await self._sending.send(outgoing)
        if outgoing.invitation is not None and places.place(outgoing.invitation) is None and outgoing.card is not None:
            self._showing.sent(outgoing.address, reference)
        return reference

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """Whether Slack has a message, by its metadata."""
        return await self._sending.look_up(outgoing)

    # --- looking ---------------------------------------------------------------------------------------------------

    def listed(self, only: str) -> AsyncIterator[list[Listed]]:
        """Every colleague with an account, a page at a time; or the members of one channel (C…) or user group (S…)."""
        return listed(self._client, only)

    def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """Whether all is set up as it should be, one thing after another."""
        return Checks(self._client, self._settings, self._clock).checked(channels)

    @staticmethod
    def misfits(card: Card) -> Iterator[Misfit]:
        """The texts of a card that Slack would cut short."""
        return misfits(card)

    @staticmethod
    def preview(card: Card) -> Preview:
        """A card as Slack shows it: in a message, or apart in a modal."""
        return preview(card)


def _bolt(client: AsyncWebClient, dispatching: Dispatching) -> AsyncApp:
    """Signatures are checked before Bolt sees a request (web.py), and who we are is asked once."""
    return AsyncApp(
        client=client,
        before_authorize=dispatching,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
    )


async def _deaf(event: Event) -> Card | None:
    raise RuntimeError("nobody listens yet")
