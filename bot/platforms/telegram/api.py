"""The way to the Bot API: each call once, and none while Telegram wants the whole bot to wait.

python-telegram-bot and httpx write the address of every call in their logs, and the token is in it: they are kept
quiet here, whatever else is logged. No message of an exception of theirs is ever shown: it may hold the same.
"""

import logging
import os
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import RetryAfter
from telegram.request import HTTPXRequest

from bot.platforms.telegram.settings import TelegramSettings

T = TypeVar("T")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
CONNECTIONS = 32  # calls at once; the first eight are those of the outbox
TIMEOUT = 10.0  # seconds for an answer
UPLOAD = 30.0  # seconds to bring a picture there
FETCHING = 50  # seconds that Telegram may keep a request for updates waiting

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else the library warns each time that Telegram says how long to wait
for _talkative in ("telegram", "httpx", "httpcore"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)


class Api:
    """Calls of one bot. Raises what python-telegram-bot raises."""

    def __init__(self, settings: TelegramSettings) -> None:
        calls, fetching = _connections(CONNECTIONS, TIMEOUT), _connections(1, FETCHING + TIMEOUT)
        base = f"{settings.api_url.rstrip('/')}/bot"
        token = settings.token.get_secret_value()
        self.bot = Bot(token, base_url=base, request=calls, get_updates_request=fetching)
        self._requests = (calls, fetching)
        self._held_until = float("-inf")

    async def call(self, call: Callable[[Bot], Awaitable[T]]) -> T:
        """One call. Raises RetryAfter without calling while the bot has to wait."""
        if (wait := self._held_until - time.monotonic()) > 0:
            raise RetryAfter(timedelta(seconds=wait))
        try:
            return await call(self.bot)
        except RetryAfter as flooded:
            self._held_until = max(self._held_until, time.monotonic() + seconds(flooded))
            raise

    async def post(self, chat: int, text: str, keyboard: InlineKeyboardMarkup | None = None) -> Message:
        """A new message."""
        return await self.call(
            lambda bot: bot.send_message(
                chat, text, parse_mode=ParseMode.HTML, reply_markup=keyboard, link_preview_options=NO_PREVIEW
            )
        )

    async def post_picture(self, chat: int, picture: bytes, caption: str, reply_to: int | None = None) -> Message:
        """A new message with a picture, perhaps in reply to another one."""
        file = InputFile(picture, filename="klankbord.png")
        reply = ReplyParameters(reply_to) if reply_to is not None else None
        return await self.call(
            lambda bot: bot.send_photo(chat, file, caption=caption, parse_mode=ParseMode.HTML, reply_parameters=reply)
        )

    async def edit(self, chat: int, message: int, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """A message says this from now on."""
        await self.call(
            lambda bot: bot.edit_message_text(
                text, chat, message, parse_mode=ParseMode.HTML, reply_markup=keyboard, link_preview_options=NO_PREVIEW
            )
        )

    async def close(self) -> None:
        """Close its connections."""
        for request in self._requests:
            await request.shutdown()


def _connections(most: int, read_timeout: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=most,
        read_timeout=read_timeout,
        write_timeout=TIMEOUT,
        connect_timeout=TIMEOUT,
        pool_timeout=TIMEOUT,
        media_write_timeout=UPLOAD,
    )


def seconds(flooded: RetryAfter) -> float:
    """How long Telegram wants the bot to wait."""
    wait = flooded.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
