"""Updates that Telegram brings itself. It is answered 200 once their effect is stored, and not before: it repeats the
others. The update itself is kept nowhere.
"""

import hmac
import json

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import Bot, Update

from bot.logs import Log
from bot.platforms.telegram.hearing import Hearing
from bot.platforms.telegram.settings import PLATFORM

PATH = "/telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  its name
LARGEST = 256 * 1024  # bytes: a message of 4096 signs in reply to another one takes a tenth of it

log = Log("telegram")


class Webhook:
    """Takes what is brought to one bot."""

    def __init__(self, bot: Bot, hearing: Hearing, secret: str) -> None:
        self._bot, self._hearing, self._secret = bot, hearing, secret

    def routes(self) -> list[BaseRoute]:
        """For the web server to mount."""
        return [Route(PATH, self._brought, methods=["POST"])]

    async def _brought(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("latin-1"), self._secret.encode()):
            return self._no("secret", 401)
        try:
            update = await self._update(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if update is None:
            return self._no("malformed", 400)
        try:
            await self._hearing.heard(update)
        except Exception as error:
            log.error("an update could not be heard; it is brought again", error, platform=PLATFORM)
            return Response(status_code=503)
        return Response(status_code=200)

    def _no(self, reason: str, status: int) -> Response:
        self._hearing.refused(reason)
        return Response(status_code=status)

    async def _update(self, request: Request) -> Update | None:
        """None where it is too large, or is none."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
        try:
            update = Update.de_json(json.loads(body), self._bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return update if isinstance(update.update_id, int) else None
