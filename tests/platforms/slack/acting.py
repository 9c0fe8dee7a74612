"""Steps of a bot of slack_bolt and of Anna, in the fake Slack; and blocks for them to act with."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from .colleague import Colleague
from .robot import Robot, over_http
from .server import FakeSlack, fake_slack

Json = dict[str, Any]
Steps = Callable[[FakeSlack, Robot, Colleague], Awaitable[None]]


def played(steps: Steps) -> None:
    """Steps with a bot, and Anna in her direct chat with it."""

    async def whole() -> None:
        async with fake_slack() as slack, over_http(slack) as robot:
            slack.workspace.user("UANNA", "Anna")
            slack.workspace.user("UBRAM", "Bram")
            slack.workspace.channel("CHR", "UANNA", "UBRAM")
            await steps(slack, robot, slack.person("UANNA"))

    asyncio.run(whole())


def plain(text: str) -> Json:
    """A text without marks."""
    return {"type": "plain_text", "text": text}


def button(label: str, value: str = "v") -> Json:
    """Something to tap."""
    return {"type": "button", "text": plain(label), "action_id": f"tap:{label}", "value": value}


def row(*labels: str) -> Json:
    """Buttons beside each other."""
    return {"type": "actions", "block_id": "row", "elements": [button(label) for label in labels]}


def options(*labels: str) -> list[Json]:
    """Options of a list."""
    return [{"text": plain(label), "value": label.lower()} for label in labels]


CHECKS: Json = {
    "type": "actions",
    "block_id": "list",
    "elements": [{"type": "checkboxes", "action_id": "chosen", "options": options("HR", "ICT", "Inkoop")}],
}
MENU: Json = {
    "type": "section",
    "block_id": "list",
    "text": plain("Kies"),
    "accessory": {"type": "multi_static_select", "action_id": "chosen", "options": options("HR", "ICT", "Inkoop")},
}


def entry(name: str = "written", **more: Any) -> Json:
    """A place to type."""
    element = {"type": "plain_text_input", "action_id": "written", "multiline": True, "max_length": 3000}
    return {"type": "input", "block_id": name, "label": plain("Je tip"), "element": element} | more


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal with these blocks."""
    return {"type": "modal", "title": plain("Klankbord"), "blocks": list(blocks), "close": plain("Sluiten")} | more


async def posted(robot: Robot, *blocks: Json, channel: str = "UANNA") -> str:
    """The ts of a message with these blocks."""
    return str((await robot.client.chat_postMessage(channel=channel, text="Kaart", blocks=list(blocks)))["ts"])


async def opened(robot: Robot, anna: Colleague, view: Json) -> None:
    """A modal, by a tap."""
    await posted(robot, row("Open"))
    await anna.tap("Open")
    await robot.client.views_open(trigger_id=robot.heard[-1]["trigger_id"], view=view)
