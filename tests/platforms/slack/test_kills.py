"""`klankbord run`, killed after Slack took a message and before we wrote that down: it is found, not sent twice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.simulation.memory import MemoryPlatform
from bot.store.outbox import Kind, OutgoingState
from tests.platforms.runs import Runs
from tests.scenarios.town import organisation, town

from .reading import as_text
from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN, BOT_TOKEN

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills as posix has them")

LONG = 60.0  # seconds that an answer takes: longer than its process lives
NOBODY = "te weinig mensen"


class Installation(Runs):
    """A town on Slack, with Anna in it."""

    def __init__(self, folder: Path, slack: FakeSlack) -> None:
        tokens = {"KLANKBORD_SLACK_BOT_TOKEN": BOT_TOKEN, "KLANKBORD_SLACK_APP_TOKEN": APP_TOKEN}
        super().__init__(folder, tokens | {"KLANKBORD_SLACK_API_URL": slack.api, "KLANKBORD_SLACK_AWAY": ""})
        self.slack = slack
        slack.workspace.user("UANNA", "Anna")
        self.channels = [f"#{department.key}" for department in organisation("slack").departments]
        for channel in self.channels:
            slack.workspace.channel(channel, "UANNA")
        made = town(folder, {"anna": "UANNA"}, "slack", lambda *_: MemoryPlatform("slack"))
        made.klankbord.database.close()
        self.times = made.times

    def often(self, channel: str, said: str) -> int:
        """In how many messages there."""
        return sum(said in as_text(one.blocks) for one in self.slack.workspace.at(channel))

    @property
    def chat(self) -> str:
        """Anna's."""
        return self.slack.workspace.direct("UANNA").id


@asynccontextmanager
async def installed(folder: Path) -> AsyncIterator[Installation]:
    """An installation, and nothing of it is left running."""
    async with fake_slack() as slack:
        made = Installation(folder, slack)
        try:
            yield made
        finally:
            await made.end()


def test_a_question_that_was_taken_and_not_written_down_is_found(tmp_path: Path) -> None:
    """It stands there once, also after the next start, and it can be tapped."""

    async def whole() -> None:
        async with installed(tmp_path) as made:
            made.slack.workspace.fails("chat.postMessage", "slow", LONG)
            made.set_clock(made.times.opens_at)
            await made.start()
            await made.until(lambda: made.often(made.chat, "ik ben Klankbord van") == 1)
            await made.end()
            assert set(made.states(Kind.INVITATION).values()) == {OutgoingState.SENDING}
            await made.start()
            await made.until(lambda: set(made.states(Kind.INVITATION).values()) == {OutgoingState.SENT})
            await made.end(signal.SIGTERM)
            assert made.often(made.chat, "ik ben Klankbord van") == 1

    asyncio.run(whole())


def test_a_digest_that_was_taken_and_not_written_down_is_found(tmp_path: Path) -> None:
    """Each department reads its message once."""

    async def whole() -> None:
        async with installed(tmp_path) as made:
            made.set_clock(made.times.opens_at)
            await made.start()
            await made.until(lambda: made.often(made.chat, "ik ben Klankbord van") == 1)
            made.set_clock(made.times.closes_at)
            await made.until(lambda: made.counted)
            made.slack.workspace.fails("chat.postMessage", "slow", LONG, channel=made.channels[0])
            made.set_clock(made.times.digests_at)
            await made.until(lambda: all(made.often(one, NOBODY) for one in made.channels))
            await made.until(lambda: list(made.states(Kind.DIGEST).values()).count(OutgoingState.SENDING) == 1)
            await made.end()
            await made.start()
            await made.until(lambda: set(made.states(Kind.DIGEST).values()) == {OutgoingState.SENT})
            assert [made.often(one, NOBODY) for one in made.channels] == [1] * len(made.channels)

    asyncio.run(whole())
