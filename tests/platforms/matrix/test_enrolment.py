"""Coming in with a one-time code, on a real homeserver: one's own, another's, none; and who is not let in at all."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlmodel import select

from bot.core.attempts import MOST
from bot.store import joining
from bot.store.people import Account

from .stage import Stage, on_stage
from .synapse import Homeserver, needs_synapse

pytestmark = needs_synapse

WELCOME, OPEN = "Welkom! Vanaf nu kan ik je hier iets vragen.", "ik ben Klankbord van"
HOW, REFUSED = "Stuur mij de code", "Met deze code kan ik je niet verbinden."
UNLIKE = "Zo ziet een code er niet uit."


def play(server: Homeserver, folder: Path, scene: Callable[[Stage], Awaitable[None]]) -> None:
    """A scene with Olga, who is known, and Anna and Bram, who have not joined yet."""

    async def whole() -> None:
        async with on_stage(server, folder, ("olga", "anna", "bram"), joined=False) as stage:
            await scene(stage)

    asyncio.run(whole())


def whose(stage: Stage, who: str) -> str | None:
    """The person that somebody's address belongs to."""
    with stage.klankbord.database.transaction(reading=True) as session:
        found = session.exec(select(Account).where(Account.address == stage.people[who].address)).first()
        return found.person if found is not None else None


def test_a_code_of_ones_own(server: Homeserver, tmp_path: Path) -> None:
    """Who begins a chat is asked for it; it ties the account and welcomes, and is taken away; then the bot asks."""

    async def scene(stage: Stage) -> None:
        code = stage.link("anna")
        await stage.ask("anna", "Hallo?")
        assert HOW in await stage.read("anna")
        await stage.type("anna", f"Mijn code is {code.upper()}")
        assert WELCOME in await stage.read("anna")
        assert whose(stage, "anna") == "anna"
        assert code not in (await stage.read("anna")).casefold()
        await stage.moment("the round opens")
        assert OPEN in await stage.read("anna")

    play(server, tmp_path, scene)


def test_a_code_that_joins_nobody(server: Homeserver, tmp_path: Path) -> None:
    """Used, ended or made up: one and the same answer, and nobody learns whose it was."""

    async def scene(stage: Stage) -> None:
        used, ended = stage.link("anna"), stage.link("bram")
        await stage.ask("anna", used)
        stage.klankbord.database.write_now(joining.end_links, "matrix", "bram")
        open_ = stage.link("bram")  # so that the bot comes at all
        for code in (used, ended, "2222-2222-2222-2222"):
            await stage.ask("bram", code)
            assert REFUSED in await stage.read("bram")
        assert "Anna" not in await stage.read("bram")
        assert whose(stage, "bram") is None
        await stage.ask("bram", open_)
        assert whose(stage, "bram") == "bram"

    play(server, tmp_path, scene)


def test_what_is_no_code_is_no_guess(server: Homeserver, tmp_path: Path) -> None:
    """However often somebody says hello, or mistypes their code: it is still good, and they are told what one is."""

    async def scene(stage: Stage) -> None:
        code = stage.link("anna")
        for number in range(MOST + 1):
            await stage.ask("anna", ("hallo", "verantwoordelijk", code[:-2])[number % 3])
        assert REFUSED not in await stage.read("anna")
        assert UNLIKE in await stage.read("anna")
        await stage.ask("anna", code)
        assert whose(stage, "anna") == "anna"

    play(server, tmp_path, scene)


def test_a_stranger_is_declined_where_no_code_is_out(server: Homeserver, tmp_path: Path) -> None:
    """The bot does not come, and makes no room of its own."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        room = await anna.opens()
        await stage.settled(anna)
        assert not await anna.has(stage.bot.address, room)
        assert HOW not in anna.reads()

    play(server, tmp_path, scene)
