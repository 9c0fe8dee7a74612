"""The first file to read: the whole walk of an answer, from the schedule to the department's channel.

Real flow, real database, virtual clock, a chat platform in memory; sixty colleagues, of whom Anna answers by hand.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from analysis.answers import Answer, Block, Publication
from bot.core.platform import Asked, Card, Tap
from bot.core.timing import window
from bot.simulation.colleagues import answer
from bot.simulation.run import Simulation, prepared
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.outbox import OutgoingRow
from bot.store.rounds import Invitation, InvitationState
from config import EXAMPLE
from config.load import read

ORGANISATION = read(EXAMPLE)
ROUND = window(ORGANISATION.surveys[0].rhythm, 0, ORGANISATION)


@pytest.fixture
def town(where: Path | str) -> Iterator[Simulation]:
    """A municipality of 240 on the evening before its first round: 60 are asked."""
    simulation = prepared(ORGANISATION, 240, 5, where)
    yield simulation
    simulation.database.close()


def rows(town: Simulation, table: type) -> list:  # type: ignore[type-arg]
    """Everything in a table."""
    with town.database.transaction(reading=True) as session:
        return list(session.exec(select(table)))


def label(card: Card, beginning: str) -> str:
    """The action of the button with this label."""
    buttons = (*card.choices, *card.steps, *card.asides)
    return next(button.action for button in buttons if button.label.startswith(beginning))


def test_an_answer_walks_from_the_schedule_to_the_channel(town: Simulation) -> None:
    """A round opens by itself, is answered, closes by itself, and its digests appear together; no ballot is left."""

    async def walk() -> None:
        await town.begin()

        # The rhythm opens a round, and one cohort gets a card.
        await town.to(ROUND.opens_at)
        memory = town.platforms["webchat"]
        cards = memory.taken()
        assert len(cards) == len(rows(town, Invitation)) == 60
        assert len({len(ballot.sealed) for ballot in rows(town, SealedBallot)}) == 1  # all envelopes look alike

        # Anna taps her way through the card; everybody else does as they do.
        anna = cards[0].address
        hear = memory.hear
        assert hear is not None
        card = cards[0].card
        assert card is not None
        assert "ik ben Klankbord" in card.lines[0]
        for outgoing in cards:
            assert outgoing.card is not None
            await answer(town.colleagues[outgoing.address], outgoing.card, hear, "webchat", town.views)
        thanks = await hear(Asked("webchat", anna))
        assert thanks is not None
        assert any("Dank je wel" in line for line in thanks.lines)
        assert rows(town, Answer) == []  # until closing nothing is an answer

        # The round closes: ballots become anonymous answers and are gone.
        await town.to(ROUND.closes_at)
        assert rows(town, SealedBallot) == rows(town, RoundKey) == []
        assert {i.state for i in rows(town, Invitation)} == {InvitationState.CLOSED}
        assert rows(town, Answer) != []
        assert memory.channels == []  # not before the digests' hour
        closed = await hear(Tap("webchat", anna, label(thanks, "Mijn antwoorden")))
        assert closed is not None
        assert "gesloten" in closed.lines[0]

        # On the second working day at nine the figures are published: for the leads, and in no channel yet.
        await town.tell(ROUND.leads_at)
        assert rows(town, Publication) != []
        assert memory.channels == []

        # On the third every department's channel has its message.
        await town.tell(ROUND.digests_at)
        posts: dict[str, str] = {}
        for post in memory.channels:
            posts[post.address] = "\n".join((posts.get(post.address, ""), *post.lines))
        assert "#ict" in posts
        assert "collega's gaven antwoord" in posts["#ict"]
        assert "Oordeel" in posts["#ict"]
        assert any("nog geen cijfer" in post for post in posts.values())  # somebody has to wait
        assert all(publication.n >= 10 for publication in rows(town, Publication))

        # Doing it all again changes nothing.
        before = memory.sent
        await town.tell(ROUND.digests_at)
        assert (memory.sent, memory.duplicates) == (before, 0)

    asyncio.run(walk())


def test_nobody_is_asked_twice_in_a_cycle_and_no_round_is_in_two_blocks(town: Simulation) -> None:
    """Over a whole cycle every person is asked once, and each department's rounds fall apart into blocks."""

    async def cycle() -> None:
        await town.begin()
        for number in range(4):
            times = window(ORGANISATION.surveys[0].rhythm, number, ORGANISATION)
            await town.to(times.opens_at)
            await town.let_answer(late=False)
            await town.to(times.closes_at)
            await town.told(times)

    asyncio.run(cycle())
    people = [invitation.person for invitation in rows(town, Invitation)]
    assert len(people) == len(set(people))
    seen: set[tuple[str, int]] = set()
    for block in rows(town, Block):
        mine = {(block.department, number) for number in block.rounds}
        assert not mine & seen
        seen |= mine
    assert town.platforms["webchat"].duplicates == 0


def test_the_outbox_never_names_a_department_beside_a_person(town: Simulation) -> None:
    """A message about an invitation is stored without its card, so the outbox holds no department and no answer."""

    async def open_round() -> None:
        await town.begin()
        await town.to(ROUND.opens_at)
        await town.let_answer(late=False)
        await town.to(ROUND.reminds_at)

    asyncio.run(open_round())
    about_people = [row for row in rows(town, OutgoingRow) if row.invitation is not None]
    assert about_people
    assert all(row.lines == [] for row in about_people)


def test_a_simulation_with_the_same_seed_is_the_same(tmp_path: Path) -> None:
    """Randomness is an argument: two runs with one seed give the same digests."""

    def texts(folder: Path) -> list[tuple[str, ...]]:
        folder.mkdir()
        simulation = prepared(ORGANISATION, 80, 3, folder / "klankbord.sqlite3")

        async def one_round() -> None:
            await simulation.begin()
            await simulation.to(ROUND.opens_at)
            await simulation.let_answer(late=False)
            await simulation.to(ROUND.closes_at)
            await simulation.to(ROUND.digests_at)

        asyncio.run(one_round())
        simulation.database.close()
        return [post.lines for post in simulation.platforms["webchat"].channels]

    assert texts(tmp_path / "one") == texts(tmp_path / "two")
