"""The gate's order of things: wait, close with enough people, release once, delete with the cycle."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from analysis import disclosure
from analysis.answers import Answer, Block, BlockState, Participation, Publication, Record, delete_waiting
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


@pytest.mark.parametrize(("question", "pair"), [("service", "theme"), ("theme", "service")])
def test_half_of_a_pair_is_enough_for_no_block(tmp_path: Path, question: str, pair: str) -> None:
    """Twelve people, of whom three gave a service without a theme, or a theme without a service: it waits."""
    alone = [
        [
            Record("hr", {q: v for q, v in record.values.items() if q != question}) if pair in record.values else record
            for record in person()
        ]
        for _ in range(3)
    ]
    with desk(tmp_path) as session:
        blocks = laid(session, 1, [*alone, *(person() for _ in range(9))])
        assert settle(session, blocks, EXTRA.key, 10) == []


def test_of_fewer_than_ten_people_nothing_is_a_number(tmp_path: Path) -> None:
    """With a threshold of seven, eight people who differ: words only, nowhere how many they were, and no tips."""
    scores, lost = zip((1, 2, 3, 3, 4, 4, 4, 5), (4, 5, 3, 4, 2, 4, 3, 5), strict=True), ("none", "quarter", "four")
    tips = [[Record("hr", {"text": (f"Tip {i}.",)})] for i in range(4)]
    people = [person(*pair, "missed.speed", extra=lost[i % 3]) for i, pair in enumerate(scores)] + tips
    with desk(tmp_path) as session:
        (block,) = settle(session, laid(session, 1, people), EXTRA.key, 7)
        rows = publish(session, [(block, HR)], EXTRA, 7, TODAY)
        assert {(row.n, row.estimate, row.low, row.high, row.spread) for row in rows} == {(None,) * 5}
        assert set(disclosure.people_in(session, block).values()) == {None}
        assert disclosure.texts(session, block) == []


def test_answers_are_written_in_the_order_of_their_keys(tmp_path: Path) -> None:
    """Also where a database would keep the order in which they came."""
    written: list[list[str]] = []

    def statement(_: object, __: object, sql: str, parameters: list[tuple[str, ...]], *___: object) -> None:
        if sql.startswith("INSERT INTO answer"):
            written.append([row[0] for row in parameters])

    with desk(tmp_path) as session:
        event.listen(session.get_bind(), "before_cursor_execute", statement)
        laid(session, 1, [person() for _ in range(10)])
    (keys,) = written
    assert len(set(keys)) == 30
    assert keys == sorted(keys)


@pytest.mark.parametrize(("writers", "told"), [(2, []), (3, [3])])
def test_tips_are_told_of_from_three_writers_on(tmp_path: Path, writers: int, told: list[int]) -> None:
    """Not even that one or two wrote."""
    tips = [[Record("hr", {"text": (f"Tip {i}.",)})] for i in range(writers)]
    with desk(tmp_path) as session:
        (block,) = settle(session, laid(session, 1, [*(person() for _ in range(10)), *tips]), EXTRA.key, 10)
        assert [row.n for row in publish(session, [(block, HR)], EXTRA, 10, TODAY) if row.measure == "tips"] == told


def test_one_crossing_is_published_and_it_is_the_one_that_is_shown(tmp_path: Path) -> None:
    """Speed is missed most and could be crossed too; clarity is their own to mend, so it is on the first screen."""
    contract, leave = (service.key for service in HR.services[:2])
    people = [
        *(person(2, 4, "missed.speed", contract if i < 8 else leave) for i in range(14)),
        *(person(2, 4, "missed.clarity", leave if i < 8 else contract) for i in range(13)),
        *(person(theme="helped.expertise", service=one) for one in (contract, leave, "else") for _ in range(5)),
    ]
    with desk(tmp_path) as session:
        (block,) = settle(session, laid(session, 1, people), EXTRA.key, 10)
        crossings = [row for row in publish(session, [(block, HR)], EXTRA, 10, TODAY) if row.measure == "crossing"]
        assert [(row.subject, row.verdict, row.estimate) for row in crossings] == [("missed.clarity", leave, None)]


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
        publish(session, [(first, HR)], EXTRA, 10, TODAY)
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
            publish(session, [(waiting, HR)], EXTRA, 10, TODAY)
        (closed,) = settled(session, 2, 1)
        rows = publish(session, [(closed, HR)], EXTRA, 10, TODAY)
        with pytest.raises(ValueError, match="nothing to release"):
            publish(session, [(closed, HR)], EXTRA, 10, TODAY)
        assert list(session.exec(select(Publication))) == rows


def test_a_block_is_not_released_twice_at_once(tmp_path: Path) -> None:
    """Blocks that are released together are different ones; else nothing is written."""
    with desk(tmp_path) as session:
        (closed,) = settled(session, 1, 10)
        with pytest.raises(ValueError, match="released once"):
            publish(session, [(closed, HR), (closed, HR)], EXTRA, 10, TODAY)
        assert closed.state is BlockState.CLOSED
        assert session.exec(select(Publication)).all() == []


def test_how_many_people_is_told_of_released_blocks_only(tmp_path: Path) -> None:
    """The count of a waiting block is nobody's business."""
    with desk(tmp_path) as session:
        settled(session, 1, 9)
        block = session.exec(select(Block)).one()
        with pytest.raises(ValueError, match="not released"):
            disclosure.people_in(session, block)
        settled(session, 2, 2)
        publish(session, [(block, HR)], EXTRA, 10, TODAY)
        assert disclosure.people_in(session, block) == dict.fromkeys(
            ("received", "needed", "service", "theme", EXTRA.key), 11
        )


def test_what_waits_at_the_end_of_a_cycle_is_deleted(tmp_path: Path) -> None:
    """Its answers and its counts are gone; released blocks stay."""
    with desk(tmp_path) as session:
        (released,) = settled(session, 1, 10)
        publish(session, [(released, HR)], EXTRA, 10, TODAY)
        settled(session, 2, 9)
        assert delete_waiting(session, 1) == ["hr"]
        assert set(session.exec(select(Answer.block))) == {released.id}
        assert set(session.exec(select(Participation.block))) == {released.id}
        assert delete_waiting(session, 1) == []
