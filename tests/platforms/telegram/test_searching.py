"""Where do I go with this, on Telegram: with a command, typed at the card, just so, and in a group."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from .stage import BROUGHT, FETCHING, Stage, on_stage

LAPTOP = "Hiermee ga je naar ICT: Laptop en telefoon."
ASKS = "Typ het in een paar woorden"


def play(folder: Path, scene: Callable[[Stage], Awaitable[None]], way: str = FETCHING) -> None:
    """A scene with Anna, who has a card before her."""

    async def whole() -> None:
        async with on_stage(folder, ("anna",), way) as stage:
            await stage.moment("the round opens")
            await scene(stage)
            assert stage.refused == []

    asyncio.run(whole())


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
@pytest.mark.parametrize(
    "said",
    ["/where kapotte laptop", "/waar kapotte laptop", "/department kapotte laptop", "Kapotte laptop?", "/laptop"],
)
def test_a_need_is_answered_and_the_words_are_taken_away(tmp_path: Path, said: str, way: str) -> None:
    """With what to expect and how to reach them, and the way on to the department's card."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        typed = anna.writes(said)
        await stage.settled()
        assert LAPTOP in anna.newest.text
        assert "laptop vervangen binnen 2 werkdagen" in anna.newest.text
        assert "toestel 2200" in anna.newest.text
        assert typed.deleted
        await stage.taps("anna", "Over deze afdeling")
        assert "storing dezelfde dag opgepakt" in anna.newest.text

    play(tmp_path, scene, way)


@pytest.mark.parametrize("replying", [True, False])
def test_a_search_is_typed_at_its_card(tmp_path: Path, replying: bool) -> None:
    """In reply or just so, one after another; the words go, and the one card shows what was found."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        anna.writes("/where")
        await anna.sees(ASKS)
        await stage.settled()
        card = anna.newest
        for words, found in (("een boom snoeien", "Daar vond ik geen afdeling bij"), ("contract", "Wat bedoel je?")):
            typed = anna.replies(words) if replying else anna.writes(words)
            await anna.sees(found)
            await stage.settled()
            assert typed.deleted
            assert anna.newest is card
        await stage.taps("anna", "Juridisch: Contract nakijken")
        assert "nagekeken binnen 5 werkdagen" in card.text
        assert "boom" not in await stage.read("anna")

    play(tmp_path, scene)


def test_a_search_while_a_tip_is_asked_for_is_no_tip(tmp_path: Path) -> None:
    """What stands there last is what one types at."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await stage.taps("anna", "Begin, 1 minuut > Geen van deze > HR > Verder")
        await stage.taps("anna", "2 matig > 4 goed > Iets anders > Snelheid > Niets > Tip voor HR")
        anna.writes("/where")
        await anna.sees(ASKS)
        await stage.settled()
        anna.writes("bonnetje")
        await anna.sees("Hiermee ga je naar Financiën")
        await stage.taps("anna", "Terug naar mijn kaart")
        assert "bonnetje" not in anna.newest.text
        anna.writes("Bel eens terug.")
        await anna.sees("Zo bewaar ik het")

    play(tmp_path, scene)


@pytest.mark.parametrize(("word", "words"), [("stop", "Wil je helemaal niet meer meedoen?"), ("hulp", "Vragen?")])
def test_the_words_that_are_always_heard_are_heard_at_the_search(tmp_path: Path, word: str, words: str) -> None:
    """Nobody looks for them."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        anna.writes("/where")
        await anna.sees(ASKS)
        await stage.settled()
        anna.writes(word)
        await anna.sees(words)

    play(tmp_path, scene)


def test_a_group_reads_where_to_go(tmp_path: Path) -> None:
    """With nothing to tap or to type at, whatever is found."""

    async def scene(stage: Stage) -> None:
        anna, group = stage.people["anna"], stage.groups["hr"]
        for said, words in (
            ("/department kapotte laptop", LAPTOP),
            ("/department contract", "Juridisch: Contract nakijken"),
            ("/department boerenkool", "Die afdeling ken ik niet"),
        ):
            group.writes(anna, said)
            await group.sees(words)
            await stage.settled()
            assert group.newest.labels == []

    play(tmp_path, scene)
