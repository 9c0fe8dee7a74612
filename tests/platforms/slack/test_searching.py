"""Where do I go with this, in Slack: with the command, in the direct chat, in a window, and from the home screen."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.core.ballot import At, Place

from .colleague import words
from .office import Office, office

LAPTOP = "Hiermee ga je naar ICT:"
WHERE = "Wat heb je nodig?"


@pytest.fixture(params=[True, False], ids=["http", "sockets"])
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Callable[[Office], Awaitable[None]]], None]:
    """Runs what happens in an office, over signed HTTP and over sockets."""

    def run(walk: Callable[[Office], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with office(tmp_path, over_http=request.param) as made:
                await walk(made)

        asyncio.run(whole())

    return run


Run = Callable[[Callable[[Office], Awaitable[None]]], None]


@pytest.mark.parametrize("said", ["kapotte laptop", "waar moet ik zijn met een kapotte laptop?", "beeldscherm"])
def test_a_command_finds_who_does_it(run: Run, said: str) -> None:
    """For the writer's eyes alone; from there on to the department, in the same place."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.ask(said))
        answer = made.anna.messages()[-1]
        assert answer.only_for == "UANNA"
        assert LAPTOP in words(answer.blocks)
        assert "laptop vervangen binnen 2 werkdagen" in words(answer.blocks)
        await made.taps("Over deze afdeling")
        assert "storing dezelfde dag opgepakt" in made.anna.newest()

    run(walk)


def test_a_command_with_a_department_shows_its_card(run: Run) -> None:
    """Without a word before it."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.ask("ict"))
        assert "storing dezelfde dag opgepakt" in made.anna.newest()

    run(walk)


def test_the_search_is_a_window(run: Run) -> None:
    """In one line; what fits is shown there, also when several do, and nothing of it comes into the chat."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.ask("waar"))
        assert made.anna.modal is not None
        (entry,) = [block for block in made.anna.modal.blocks if block["type"] == "input"]
        assert entry["element"]["multiline"] is False
        await made.does(made.anna.type("een boom snoeien"))
        assert "Daar vond ik geen afdeling bij" in made.anna.sees()
        await made.does(made.anna.type("contract"))
        await made.taps("Juridisch: Contract nakijken")
        assert "nagekeken binnen 5 werkdagen" in made.anna.sees()
        await made.taps("Iets anders zoeken")
        await made.does(made.anna.type("laptop kapot"))
        assert LAPTOP in made.anna.sees()
        assert [said for said in ("boom", "contract", "kapot", "Laptop") if said in made.in_messages()] == []
        await made.taps("Over deze afdeling")
        assert made.anna.modal is not None
        assert "storing dezelfde dag opgepakt" in words(made.anna.modal.blocks)

    run(walk)


def test_feedback_goes_on_where_the_search_was_asked_for(run: Run) -> None:
    """A command has no place in the chat, so that the questions are asked in its window."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze")
        await made.does(made.anna.ask("waar"))
        await made.does(made.anna.type("laptop kapot"))
        await made.taps("Feedback over deze afdeling")
        assert "Hoe goed heeft ICT je geholpen?" in made.anna.sees()
        await made.taps("4 goed")
        assert (await made.ballot()).place == Place(At.ASK, "ict", "needed")

    run(walk)


def test_words_in_the_direct_chat_are_looked_for(run: Run) -> None:
    """The answer is whispered, where Slack keeps nothing; the word alone brings the way to the window."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.say("kapotte laptop"))
        assert LAPTOP in made.anna.newest()
        assert made.anna.messages()[-1].only_for == "UANNA"
        await made.does(made.anna.say("waar?"))
        assert "Typ het in een paar woorden" in made.anna.newest()
        await made.taps(WHERE)
        await made.does(made.anna.type("bonnetje"))
        assert "Hiermee ga je naar Financiën:" in made.anna.sees()
        assert LAPTOP not in made.in_messages()
        assert "Financiën" not in made.in_messages()

    run(walk)


def test_the_home_screen_leads_to_the_search(run: Run) -> None:
    """Below the departments; the department's card is shown on the home screen."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.open_home())
        await made.taps("Waar moet ik zijn?")
        await made.does(made.anna.type("laptop kapot"))
        await made.taps("Over deze afdeling")
        assert "storing dezelfde dag opgepakt" in words(made.slack.workspace.homes["UANNA"].content["blocks"])

    run(walk)
