"""Two chat platforms for the bot: the askable and the mute chat server of this folder, over HTTP.

As any adapter they translate and decide nothing. They are added by one line each to `bot.platforms.PLATFORMS`.
"""

import asyncio
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Self

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.pacing import Pace
from bot.core.platform import Card, Hear, Outgoing, ReplyLost, SendFailed, Tap

from .chatserver import CAUSE, ONE_CHAT, OVERALL

TIMEOUT = 5  # seconds for one request
logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes down every address

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _Chat:
    """What both have in common: sending."""

    name: str
    pace = Pace(overall=OVERALL, person=ONE_CHAT, channel=ONE_CHAT)

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, verify=False, timeout=TIMEOUT)

    @classmethod
    def from_environment(cls) -> Self:
        """The platform whose server's address is in KLANKBORD_ASKABLE_URL or KLANKBORD_MUTE_URL."""
        return cls(os.environ[f"KLANKBORD_{cls.name.upper()}_URL"])

    async def send(self, outgoing: Outgoing) -> str:
        """Post it. A connection that broke after the request left tells nothing: ReplyLost."""
        try:
            answer = await self._client.post("/messages", json=self._body(outgoing), headers=self._headers(outgoing))
        except _NEVER_SENT as error:
            raise SendFailed(type(error).__name__, permanent=False) from None
        except httpx.TransportError as error:
            raise ReplyLost(type(error).__name__) from None
        if answer.status_code != 200:
            raise _failed(answer)
        return str(answer.json()["id"])

    async def aclose(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    def _body(self, outgoing: Outgoing) -> dict[str, Any]:
        card = outgoing.card
        lines = (*outgoing.lines, *outgoing.details, *(attached.alt for attached in outgoing.attachments))
        return {"chat": outgoing.address, "lines": [*lines, *(card.lines if card else ())], "buttons": _buttons(card)}

    def _headers(self, outgoing: Outgoing) -> dict[str, str]:
        return {}


class Askable(_Chat):
    """Can be asked what it has, and brings its taps itself."""

    name = "askable"
    _hear: Hear | None = None

    async def listen(self, hear: Hear) -> None:
        """From now on taps are heard."""
        self._hear = hear

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """By the id that went along as metadata."""
        try:
            answer = await self._client.get("/messages", params={"id": outgoing.id})
        except httpx.TransportError as error:
            raise SendFailed(type(error).__name__, permanent=False) from None
        if answer.status_code != 200:
            raise _failed(answer)
        found = answer.json()["id"]
        return str(found) if found is not None else None

    def routes(self) -> list[BaseRoute]:
        """Where taps are brought."""
        return [Route(f"/{self.name}/taps", self._tapped, methods=["POST"])]

    async def _tapped(self, request: Request) -> Response:
        """200 once the tap has taken effect, and not before."""
        if self._hear is None:
            return Response(status_code=503)
        body = await request.json()
        card = await self._hear(Tap(self.name, body["chat"], body["action"], delivery=body["delivery"]))
        return JSONResponse({"buttons": _buttons(card)})

    def _body(self, outgoing: Outgoing) -> dict[str, Any]:
        return {**super()._body(outgoing), "metadata": {"id": outgoing.id}}


class Mute(_Chat):
    """Cannot be asked; its taps are fetched, and its cards are edited by a request of their own."""

    name = "mute"

    async def listen(self, hear: Hear) -> None:
        """Nothing reaches every replica: everything is fetched by one of them."""

    async def poll(self, hear: Hear) -> None:
        """Fetch, hear, edit; the next fetch acknowledges. What `hear` raises ends it: those taps come again."""
        offset = 0
        while True:
            for update in await self._fetched(offset):
                card = await hear(Tap(self.name, update["chat"], update["action"], delivery=str(update["update"])))
                await self._edit(update["message"], card)
                offset = update["update"] + 1

    async def _fetched(self, offset: int) -> list[dict[str, Any]]:
        """The next updates; none, after a moment, when there is another consumer or no answer."""
        try:
            answer = await self._client.get("/updates", params={"offset": offset})
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            return []
        if answer.status_code != 200:
            await asyncio.sleep(0.2)
            return []
        found: list[dict[str, Any]] = answer.json()["updates"]
        return found

    async def _edit(self, message: int, card: Card | None) -> None:
        """Show the next card, however long that takes: to this server's people, acknowledged means that they see it."""
        body = {"lines": card.lines if card else (), "buttons": _buttons(card)}
        while True:
            with suppress(httpx.TransportError):
                answer = await self._client.put(f"/messages/{message}", json=body)
                if answer.status_code == 200:
                    return
            await asyncio.sleep(0.2)

    def _headers(self, outgoing: Outgoing) -> dict[str, str]:
        return {CAUSE: outgoing.id}


def _buttons(card: Card | None) -> list[dict[str, Any]]:
    buttons: Iterable[Any] = (*card.choices, *card.steps, *card.asides) if card else ()
    return [{"label": one.label, "action": one.action, "ticked": one.ticked} for one in buttons]


def _failed(answer: httpx.Response) -> SendFailed:
    """429 says how long and where to wait; whatever it never takes is 4xx."""
    reason = f"http_{answer.status_code}"
    if answer.status_code == 429:
        wait = timedelta(seconds=float(answer.headers["retry-after"]))
        everywhere = answer.json()["scope"] == "everywhere"
        return SendFailed(reason, permanent=False, retry_after=wait, everywhere=everywhere)
    return SendFailed(reason, permanent=400 <= answer.status_code < 500)
