"""Coming in: with a link of one's own, with another's, with none; and what who comes with a wrong one reads."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.attempts import MOST
from bot.platforms.telegram.hearing import TOLD
from bot.store import joining
from bot.store.joining import VALID
from bot.store.people import Account, Person
from config.texts import say

from .people import Person as Somebody
from .stage import BROUGHT, FETCHING, Stage, on_stage

WELCOME, OPEN = "Welkom! Vanaf nu kan ik je hier iets vragen.", "ik ben Klankbord van"
REFUSED = "Met deze link kan ik je niet verbinden."
HOW = "Ik weet nog niet wie je bent."


def play(folder: Path, scene: Callable[[Stage], Awaitable[None]], way: str = FETCHING) -> None:
    """A scene with Anna and Bram, who have not joined yet."""

    async def whole() -> None:
        async with on_stage(folder, ("anna", "bram"), way, joined=False) as stage:
            await scene(stage)

    asyncio.run(whole())


def accounts(stage: Stage) -> dict[str, str]:
    """Chat and person."""
    with stage.klankbord.database.transaction(reading=True) as session:
        return {one.address: one.person for one in session.exec(select(Account))}


def theirs(stage: Stage, *who: str) -> dict[str, str]:
    """The accounts of these people, in their own chats."""
    return {stage.people[name].address: name for name in who}


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_a_link_of_ones_own(tmp_path: Path, way: str) -> None:
    """Ties the account and welcomes; from then on the bot asks."""

    async def scene(stage: Stage) -> None:
        await stage.joins("anna")
        assert WELCOME in await stage.read("anna")
        assert "Er staat niets voor je open, Anna." in await stage.read("anna")
        assert accounts(stage) == theirs(stage, "anna")
        await stage.moment("the round opens")
        assert OPEN in await stage.read("anna")
        assert "Begin" not in await stage.read("bram")

    play(tmp_path, scene, way)


def test_the_first_card_is_there_for_who_has_an_open_one(tmp_path: Path) -> None:
    """A new telephone in the middle of a round: the card comes along, the old chat is a stranger's."""

    async def scene(stage: Stage) -> None:
        await stage.joins("anna")
        await stage.moment("the round opens")
        new = Somebody(stage.telegram, "Anna")
        new.starts(stage.link("anna"))
        await new.sees(OPEN)
        stage.people["anna"].writes("/help")
        assert HOW in await stage.people["anna"].sees(HOW)
        assert accounts(stage) == {new.address: "anna"}

    play(tmp_path, scene)


async def used(stage: Stage) -> str:
    token = stage.link("anna")
    stage.people["anna"].starts(token)
    await stage.settled()
    return token


async def expired(stage: Stage) -> str:
    token = stage.link("anna")
    stage.town.clock.now += VALID
    return token


async def unknown(stage: Stage) -> str:
    return "n" * 32


async def revoked(stage: Stage) -> str:
    token = stage.link("anna")
    stage.klankbord.database.write_now(joining.end, "telegram", "anna")
    return token


async def renewed(stage: Stage) -> str:
    token = stage.link("anna")
    stage.link("anna")
    return token


async def removed(stage: Stage) -> str:
    token = stage.link("anna")
    with stage.klankbord.database.transaction() as session:
        session.delete(session.get_one(Person, "anna"))
    return token


async def somebody_elses(stage: Stage) -> str:
    await stage.joins("bram")
    return stage.link("anna")


BAD = (used, expired, unknown, revoked, renewed, removed, somebody_elses)


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.__name__)
def test_a_link_that_joins_nobody(tmp_path: Path, way: str, bad: Callable[[Stage], Awaitable[str]]) -> None:
    """Whatever is wrong with it, it is said in the same words, and they name nobody."""

    async def scene(stage: Stage) -> None:
        token = await bad(stage)
        before = accounts(stage)
        bram = stage.people["bram"]
        bram.starts(token)
        await bram.sees(REFUSED)
        assert bram.newest.text == _refusal()
        assert accounts(stage) == before

    play(tmp_path, scene, way)


def _refusal() -> str:
    return say("telegram.link_refused", "nl").replace("**", "")


@pytest.mark.parametrize("words", ["/start", "hallo", "/help", "/feedback hr"])
def test_without_a_link_the_bot_explains_how_to_join(tmp_path: Path, words: str) -> None:
    """In the language of the app, as far as we speak it."""

    async def scene(stage: Stage) -> None:
        strangers = {code: Somebody(stage.telegram, "Zoe", language_code=code) for code in ("nl", "en", "pl", "")}
        for somebody in strangers.values():
            somebody.writes(words)
        await stage.settled()
        assert HOW in strangers["nl"].reads()
        assert "I do not know yet who you are." in strangers["en"].reads()
        assert HOW in strangers["pl"].reads()
        assert HOW in strangers[""].reads()

    play(tmp_path, scene)


def test_the_app_tells_the_language_where_the_list_of_people_does_not(tmp_path: Path) -> None:
    """From then on the cards speak it."""

    async def scene(stage: Stage) -> None:
        with stage.klankbord.database.transaction() as session:
            session.get_one(Person, "anna").language = ""
        for name in ("anna", "bram"):
            english = Somebody(stage.telegram, name, language_code="en-GB")
            english.starts(stage.link(name))
            await english.sees("Welcome!" if name == "anna" else "Welkom!")

    play(tmp_path, scene)


def test_guessing_ends_soon(tmp_path: Path) -> None:
    """After a few wrong ones even a good link is refused, for an hour; and after some more nothing is said at all."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        for number in range(MOST):
            anna.starts(f"guess{number}")
        await stage.settled()
        token = stage.link("anna")
        anna.starts(token)
        await stage.settled()
        assert accounts(stage) == {}
        for number in range(TOLD):
            anna.starts(f"more{number}")
            await stage.settled()
        said = anna.reads().count(REFUSED)
        anna.starts("once-more")
        await stage.settled()
        assert anna.reads().count(REFUSED) == said <= TOLD
        stage.town.clock.now += timedelta(hours=1)
        anna.starts(token)
        await anna.sees(WELCOME)

    play(tmp_path, scene)


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_a_link_that_is_delivered_twice_welcomes_twice_at_most(tmp_path: Path, way: str) -> None:
    """Nobody is refused with their own link because Telegram brought it again."""

    async def scene(stage: Stage) -> None:
        await stage.joins("anna")
        (update,) = stage.telegram.updates.fetched
        stage.telegram.updates.repeat(update)
        await stage.settled()
        assert REFUSED not in await stage.read("anna")
        assert accounts(stage) == theirs(stage, "anna")

    play(tmp_path, scene, way)


def test_who_blocks_the_bot_is_not_asked_and_who_comes_back_is(tmp_path: Path) -> None:
    """With or without a word."""

    async def scene(stage: Stage) -> None:
        await stage.joins("anna", "bram")
        for name in ("anna", "bram"):
            stage.people[name].blocks()
        await stage.settled()
        assert not any(reachable(stage).values())
        stage.people["anna"].unblocks()
        stage.people["bram"].starts()
        await stage.settled()
        assert all(reachable(stage).values())
        await stage.moment("the round opens")
        assert OPEN in await stage.read("anna")

    play(tmp_path, scene)


def reachable(stage: Stage) -> dict[str, bool]:
    """Whether messages to people arrive, as far as we know."""
    with stage.klankbord.database.transaction(reading=True) as session:
        return {one.person: one.reachable for one in session.exec(select(Account))}
