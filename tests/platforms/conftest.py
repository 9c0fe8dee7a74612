"""The web chat that the tests share."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.platforms.webchat import WebChat

from .webchat_site import EXAMPLE, Memory, Office, Site


@pytest.fixture
def site() -> Iterator[Site]:
    with asyncio.Runner() as runner:
        rooms, office = Memory(), Office()
        chat = WebChat(rooms, zone=EXAMPLE.zone)
        runner.run(chat.listen(office.hear))
        yield Site(rooms, office, chat, runner)
