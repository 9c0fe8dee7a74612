"""Sends one message: a card to a person, a digest to a group. Once each; the outbox decides about trying again."""

import asyncio
from contextlib import suppress

from telegram import Message
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.core.platform import Attachment, Outgoing, Refusal, ReplyLost, SendFailed
from bot.logs import Log
from bot.platforms.paces import PACES
from bot.platforms.telegram import errors, messages
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.keyboard import Keyboard
from bot.platforms.telegram.moves import Moves
from bot.platforms.telegram.screen import Screen
from bot.platforms.telegram.seal import Seal
from bot.platforms.telegram.settings import PLATFORM

log = Log("telegram")


class Sending:
    """Sends for one bot."""

    def __init__(self, api: Api, seal: Seal, screen: Screen, moves: Moves) -> None:
        self._api, self._seal, self._screen, self._moves = api, seal, screen, moves

    async def send(self, outgoing: Outgoing) -> str:
        """Send it, to where its chat is now; returns chat and number. Raises SendFailed and ReplyLost."""
        chat = self._moves.now(chat_of(outgoing.address))
        try:
            return await self._sent(chat, outgoing)
        except ChatMigrated as moved:
            reference = await self._again(moved.new_chat_id, outgoing)
            await self._tell(chat, moved.new_chat_id)
            return reference
        except TelegramError as error:
            raise errors.failure(error, channel=chat < 0) from None

    async def _again(self, chat: int, outgoing: Outgoing) -> str:
        try:
            return await self._sent(chat, outgoing)
        except TelegramError as error:
            raise errors.failure(error, channel=True) from None

    async def _tell(self, chat: int, to: int) -> None:
        """The message is there by now, so nothing that fails here may say that it is not; the next one tells again."""
        try:
            await self._moves.seen(chat, to)
        except Exception as error:
            log.error("could not tell of a group that has moved", error, platform=PLATFORM)

    async def _sent(self, chat: int, outgoing: Outgoing) -> str:
        if chat < 0:
            await self._refuse_public(chat)
        sent = await (self._digest(chat, outgoing) if outgoing.card is None else self._card(chat, outgoing))
        return f"{chat}:{sent.message_id}"

    async def _refuse_public(self, chat: int) -> None:
        """Where a group has a name of its own, anybody can read all that was ever said there.

        Nothing was sent by then, so nothing can have been lost.
        """
        try:
            found = await self._api.call(lambda bot: bot.get_chat(chat))
        except TelegramError as error:
            if isinstance(failed := errors.failure(error, channel=True), ReplyLost):
                raise SendFailed(failed.reason, permanent=False) from None
            raise
        if found.username:
            raise SendFailed(Refusal.PUBLIC, permanent=True)

    async def _card(self, chat: int, outgoing: Outgoing) -> Message:
        assert outgoing.card is not None  # noqa: S101  whoever calls has looked
        text = messages.of_card(outgoing.card, outgoing.lines)
        sent = await self._api.post(chat, text, Keyboard(self._seal, chat).of(outgoing.card))
        self._screen.stands(chat, sent.message_id, outgoing.card, sent=True)
        return sent

    async def _digest(self, chat: int, outgoing: Outgoing) -> Message:
        """The picture above its text where that is short enough; else the text, and the picture in reply to it."""
        picture = next(iter(outgoing.attachments), None)
        caption = messages.of_digest(outgoing, messages.LONGEST_CAPTION)
        if picture is not None and caption is not None:
            with suppress(_NoPictures):
                return await self._picture(chat, picture, caption)
        sent = await self._api.post(chat, messages.of_lines(outgoing))
        if picture is not None and caption is None:
            await self._add(chat, picture, sent)
        return sent

    async def _add(self, chat: int, picture: Attachment, to: Message) -> None:
        """The digest is there by now: a picture that is refused or lost must not bring it a second time."""
        channel = PACES[PLATFORM].channel
        await asyncio.sleep(channel.interval if channel is not None else 0)
        try:
            await self._picture(chat, picture, messages.caption(picture.alt), to.message_id)
        except (_NoPictures, TelegramError) as error:
            log.warning("a digest without its picture", platform=PLATFORM, reason=type(error).__name__)

    async def _picture(self, chat: int, picture: Attachment, caption: str, reply_to: int | None = None) -> Message:
        try:
            return await self._api.post_picture(chat, await picture.content(), caption, reply_to)
        except BadRequest as refused:
            if errors.refuses_pictures(refused):
                raise _NoPictures from None
            raise


class _NoPictures(Exception):
    """This chat takes text only, or this picture cannot be shown."""


def chat_of(address: str) -> int:
    """The number of a chat. Raises SendFailed: a name is of something public, and anything else is of nothing."""
    if address.isascii() and address.removeprefix("-").isdecimal():
        return int(address)
    raise SendFailed(Refusal.PUBLIC if address.startswith("@") else Refusal.UNKNOWN, permanent=True)
