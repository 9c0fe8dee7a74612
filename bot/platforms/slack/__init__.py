"""Slack: one card in a direct message, modals for what is kept nowhere, digests in private channels."""

import asyncio
from collections.abc import Callable, Iterator

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute

from bot.core.platform import Card, Event, Hear, Outgoing, WrongSetting
from bot.logs import Log
from bot.platforms.paces import PACES
from bot.platforms.slack.dispatching import Dispatching
from bot.platforms.slack.errors import INVALID_TOKEN
from bot.platforms.slack.fits import misfits
from bot.platforms.slack.redrawing import Redrawing
from bot.platforms.slack.sending import Sending
from bot.platforms.slack.settings import PREFIX, SlackSettings
from bot.platforms.slack.sockets import Sockets
from bot.platforms.slack.web import Web

AGAIN = 30.0  # seconds before Slack is asked again who we are
log = Log("slack")


class Slack:
    """The platform `slack`."""

    name = "slack"
    pace = PACES["slack"]

    def __init__(self, settings: SlackSettings) -> None:
        settings.check()
        self._settings = settings
        self._token = settings.bot_token.get_secret_value()
        self._client = AsyncWebClient(self._token, base_url=settings.api_url, retry_handlers=[])
        self._redrawing = Redrawing(self._client)
        self._sending = Sending(self._client, away=settings.away_words, dnd=settings.dnd)
        self._hear: Hear | None = None
        self.refused: Callable[[str], None] = lambda reason: None
        self._dispatching = Dispatching(self._client, self._redrawing, self._heard, self._refuse)
        self._app = self._bolt()
        self._sockets: Sockets | None = None

    @classmethod
    def from_environment(cls) -> "Slack | None":
        """Slack as KLANKBORD_SLACK_… sets it up; None without a bot token. Raises WrongSetting."""
        settings = SlackSettings()
        return cls(settings) if settings.bot_token.get_secret_value() else None

    # --- hearing ---------------------------------------------------------------------------------------------------

    async def listen(self, hear: Hear) -> None:
        """Hear from now on; where Slack cannot be reached yet, as soon as it can. Raises WrongSetting."""
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._client.timeout))
        self._hear = hear
        if not await self._know_ourselves():
            self._redrawing.begin(self._know_later())
        if not self._settings.over_http:
            await self._may_connect()
            client = AsyncWebClient(base_url=self._settings.api_url, session=self._client.session, retry_handlers=[])
            self._sockets = Sockets(self._app, self._settings.app_token.get_secret_value(), client)
            self._sockets.begin()

    def routes(self) -> list[BaseRoute]:
        """The route of HTTP mode; none in Socket Mode."""
        if not self._settings.over_http:
            return []
        secret = self._settings.signing_secret.get_secret_value()
        return Web(self._app, secret, self._refuse).routes()

    async def close(self) -> None:
        """Disconnect, and finish what is being drawn."""
        if self._sockets is not None:
            await self._sockets.close()
        await self._redrawing.close()
        if self._client.session is not None:
            await self._client.session.close()

    def _refuse(self, reason: str) -> None:
        self.refused(reason)

    async def _heard(self, event: Event) -> Card | None:
        return await self._hear(event) if self._hear is not None else None

    def _bolt(self) -> AsyncApp:
        """Bolt with one listener for everything: nothing is acknowledged before it was heard.

        Signatures are checked before Bolt sees a request (web.py), and who we are is asked once.
        """
        app = AsyncApp(
            client=self._client,
            token=self._token,
            process_before_response=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
        )
        app.use(self._dispatching.dispatch)
        return app

    async def _know_ourselves(self) -> bool:
        """Which workspace we are in. False where Slack cannot be reached now."""
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            if error.response.get("error") in INVALID_TOKEN:
                raise WrongSetting(f"{PREFIX}BOT_TOKEN", "slack.bot_token_refused") from None
            return False
        except (aiohttp.ClientError, TimeoutError):
            return False
        self._dispatching.team = str(answer.get("team_id") or "")
        self._dispatching.enterprise = str(answer.get("enterprise_id") or "")
        return True

    async def _know_later(self) -> None:
        log.warning("not reached yet", platform=self.name)
        while not await self._know_ourselves():  # noqa: ASYNC110  nothing tells us when Slack is back
            await asyncio.sleep(AGAIN)

    async def _may_connect(self) -> None:
        """Whether Slack lets us open a socket; where it cannot be reached now, that is seen later."""
        token = self._settings.app_token.get_secret_value()
        try:
            await self._client.apps_connections_open(app_token=token)
        except SlackApiError as error:
            if error.response.get("error") in INVALID_TOKEN:
                raise WrongSetting(f"{PREFIX}APP_TOKEN", "slack.app_token_refused") from None
        except (aiohttp.ClientError, TimeoutError):
            return

    # --- sending ---------------------------------------------------------------------------------------------------

    async def send(self, outgoing: Outgoing) -> str:
        """Send to a person or a channel. Returns `channel:ts`. Raises SendFailed, ReplyLost and Postponed."""
        return await self._sending.send(outgoing)

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """Whether Slack has a message, by its metadata."""
        return await self._sending.look_up(outgoing)

    @staticmethod
    def misfits(card: Card) -> Iterator[str]:
        """The texts of a card that Slack would cut short."""
        return misfits(card)
