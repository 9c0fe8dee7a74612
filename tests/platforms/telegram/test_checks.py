"""`klankbord doctor telegram`: each thing that can be wrong is found, and each has its remedy in both languages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.platform import Checked
from bot.platforms.telegram import Fetching, Telegram, checks
from bot.platforms.telegram.webhook import PATH
from bot.simulation.memory import MemoryPlatform
from config.texts import say
from config.words import LANGUAGES
from tests.commands.desk import Desk
from tests.scenarios.town import town

from .faults import SERVER_ERROR, failing
from .people import Group, Person
from .server import fake_telegram
from .stage import ADDRESS, BROUGHT, FETCHING, GROUPS, SECRET, group, on_stage, settings
from .world import World

ALL_WELL = ["clock", "token", "name", "groups", "updates", "channel"]


async def found(telegram: World, *channels: str, way: str = FETCHING, **changed: str) -> list[Checked]:
    """What is found, with these channels."""
    made = settings(telegram, way).model_copy(update=changed)
    platform = Telegram(made)
    checked = [one async for one in platform.checked(dict.fromkeys(channels, "HR"))]
    await platform.close()
    return checked


def problems(checked: list[Checked]) -> list[str]:
    """What is wrong; and everything can be said."""
    for one in checked:
        for language in LANGUAGES:
            key = f"doctor.telegram.{one.what}" + (f"_{one.problem}" if one.problem else "")
            assert say(key, language, **one.values)
    return [f"{one.what} {one.problem}" for one in checked if one.problem]


@asynccontextmanager
async def telegram_with_a_group() -> AsyncIterator[tuple[World, Group]]:
    """A bot, and a group with it in it."""
    async with fake_telegram() as telegram:
        yield telegram, group(telegram, "hr", [Person(telegram, "Anna")])


def test_all_is_well() -> None:
    """One line for each, in an order that one mends things in."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, hr):
            checked = await found(telegram, hr.address)
            assert [one.what for one in checked] == ALL_WELL
            assert problems(checked) == []

    asyncio.run(whole())


def test_the_command_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`klankbord doctor telegram`: a line for each thing and each group of the configuration, and an exit code."""
    monkeypatch.chdir(tmp_path)

    async def whole() -> None:
        async with fake_telegram() as telegram:
            groups = {key: group(telegram, key, []) for key in GROUPS}
            addresses = {key: one.address for key, one in groups.items()}
            town(tmp_path, {}, "telegram", lambda *_: MemoryPlatform("telegram"), addresses).klankbord.database.close()
            monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path))
            monkeypatch.setenv("KLANKBORD_TELEGRAM_TOKEN", telegram.token)
            monkeypatch.setenv("KLANKBORD_TELEGRAM_API_URL", telegram.address)
            command = Desk(tmp_path).command
            well = await asyncio.to_thread(command, "doctor", "telegram")
            assert (well.code, well.err) == (0, "")
            assert [line[0] for line in well.out.splitlines()] == ["✓"] * (len(ALL_WELL) - 1 + len(GROUPS))
            assert f"✓ HR: in {addresses['hr']} mag de bot schrijven." in well.out
            groups["hr"].chat.bot = "kicked"
            ill = await asyncio.to_thread(command, "doctor", "telegram", "--language", "en")
            assert ill.code == 1
            assert f"✗ HR: the bot is no member of {addresses['hr']}. Add it to the group." in ill.out

    asyncio.run(whole())


def test_a_token_that_is_refused_ends_it() -> None:
    """Nothing else can be asked then."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, hr):
            telegram.token = "7000000001:" + "x" * 35
            made = settings(telegram)
            telegram.token = "7000000001:" + "y" * 35
            platform = Fetching(made)
            checked = [one async for one in platform.checked({hr.address: "HR"})]
            assert problems(checked) == ["token refused"]
            assert checked[-1].what == "token"
            await platform.close()

    asyncio.run(whole())


