"""The real Klankbord on a fake Slack, over signed HTTP or over sockets, with the round open and two people in it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session, select

from bot.core.ballot import Ballot
from bot.platforms.slack import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH
from bot.store import ballots
from bot.store.ballots import SealedBallot
from bot.store.rounds import Invitation
from bot.web.server import application, listening, server
from tests.scenarios.town import Town, organisation, town

from .bridge import Ack
from .colleague import Colleague
from .reading import Element, elements
from .records import Json, Message
from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN, BOT_TOKEN, SECRET

PEOPLE = {"anna": "UANNA", "bram": "WBRAM"}
PATIENCE = 10.0  # seconds
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def settings(**others: Any) -> SlackSettings:
    """Of nobody's environment."""
    return SlackSettings(_env_file=None, **({"bot_token": BOT_TOKEN} | others))


@dataclass
class Office:
    """A town whose colleagues have Slack."""

    town: Town
    slack: FakeSlack
    bot: Slack
    folder: Path
    http: httpx.AsyncClient  # to our own web server

    @property
    def anna(self) -> Colleague:
        """Somebody who was asked."""
        return self.slack.person("UANNA")

    @property
    def bram(self) -> Colleague:
        """Another one, of an enterprise."""
        return self.slack.person("WBRAM")

    async def does(self, doing: Any) -> Ack:
        """Something is done and acknowledged, and then drawn."""
        ack: Ack = await doing
        await self.drawn()
        return ack

    async def taps(self, *labels: str, who: str = "UANNA") -> None:
        """One after another, each acknowledged and drawn."""
        for label in labels:
            ack = await self.does(self.slack.person(who).tap(label))
            assert ack.status == 200, label

    async def presses(self, action: str) -> Ack:
        """Anna taps a button with this instruction."""
        return await self.does(self.slack.bridge.interaction("interactive", self.payload(action)))

    def payload(self, action: str) -> Json:
        """What Slack brings when Anna taps a button with this instruction, whoever drew it, in her newest message."""
        message = self.anna.messages()[-1]
        button = a_button(message)
        return self.anna.payload(message, button, {"type": "button", "text": button.content["text"], "value": action})

    async def to_the_end(self) -> None:
        """Anna answered everything, but did not say that she is done."""
        await self.taps("Begin, 1 minuut", "Geen van deze", "ICT", "Verder")
        await self.taps("4 goed", "4 goed", "Iets anders", "Snelheid", "Niets")

    async def drawn(self) -> None:
        """What follows after the acknowledgement, by itself."""
        async with asyncio.timeout(PATIENCE):
            while self.bot._redrawing._tasks:
                await asyncio.wait(self.bot._redrawing._tasks)

    async def invitation(self, who: str = "anna") -> str:
        """Theirs."""
        query = select(Invitation.id).where(Invitation.person == who)
        return await self.town.klankbord.database.read(lambda session: session.exec(query).one())

    async def ballot(self, who: str = "anna") -> Ballot:
        """What is sealed."""
        name, keyring = await self.invitation(who), self.town.klankbord.keyring

        def opened(session: Session) -> Ballot:
            key = keyring.round_key(session, session.get_one(Invitation, name).round)
            return ballots.unseal(key, name, session.get_one(SealedBallot, name).sealed)

        return await self.town.klankbord.database.read(opened)

    async def send(self, body: bytes, headers: dict[str, str] | None = None, kind: str = FORM) -> int:
        """Exactly this, over HTTP. Returns the status of the answer."""
        answer = await self.http.post(PATH, content=body, headers={"content-type": kind} | (headers or {}))
        return answer.status_code

    def refused(self) -> dict[str, int]:
        """How often requests were refused, by reason."""
        lines = self.town.klankbord.metrics.exposition(None).decode().splitlines()
        counted = [line for line in lines if line.startswith('klankbord_refused_requests_total{platform="slack"')]
        return {line.split('reason="')[1].split('"')[0]: int(float(line.split()[-1])) for line in counted}

    def stored(self) -> list[str]:
        """Everything in the database."""
        with closing(sqlite3.connect(self.folder / "klankbord.sqlite3")) as database:
            return list(database.iterdump())

    def in_messages(self) -> str:
        """All that Slack may keep: every version of every message that more than one moment sees."""
        return json.dumps([blocks for _, blocks in self.slack.workspace.kept()], ensure_ascii=False)


async def until(happened: Callable[[], object]) -> None:
    """Wait for something that others make happen."""
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def a_button(message: Message) -> Element:
    """The first one in a message."""
    return next(one for one in elements(message.blocks) if one.kind == "button")


@asynccontextmanager
async def office(folder: Path, *, over_http: bool = True, enterprise: bool = False) -> AsyncIterator[Office]:
    """It runs, and the first card is in everybody's chat."""
    async with fake_slack() as slack:
        slack.workspace.enterprise = enterprise
        for name, user in PEOPLE.items():
            slack.workspace.user(user, name.capitalize())
        for department in organisation("slack").departments:
            slack.workspace.channel(f"#{department.key}")
        way = {"signing_secret": SECRET} if over_http else {"app_token": APP_TOKEN}
        bot = Slack(settings(api_url=slack.api, **way), slack.workspace.now)
        made = town(folder, PEOPLE, "slack", lambda _database, _now: bot)
        await made.klankbord.listen()
        bound = listening("127.0.0.1", 0)
        serving = server(application(made.klankbord.platforms.values()))
        running = asyncio.create_task(serving.serve(sockets=[bound]))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        slack.bridge.url = address + PATH if over_http else ""
        slack.bridge.deadline = PATIENCE  # the scenarios and the benchmark hold us to three seconds
        try:
            async with httpx.AsyncClient(base_url=address, timeout=20) as http:
                await made.moment("the round opens")
                yield Office(made, slack, bot, folder, http)
        finally:
            serving.should_exit = True
            await running
            await made.klankbord.close()
            made.klankbord.database.close()
