"""The card on somebody's screen becomes the next one: after the commit, and without holding up the acknowledgement.

Per message one redraw at a time, and only the newest: what was tapped meanwhile is not drawn any more. A redraw that
is lost is healed by the next tap.
"""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.platform import Card
from bot.logs import Log
from bot.platforms.slack.blocks import Block, card_blocks, fallback
from bot.platforms.slack.origin import Origin

log = Log("slack")


@dataclass(frozen=True)
class Drawn:
    """A card as it is sent."""

    text: str
    blocks: list[Block]


def drawn(card: Card) -> Drawn:
    """A card in a message."""
    return Drawn(fallback(card.lines), card_blocks(card))


class Redrawing:
    """Redraws in the background."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._newest: dict[tuple[str, str], tuple[Origin, Drawn]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[tuple[str, str]] = set()

    def redraw(self, origin: Origin, card: Card) -> None:
        """Have the card drawn in its place."""
        self._newest[origin.key] = (origin, drawn(card))
        if origin.key not in self._busy:
            self._busy.add(origin.key)
            self.begin(self._all_of(origin.key))

    def begin(self, work: Awaitable[None]) -> None:
        """Do something in the background; when it fails, that is written down."""
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Finish what is under way."""
        await asyncio.gather(*self._tasks)

    async def _all_of(self, key: tuple[str, str]) -> None:
        try:
            while key in self._newest:
                await _quietly(self._once(*self._newest.pop(key)))
        finally:
            self._busy.discard(key)

    async def _once(self, origin: Origin, card: Drawn) -> None:
        url = origin.url(time.time())
        if url and await self._replaced(url, card):
            return
        if origin.kind == "message":
            await self._client.chat_update(channel=origin.channel, ts=origin.ts, text=card.text, blocks=card.blocks)

    async def _replaced(self, url: str, card: Drawn) -> bool:
        """Whether the response_url took it: it lives 30 minutes and takes five uses."""
        hook = AsyncWebhookClient(url, session=self._client.session, retry_handlers=[])
        answer = await hook.send_dict({"replace_original": True, "text": card.text, "blocks": card.blocks})
        return answer.status_code == 200


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except SlackApiError as error:
        log.warning("not drawn", platform="slack", reason=str(error.response.get("error", "")))
    except Exception as error:
        log.warning("not drawn", platform="slack", reason=type(error).__name__)
