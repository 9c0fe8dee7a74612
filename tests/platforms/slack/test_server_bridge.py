"""How the fake Slack brings payloads to a bot of slack_bolt: signatures, deadlines, retries, sockets and their ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.response import BoltResponse

from .bridge import signed
from .robot import Robot, over_http, over_sockets
from .samples import sample
from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Begin"}, "action_id": "tap:0", "value": "i1:begin"}
CARD = [{"type": "actions", "block_id": "steps", "elements": [BUTTON]}]

Way = Callable[[FakeSlack], AbstractAsyncContextManager[Robot]]
Steps = Callable[[FakeSlack, Robot], Awaitable[None]]
both = pytest.mark.parametrize("way", [over_http, over_sockets], ids=["http", "sockets"])


@asynccontextmanager
async def at_work(way: Way) -> AsyncIterator[tuple[FakeSlack, Robot]]:
    async with fake_slack() as slack, way(slack) as robot:
        slack.workspace.user("UANNA", "Anna")
        yield slack, robot


def played(way: Way, steps: Steps) -> None:
    """Steps with a bot and Anna."""

    async def whole() -> None:
        async with at_work(way) as (slack, robot):
            await steps(slack, robot)

    asyncio.run(whole())


@both
def test_everything_arrives_and_is_acknowledged(way: Way) -> None:
    """A tap, a command and an event, each of the kind that Slack sends; and what the bot says comes back."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        await robot.client.chat_postMessage(channel="UANNA", text="Begin", blocks=CARD)
        anna = slack.person("UANNA")
        assert (await anna.tap("Begin")).status == 200
        robot.says = BoltResponse(status=200, body={"text": "Hulp", "response_type": "ephemeral"})
        assert (await anna.ask("hulp")).body == {"text": "Hulp", "response_type": "ephemeral"}
        robot.says = BoltResponse(status=200)
        assert (await anna.say("Hoi & dag")).status == 200
        tap, command, event = robot.heard
        assert (tap["type"], tap["actions"][0]["value"], tap["user"]["id"]) == ("block_actions", "i1:begin", "UANNA")
        assert (command["command"], command["text"], command["channel_id"]) == ("/klankbord", "hulp", "DANNA")
        assert (event["type"], event["event"]["text"]) == ("event_callback", "Hoi &amp; dag")
        assert "Hulp" in anna.sees()

    played(way, steps)


@both
def test_who_is_late(way: Way) -> None:
    """An interaction that is not acknowledged in time is a violation, and not brought again."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.deadline, robot.waits = 0.2, 0.5
        ack = await slack.person("UANNA").ask("hulp")
        assert (ack.status, ack.why) == (0, "http_timeout")
        slack.workspace.forgive("slash_commands: not acknowledged within 0.2 s")
        robot.waits = 0.0
        assert (await slack.person("UANNA").ask("nog eens")).status == 200  # what came late did no harm
        assert [command["text"] for command in robot.heard] == ["hulp", "nog eens"]

    played(way, steps)


def test_the_deadline_is_that_of_slack() -> None:
    """Three seconds."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        assert slack.bridge.deadline == 3.0

    played(over_http, steps)


