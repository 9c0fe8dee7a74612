"""The response_urls of the fake Slack: five uses, half an hour, what they can do, and every version that is kept."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from .acting import Json, played, posted, row
from .colleague import Colleague
from .robot import Robot
from .server import FakeSlack


def redraw(robot: Robot, *blocks: Json, **more: Any) -> Awaitable[Any]:
    """To the newest response_url."""
    hook = AsyncWebhookClient(robot.heard[-1]["response_url"])
    return hook.send_dict({"replace_original": True, "text": "Kaart", "blocks": list(blocks)} | more)


def test_a_response_url_redraws_five_times() -> None:
    """Every version is kept; a sixth time is refused."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Een"))
        await anna.tap("Een")
        answers = [await redraw(robot, row(f"Nummer {n}")) for n in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [404]
        assert "used_url" in answers[5].body
        labels = [version.blocks[0]["elements"][0]["text"]["text"] for version in anna.messages()[0].history]
        assert labels == ["Een", *(f"Nummer {n}" for n in range(5))]
        assert len(list(slack.workspace.kept())) == 6

    played(steps)


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 404)])
def test_a_response_url_lives_half_an_hour(minutes: float, status: int) -> None:
    """By the workspace's clock."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Een"))
        await anna.tap("Een")
        slack.workspace.pass_time(minutes * 60)
        assert (await redraw(robot, row("Twee"))).status_code == status

    played(steps)


def test_what_a_response_url_can_do() -> None:
    """Replace, delete, say something to one person, or to all."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Een"), channel="CHR")
        anna.goes_to("CHR")
        await anna.tap("Een")
        await redraw(robot, replace_original=False, blocks=[], text="Alleen jij")
        await redraw(robot, replace_original=False, blocks=[], text="Iedereen", response_type="in_channel")
        assert [(one.text, one.only_for) for one in anna.messages()[1:]] == [("Alleen jij", "UANNA"), ("Iedereen", "")]
        await AsyncWebhookClient(robot.heard[-1]["response_url"]).send_dict({"delete_original": True})
        assert [one.text for one in anna.messages()] == ["Alleen jij", "Iedereen"]
        assert (await redraw(robot, row("Twee"))).status_code == 400  # of what is gone

    played(steps)


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        ({"blocks": [{"type": "carousel"}]}, "invalid_blocks"),
        ({"colour": "red"}, "invalid_payload"),
        ({"text": ""}, "no_text"),
    ],
)
def test_a_response_url_is_as_strict(body: Json, violation: str) -> None:
    """As a call is."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Een"))
        await anna.tap("Een")
        answer = await redraw(robot, **body)
        assert (answer.status_code, violation in answer.body) == (400, True)
        slack.workspace.forgive(f"response_url: {violation}")

    played(steps)


def test_a_redraw_goes_wrong() -> None:
    """With the same faults as a call."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Een"))
        await anna.tap("Een")
        slack.workspace.fails("response_url", "http500")
        slack.workspace.fails("response_url", "ratelimited", 3)
        assert [(await redraw(robot, row("Twee"))).status_code for _ in range(3)] == [500, 429, 200]

    played(steps)
