"""The real Klankbord with Slack in HTTP mode behind the project's web server, and a hand that signs as Slack does."""

import asyncio
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlmodel import select

from bot.platforms.slack import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH
from bot.store.rounds import Invitation
from bot.web.server import application, listening, server
from tests.scenarios.town import Town, town

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOWHERE = "http://127.0.0.1:9/api/"  # nobody listens there
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PEOPLE = {"anna": "UANNA", "bram": "WBRAM"}


def settings(**others: Any) -> SlackSettings:
    """Of HTTP mode, and of nobody's environment."""
    given = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api_url": NOWHERE} | others
    return SlackSettings(_env_file=None, **given)


@dataclass
class Office:
    """A town whose colleagues have Slack."""

    town: Town
    slack: Slack
    folder: Path
    http: httpx.AsyncClient

    async def invited(self, who: str = "anna") -> str:
        """Their invitation, once the round is open."""
        await self.town.moment("the round opens")
        query = select(Invitation.id).where(Invitation.person == who)
        return await self.town.klankbord.database.read(lambda session: session.exec(query).one())

    async def send(self, body: bytes, headers: dict[str, str] | None = None, kind: str = FORM) -> int:
        """Exactly this. Returns the status of the answer."""
        answer = await self.http.post(PATH, content=body, headers={"content-type": kind} | (headers or {}))
        return answer.status_code

    async def brings(self, payload: dict[str, Any]) -> httpx.Response:
        """As Slack brings it: an event as JSON, a command and an interaction as a form."""
        kind, body = JSON, json.dumps(payload).encode()
        if payload.get("type") not in ("event_callback", "url_verification", "app_rate_limited"):
            form = payload if "command" in payload else {"payload": json.dumps(payload)}
            kind, body = FORM, urlencode(form).encode()
        return await self.http.post(PATH, content=body, headers={"content-type": kind} | signed(body))

    def refused(self) -> dict[str, int]:
        """How often requests were refused, by reason."""
        lines = self.town.klankbord.metrics.exposition(None).decode().splitlines()
        counted = [line for line in lines if line.startswith('klankbord_refused_requests_total{platform="slack"')]
        return {line.split('reason="')[1].split('"')[0]: int(float(line.split()[-1])) for line in counted}

    def stored(self) -> list[str]:
        """Everything in the database."""
        with closing(sqlite3.connect(self.folder / "klankbord.sqlite3")) as database:
            return list(database.iterdump())


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers with which Slack says that a request is its own."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


@asynccontextmanager
async def office(folder: Path, clock: Callable[[], float] = time.time, **others: Any) -> AsyncIterator[Office]:
    """It runs and listens."""
    slack = Slack(settings(**others), clock)
    made = town(folder, PEOPLE, "slack", lambda _database, _now: slack)
    await made.klankbord.listen()
    bound = listening("127.0.0.1", 0)
    serving = server(application(made.klankbord.platforms.values()))
    running = asyncio.create_task(serving.serve(sockets=[bound]))
    address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=address, timeout=20) as http:
            yield Office(made, slack, folder, http)
    finally:
        serving.should_exit = True
        await running
        await made.klankbord.close()
        made.klankbord.database.close()
