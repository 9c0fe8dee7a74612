"""What somebody looks for is kept nowhere: unmistakable searches are planted, in a browser and through `hear`."""

import random
from collections.abc import Iterator

import httpx
import pytest

from bot.core.platform import Asked, Event, Hear, Typed
from bot.simulation import colleagues

from . import ORGANISATION, PLATFORM, everything, on_disk
from .test_planted_answer import MAURITS, WENDELA, World, klankbord, listening

FOUND, MISSED, ALONE = "knoflookpers laptop", "pannenkoekenpers", "augurkenvork"
PLANTED = ("knoflook", MISSED, ALONE)
LAPTOP = "Hiermee ga je naar ICT:"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Wendela looks for things in a browser, Maurits with words; everything is remembered before and after."""
    others = colleagues.town(ORGANISATION, 4, random.Random(7))
    with klankbord(tmp_path_factory.mktemp("searches"), others) as world, listening(world.log):
        browser = world.browser(WENDELA.address)
        world.runner.run(hears(world.hear, Asked(PLATFORM, MAURITS.address, "", "")))
        world.remember("before")
        for words in (f"waar {FOUND}", MISSED, f"afdeling {ALONE}", f"waar {MISSED}"):
            browser.write("Stuur", words)
        browser.write("Stuur", "waar")
        for words in (MISSED, FOUND):
            browser.write("Zoek", words)
            world.finished.append(world.seen[-1])
        world.finished += [browser.get("/chat"), browser.get("/chat/messages?after=0")]
        for number, words in enumerate((FOUND, MISSED)):
            first, _, rest = words.partition(" ")
            asked = Asked(PLATFORM, MAURITS.address, first, rest, delivery=f"a{number}")
            typed = Typed(PLATFORM, MAURITS.address, "0:where", words, delivery=f"t{number}")
            world.runner.run(hears(world.hear, asked, typed))
        world.remember("after")
        yield world


async def hears(hear: Hear, *events: Event) -> None:
    """One after another."""
    for event in events:
        assert await hear(event) is not None


def holds(text: str) -> list[str]:
    """Which of the planted words stand in a text."""
    return [word for word in PLANTED if word in text.casefold()]


def test_the_searches_were_answered(world: World) -> None:
    """Or else there would be nothing to keep: one finds the laptop, one nothing."""
    missed, found, *_ = world.finished
    assert "Daar vond ik geen afdeling bij" in missed.text
    assert LAPTOP in found.text


def test_a_search_changes_no_row_and_leaves_no_byte(world: World) -> None:
    """Not even that there was one, nor when."""
    assert world.tables["after"] == world.tables["before"] == everything(world.path)
    assert holds(on_disk(world.path).decode("latin-1")) == []


def test_no_logger_says_what_was_looked_for(world: World) -> None:
    """At its most talkative."""
    assert world.log
    assert [line for line in world.log if holds(line)] == []


def test_no_address_holds_a_search_and_each_was_posted(world: World) -> None:
    """Addresses are kept in histories and in the logs of web servers in between; bodies are not."""
    carried = [one for one in world.seen if holds(_body(one.request))]
    assert len(carried) == 6
    assert {one.request.method for one in carried} == {"POST"}
    assert [one for one in world.seen if holds(str(one.request.url) + str(one.headers))] == []


def test_no_card_shows_a_search_and_the_chat_forgets_it(world: World) -> None:
    """What was typed on the card is on no card, and the page drawn afresh holds none of the words said in it."""
    assert [one for one in world.finished if holds(one.text)] == []


def _body(request: httpx.Request) -> str:
    return request.content.decode()
