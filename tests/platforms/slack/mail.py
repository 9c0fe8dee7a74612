"""Messages to send, and what a workspace got of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Attachment, Button, Card, Outgoing
from bot.platforms.slack.sending import Sending

from .records import Message
from .server import FakeSlack, fake_slack
from .workspace import BOT_TOKEN, Workspace

HR = "CHR"
ALT = "HR: gekregen 3,7; nodig 4,2."
PNG = b"\x89PNG\r\n\x1a\n of HR"


async def _drawn() -> bytes:
    return PNG


def question(to: str = "UANNA", cause: str = "i-1:invitation") -> Outgoing:
    """A card for a person."""
    card = Card(lines=("**Hoe goed** heeft HR je geholpen?",), steps=(Button("Begin", "i-1:begin"),))
    return Outgoing(cause, to, card=card, invitation="i-1")


def digest(*, pictures: int = 1, details: int = 2, cause: str = "digest:17:hr", to: str = HR) -> Outgoing:
    """A department's message."""
    return Outgoing(
        cause,
        to,
        ("**HR** · 23 collega's gaven antwoord.", "Gaat goed: deskundigheid."),
        tuple(f"Detail {number}" for number in range(details)),
        tuple(Attachment(ALT, _drawn) for _ in range(pictures)),
    )


@dataclass
class PostOffice:
    """A fake Slack with Anna and a channel of HR, and who sends to it. `clock` is in seconds."""

    slack: FakeSlack
    sending: Sending
    client: AsyncWebClient
    clock: list[float]
    away: tuple[str, ...]
    dnd: bool

    @property
    def workspace(self) -> Workspace:
        """What is there."""
        return self.slack.workspace

    def begins_anew(self) -> Sending:
        """Another process, that knows nothing of the first."""
        self.sending = Sending(self.client, away=self.away, dnd=self.dnd, clock=lambda: self.clock[0], look=0.02)
        return self.sending

    def posts(self, channel: str = HR) -> list[Message]:
        """What stands in a channel, threads too."""
        return self.workspace.at(channel)

    def digest_in(self, channel: str = HR) -> tuple[int, int, int]:
        """How many first posts, details and pictures there are."""
        posts = self.posts(channel)
        files = sum(bool(one.files) for one in posts)
        return sum(not one.thread for one in posts), sum(bool(one.thread) for one in posts) - files, files


@asynccontextmanager
async def post_office(
    away: tuple[str, ...] = (), *, dnd: bool = False, now: float = 1_800_000_000.0, **workspace: Any
) -> AsyncIterator[PostOffice]:
    """It runs, over real HTTP; a broken limit fails the test at the end."""
    clock = [now]
    space = Workspace(clock=lambda: clock[0], **workspace)
    async with fake_slack(space) as slack, aiohttp.ClientSession() as session:
        space.user("UANNA", "Anna")
        space.channel(HR, "UANNA")
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api, session=session, retry_handlers=[], timeout=10)
        made = PostOffice(slack, Sending(client, away=away, dnd=dnd), client, clock, away, dnd)
        made.begins_anew()
        yield made
