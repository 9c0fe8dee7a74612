"""What is drawn after the commit, without holding up the acknowledgement.

At each place one drawing at a time, and only the newest: what was tapped meanwhile is not drawn any more. A drawing
that is lost is written down, and healed by the next tap.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.platform import Card, ReplyLost, SendFailed
from bot.logs import Log
from bot.platforms.slack.blocks import Block, card_blocks, fallback
from bot.platforms.slack.errors import asked
from bot.platforms.slack.origin import Origin

LAST = 2.0  # seconds to finish what is being drawn when told to stop

Work = Callable[[], Awaitable[None]]

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
    """Draws in the background. `clock` tells how old a response_url is."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.time) -> None:
        self._client, self._clock = client, clock
        self._newest: dict[str, Work] = {}  # by place
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def redraw(self, origin: Origin, card: Card) -> None:
        """Have a card drawn in its message."""
        self.newest(origin.key, partial(self._redrawn, origin, card))

    def newest(self, place: str, work: Work) -> None:
        """Have something drawn at a place, unless something newer comes before its turn."""
        self._newest[place] = work
        if place not in self._busy:
            self._busy.add(place)
            self._begin(self._all_at(place))

    def once(self, work: Awaitable[None]) -> None:
        """Have something drawn that has no place yet."""
        self._begin(_quietly(work))

    async def close(self) -> None:
        """Finish what is under way, or give it up where that takes long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _all_at(self, place: str) -> None:
        try:
            while place in self._newest:
                await _quietly(self._newest.pop(place)())
        finally:
            self._busy.discard(place)

    async def _redrawn(self, origin: Origin, card: Card) -> None:
        url = origin.url(self._clock())
        if not url and origin.kind != "message":
            return  # nothing can change it any more
        shown = drawn(card)
        if url and await self._replaced(url, shown):
            return
        if origin.kind == "message":
            call = self._client.chat_update(channel=origin.channel, ts=origin.ts, text=shown.text, blocks=shown.blocks)
            await asked(call)

    async def _replaced(self, url: str, shown: Drawn) -> bool:
        """Whether the response_url took it: it lives 30 minutes and takes five uses."""
        hook = AsyncWebhookClient(url, session=self._client.session, retry_handlers=[])
        call = hook.send_dict({"replace_original": True, "text": shown.text, "blocks": shown.blocks})
        answer = await asked(call)
        return answer.status_code == 200 and "false" not in answer.body  # `ok`, or {"ok": false, "error": …}


async def _quietly(work: Awaitable[None]) -> None:
    """Without content: Slack's own word for what went wrong."""
    try:
        await work
    except (SendFailed, ReplyLost) as failed:
        log.warning("not drawn", platform="slack", reason=failed.reason)
    except Exception as error:
        log.error("not drawn", error, platform="slack")
