"""A block of several rounds: nothing in the database tells which of its answers were counted in the same round."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block
from analysis.counts import Counts, counted
from analysis.disclosure import settle
from bot.store.database import Database
from tests.analysis.desk import EXTRA, HR, laid, person

LEAVE, ELSE = HR.services[0].key, "else"
FIRST = [person(2, 4, "missed.speed", LEAVE, "hour") for _ in range(4)]
SECOND = [person(5, 3, "helped.speed", ELSE) for _ in range(3)]
ROWS = 5 * (len(FIRST) + len(SECOND))


@pytest.fixture
def database(where: Path | str) -> Iterator[Database]:
    """Migrated, on SQLite and on PostgreSQL."""
    made = Database(where, durable=False) if isinstance(where, Path) else Database(where)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def on_postgres(empty_postgres: str) -> Iterator[Database]:
    """Migrated, on PostgreSQL alone: SQLite keeps nothing with a row, and lays rows down by their keys."""
    made = Database(empty_postgres)
    made.migrate()
    yield made
    made.close()


def two_rounds(database: Database) -> tuple[int, set[str]]:
    """Seven people in two rounds, each counted in a transaction of its own. The block, and the keys of the first."""
    with database.transaction() as session:
        blocks = laid(session, 1, FIRST)
        assert settle(session, blocks, EXTRA.key, 7) == []
    with database.transaction() as session:
        keys = set(session.exec(select(Answer.key)))
    with database.transaction() as session:
        (block,) = settle(session, laid(session, 2, SECOND), EXTRA.key, 7)
        return block.number, keys


def driver_says(session: Session, statement: str) -> list[str]:
    """The first column of what it finds."""
    return [str(row[0]) for row in session.connection().exec_driver_sql(statement)]


def test_postgresql_keeps_nothing_with_a_row_that_tells_its_round(on_postgres: Database) -> None:
    """One writing transaction for all; they lie in the order of their random keys, the rounds mixed."""
    block, first = two_rounds(on_postgres)
    with on_postgres.transaction(reading=True) as session:
        assert len(driver_says(session, f"SELECT DISTINCT xmin FROM answer WHERE block = {block}")) == 1
        lying = driver_says(session, f"SELECT key FROM answer WHERE block = {block} ORDER BY ctid")
    assert lying == sorted(lying)
    assert len(lying) == ROWS
    assert 0 < len(first & set(lying)) < len(set(lying))


def test_scrubbing_leaves_no_row_that_is_only_dead(on_postgres: Database) -> None:
    """PostgreSQL calls a page "all visible" when nothing else is on it: the rows of the first round are cleared."""
    two_rounds(on_postgres)
    cleared = "SELECT 1 FROM pg_class WHERE relname = 'answer' AND relpages > 0 AND relallvisible = relpages"
    for found in ([], ["1"]):
        with on_postgres.transaction(reading=True) as session:
            assert driver_says(session, cleared) == found
        asyncio.run(on_postgres.scrub())


def test_pairs_people_and_counts_are_those_of_both_rounds(database: Database) -> None:
    """On both databases; nobody's pair comes apart, and the answers of the first round keep their keys."""
    block, first = two_rounds(database)
    service, other = (LEAVE, "missed.speed"), (ELSE, "helped.speed")
    with database.transaction(reading=True) as session:
        assert counted(session, [block]) == {
            block: Counts(
                values={
                    "received": {"2": 4, "5": 3},
                    "needed": {"4": 4, "3": 3},
                    "service": {service[0]: 4, other[0]: 3},
                    "theme": {service[1]: 4, other[1]: 3},
                    EXTRA.key: {"hour": 4, "none": 3},
                },
                people=dict.fromkeys(("received", "needed", "service", "theme", EXTRA.key), 7),
                levels={("2", "4"): 4, ("5", "3"): 3},
                crossed={service[::-1]: 4, other[::-1]: 3},
            )
        }
        answers = session.exec(select(Answer).order_by(col(Answer.key))).all()
    assert len(answers) == ROWS
    assert first <= {answer.key for answer in answers}
    assert Counter(UUID(answer.key).version for answer in answers) == {4: ROWS}


def test_what_was_released_stays_as_it_lies(database: Database) -> None:
    """A later round of the cycle is another block; nothing of the first is touched."""
    block, _ = two_rounds(database)
    with database.transaction() as session:
        before = session.exec(select(Answer).where(Answer.block == block)).all()
        other = laid(session, 3, SECOND)["hr"]
        assert other.number != block
        assert session.exec(select(Answer).where(Answer.block == block)).all() == before
        assert session.exec(select(Block.first_round).where(Block.id == other.id)).one() == 3
