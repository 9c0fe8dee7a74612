"""Groups: a place for digests. Nothing is asked there, and what is said there is not answered but for one line."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from .people import Group
from .stage import Stage, on_stage


def play(folder: Path, scene: Callable[[Stage], Awaitable[None]]) -> None:
    """A scene with Anna, who has joined."""

    async def whole() -> None:
        async with on_stage(folder, ("anna",)) as stage:
            await scene(stage)

    asyncio.run(whole())


def test_a_command_in_a_group_is_answered_with_where_to_ask(tmp_path: Path) -> None:
    """Once a minute, however often it is tried; other words are not heard at all."""

    async def scene(stage: Stage) -> None:
        anna, group = stage.people["anna"], stage.groups["hr"]
        await stage.moment("the round opens")
        for words in ("/feedback", "/help@klankbord_test_bot", "/start", "hallo allemaal", "/help@another_bot"):
            group.writes(anna, words)
        await group.sees("Schrijf me in een privéchat. @klankbord_test_bot")
        await stage.settled()
        assert len([message for message in group.chat.visible() if message.sender.is_bot]) == 1
        assert group.newest.labels == []

    play(tmp_path, scene)


def test_a_group_reads_what_a_department_is_for(tmp_path: Path) -> None:
    """Also which there are; with nothing to tap, and a few times a minute at most."""

    async def scene(stage: Stage) -> None:
        anna, group = stage.people["anna"], stage.groups["hr"]
        group.writes(anna, "/department ict")
        await group.sees("storing dezelfde dag opgepakt")
        assert group.newest.labels == []
        group.writes(anna, "/department")
        await group.sees("Catering, Communicatie")
        assert group.newest.labels == []
        for _ in range(9):
            group.writes(anna, "/department hr")
        await group.sees("contract en salaris")
        await stage.settled()
        read = [message for message in group.chat.visible() if message.sender.is_bot]
        assert 3 <= len(read) <= 5  # of several at once only the newest is drawn

    play(tmp_path, scene)


def test_a_group_that_lets_the_bot_in_reads_its_address(tmp_path: Path) -> None:
    """As it has to stand in the configuration."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        group = Group(stage.telegram, "Beheer", [anna], "supergroup")
        group.adds_bot(anna)
        await group.sees(f"telegram:{group.address}")

    play(tmp_path, scene)


def test_who_plays_with_the_bot_gets_one_line_a_minute(tmp_path: Path) -> None:
    """In and out and in again."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        group = Group(stage.telegram, "Beheer", [anna], "supergroup")
        for _ in range(5):
            group.adds_bot(anna)
            await stage.settled()
            group.kicks_bot(anna)
        group.adds_bot(anna)
        await stage.settled()
        assert len([message for message in group.chat.visible() if message.sender.is_bot]) == 1

    play(tmp_path, scene)
