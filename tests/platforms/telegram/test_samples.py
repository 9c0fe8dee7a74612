"""The samples are of the documented shape, and what the fake sends is of the shape of the samples."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from telegram import TelegramObject, Update

from .desk import Desk, at_a_desk, keyboard, send_photo
from .people import Group

FOLDER = Path(__file__).parent / "samples"
SAMPLES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def unknown(value: Any) -> Iterator[str]:
    """The names that python-telegram-bot does not know in an object and in all it holds."""
    if isinstance(value, TelegramObject):
        yield from value.api_kwargs
        for held in value.to_dict(recursive=False).values():
            yield from unknown(held)
    elif isinstance(value, tuple | list):
        for held in value:
            yield from unknown(held)


def beyond(made: Any, sample: Any, place: str = "") -> Iterator[str]:
    """Where something made is not of the shape of a sample. A sample may have more that is optional."""
    if type(made) is not type(sample):
        yield f"{place}: {made!r} is no {type(sample).__name__}"
    elif isinstance(made, dict):
        for name, value in made.items():
            if name in sample:
                yield from beyond(value, sample[name], f"{place}.{name}")
            else:
                yield f"{place}.{name}: not in the sample"
    elif isinstance(made, list):
        for value in made:
            yield from beyond(value, sample[0], f"{place}[]")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_library_knows_every_name_of_a_sample(name: str) -> None:
    update = Update.de_json(SAMPLES[name])
    assert update.update_id == SAMPLES[name]["update_id"]
    assert list(unknown(update)) == []
    assert update.effective_chat is not None
    assert update.effective_user is not None


async def _alone(desk: Desk) -> None:
    """What somebody does alone with the bot."""
    anna = desk.anna
    anna.starts("h7Gk2_-9")
    anna.writes("hulp")
    anna.press(
        "Begin", desk.world.chats[anna.chat.id].message(await desk.says("*", [("Begin, 1 minuut", "inv1:begin")]))
    )
    prompt = {"text": "Wat is één ding?", "reply_markup": {"force_reply": True}}
    await desk.result("sendMessage", chat_id=anna.chat.id, **prompt)
    anna.edits(anna.replies("Bel me terug."), "Bel me morgen terug.")
    anna.blocks()
    anna.unblocks()


async def _together(desk: Desk) -> None:
    """What happens in a group."""
    anna, group = desk.anna, Group(desk.world, "Team HR", [desk.anna])
    group.adds_bot(anna)
    group.writes(anna, "/help@klankbord_test_bot")
    group.upgrades(anna)
    digest = {
        "caption": "<b>HR</b>: 23 antwoorden",
        "parse_mode": "HTML",
        "reply_markup": keyboard([("Ja", "0:promise")]),
    }
    await send_photo(desk, group.chat.id, **digest)
    anna.press("Ja", group.newest)
    group.kicks_bot(anna)


ALONE = ["start", "text", "pressed", "reply", "edited", "blocked", "unblocked"]
TOGETHER = [
    "added", "added_message", "command_in_group", "migrated", "migrated_from", "pressed_in_group", "kicked",
]  # fmt: skip


@at_a_desk
async def test_the_fake_sends_nothing_but_the_shapes_of_the_samples(desk: Desk) -> None:
    """Of every kind there is one, in this order."""
    await _alone(desk)
    await _together(desk)
    made = await desk.updates()
    assert len(made) == len(ALONE + TOGETHER) == len(SAMPLES)
    for update, name in zip(made, ALONE + TOGETHER, strict=True):
        assert list(beyond(update, SAMPLES[name], name)) == []
