"""How the fake Slack brings payloads to a bot of slack_bolt: signatures, deadlines and retries."""

import asyncio

import pytest
from slack_bolt.response import BoltResponse

from .bridge import signed
from .robot import Robot, Way, brought, over_http, over_sockets
from .samples import sample
from .server import FakeSlack

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Begin"}, "action_id": "tap:0", "value": "i1:begin"}
CARD = [{"type": "actions", "block_id": "steps", "elements": [BUTTON]}]

both = pytest.mark.parametrize("way", [over_http, over_sockets], ids=["http", "sockets"])


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

    brought(way, steps)


@both
def test_who_is_late(way: Way) -> None:
    """An interaction that is not acknowledged in time is a violation, and not brought again."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.deadline, robot.waits = 0.2, 0.5
        ack = await slack.person("UANNA").ask("hulp")
        assert (ack.status, ack.why) == (0, "http_timeout")
        slack.workspace.forgive("slash_commands: not acknowledged within 0.2 s")
        slack.bridge.deadline, robot.waits = 10, 0.0
        assert (await slack.person("UANNA").ask("nog eens")).status == 200  # what came late did no harm
        assert [command["text"] for command in robot.heard] == ["hulp", "nog eens"]

    brought(way, steps)


def test_the_deadline_is_that_of_slack() -> None:
    """Three seconds."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        assert slack.bridge.deadline == 3.0

    brought(over_http, steps)


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

    brought(way, steps)


def test_an_event_is_brought_again_after_an_error() -> None:
    """Until it is acknowledged; a bot may say that it wants no retry."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        robot.says = BoltResponse(status=500)
        assert (await slack.person("UANNA").say("Hoi")).status == 500
        assert robot.retries == [("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
        robot.says = BoltResponse(status=500, headers={"X-Slack-No-Retry": "1"})
        await slack.person("UANNA").say("Nog eens")
        assert len(robot.heard) == 5

    brought(over_http, steps)


def test_nobody_listens() -> None:
    """An interaction fails, an event is tried again; neither is a violation."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.url = "http://127.0.0.1:9/slack/events"
        assert (await slack.person("UANNA").ask("hulp")).why == "connection_failed"
        assert (await slack.person("UANNA").say("Hoi")).why == "connection_failed"
        assert len(slack.bridge.tries) == 4

    brought(over_http, steps)


@both
def test_the_same_event_twice(way: Way) -> None:
    """As Slack does when an acknowledgement was lost."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.twice = 1
        await slack.person("UANNA").say("Hoi")
        await slack.person("UANNA").say("Dag")
        assert [event["event"]["text"] for event in robot.heard] == ["Hoi", "Hoi", "Dag"]
        assert robot.heard[0]["event_id"] == robot.heard[1]["event_id"]

    brought(way, steps)


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

    brought(way, steps)


# --- HTTP ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skew", "secret", "status"), [(0, "", 200), (-400, "", 401), (400, "", 401), (0, "other", 401)]
)
def test_requests_are_signed(skew: float, secret: str, status: int) -> None:
    """Bolt takes what is signed now, with the secret that both know; clocks differ by five minutes at most."""

    async def steps(slack: FakeSlack, robot: Robot) -> None:
        slack.bridge.skew, slack.bridge.secret = skew, secret or slack.bridge.secret
        assert (await slack.person("UANNA").ask("hulp")).status == status

    brought(over_http, steps)


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

    brought(over_http, steps)
