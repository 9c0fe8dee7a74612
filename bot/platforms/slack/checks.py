"""Whether Slack is set up as it should be: one thing after another, each with its remedy in the catalogue."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Checked, Listed, Refusal, ReplyLost, SendFailed
from bot.platforms.slack import people, scopes
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.errors import asked
from bot.platforms.slack.paging import patiently
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH

SKEW = 60  # seconds that our clock may differ: at 300 Slack's signatures are refused, and closings go by it
PATIENCE = 10  # seconds for our own address
_OURS = (400, 401, 405)  # how our route answers who is not Slack
_CHANNEL_ID = ("C", "G")  # begin the id of a channel
_SEEN = (Refusal.ARCHIVED, Refusal.REMOVED, Refusal.UNKNOWN, Refusal.NOT_ALLOWED, Refusal.SCOPE, Refusal.REVOKED)


class Checks:
    """Looks at one workspace. `clock` tells our seconds since 1970."""

    def __init__(self, client: AsyncWebClient, settings: SlackSettings, clock: Callable[[], float]) -> None:
        self._client, self._settings, self._clock = client, settings, clock
        self._channels = Channels(client)

    async def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """Token, clock, rights, the way in, people, channels. Without a token that works nothing else is asked."""
        try:
            us = await patiently(lambda: asked(self._client.auth_test()))
        except (SendFailed, ReplyLost) as failed:
            yield Checked(
                "token", "refused" if failed.reason == Refusal.REVOKED else "unreachable", self._where(failed)
            )
            return
        headers = {str(name).lower(): str(value) for name, value in us.headers.items()}
        yield Checked("token", values={"workspace": us.get("team") or "", "name": us.get("user") or ""})
        yield self._time(headers.get("date", ""))
        for found in self._rights(headers.get("x-oauth-scopes")):
            yield found
        yield await (self._address() if self._settings.over_http else self._socket())
        async for found in self._people():
            yield found
        for address, purpose in channels.items():
            yield await self._channel(address, purpose)

    def _where(self, failed: SendFailed | ReplyLost) -> dict[str, object]:
        return {"url": self._settings.api_url, "reason": failed.reason}

    def _time(self, date: str) -> Checked:
        """Every answer of a web server tells its time."""
        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return Checked("clock", "unknown", {"url": self._settings.api_url})
        seconds = round(abs(self._clock() - theirs))
        return Checked("clock", "skewed" if seconds > SKEW else "", {"seconds": seconds})

    def _rights(self, told: str | None) -> Iterator[Checked]:
        """Each that is missing, with what it is for. Slack names all with every answer."""
        wanted = scopes.needed(dnd=self._settings.dnd)
        given = {one.strip() for one in (told or "").split(",")}
        missing = sorted(wanted - given) if told is not None else []
        for scope in missing:
            yield Checked("scope", scope.replace(":", "_").replace(".", "_"))
        if told is None:
            yield Checked("scopes", "unknown")
        elif not missing:
            yield Checked("scopes", values={"count": len(wanted)})

    # --- the way in ------------------------------------------------------------------------------------------------

    async def _socket(self) -> Checked:
        """Asks for the address of a socket, and does not go there."""
        token = self._settings.app_token.get_secret_value()
        try:
            await patiently(lambda: asked(self._client.apps_connections_open(app_token=token)))
        except (SendFailed, ReplyLost) as failed:
            reason = failed.reason
            known = reason in (Refusal.REVOKED, Refusal.SCOPE)
            return Checked("socket", str(reason) if known else "failed", self._where(failed))
        return Checked("socket")

    async def _address(self) -> Checked:
        """Our own address, as Slack would come there: what answers has to be our route, which lets nobody in."""
        url = self._settings.address.rstrip("/") + PATH
        values = {"url": url, "status": 0}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
                session.get(url, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return Checked("address", "unreachable", values)
        if status not in _OURS:
            return Checked("address", "elsewhere", values | {"status": status})
        plain = self._settings.api_url.startswith("https:") and not url.startswith("https:")
        return Checked("address", "plain" if plain else "", values)

    # --- people and channels ---------------------------------------------------------------------------------------

    async def _people(self) -> AsyncIterator[Checked]:
        """How many can be asked, and whether one of them can be written to."""
        found: list[Listed] = []
        try:
            async for page in people.listed(self._client, ""):
                found += page
        except (SendFailed, ReplyLost) as failed:
            yield Checked("people", "unread", self._where(failed))
            return
        unknown = sum(not one.email for one in found)
        problem = "nobody" if not found else "without_email" if unknown == len(found) else ""
        yield Checked("people", problem, {"count": len(found), "unknown": unknown})
        if found:
            yield await self._direct(found[0].address)

    async def _direct(self, user: str) -> Checked:
        """Opens the direct chat with somebody, which they do not notice: nothing is sent."""
        try:
            await patiently(lambda: asked(self._client.conversations_open(users=user)))
        except (SendFailed, ReplyLost) as failed:
            closed = failed.reason == "messages_tab_disabled"
            return Checked("direct", "closed" if closed else "failed", self._where(failed))
        return Checked("direct")

    async def _channel(self, address: str, purpose: str) -> Checked:
        values: dict[str, Any] = {"channel": address, "purpose": purpose}
        try:
            problem = await patiently(lambda: self._channels.problem(address))
        except (SendFailed, ReplyLost) as failed:
            return Checked("channel", _unseen(address, failed), values | self._where(failed))
        return Checked("channel", str(problem or ""), values)


def _unseen(address: str, failed: SendFailed | ReplyLost) -> str:
    """What keeps a channel from being looked at."""
    if failed.reason == Refusal.UNKNOWN and not address.startswith(_CHANNEL_ID):
        return "no_id"
    return failed.reason if failed.reason in _SEEN else "unread"
