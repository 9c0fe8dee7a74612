"""Socket Mode of the fake Slack: envelopes, acknowledgements, renewals, and an address for each connection."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest

from .robot import Robot, brought, over_sockets
from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN


def two(slack: FakeSlack) -> AbstractAsyncContextManager[Robot]:
    return over_sockets(slack, connections=2)


def test_each_payload_goes_to_one_of_the_sockets() -> None:
    """In turn; the bot hears each once."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        for word in ("een", "twee", "drie", "vier"):
            await slack.person("UANNA").ask(word)
        assert slack.bridge.sockets.given == [0, 1, 0, 1]
        assert [command["text"] for command in robot.heard] == ["een", "twee", "drie", "vier"]

    brought(two, steps)


def test_a_socket_is_renewed() -> None:
    """Slack warns, and closes it; the SDK opens another, and all goes on over that."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        await slack.bridge.refresh()
        assert (await slack.person("UANNA").ask("hulp")).status == 200
        assert slack.bridge.sockets.opened >= 2

    brought(over_sockets, steps)


def test_what_is_not_acknowledged_over_one_socket_comes_again() -> None:
    """Acknowledgements that are lost: an event is brought once more."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.deadline, slack.bridge.sockets.deaf = 0.5, True
        saying = asyncio.create_task(slack.person("UANNA").say("Hoi"))
        await robot.hears(2)
        slack.bridge.deadline, slack.bridge.sockets.deaf = 10, False
        assert (await saying).status == 200

    brought(over_sockets, steps)


Hello = Callable[[FakeSlack, aiohttp.ClientWebSocketResponse], Awaitable[None]]


def by_hand(steps: Hello) -> None:
    """Steps with a bare socket."""

    async def whole() -> None:
        async with fake_slack() as slack, aiohttp.ClientSession() as session:
            slack.workspace.user("UANNA", "Anna")
            async with session.ws_connect(await _address(slack, session)) as socket:
                hello = await socket.receive_json()
                assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", "A0KLANK")
                await steps(slack, socket)

    asyncio.run(whole())


async def _address(slack: FakeSlack, session: aiohttp.ClientSession) -> str:
    headers = {"authorization": f"Bearer {APP_TOKEN}"}
    async with session.post(f"{slack.api}apps.connections.open", headers=headers) as response:
        return str((await response.json())["url"])


def test_an_envelope() -> None:
    """What is said around a payload, and the acknowledgement with a payload of its own."""

    async def steps(slack: FakeSlack, socket: aiohttp.ClientWebSocketResponse) -> None:
        asking = asyncio.create_task(slack.person("UANNA").ask("hulp"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hulp"}})
        assert (await asking).body == {"text": "Hulp"}
        saying = asyncio.create_task(slack.person("UANNA").say("Hoi"))
        envelope = await socket.receive_json()
        assert {"type": "events_api", "accepts_response_payload": False, "retry_attempt": 0}.items() <= envelope.items()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await saying).status == 200

    by_hand(steps)


@pytest.mark.parametrize(
    ("acknowledgement", "violation"),
    [
        ({"envelope_id": "nobody's"}, "that nobody sent"),
        ({}, "that nobody sent"),
        ({"type": "pong"}, "that nobody sent"),
    ],
)
def test_a_wrong_acknowledgement(acknowledgement: dict[str, Any], violation: str) -> None:
    """Of an envelope that nobody sent."""

    async def steps(slack: FakeSlack, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.send_json(acknowledgement)
        while not slack.workspace.violations:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
        slack.workspace.forgive(violation)

    by_hand(steps)


def test_an_address_is_good_for_one_socket() -> None:
    """Whoever comes a second time is turned away, and more than ten at once too."""

    async def steps(slack: FakeSlack, socket: aiohttp.ClientWebSocketResponse) -> None:
        async with aiohttp.ClientSession() as session:
            address = await _address(slack, session)
            async with session.ws_connect(address):
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    await session.ws_connect(address)
            while len(slack.bridge.sockets) > 1:  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.01)
            more = [await session.ws_connect(await _address(slack, session)) for _ in range(10)]
            assert [(await one.receive_json())["type"] for one in more] == ["hello"] * 9 + ["disconnect"]
            for one in more:
                await one.close()

    by_hand(steps)
