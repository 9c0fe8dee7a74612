"""The gate's order of things: wait, close with enough people, release once, delete with the cycle."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from analysis import disclosure
from analysis.answers import Answer, Block, BlockState, Publication, delete_waiting
from analysis.disclosure import publish, settle

from .desk import EXTRA, HR, desk, laid, person

TODAY = date(2026, 9, 15)


def settled(session: Session, number: int, people: int, threshold: int = 10, cycle: int = 1) -> list[Block]:
    """A round in which so many people answered everything about HR; the blocks that closed with it."""
    blocks = laid(session, number, [person() for _ in range(people)], cycle)
    return settle(session, blocks, EXTRA.key, threshold)


def test_a_block_waits_until_enough_people_spoke(tmp_path: Path) -> None:
    """Nine and none: it waits; one more person in the next round: it closes, holding both rounds."""
    with desk(tmp_path) as session:
        assert settled(session, 1, 9) == []
        (block,) = settled(session, 2, 1)
        assert (block.state, block.rounds) == (BlockState.CLOSED, [1, 2])


@pytest.mark.parametrize("missing", ["received", "service", EXTRA.key])
def test_every_question_of_a_block_needs_enough_people(tmp_path: Path, missing: str) -> None:
    """Twelve people, of whom three left one question out: the whole block waits."""
    with desk(tmp_path) as session:
        some = [[record for record in person() if missing not in record.values] for _ in range(3)]
        blocks = laid(session, 1, [*some, *(person() for _ in range(9))])
        assert settle(session, blocks, EXTRA.key, 10) == []


def test_rounds_of_another_cycle_are_another_block(tmp_path: Path) -> None:
    """Nine people in the last round of a cycle and nine in the first of the next are never added up."""
    with desk(tmp_path) as session:
        assert settled(session, 4, 9, cycle=1) == []
        assert delete_waiting(session, 1) == ["hr"]
        assert settled(session, 5, 9, cycle=2) == []
        assert len(session.exec(select(Answer.key).where(Answer.question == "received")).all()) == 9


def test_after_a_release_the_next_round_begins_a_new_block(tmp_path: Path) -> None:
    """A department's rounds fall apart in blocks that share none."""
    with desk(tmp_path) as session:
        (first,) = settled(session, 1, 10)
        publish(session, first, HR, EXTRA, 10, TODAY)
        assert settled(session, 2, 4) == []
        (second,) = settled(session, 3, 6)
        assert (first.rounds, second.rounds) == ([1], [2, 3])
        assert disclosure.released(session, 1) == {"hr"}
        assert disclosure.released(session, 2) == set()


def test_a_block_is_released_once_and_only_when_closed(tmp_path: Path) -> None:
    """Neither a waiting block nor a released one can be published; the ledger stays as it is."""
    with desk(tmp_path) as session:
        settled(session, 1, 9)
        waiting = session.exec(select(Block)).one()
        with pytest.raises(ValueError, match="nothing to release"):
            publish(session, waiting, HR, EXTRA, 10, TODAY)
        (closed,) = settled(session, 2, 1)
        rows = publish(session, closed, HR, EXTRA, 10, TODAY)
        with pytest.raises(ValueError, match="nothing to release"):
            publish(session, closed, HR, EXTRA, 10, TODAY)
        assert list(session.exec(select(Publication))) == rows


def test_how_many_people_is_told_of_released_blocks_only(tmp_path: Path) -> None:
    """The count of a waiting block is nobody's business."""
    with desk(tmp_path) as session:
        settled(session, 1, 9)
        block = session.exec(select(Block)).one()
        with pytest.raises(ValueError, match="not released"):
            disclosure.people_in(session, block)
        settled(session, 2, 2)
        publish(session, block, HR, EXTRA, 10, TODAY)
        assert disclosure.people_in(session, block) == dict.fromkeys(
            ("received", "needed", "service", "theme", EXTRA.key), 11
        )


def test_what_waits_at_the_end_of_a_cycle_is_deleted(tmp_path: Path) -> None:
    """Its answers and its counts are gone; released blocks stay."""
    with desk(tmp_path) as session:
        (released,) = settled(session, 1, 10)
        publish(session, released, HR, EXTRA, 10, TODAY)
        settled(session, 2, 9)
        assert delete_waiting(session, 1) == ["hr"]
        assert set(session.exec(select(Answer.block))) == {released.id}
        assert delete_waiting(session, 1) == []
