"""A ballot falls apart in pieces too small to recognise anybody by, and a round is counted once."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from analysis.answers import Answer, Record, Turnout
from bot.core.ballot import At, Ballot, Place
from bot.core.platform import Tap
from bot.flow.counting import close_due, count_due, cut, open_due
from bot.simulation.colleagues import answer
from bot.store import ballots
from bot.store.ballots import Keyring, RoundKey, Sealed, SealedBallot
from bot.store.outbox import OutgoingRow
from bot.store.rounds import Invitation, Round, RoundState
from config.questions import PickSeveral

from .town import ORGANISATION, round_of, rows, town

EXTRA = ORGANISATION.surveys[0].extra[0]
SEVERAL = PickSeveral.model_validate(
    {"kind": "pick_several", "key": "ways", "ask": {"nl": "Hoe?", "en": "How?"}}
    | {"options": [{"key": k, "label": {"nl": k, "en": k}} for k in ("desk", "phone", "mail")]}
)
FULL = {"received": "2", "needed": "4", "service": "leave", "theme": "missed.speed", EXTRA.key: "none"}


def ballot(answers: dict[str, dict[str, str]], texts: dict[str, str] | None = None, drawn: str = "hr ict") -> Ballot:
    """A ballot that stands at the end."""
    return Ballot(1, Place(At.END), drawn=tuple(drawn.split()), answers=answers, texts=texts or {})


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ({}, []),
        (FULL, ["needed received", "service theme", EXTRA.key]),
        ({"received": "2"}, []),
        ({"received": "2", "service": "leave"}, ["service"]),
        ({"received": "2", "needed": "2", "theme": "helped.speed"}, ["needed received", "theme"]),
        ({EXTRA.key: "none"}, [EXTRA.key]),
    ],
)
def test_two_pairs_stay_together_and_nothing_else(said: dict[str, str], pieces: list[str]) -> None:
    """Received with needed, service with theme; half a pair of scores is no answer."""
    assert [" ".join(sorted(record.values)) for record in cut(ballot({"hr": said}), lambda _: EXTRA)] == pieces


def test_departments_and_texts_come_apart() -> None:
    """Two departments share no piece; a tip stands alone; a department no longer drawn is left out."""
    found = list(cut(ballot({"hr": FULL, "ict": FULL, "finance": FULL}, {"hr": "Bel terug."}), lambda _: EXTRA))
    assert Counter(record.department for record in found) == {"hr": 4, "ict": 3}
    assert Record("hr", {"text": ("Bel terug.",)}) in found


def test_several_choices_are_values_of_one_answer() -> None:
    """A question with several answers gives one record with each of them."""
    found = list(cut(ballot({"hr": {"ways": "desk,mail"}}), lambda _: SEVERAL))
    assert found == [Record("hr", {"ways": ("desk", "mail")})]


def test_a_round_is_counted_once_and_only_after_closing(where: Path | str) -> None:
    """Not a second before; a second counting finds nothing to do; ballots and key are gone, the numbers stay."""
    simulation = town(where)
    times = round_of(0)

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(times.opens_at)
        await simulation.let_answer(late=False)

    asyncio.run(walk())
    second = timedelta(seconds=1)
    database, keyring = simulation.database, simulation.keyring
    for moment, counted in ((times.closes_at - second, 0), (times.closes_at, 1), (times.closes_at + second, 0)):
        with database.transaction() as session:
            assert len(count_due(session, moment, keyring)) == counted
    answers = len(rows(simulation, Answer))
    assert answers == len({(answer.key, answer.question, answer.value) for answer in rows(simulation, Answer)}) > 0
    assert [one.state for one in rows(simulation, Round)] == [RoundState.COUNTED]
    assert [one.invited for one in rows(simulation, Turnout)] == [20]
    assert not any(rows(simulation, table) for table in (SealedBallot, RoundKey))
    database.close()


@pytest.mark.parametrize("stopped", [0, 3])
def test_a_ballot_destroyed_after_the_opening_is_not_counted(where: Path | str, stopped: int) -> None:
    """Somebody stops between the opening of the ballots and the counting: what they said is not deposited."""
    simulation = town(where)

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(round_of(0).opens_at)
        await simulation.let_answer(late=False)

    asyncio.run(walk())
    now, keyring = round_of(0).closes_at, simulation.keyring
    with simulation.database.transaction() as session:
        close_due(session, now)
    opened = asyncio.run(open_due(simulation.database, now, keyring))
    with simulation.database.transaction(reading=True) as session:
        finished = [one for one in ballots.of_round(session, 1) if not unsealed(session, keyring, one).is_empty]
    with simulation.database.transaction() as session:
        for one in finished[:stopped]:
            ballots.destroy_of(session, session.get_one(Invitation, one.invitation).person)
    with simulation.database.transaction() as session:
        assert len(count_due(session, now, keyring, opened)) == 1
    assert rows(simulation, Turnout)[0].responded == opened[1].responded - stopped
    simulation.database.close()


def unsealed(session: Session, keyring: Keyring, one: Sealed) -> Ballot:
    """What is in a ballot of the first round."""
    return ballots.unseal(keyring.round_key(session, 1), one.invitation, one.sealed)


def test_who_comes_too_late_does_not_wait_for_the_counting(empty_postgres: str) -> None:
    """The transaction that counts is still open when they read that the round is closed."""
    simulation = town(empty_postgres)
    times = round_of(0)

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(times.opens_at)
        await simulation.let_answer(late=False)
        simulation.now = times.closes_at
        await simulation.database.write(close_due, simulation.now)
        with simulation.database.transaction() as session:
            assert count_due(session, simulation.now, simulation.keyring)
            for row in rows(simulation, OutgoingRow):
                hear = simulation.platforms[row.platform].hear
                assert hear is not None
                card = await asyncio.wait_for(hear(Tap(row.platform, row.address, f"{row.invitation}:begin")), 10)
                assert card is not None
                assert not card.choices

    asyncio.run(walk())
    assert [one.state for one in rows(simulation, Round)] == [RoundState.COUNTED]
    simulation.database.close()


def test_fewer_than_five_who_answered_deposit_nothing(tmp_path: Path) -> None:
    """Four people answer: their answers are destroyed with their ballots; five: they are deposited."""

    def answers_of(willing: int) -> int:
        folder = tmp_path / str(willing)
        folder.mkdir()
        simulation = town(folder / "klankbord.sqlite3")

        async def walk() -> None:
            await simulation.begin()
            await simulation.to(round_of(0).opens_at)
            memory = simulation.platforms["webchat"]
            done = 0
            for outgoing in memory.taken():
                colleague = simulation.colleagues[outgoing.address]
                colleague.rng = random.Random(willing)
                if done < willing and colleague.uses and outgoing.card and memory.hear:
                    await answer(colleague, outgoing.card, memory.hear, "webchat", simulation.views)
                    done += 1
            await simulation.to(round_of(0).closes_at)

        asyncio.run(walk())
        found = len(rows(simulation, Answer))
        assert rows(simulation, Turnout)[0].responded == willing
        assert not any(rows(simulation, table) for table in (SealedBallot, RoundKey))
        simulation.database.close()
        return found

    assert answers_of(4) == 0
    assert answers_of(5) > 0