def test_a_server_that_is_not_there() -> None:
    """Said of the clock and of the token."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, _):
            checked = await found(telegram, api_url="http://127.0.0.1:9")
            assert problems(checked) == ["clock unknown", "token unreachable"]

    asyncio.run(whole())


def test_a_clock_that_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the server says in its headers."""
    monkeypatch.setattr(checks, "SKEW", -1)

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, _):
            assert problems(await found(telegram)) == ["clock skewed"]

    asyncio.run(whole())


def test_another_name_than_the_bots() -> None:
    """Personal links would lead to somebody else."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, _):
            assert problems(await found(telegram, name="klankbord_bot")) == ["name other"]
            assert problems(await found(telegram, name="klankbord_test_bot")) == []

    asyncio.run(whole())


def test_a_webhook_while_we_fetch_and_the_other_way_round() -> None:
    """Where nothing is brought, or to somebody else, or in vain."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, _):
            hook = telegram.webhook
            hook.hosts |= dict.fromkeys((ADDRESS, "https://elsewhere.nl"), "http://127.0.0.1:9")
            assert problems(await found(telegram, way=BROUGHT)) == ["updates not_brought"]
            hook.set("https://elsewhere.nl/telegram", SECRET)
            assert problems(await found(telegram, way=BROUGHT)) == ["updates not_brought"]
            assert problems(await found(telegram)) == ["updates webhook"]
            hook.set(ADDRESS + PATH, SECRET)
            assert problems(await found(telegram, way=BROUGHT)) == []
            Person(telegram, "Bram").writes("hallo")
            for _ in range(1000):
                if hook.errors:
                    break
                await asyncio.sleep(0.01)
            assert problems(await found(telegram, way=BROUGHT)) == ["updates failing"]
            hook.remove()
            telegram.updates.waiting.clear()

    asyncio.run(whole())


def test_somebody_else_who_fetches(tmp_path: Path) -> None:
    """It cannot be told from our own `run`, so it is told; and who runs goes on."""

    async def whole() -> None:
        async with on_stage(tmp_path, ("anna",)) as stage:
            assert problems(await found(stage.telegram)) == ["updates elsewhere"]
            await stage.ask("anna", "/help")
            assert "Vragen?" in await stage.read("anna")

    asyncio.run(whole())


def _kicked(hr: Group) -> None:
    hr.chat.bot = "kicked"


def _left(hr: Group) -> None:
    hr.chat.bot = "left"


def _unknown(hr: Group) -> None:
    hr.chat.known = False


CHANNELS: list[tuple[Callable[[Group], None], str]] = [
    (_kicked, "channel removed"),
    (_left, "channel removed"),
    (_unknown, "channel unknown"),
    (lambda hr: hr.world.inject("getChat", SERVER_ERROR), "channel unreachable"),
    (lambda hr: hr.world.inject("getChat", failing(401, "Unauthorized")), "channel revoked"),
    (
        lambda hr: hr.world.inject("getChatMember", failing(400, "Bad Request: not enough rights")),
        "channel not_allowed",
    ),
]


@pytest.mark.parametrize(("wrong", "problem"), CHANNELS, ids=[problem for _, problem in CHANNELS])
def test_a_group_that_takes_nothing(wrong: Callable[[Group], None], problem: str) -> None:
    """Each with its own remedy."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, hr):
            wrong(hr)
            assert problems(await found(telegram, hr.address)) == [problem]

    asyncio.run(whole())


@pytest.mark.parametrize(("address", "problem"), [("@nieuws", "channel public"), ("#hr", "channel unknown")])
def test_an_address_that_is_no_group(address: str, problem: str) -> None:
    """Without asking Telegram."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, _):
            assert problems(await found(telegram, address)) == [problem]

    asyncio.run(whole())


def test_a_group_that_moved_and_a_person_in_its_place() -> None:
    """With the new address; what is a person's is no channel."""

    async def whole() -> None:
        async with telegram_with_a_group() as (telegram, hr):
            anna = Person(telegram, "Anna")
            anna.starts()
            old = hr.upgrades(anna)
            checked = await found(telegram, str(old.id), anna.address)
            assert problems(checked) == ["channel moved", "channel person"]
            assert f"telegram:{hr.address}" in say("doctor.telegram.channel_moved", "nl", **checked[-2].values)
            telegram.updates.waiting.clear()

    asyncio.run(whole())
