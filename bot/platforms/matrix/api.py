"""The way to the homeserver: each call once, and none of its kind while it wants the bot to wait.

The library writes what it sends in its log, and a failure holds what was answered: its log is shut here, and no message
of an exception of its is ever shown.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar
from enum import Enum
from types import SimpleNamespace
from typing import Any

import aiohttp
from mautrix.api import HTTPAPI, MediaPath, Method, Path, PathBuilder
from mautrix.errors import MatrixConnectionError, MatrixRequestError

from bot.platforms.matrix.settings import MatrixSettings

Json = dict[str, Any]

TIMEOUT = 15.0  # seconds for an answer
WAITING = 30.0  # seconds that the homeserver may keep a request for news waiting
LIMIT = 429  # how it answers who asks too much; what stands before it, too
NOBODY = 404  # how it answers about who is not there; Synapse with no code of its own
LIMITED = 5.0  # seconds that are waited where it does not say how long
LEAST_LIMITED, MOST_LIMITED = 0.1, 86_400.0  # seconds that are waited whatever it says
PAGE = 100  # events or relations at once
BEGINNING = 20  # events: whoever makes a room for two says less before the other is asked in
MESSAGE, REACTION, ENCRYPTION = "m.room.message", "m.reaction", "m.room.encryption"

logging.getLogger("mau").setLevel(logging.CRITICAL)
_NOT_ASKED = (None, "M_UNRECOGNIZED")  # what stands before it answered, or it tells nobody
_retry_after: ContextVar[float] = ContextVar("retry_after", default=LIMITED)  # as the answer to this task's call says


class Lane(Enum):
    """What the homeserver limits by itself: who may say nothing for a while goes on hearing."""

    SAYING = "saying"  # whatever others see: messages, rooms, coming and going
    ASKING = "asking"  # what happened, what stands there, and what it keeps for the bot


class Limited(Exception):
    """The homeserver wants the bot to wait, in seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("limited")
        self.seconds = seconds


