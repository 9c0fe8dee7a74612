"""Steps against a fake Slack where somebody of every kind works, and every kind of channel is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .server import FakeSlack, fake_slack
from .workspace import BOT_TOKEN

Steps = Callable[[FakeSlack, AsyncWebClient], Awaitable[None]]


def played(steps: Steps, *forgiven: str, token: str = BOT_TOKEN) -> FakeSlack:
    """Steps against a workspace with Anna, and with Chris who left; without violations but those that are forgiven."""

    async def whole() -> FakeSlack:
        async with fake_slack() as slack:
            settled(slack)
            await steps(slack, AsyncWebClient(token, base_url=slack.api, retry_handlers=[]))
            for words in forgiven:
                slack.workspace.forgive(words)
        return slack

    return asyncio.run(whole())


def settled(slack: FakeSlack) -> None:
    """People and channels of every kind."""
    space = slack.workspace
    space.user("UANNA", "Anna Bos", email="anna@example.nl", status_text="Vakantie", status_emoji=":palm_tree:")
    space.user("UGAST", "Gast", guest=True)
    space.user("UCHRIS", "Chris", deleted=True)
    space.user("UROBOT", "Robot", is_bot=True)
    space.user("UTHUIS", "Thuis", messages_tab=False)
    space.channel("CHR", "UANNA")
    space.channel("COUD", "UANNA", archived=True)
    space.channel("CVREEMD", "UANNA", bot=False)
    space.channel("COPEN", "UANNA", bot=False, private=False)
    space.channel("CLEES", "UANNA", read_only=True)


async def refused(call: Awaitable[object]) -> Any:
    """The answer with which a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def error_of(call: Awaitable[Any]) -> str:
    """The error that a call meets, or nothing."""
    try:
        await call
    except SlackApiError as refused:
        return str(refused.response["error"])
    return ""
