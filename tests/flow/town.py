"""A small organisation for the tests of the flow: a real database, a clock that is set by hand, memory platforms."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from sqlmodel import SQLModel, select

from bot.core.platform import Outgoing, ReplyLost
from bot.core.timing import Window, window
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation, prepared
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation

Row = TypeVar("Row", bound=SQLModel)

ORGANISATION = read(EXAMPLE)


def town(where: Path | str, people: int = 80, seed: int = 3, organisation: Organisation = ORGANISATION) -> Simulation:
    """A simulated organisation that has not begun."""
    return prepared(organisation, people, seed, where)


def round_of(number: int, organisation: Organisation = ORGANISATION) -> Window:
    """When round `number`, from 0, opens and closes."""
    return window(organisation.surveys[0].rhythm, number, organisation)


def rows(simulation: Simulation, table: type[Row]) -> Sequence[Row]:
    """Everything in a table."""
    with simulation.database.transaction(reading=True) as session:
        return session.exec(select(table)).all()


async def pass_round(simulation: Simulation, number: int) -> None:
    """A whole round: everybody who answers does so early or late, and the digests go out."""
    times = round_of(number, simulation.organisation)
    await simulation.to(times.opens_at)
    await simulation.let_answer(late=False)
    await simulation.to(times.reminds_at)
    await simulation.let_answer(late=True)
    await simulation.to(times.closes_at)
    await simulation.told(times)


class Moody(MemoryPlatform):
    """Takes messages, except where `fails` says for an address, or for "*", what is raised.

    `loses` are the addresses whose messages it takes without answering; that happens once for each.
    """

    def __init__(self, name: str = "webchat") -> None:
        super().__init__(name)
        self.fails: dict[str, Exception] = {}
        self.loses: set[str] = set()

    async def send(self, outgoing: Outgoing) -> str:
        """Take it, or fail."""
        failure = self.fails.get(outgoing.address) or self.fails.get("*")
        if failure is not None:
            raise failure
        reference = await super().send(outgoing)
        if outgoing.address in self.loses:
            self.loses.remove(outgoing.address)
            raise ReplyLost("timeout")
        return reference


class Asked(Moody):
    """The same, and it can be asked what it has; `silent` is why it cannot tell now."""

    silent: Exception | None = None

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """What it has of a message."""
        if self.silent is not None:
            raise self.silent
        return outgoing.id if outgoing.id in self.taken_ids else None
