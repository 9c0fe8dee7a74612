"""Unmistakable answers given before a round are nowhere but sealed, until it was counted."""

import random
from collections.abc import Iterator

import pytest

from bot.simulation import colleagues

from . import ANSWERS, DEPARTMENT, NAMES, ORGANISATION, QUESTION, SERVICE, VALUE, Phone
from .test_planted_answer import (
    BY_HEAR,
    MAURITS,
    ROUND,
    World,
    as_they_do,
    found,
    klankbord,
    listening,
    says_who_dealt_with_what,
)

SEALED = ("begun", "opened")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Maurits says all there is to say before the first round; in it fourteen others answer."""
    rng = random.Random(7)
    others, views = colleagues.town(ORGANISATION, 14, rng), colleagues.opinions(ORGANISATION, rng)
    with klankbord(tmp_path_factory.mktemp("early"), others) as world, listening(world.log):
        world.runner.run(before_the_round(Phone(world.hear, MAURITS.address)))
        world.remember("begun")
        world.invitations = {str(row["person"]): str(row["id"]) for row in world.tables["begun"]["early"]}
        world.to(ROUND.opens_at)
        world.remember("opened")
        world.runner.run(as_they_do(world, others, views))
        world.to(ROUND.closes_at)
        world.remember("counted")
        yield world


async def before_the_round(phone: Phone) -> None:
    """All questions, and a tip."""
    await phone.ask(f"feedback {NAMES[DEPARTMENT]}")
    await phone.tap(*ANSWERS[2:], f"Tip voor {NAMES[DEPARTMENT]}")
    await phone.write(f"Plant {BY_HEAR} aan.")
    await phone.tap("Versturen", "Klaar")


@pytest.mark.parametrize("when", SEALED)
def test_nothing_is_in_clear_until_counting(world: World, when: str) -> None:
    """Neither the words, nor the answers, nor the department: but in the configuration, and in a draw of everybody."""
    tables = world.tables[when]
    assert found(BY_HEAR, tables) == set()
    assert BY_HEAR.encode() not in world.disk[when]
    assert found(VALUE, tables) == found(SERVICE, tables) == found(QUESTION, tables) == {("edition", "content")}
    drawn = {("round", "weights"), ("cardcheck", "department")} if when == "opened" else set()
    assert found(DEPARTMENT, tables) - {("person", "department")} == {("edition", "content")} | drawn


def test_it_is_an_early_ballot_and_then_one_as_everybody_has(world: World) -> None:
    """Under the same random id, and in a state that tells nothing."""
    (early,) = world.tables["begun"]["early"]
    assert set(early) == {"id", "person", "survey", "closes_at", "wrapped", "sealed"}
    assert world.tables["opened"]["early"] == []
    assert {row["state"] for row in world.tables["opened"]["invitation"]} == {"INVITED"}
    assert early["id"] in {row["id"] for row in world.tables["opened"]["invitation"]}


@pytest.mark.parametrize("when", [*SEALED, "counted"])
def test_no_row_and_no_log_holds_somebody_together_with_what_they_said(world: World, when: str) -> None:
    """In no table there is, and in no line that any logger wrote."""
    marks = MAURITS.marks(world)
    mine = [str(row) for rows in world.tables[when].values() for row in rows if any(m in str(row) for m in marks)]
    assert len(mine) > 2
    assert [row for row in mine if says_who_dealt_with_what(row, marks)] == []
    assert [line for line in world.log if says_who_dealt_with_what(line, marks) or BY_HEAR in line] == []


def test_counted_it_is_an_answer_like_any_other(world: World) -> None:
    """In one column of one table."""
    assert found(BY_HEAR, world.tables["counted"]) == {("answer", "value")}
    assert world.tables["counted"]["early"] == []
