"""Is the card still true? Asked once a month in the channel; a tap or a change makes it fresh, else it says its age."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.platform import Asked, Card, Outgoing, Tap
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.freshness import CardCheck
from bot.store.promises import PromiseState
from tests.core.chat import buttons_of

from .loop import LEAD, NOBODY, OTHER_LEAD, organisation
from .test_promises_told import promise
from .town import Moody, rows, town


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    """Before the first round, on a working day, ten people."""
    made = town(tmp_path / "klankbord.sqlite3", people=10, organisation=organisation())
    made.platforms["webchat"] = Moody()
    yield made
    made.database.close()


async def months(simulation: Simulation, number: float) -> None:
    """Days pass."""
    for _ in range(round(30 * number)):
        await simulation.to(simulation.now + timedelta(days=1))


def asked(simulation: Simulation, department: str = "ict") -> list[Outgoing]:
    """What a channel was asked."""
    mine = (said for said in simulation.platforms["webchat"].channels if said.address == f"#{department}")
    return [said for said in mine if said.id.startswith("fresh:")]


async def tap(simulation: Simulation, label: str, by: str, department: str = "ict") -> Card | None:
    """A button of the newest question."""
    card, hear = asked(simulation, department)[-1].card, simulation.platforms["webchat"].hear
    assert card is not None
    assert hear is not None
    (action,) = [button.action for button in buttons_of(card) if button.label == label]
    return await hear(Tap("webchat", by, action, channel=f"#{department}"))


async def shown(simulation: Simulation, department: str = "ict", word: str = "afdeling", rest: str = "") -> str:
    """The card as somebody reads it, or what answers a search."""
    hear = simulation.platforms["webchat"].hear
    assert hear is not None
    card = await hear(Asked("webchat", NOBODY, word, rest or department))
    assert card is not None
    return " ".join(card.lines)


def test_once_a_month_until_somebody_says_so(simulation: Simulation) -> None:
    """Each department in its own channel, with its card; and not in the month in which it is new."""

    async def walk() -> None:
        await simulation.begin()
        await months(simulation, 0.9)
        assert asked(simulation) == []
        await months(simulation, 0.2)
        assert len(asked(simulation)) == len(asked(simulation, "hr")) == 1
        assert "Voor het laatst bekeken op" not in await shown(simulation)
        await months(simulation, 1.8)
        assert len(asked(simulation)) == len(asked(simulation, "hr")) == 2
        question = asked(simulation)[0]
        assert "laptop" in " ".join(question.lines)
        assert question.card is not None
        assert [button.label for button in question.card.steps] == ["Klopt nog", "Aanpassen"]
        assert "Voor het laatst bekeken op" in await shown(simulation)
        assert "Voor het laatst bekeken op" in await shown(simulation, "ict", "waar", "kapotte laptop")
        answered = await tap(simulation, "Klopt nog", LEAD)
        assert answered is not None
        assert answered.apart
        assert "Voor het laatst bekeken op" not in await shown(simulation)
        assert "Voor het laatst bekeken op" not in await shown(simulation, "ict", "waar", "kapotte laptop")
        assert "Voor het laatst bekeken op" in await shown(simulation, "hr")
        await months(simulation, 0.9)
        assert len(asked(simulation)) == 2

    asyncio.run(walk())


@pytest.mark.parametrize("label", ["Klopt nog", "Aanpassen"])
def test_others_get_a_hint(simulation: Simulation, label: str) -> None:
    """A colleague and another lead change nothing."""

    async def walk() -> None:
        await simulation.begin()
        await months(simulation, 1.5)
        before = [one.model_dump() for one in rows(simulation, CardCheck)]
        for by in (NOBODY, OTHER_LEAD):
            card = await tap(simulation, label, by)
            assert card is not None
            assert "Er is niets veranderd" in " ".join(card.lines)
        assert [one.model_dump() for one in rows(simulation, CardCheck)] == before

    asyncio.run(walk())


def test_a_changed_card_is_fresh(simulation: Simulation) -> None:
    """Whoever changes it has looked at it."""

    async def walk() -> None:
        await simulation.begin()
        await months(simulation, 2.5)
        assert "Voor het laatst bekeken op" in await shown(simulation)
        changed = simulation.organisation.by_key["ict"]
        assert changed.card is not None
        words = changed.card.working_on.model_copy(update={"nl": "iets anders"})
        card = changed.card.model_copy(update={"working_on": words})
        ict = changed.model_copy(update={"card": card})
        others = tuple(ict if one.key == "ict" else one for one in simulation.organisation.departments)
        made = simulation.organisation.changed(departments=others)
        with simulation.database.transaction() as session:
            editions.write(session, made, live=True, author="test", note="", now=simulation.now)
        await months(simulation, 0.1)
        assert "Voor het laatst bekeken op" not in await shown(simulation)

    asyncio.run(walk())


def test_how_to_change_it(simulation: Simulation) -> None:
    """Where there are no admin pages here, it says what to send."""

    async def walk() -> None:
        await simulation.begin()
        await months(simulation, 1.5)
        card = await tap(simulation, "Aanpassen", LEAD)
        assert card is not None
        assert "“admin”" in " ".join(card.lines)
        assert (
            "past wie Klankbord beheert aan: Sanne Verhoeven, tel. 2210." in card.lines[-1]
        )  # who changes what may be expected

    asyncio.run(walk())


def test_a_card_of_last_year_says_which_year(simulation: Simulation) -> None:
    """Else the day on which it was looked at could be one of these months."""

    async def walk() -> None:
        await simulation.begin()
        await months(simulation, 0.1)
        with simulation.database.transaction() as session:
            session.get_one(CardCheck, "ict").true_on = simulation.now.date() - timedelta(days=400)
            session.add(promise("p", PromiseState.OPEN, made_on=simulation.now.date(), due=simulation.now.date()))
        read = await shown(simulation)
        assert (
            "Voor het laatst bekeken op 30 juli 2025. **Pakken we op:** p." in read
        )  # the day is of what stands above

    asyncio.run(walk())