class Api:
    """Calls of one account. Raises Limited, and what mautrix raises: MatrixRequestError, MatrixConnectionError."""

    def __init__(self, settings: MatrixSettings) -> None:
        self._settings = settings
        self._http: HTTPAPI | None = None
        self._held_until = dict.fromkeys(Lane, float("-inf"))
        self._me = ""

    async def call(
        self,
        method: Method,
        path: PathBuilder,
        content: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        wait: float = TIMEOUT,
        lane: Lane | None = None,
    ) -> Any:
        """One call, as JSON. `wait` is in seconds. Of a query what is empty is left out."""
        lane = lane or (Lane.ASKING if method is Method.GET else Lane.SAYING)
        if (left := self._held_until[lane] - time.monotonic()) > 0:
            raise Limited(left)
        headers = {"Content-Type": "image/png"} if isinstance(content, bytes) else {}
        try:
            async with asyncio.timeout(wait):
                return await self._session().request(
                    method,
                    path,
                    content,
                    headers,
                    query_params={name: value for name, value in (query or {}).items() if value},
                    sensitive=content is not None,
                )
        except TimeoutError:
            raise MatrixConnectionError("timeout") from None
        except (json.JSONDecodeError, UnicodeDecodeError):  # half of an answer
            raise MatrixConnectionError("no JSON") from None
        except MatrixRequestError as refused:
            if refused.http_status != LIMIT:
                raise
            seconds = _retry_after.get()
            self._held_until[lane] = time.monotonic() + seconds
            raise Limited(seconds) from None

    async def me(self) -> str:
        """The user id of the bot."""
        if not self._me:
            self._me = str((await self.call(Method.GET, Path.v3.account.whoami))["user_id"])
        return self._me

    # --- what happens ----------------------------------------------------------------------------------------------

    async def sync(self, since: str, sifted: str, *, wait: float = WAITING) -> Json:
        """What happened since; `sifted` is a filter."""
        query = {"since": since, "filter": sifted, "timeout": str(int(wait * 1000))}
        found: Json = await self.call(Method.GET, Path.v3.sync, query=query, wait=wait + TIMEOUT)
        return found

    async def history(self, room: str, start: str = "", end: str = "") -> AsyncIterator[Json]:
        """The events of a room from the newest, or from `start`, back to `end`."""
        while True:
            query = {"dir": "b", "limit": str(PAGE), "from": start, "to": end}
            page = await self.call(Method.GET, Path.v3.rooms[room].messages, query=query)
            for event in page["chunk"]:
                yield event
            if not page["chunk"] or not page.get("end"):
                return
            start = page["end"]

    async def beginning(self, room: str) -> list[Json]:
        """The first events of a room, as far as the bot may see them."""
        query = {"dir": "f", "limit": str(BEGINNING)}
        found: list[Json] = (await self.call(Method.GET, Path.v3.rooms[room].messages, query=query))["chunk"]
        return found

    async def event(self, room: str, event: str) -> Json:
        """One event."""
        found: Json = await self.call(Method.GET, Path.v3.rooms[room].event[event])
        return found

    async def related(self, room: str, event: str, how: str, kind: str) -> list[Json]:
        """What relates to an event in this way, newest first: its edits, or the reactions to it; none redacted."""
        path = Path.v1.rooms[room].relations[event][how][kind]
        found: list[Json] = (await self.call(Method.GET, path, query={"dir": "b", "limit": str(PAGE)}))["chunk"]
        return found

    # --- saying and taking back ------------------------------------------------------------------------------------

    async def say(self, room: str, kind: str, content: Json, transaction: str) -> str:
        """Send an event; the same transaction sends it once, however often it is tried. Returns its id."""
        said = await self.call(Method.PUT, Path.v3.rooms[room].send[kind][transaction], content)
        return str(said["event_id"])

    async def redact(self, room: str, event: str) -> None:
        """Take an event away, for everybody. Twice is once: its transaction is named after it."""
        await self.call(Method.PUT, Path.v3.rooms[room].redact[event][f"redact-{event}"])

    async def upload(self, picture: bytes, name: str) -> str:
        """Bring a picture there; returns its address."""
        return str(
            (await self.call(Method.POST, MediaPath.v3.upload, picture, query={"filename": name}))["content_uri"]
        )

    # --- rooms -----------------------------------------------------------------------------------------------------

    async def create(self, content: Json) -> str:
        """A new room; returns its id."""
        return str((await self.call(Method.POST, Path.v3.createRoom, content))["room_id"])

    async def joined(self) -> list[str]:
        """The rooms that the bot is in."""
        return list((await self.call(Method.GET, Path.v3.joined_rooms))["joined_rooms"])

    async def join(self, room: str) -> None:
        """Come into a room."""
        await self.call(Method.POST, Path.v3.rooms[room].join)

    async def leave(self, room: str) -> None:
        """Go out of a room, or decline to come."""
        await self.call(Method.POST, Path.v3.rooms[room].leave)

    async def state(self, room: str, kind: str, key: str = "") -> Json | None:
        """A part of a room's state; None where it has none."""
        try:
            found: Json = await self.call(Method.GET, Path.v3.rooms[room].state[kind][key])
        except MatrixRequestError as refused:
            if refused.errcode == "M_NOT_FOUND":
                return None
            raise
        return found

    async def members(self, room: str) -> list[str]:
        """The user ids of who is there."""
        return list((await self.call(Method.GET, Path.v3.rooms[room].joined_members))["joined"])

    async def resolve(self, alias: str) -> str:
        """The id of the room with this alias."""
        return str((await self.call(Method.GET, Path.v3.directory.room[alias]))["room_id"])

    async def is_there(self, user: str) -> bool:
        """Whether somebody is called so on the homeserver; also where it does not tell."""
        try:
            await self.call(Method.GET, Path.v3.profile[user])
        except MatrixRequestError as refused:
            return refused.http_status != NOBODY or refused.errcode in _NOT_ASKED
        return True

    # --- what the homeserver keeps for us --------------------------------------------------------------------------

    async def kept(self, name: str) -> Json:
        """What we left there under this name; empty where we did not."""
        path = Path.v3.user[await self.me()].account_data[name]
        try:
            found: Json = await self.call(Method.GET, path)
        except MatrixRequestError as refused:
            if refused.errcode == "M_NOT_FOUND":
                return {}
            raise
        return found

    async def keep(self, name: str, content: Json) -> None:
        """Leave it there."""
        path = Path.v3.user[await self.me()].account_data[name]
        await self.call(Method.PUT, path, content, lane=Lane.ASKING)

    async def close(self) -> None:
        """Close its connections."""
        if self._http is not None:
            await self._http.session.close()

    def _session(self) -> HTTPAPI:
        """Made in the loop that it is used in."""
        if self._http is None:
            session = aiohttp.ClientSession(trace_configs=[_tracing()])
            token = self._settings.token.get_secret_value()
            self._http = HTTPAPI(self._settings.server, token, client_session=session, default_retry_count=0)
        return self._http


def _tracing() -> aiohttp.TraceConfig:
    """The library tells that there is a limit, and not how long it lasts."""

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, call: aiohttp.TraceRequestEndParams) -> None:
        if call.response.status == LIMIT:
            _retry_after.set(_seconds(call.response.headers.get("Retry-After", ""), await call.response.read()))

    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(ended)
    return tracing


def _seconds(header: str, body: bytes) -> float:
    """As what stands before a homeserver says (RFC 9110, 10.2.3), or an older one (spec.matrix.org, rate limiting)."""
    try:
        seconds = float(header) if header.isdecimal() else float(json.loads(body)["retry_after_ms"]) / 1000
    except (LookupError, TypeError, ValueError, OverflowError):
        return LIMITED
    return min(max(LEAST_LIMITED, seconds), MOST_LIMITED)
