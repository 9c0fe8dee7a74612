"""A name in what a department says in public is pointed out before everybody reads it, and forbidden to nobody."""

import pytest

from bot.core.platform import Card
from bot.store.people import Person
from bot.store.promises import PromiseState

from .loop import LEAD, WORDS, Loop
from .town import rows

NAMED = "Staat hier een naam of een nummer in?"


async def looked_at(loop: Loop, words: str, role: str) -> Card:
    """A draft just before it is posted."""
    card = await loop.types(words, await loop.taps("Iets anders", await loop.takes()))
    card = await loop.types(role, await loop.taps("Een andere rol", card))
    return await loop.taps(card.choices[0].label, card)


def test_a_name_in_a_promise_or_as_its_owner_is_pointed_out(loop: Loop) -> None:
    """It can be posted all the same: "Post" is a name and a word."""
    name = rows(loop.town, Person)[0].name.split()[0]

    async def walk() -> None:
        for words, role, told in (
            (WORDS, "de coördinator", False),
            (f"{name} belt iedereen terug.", "de coördinator", True),
            (WORDS, name, True),
            ("Mail naar laptop@voorbeeld.nl.", "de coördinator", True),
        ):
            card = await looked_at(loop, words, role)
            assert (NAMED in card.hint) is told
            await loop.taps("Plaatsen", card)
            assert loop.newest().state is PromiseState.OPEN

    loop.run(walk())


@pytest.mark.parametrize("label", ["Verschuiven", "Stoppen"])
def test_a_name_in_a_reason_is_pointed_out_once(loop: Loop, label: str) -> None:
    """Because a reason is posted at once: nothing happens, what was typed stays, and the same once more is posted."""
    why = f"{rows(loop.town, Person)[0].name} is ziek."

    async def walk() -> None:
        before = (await loop.promises()).model_dump()
        card = await loop.taps(label, loop.posted()[-1].card, LEAD, "#ict")
        if label == "Verschuiven":
            card = await loop.taps(card.choices[0].label, card)
        again = await loop.types(why, card)
        assert loop.newest().model_dump() == before
        assert NAMED in again.hint
        assert again.entry is not None
        assert again.entry.draft == why
        await loop.types(why, again)
        assert loop.newest().reason == why

    loop.run(walk())


def test_a_reason_without_a_name_is_posted_at_once(loop: Loop) -> None:
    """The ordinary case costs no tap."""

    async def walk() -> None:
        await loop.promises()
        await loop.types("Te duur.", await loop.taps("Stoppen", loop.posted()[-1].card, LEAD, "#ict"))
        assert loop.newest().state is PromiseState.DROPPED

    loop.run(walk())
