"""A whole deep cycle in virtual time: the real flow, simulated colleagues, and what departments get in the end."""

import asyncio
from collections import Counter

import pytest
from sqlmodel import select

from analysis.answers import Answer, Block, Publication
from bot.flow import pictures
from bot.simulation import run
from bot.simulation.run import Simulation
from bot.store.ballots import SealedBallot
from bot.store.outbox import Kind, OutgoingRow
from bot.store.rounds import Cycle
from config import EXAMPLE
from config.deep import QUESTIONS, Deep
from config.load import read
from config.organisation import Organisation

from .town import rows

PEOPLE = 240


def organisation() -> Organisation:
    """The example whose first cycle of two rounds is deep, and the second is not."""
    example = read(EXAMPLE)
    survey = example.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": 2})
    deep = survey.model_copy(update={"deep": Deep(first=1, every=2), "rhythm": rhythm})
    return example.changed(surveys=(deep,))


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    """The simulation after a deep cycle and the first round of the next."""
    where = tmp_path_factory.mktemp("deep") / "klankbord.sqlite3"
    simulation = run.prepared(organisation(), PEOPLE, 5, where)
    asyncio.run(run.run(simulation, 3, lambda done, steps: None))
    return simulation


def test_a_deep_cycle_asks_about_themes_and_an_ordinary_one_does_not(passed: Simulation) -> None:
    """The blocks of the one hold the fourteen questions and tips; those of the other none about a theme."""
    deep, ordinary = sorted(cycle.key for cycle in rows(passed, Cycle))
    with passed.database.transaction(reading=True) as session:
        asked: dict[int, set[str]] = {}
        found = select(Block.cycle, Answer.question).join(Answer, Answer.block == Block.id).distinct()  # type: ignore[arg-type]
        for cycle, question in session.exec(found):
            asked.setdefault(cycle, set()).add(question)
    assert asked[deep] == set(QUESTIONS)
    assert not {question for question in asked[ordinary] if "." in question}
    assert "service" in asked[ordinary]


def test_no_key_holds_more_than_a_pair(passed: Simulation) -> None:
    """Whatever was said, no two themes lie under one key: no record is a fingerprint."""
    held = Counter(answer.key for answer in rows(passed, Answer))
    themes: dict[str, set[str]] = {}
    for answer in rows(passed, Answer):
        themes.setdefault(answer.key, set()).add(answer.question.rpartition(".")[0])
    assert max(held.values()) == 2
    assert all(len(found) == 1 for found in themes.values())


def test_every_released_department_reads_what_comes_first_with_a_picture(passed: Simulation) -> None:
    """In its last message of the cycle, with the same crosshair for all; the picture can be drawn."""
    lines = [row for row in rows(passed, Publication) if row.measure == "crosshair"]
    assert lines
    assert len({(row.subject, row.estimate, row.n) for row in lines}) == 2
    departments = {row.department for row in lines}
    told = [row for row in rows(passed, OutgoingRow) if row.kind is Kind.DIGEST and row.block is not None]
    first = {row.department: row for row in told if any("Wat gaat voor" in line for line in row.lines)}
    assert set(first) == departments
    block = first[min(departments)].block
    assert block is not None
    assert asyncio.run(pictures.picture(passed.database, block, ())).startswith(b"\x89PNG")
    with passed.database.transaction(reading=True) as session:
        assert "Het midden" in pictures.words(session, block, ())


def test_no_ballot_is_left(passed: Simulation) -> None:
    """Of the rounds that were counted."""
    assert rows(passed, SealedBallot) == []
