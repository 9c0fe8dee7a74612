"""Bringing updates to the bot: core.telegram.org/bots/api#setwebhook, core.telegram.org/bots/webhooks.

Telegram looks an address up, wants HTTPS and one of four ports, and repeats an update until it is answered 2xx. Here
`hosts` stands for the name service: which machine, without a certificate, is behind a public address.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from .refusals import Refused, slip
from .updates import Update, Updates

PORTS = (443, 80, 88, 8443)
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
AGAIN = 0.1  # seconds until the next try; Telegram waits a second, then twice as long each time
PATIENCE = 30.0  # seconds for an answer


@dataclass
class Webhook:
    """Where updates are brought, while there is an address."""

    updates: Updates
    now: Callable[[], datetime]
    hosts: dict[str, str] = field(default_factory=dict)  # https://public.example -> http://127.0.0.1:1234
    url: str = ""
    secret: str = field(default="", repr=False)
    tries: int = 0
    errors: list[tuple[datetime, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    _under_way: set[int] = field(default_factory=set)  # chats

    def set(self, url: str, secret: str) -> None:
        """Bring updates there from now on. Raises Refused."""
        if secret and not SECRET.fullmatch(secret):
            raise slip("secret token contains unallowed characters")
        self._local(url)
        self.url, self.secret = url, secret
        self.updates.changed.ring()

    def remove(self) -> None:
        """Bring them nowhere."""
        self.url = self.secret = ""

    async def run(self) -> None:
        """Bring what waits, until cancelled: of each chat one after another, of several chats at once."""
        async with httpx.AsyncClient(verify=False, timeout=PATIENCE) as client, asyncio.TaskGroup() as group:
            while True:
                for update in list(self.updates.waiting) if self.url else ():
                    if update.chat not in self._under_way:
                        self._under_way.add(update.chat)
                        group.create_task(self._bring(client, update))
                await self.updates.changed.next()

    async def _bring(self, client: httpx.AsyncClient, update: Update) -> None:
        if error := await self._error(client, update):
            self.errors.append((self.now(), error))
            await asyncio.sleep(AGAIN)
        else:
            self.updates.confirmed(update)
        self._under_way.discard(update.chat)
        self.updates.changed.ring()

    async def _error(self, client: httpx.AsyncClient, update: Update) -> str:
        self.tries += 1
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        headers = {"content-type": "application/json", "host": urlsplit(self.url).netloc, **secret}
        try:
            answer = await client.post(self._local(self.url), content=json.dumps(update.shown()), headers=headers)
        except httpx.TimeoutException:
            return "Read timeout expired"
        except httpx.TransportError as error:
            return f"Connection failed: {type(error).__name__}"
        if answer.text.lstrip().startswith("{") and "method" in answer.json():
            self.violations.append("webhook: an answer that calls a method is never told how that ended")
        return "" if answer.is_success else f"Wrong response from the webhook: {answer.status_code}"

    def _local(self, url: str) -> str:
        """The machine behind an address. Raises Refused, in the words of the server."""
        parts = urlsplit(url)
        if parts.scheme != "https":
            raise _bad("An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in PORTS:
            raise _bad("Webhook can be set up only on ports 80, 88, 443 or 8443")
        host = self.hosts.get(f"https://{parts.netloc}")
        if host is None:
            raise _bad("Failed to resolve host: Name or service not known")
        return host + parts.path


def _bad(why: str) -> Refused:
    return slip(f"bad webhook: {why}")
