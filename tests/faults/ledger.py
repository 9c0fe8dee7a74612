"""People who tap through the same `hear` as every platform, and what has to be counted of it.

Who is not acknowledged taps again, as every platform does for them: so a reply is never lost, however it ends.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sqlmodel import Session, select, update

from analysis.answers import Answer, Block
from bot.core.platform import Asked, Card, Hear, Tap
from bot.simulation.run import Simulation
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.people import Person
from bot.store.rounds import Invitation
from config.organisation import Organisation
from tests.crash.chatserver import Button
from tests.crash.people import MOST_TAPS, Character, Row, Walk
from tests.crash.test_kills import explained
from tests.crash.town import DEALT_WITH
from tests.flow.town import ORGANISATION, rows, town

PLATFORM = "webchat"
AGAIN = 0.2  # seconds until a tap that was not acknowledged is brought again


def organisation() -> Organisation:
    """The example in two cohorts: what the first round brings waits for the second, and nothing of it is dropped."""
    survey = ORGANISATION.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": 2})
    return ORGANISATION.model_copy(update={"surveys": (survey.model_copy(update={"rhythm": rhythm}),)})


def company(where: Path | str, asked: int = 40) -> Simulation:
    """A simulated organisation whose first round asks so many, and that has not begun."""
    return town(where, 2 * asked, organisation=organisation())


async def begin(simulation: Simulation) -> None:
    """Everybody has an account, and works in none of the departments: so everybody may judge all of them."""
    await simulation.begin()
    await simulation.database.write(_works_nowhere)


def _works_nowhere(session: Session) -> None:
    session.execute(update(Person).values(department=""))


def walks_of(simulation: Simulation, seed: str) -> list[Walk]:
    """What everybody who is asked is going to do: all of them begin at once, some leave half-way."""
    found = []
    for invitation in rows(simulation, Invitation):
        character = Character.of(f"{seed} {invitation.person}", DEALT_WITH)
        found.append(Walk(invitation.person, invitation.id, character))
    return found


class Refusals:
    """How often a tap was not acknowledged."""

    def __init__(self) -> None:
        self.number = 0


async def go(walk: Walk, hear: Hear, refusals: Refusals, tapped: Callable[[], object] = lambda: None) -> None:
    """Somebody's way through their card, until they had enough or the round is closed."""
    card = await _acknowledged(hear, Asked(PLATFORM, walk.chat, "card", walk.invitation), refusals)
    while (action := walk.choice(shown(card))) is not None:
        walk.in_flight, walk.taps = action, walk.taps + 1
        assert walk.taps < MOST_TAPS, f"the card stands still at {action.verb}"
        event = Tap(PLATFORM, walk.chat, str(action), delivery=f"{walk.invitation} {walk.taps}")
        card = await _acknowledged(hear, event, refusals)
        tapped()
        if not walk.acknowledged(action, shown(card)):
            return


async def _acknowledged(hear: Hear, event: Asked | Tap, refusals: Refusals) -> Card | None:
    while True:
        try:
            return await hear(event)
        except Exception:  # whatever it is: the platform hears nothing, and brings it again
            refusals.number += 1
            await asyncio.sleep(AGAIN)


def shown(card: Card | None) -> Sequence[Button]:
    """The buttons of a card."""
    buttons = (*card.choices, *card.steps, *card.asides) if card is not None else ()
    return [Button(one.action, one.ticked) for one in buttons]


def miscounted(simulation: Simulation, walks: Iterable[Walk]) -> Iterator[str]:
    """Each acknowledged answer is counted once, and nothing else is but what was tapped and never acknowledged."""
    with simulation.database.transaction(reading=True) as session:
        found = counted(session)
        left = len(session.exec(select(SealedBallot.invitation)).all()) + len(
            session.exec(select(RoundKey.round)).all()
        )
    walks = list(walks)
    sure: Counter[Row] = Counter()
    for walk in walks:
        sure += walk.counts()
    assert sure, "nobody said anything"
    doubts = [wider - walk.counts() for walk in walks if (wider := walk.may_count()) is not None]
    if sure - found:
        yield f"acknowledged and not counted: {dict(sure - found)}"
    elif not explained(found - sure, doubts):
        yield f"counted and never said, or twice: {dict(found - sure)}"
    if left:
        yield f"{left} ballots and keys are left"


def counted(session: Session) -> Counter[Row]:
    """Everything that was counted."""
    return Counter((row.department, row.question, row.value) for row in session.exec(select(Answer).join(Block)))
