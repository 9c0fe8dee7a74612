"""Slack plays every scenario, over signed HTTP and over sockets: with the real SDK, against a strict fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.slack import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH
from bot.web.server import application, listening, server
from tests.platforms.slack.colleague import Colleague, words
from tests.platforms.slack.server import FakeSlack, fake_slack
from tests.platforms.slack.workspace import APP_TOKEN, BOT_TOKEN, SECRET

from .script import SCENARIOS, Script, play, read
from .town import Town, organisation, town


class Desks:
    """Everybody at their desk, with Slack open."""

    def __init__(self, town: Town, slack: FakeSlack, bot: Slack) -> None:
        self._town, self._slack, self._bot = town, slack, bot

    async def moment(self, name: str) -> None:
        """The clock; what only one person saw is gone after a while."""
        await self._town.moment(name)
        self._forget_whispers()

    async def read(self, who: str) -> str:
        """The chat as a person reads it; or a channel with its threads."""
        if not who.startswith("#"):
            return self._person(who).sees()
        messages = self._slack.workspace.at(channel_id(who))
        return "\n".join(words(message.blocks) for message in messages)

    async def tap(self, who: str, label: str) -> None:
        """A button, an option, or a button of the modal."""
        await self._person(who).tap(label)
        await self._drawn()

    async def tap_in(self, who: str, channel: str, label: str) -> None:
        """In the channel; what follows is in a modal."""
        person = self._person(who)
        person.goes_to(channel_id(channel))
        await person.tap(label)
        await self._drawn()
        person.goes_to("")

    async def type(self, who: str, text: str) -> None:
        """In the modal."""
        await self._person(who).type(text)
        await self._drawn()

    async def ask(self, who: str, word: str) -> None:
        """The slash command; what it answered before is soon out of sight."""
        self._forget_whispers()
        await self._person(who).ask(word)
        await self._drawn()

    def _forget_whispers(self) -> None:
        space = self._slack.workspace
        space.messages = [one for one in space.messages if not one.only_for]

    def _person(self, who: str) -> Colleague:
        return self._slack.person(user_id(who))

    async def _drawn(self) -> None:
        """What follows after the acknowledgement, by itself."""
        while self._bot._redrawing._tasks:
            await asyncio.wait(self._bot._redrawing._tasks)


def user_id(name: str) -> str:
    """As Slack names people; of an enterprise, with a W."""
    return ("W" if name == "bram" else "U") + name.upper()


def channel_id(name: str) -> str:
    """As Slack names channels, whatever people call them."""
    return "C" + name.removeprefix("#").upper()


@asynccontextmanager
async def on_stage(folder: Path, script: Script, *, over_http: bool) -> AsyncIterator[Desks]:
    """The town on Slack, and everybody at their desk."""
    async with fake_slack() as slack:
        for name in script.colleagues:
            slack.workspace.user(user_id(name), name.capitalize(), email=f"{name}@example.nl")
        for department in organisation("slack").departments:
            slack.workspace.channel(channel_id(department.key))
        way: dict[str, Any] = {"signing_secret": SECRET} if over_http else {"app_token": APP_TOKEN}
        bot = Slack(SlackSettings(_env_file=None, bot_token=BOT_TOKEN, api_url=slack.api, **way))
        channels = {department.key: channel_id(department.key) for department in organisation("slack").departments}
        made = town(folder, {name: user_id(name) for name in script.colleagues}, "slack", lambda d, now: bot, channels)
        await made.klankbord.listen()
        bound = listening("127.0.0.1", 0)
        serving = server(application(made.klankbord.platforms.values()))
        running = asyncio.create_task(serving.serve(sockets=[bound]))
        slack.bridge.url = f"http://127.0.0.1:{bound.getsockname()[1]}{PATH}" if over_http else ""
        try:
            yield Desks(made, slack, bot)
        finally:
            serving.should_exit = True
            await running
            await made.klankbord.close()
            made.klankbord.database.close()


@pytest.mark.parametrize("over_http", [True, False], ids=["http", "sockets"])
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_slack_plays(path: Path, over_http: bool, tmp_path: Path) -> None:
    """From the opening of a round to its digests."""

    async def whole() -> None:
        script = read(path)
        async with on_stage(tmp_path, script, over_http=over_http) as stage:
            await play(script, stage)

    asyncio.run(whole())
