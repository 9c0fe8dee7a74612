"""What Slack brings to the bot: interactions once and within three seconds, events again until they are acknowledged.

docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response and /apis/events-api#retries. Over HTTP
every request is signed (docs.slack.dev/authentication/verifying-requests-from-slack); else it goes over a socket.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

from .over_sockets import OverSockets
from .records import Json, Message
from .shapes import event_of_ours
from .workspace import SECRET, Workspace

Kind = Literal["interactive", "slash_commands", "events_api"]  # as Socket Mode calls them

DEADLINE = 3.0  # seconds in which an interaction or an event has to be acknowledged
WAITS = (0.0, 0.1, 0.3)  # seconds before each retry; Slack's own are none, one minute and five
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Ack:
    """How the bot answered: a status as of HTTP, 0 for none at all; what it said; and after how many seconds."""

    status: int
    body: Any = None  # an object where it is JSON, a text where it is not; None where it is empty
    seconds: float = 0.0
    why: str = ""  # there was none: http_timeout, connection_failed; else http_error where it is not a 200
    headers: Mapping[str, str] = field(default_factory=dict)


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The two headers with which Slack proves that it is Slack; `at` is in seconds since 1970."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


class Bridge:
    """Brings payloads. `url` is the Request URL; without one they go over a socket."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.url = ""
        self.skew = 0.0  # seconds that Slack's clock is ahead of ours, as far as signatures go
        self.secret = SECRET  # what requests are signed with
        self.deadline = DEADLINE
        self.twice = 0  # so many of the next events are brought once more, though they were acknowledged
        self.sockets = OverSockets(workspace)
        self.acks: list[Ack] = []  # of interactions and commands
        self.tries: list[tuple[Json, int, Ack]] = []  # of events: each with the number of the retry, and its answer
        self._session: aiohttp.ClientSession | None = None
        workspace.posted = self._echo

    async def interaction(self, kind: Kind, payload: Mapping[str, Any]) -> Ack:
        """A tap, a submission or a command: brought once, and a violation where it is late."""
        ack = await self._brought(kind, payload)
        self.acks.append(ack)
        if ack.why == "http_timeout":
            self.workspace.violations.append(f"{kind}: not acknowledged within {self.deadline:g} s")
        return ack

    async def event(self, payload: Json) -> Ack:
        """Brought again, up to three times, until it is acknowledged; the last answer."""
        ack = await self._tried(payload, 0, "")
        for number, wait in enumerate(WAITS, 1):
            if ack.status == 200 or ack.headers.get("x-slack-no-retry") == "1":
                break
            await asyncio.sleep(wait)
            ack = await self._tried(payload, number, ack.why)
        if self.twice:
            self.twice -= 1
            return await self._tried(payload, 1, "http_timeout")
        return ack

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Ack:
        """Any body with any headers: somebody else's doing, or the same once more."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        began = time.monotonic()
        try:
            async with self._session.post(self.url, data=body, headers=dict(headers)) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                why = "" if response.status == 200 else "http_error"
                return Ack(response.status, _read(await response.text()), time.monotonic() - began, why, found)
        except aiohttp.ClientError:
            return Ack(0, seconds=time.monotonic() - began, why="connection_failed")

    def request(self, kind: Kind, payload: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a payload: an event is JSON, a command a form, an interaction JSON in a form."""
        if kind == "events_api":
            body, content = json.dumps(payload).encode(), JSON
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content = urlencode(form).encode(), FORM
        return body, {"Content-Type": content, **signed(body, self.workspace.now() + self.skew, self.secret)}

    async def refresh(self) -> None:
        """Slack says that it will close the oldest socket, and does."""
        await self.sockets.refresh()

    async def drop(self) -> None:
        """Every socket breaks."""
        await self.sockets.drop()

    async def close(self) -> None:
        """No more."""
        if self._session is not None:
            await self._session.close()

    # --- one try ---------------------------------------------------------------------------------------------------

    async def _tried(self, payload: Json, number: int, why: str) -> Ack:
        ack = await self._brought("events_api", payload, number, why)
        self.tries.append((payload, number, ack))
        return ack

    async def _brought(self, kind: Kind, payload: Mapping[str, Any], number: int = 0, why: str = "") -> Ack:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                if self.url:
                    return await self._posted(kind, payload, number, why)
                body = await self.sockets.bring(kind, payload, number, why)
                return Ack(200, body, time.monotonic() - began)
        except TimeoutError:
            return Ack(0, seconds=time.monotonic() - began, why="http_timeout")
        except ConnectionError:
            return Ack(0, seconds=time.monotonic() - began, why="connection_failed")

    async def _posted(self, kind: Kind, payload: Mapping[str, Any], number: int, why: str) -> Ack:
        body, headers = self.request(kind, payload)
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": why}
        return await self.post(body, headers)

    def _echo(self, message: Message) -> None:
        """The bot hears what it says itself, where the workspace is told so."""
        channel = self.workspace.channels[message.channel]
        if self.workspace.echoes and channel.person:
            self.workspace.later(self._echoed(event_of_ours(self.workspace, message)))

    async def _echoed(self, payload: Json) -> None:
        await self.event(payload)


def _read(body: str) -> Any:
    try:
        found = json.loads(body)
    except ValueError:
        return body or None
    return found if isinstance(found, dict) else body
