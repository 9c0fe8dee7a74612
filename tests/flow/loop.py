"""A department whose first figures stand in its channel, and the people who may or may not speak for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.core.platform import Card, Event, Outgoing, Tap, Typed
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow
from bot.store.promises import Promise
from config.organisation import Organisation
from tests.core.chat import buttons_of

from .town import ORGANISATION, Moody, pass_round, round_of, rows, town

LEAD, DEPUTY, NOBODY, OTHER_LEAD = "sim-0001", "sim-0002", "sim-0003", "sim-0004"
WORDS = "Elke aanvraag krijgt binnen 2 werkdagen antwoord."


def organisation() -> Organisation:
    """The example, where ICT has a lead and a deputy, and HR another lead."""
    updates: dict[str, dict[str, object]] = {"ict": {"lead": LEAD, "deputies": (DEPUTY,)}, "hr": {"lead": OTHER_LEAD}}
    departments = tuple(one.model_copy(update=updates.get(one.key, {})) for one in ORGANISATION.departments)
    return ORGANISATION.changed(departments=departments)


class Loop:
    """A town whose first round was told: the figures of ICT stand in its channel."""

    def __init__(self, where: Path | str, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.town: Simulation = town(where, people=240, seed=5, organisation=organisation())
        self.platform = Moody()
        self.town.platforms = {"webchat": self.platform}

    async def begin(self) -> None:
        """To the digests of the first round."""
        await self.town.begin()
        await pass_round(self.town, 0)

    def posted(self, department: str = "ict") -> list[Outgoing]:
        """What its channel read about promises, oldest first."""
        kinds = {row.id: row.kind for row in rows(self.town, OutgoingRow)}
        mine = (said for said in self.platform.channels if said.address == f"#{department}")
        return [said for said in mine if kinds[said.id] is Kind.PROMISE]

    async def says(self, event: Event) -> Card | None:
        """What answers an event."""
        assert self.platform.hear is not None
        return await self.platform.hear(event)

    async def taps(self, label: str, on: Card | None, by: str = LEAD, channel: str = "") -> Card:
        """A button by how its label begins."""
        assert on is not None
        (action,) = [button.action for button in buttons_of(on) if button.label.startswith(label)]
        card = await self.says(Tap("webchat", by, action, channel=channel))
        assert card is not None
        return card

    async def types(self, words: str, on: Card, by: str = LEAD) -> Card:
        """Words at the prompt of a card."""
        assert on.entry is not None
        card = await self.says(Typed("webchat", by, on.entry.action, words))
        assert card is not None
        return card

    async def takes(self, label: str = "Dit pakken we op", by: str = LEAD) -> Card:
        """The button under the digest in the channel."""
        return await self.taps(label, self.posted()[0].card, by, "#ict")

    async def promises(self, words: str = WORDS) -> Promise:
        """A whole promise: the first point, the lead, four weeks from now."""
        card = await self.takes()
        card = await self.taps(card.choices[0].label, card)
        card = await self.types(words, card)
        card = await self.taps("de teamleider", card)
        card = await self.taps(card.choices[1].label, card)
        assert any(words in line for line in card.lines)
        await self.taps("Plaatsen", card)
        await self.town.to(self.town.now + timedelta(minutes=1))
        return self.newest()

    def newest(self) -> Promise:
        """The promise that was made last."""
        return rows(self.town, Promise)[-1]

    async def asked_about(self, *departments: str) -> dict[str, str]:
        """The first question about each, as somebody who works elsewhere reads it in the round that opens next."""
        self.platform.taken()
        await self.town.to(round_of(2).opens_at)
        asked = (said for said in self.platform.taken() if said.invitation is not None)
        someone = next(one for one in asked if self.town.colleagues[one.address].workplace not in departments)
        found = {}
        for key in departments:
            card = await self.says(Tap("webchat", someone.address, f"{someone.invitation}:about:{key}"))
            if card is not None and not card.heading:  # where do you work?
                card = await self.says(Tap("webchat", someone.address, card.choices[-1].action))
            found[key] = read(card)
            assert "1 van 5" in found[key]
        return found

    async def later(self, **time: int) -> None:
        """Time passes."""
        await self.town.to(self.town.now + timedelta(**time))


@contextmanager
def begun(where: Path | str) -> Iterator[Loop]:
    """With the digests of its first round in the channels."""
    with asyncio.Runner() as runner:
        made = Loop(where, runner)
        made.run(made.begin())
        yield made
        made.town.database.close()


def read(card: Card | None) -> str:
    """Everything on a card."""
    assert card is not None
    return " ".join((card.heading, card.hint, *card.lines))