@both
def test_an_event_is_brought_up_to_four_times(way: Way) -> None:
    """With the same id, and with the number of the retry; then never again, and that is no violation."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.deadline, robot.waits = 0.1, 0.3
        ack = await slack.person("UANNA").say("Hoi")
        assert ack.why == "http_timeout"
        assert [number for _, number, _ in slack.bridge.tries] == [0, 1, 2, 3]
        await robot.hears(4)
        assert len({event["event_id"] for event in robot.heard}) == 1
        assert robot.retries == [(str(number), "http_timeout") for number in (1, 2, 3)]

    played(way, steps)


def test_an_event_is_brought_again_after_an_error() -> None:
    """Until it is acknowledged; a bot may say that it wants no retry."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        robot.says = BoltResponse(status=500)
        assert (await slack.person("UANNA").say("Hoi")).status == 500
        assert robot.retries == [("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
        robot.says = BoltResponse(status=500, headers={"X-Slack-No-Retry": "1"})
        await slack.person("UANNA").say("Nog eens")
        assert len(robot.heard) == 5

    played(over_http, steps)


def test_nobody_listens() -> None:
    """An interaction fails, an event is tried again; neither is a violation."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.url = "http://127.0.0.1:9/slack/events"
        assert (await slack.person("UANNA").ask("hulp")).why == "connection_failed"
        assert (await slack.person("UANNA").say("Hoi")).why == "connection_failed"
        assert len(slack.bridge.tries) == 4

    played(over_http, steps)


@both
def test_the_same_event_twice(way: Way) -> None:
    """As Slack does when an acknowledgement was lost."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.twice = 1
        await slack.person("UANNA").say("Hoi")
        await slack.person("UANNA").say("Dag")
        assert [event["event"]["text"] for event in robot.heard] == ["Hoi", "Hoi", "Dag"]
        assert robot.heard[0]["event_id"] == robot.heard[1]["event_id"]

    played(way, steps)


@both
def test_a_bot_may_hear_itself(way: Way) -> None:
    """An app with message.im is told of its own words and edits too, where the workspace does so."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.workspace.echoes = True
        posted = await robot.client.chat_postMessage(channel="UANNA", text="Een")
        await robot.client.chat_update(channel="DANNA", ts=posted["ts"], text="Twee")
        await asyncio.gather(*slack.workspace.tasks)
        told = [payload["event"] for payload, _, ack in slack.bridge.tries if ack.status == 200]
        assert [event.get("subtype") for event in told] == [None, "message_changed"]
        assert told[0]["bot_id"] == told[1]["message"]["bot_id"] == "BBOT"

    played(way, steps)


# --- HTTP ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skew", "secret", "status"), [(0, "", 200), (-301, "", 401), (301, "", 401), (0, "other", 401)]
)
def test_requests_are_signed(skew: float, secret: str, status: int) -> None:
    """Bolt takes what is signed now, with the secret that both know; a clock that is off by five minutes ends that."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.skew, slack.bridge.secret = skew, secret or slack.bridge.secret
        assert (await slack.person("UANNA").ask("hulp")).status == status

    played(over_http, steps)


def test_a_signature_as_slack_documents_it() -> None:
    """The example of docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name="
        b"foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2F"
        b"hooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
        b"398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert signed(body, 1531420618, "8f742231b10e8888abcd99yyyzzz85a5") == {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }


def test_slack_asks_whether_a_request_url_is_there() -> None:
    """With a challenge, which is answered."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        asks = sample("transport/url_verification")
        ack = await slack.bridge.post(*slack.bridge.request("events_api", asks))
        assert (ack.status, ack.body) == (200, {"challenge": asks["challenge"]})

    played(over_http, steps)


# --- Socket Mode -----------------------------------------------------------------------------------------------------


def two(slack: FakeSlack) -> AbstractAsyncContextManager[Robot]:
    return over_sockets(slack, connections=2)


def test_each_payload_goes_to_one_of_the_sockets() -> None:
    """In turn; the bot hears each once."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        for word in ("een", "twee", "drie", "vier"):
            await slack.person("UANNA").ask(word)
        assert slack.bridge.sockets.given == [0, 1, 0, 1]
        assert [command["text"] for command in robot.heard] == ["een", "twee", "drie", "vier"]

    played(two, steps)


def test_a_socket_is_renewed() -> None:
    """Slack warns, and closes it; the SDK opens another, and all goes on over that."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        await slack.bridge.refresh()
        assert (await slack.person("UANNA").ask("hulp")).status == 200
        assert slack.bridge.sockets.opened >= 2

    played(over_sockets, steps)


def test_what_is_not_acknowledged_over_one_socket_comes_again() -> None:
    """Acknowledgements that are lost: an event is brought once more."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.deadline, slack.bridge.sockets.deaf = 0.2, True
        saying = asyncio.create_task(slack.person("UANNA").say("Hoi"))
        await robot.hears(2)
        slack.bridge.sockets.deaf = False
        assert (await saying).status == 200

    played(over_sockets, steps)


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
