"""Whether Telegram is set up as it should be: one thing after another, each with its remedy in the catalogue."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import ChatMigrated, Conflict, InvalidToken, TelegramError

from bot.core.platform import Checked, SendFailed
from bot.platforms.telegram import errors
from bot.platforms.telegram.sending import chat_of
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.updates import WANTED
from bot.platforms.telegram.webhook import PATH

SKEW = 60  # seconds that our clock may differ: quiet hours and closings go by it
PATIENCE = 2  # seconds in which somebody else who fetches updates shows
_AWAY = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Checks:
    """Looks at one bot."""

    def __init__(self, bot: Bot, settings: TelegramSettings) -> None:
        self._bot, self._settings = bot, settings

    async def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """Clock, token, name, groups, updates, and each channel. Without a token that works nothing else is asked."""
        yield await self._clock()
        try:
            me = await self._bot.get_me()
        except TelegramError as error:
            yield Checked("token", "refused" if isinstance(error, InvalidToken) else "unreachable", self._where)
            return
        yield Checked("token", values={"name": me.username or ""})
        yield self._name(me)
        yield self._groups(me)
        yield await self._updates()
        for address, purpose in channels.items():
            yield await self._channel(address, purpose, me)

    @property
    def _where(self) -> dict[str, object]:
        return {"url": self._settings.api_url}

    async def _clock(self) -> Checked:
        """Every answer of a web server tells its time."""
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                answer = await client.head(self._settings.api_url)
            theirs = parsedate_to_datetime(answer.headers["date"])
        except (httpx.HTTPError, KeyError, ValueError):
            return Checked("clock", "unknown", self._where)
        seconds = round(abs((datetime.now(UTC) - theirs).total_seconds()))
        return Checked("clock", "skewed" if seconds > SKEW else "", {"seconds": seconds})

    def _name(self, me: User) -> Checked:
        """Personal links lead to it."""
        name, actual = self._settings.name, me.username or ""
        return Checked("name", "other" if name and name != actual else "", {"name": name, "actual": actual})

    def _groups(self, me: User) -> Checked:
        """It may be added to groups, and must not read what is said there."""
        if not me.can_join_groups:
            return Checked("groups", "closed")
        return Checked("groups", "reads_all" if me.can_read_all_group_messages else "")

    async def _updates(self) -> Checked:
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError:
            return Checked("updates", "unreachable", self._where)
        if not self._settings.by_webhook:
            return Checked("updates", "webhook", {"url": info.url}) if info.url else await self._fetching()
        url = webhook_url(self._settings)
        if info.url != url:
            return Checked("updates", "not_brought", {"url": url})
        values = {"url": url, "error": info.last_error_message or "", "waiting": info.pending_update_count}
        return Checked("updates", "failing" if info.last_error_message and info.pending_update_count else "", values)

    async def _fetching(self) -> Checked:
        """Telegram sends away whoever fetched before: somebody who comes back sends us away. Confirms nothing."""
        try:
            await self._bot.get_updates(limit=1, timeout=PATIENCE, allowed_updates=WANTED)
        except Conflict:
            return Checked("updates", "elsewhere")
        except TelegramError:
            return Checked("updates", "unreachable", self._where)
        return Checked("updates")

    async def _channel(self, address: str, purpose: str, me: User) -> Checked:
        values: dict[str, object] = {"channel": address, "purpose": purpose, "to": ""}
        try:
            chat = await self._bot.get_chat(chat_of(address))
            member = await self._bot.get_chat_member(chat.id, me.id)
        except ChatMigrated as moved:
            return Checked("channel", "moved", values | {"to": moved.new_chat_id})
        except SendFailed as refused:
            return Checked("channel", refused.reason, values)
        except TelegramError as error:
            failed = errors.failure(error, channel=True)
            permanent = isinstance(failed, SendFailed) and failed.permanent
            return Checked("channel", failed.reason if permanent else "unreachable", values | self._where)
        return Checked("channel", _problem(chat, member), values)


def webhook_url(settings: TelegramSettings) -> str:
    """Where Telegram brings updates."""
    return settings.address.rstrip("/") + PATH


def _problem(chat: ChatFullInfo, member: ChatMember) -> str:
    """What keeps messages out of a chat, or where they should not be."""
    if chat.username:
        return "public"
    if chat.type == ChatType.PRIVATE:
        return "person"
    if member.status in _AWAY:
        return "removed"
    return "" if _may_post(chat, member) else "not_allowed"


def _may_post(chat: ChatFullInfo, member: ChatMember) -> bool:
    if chat.type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    if isinstance(member, ChatMemberRestricted):
        return bool(member.can_send_messages)
    allowed = chat.permissions is None or chat.permissions.can_send_messages is not False
    return allowed or member.status in _ADMINS
