"""What is counted, and from where: each statement reads indexes of `answer` alone, at the blocks it is about."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from analysis import counts
from analysis.answers import Record, deposit, open_blocks
from analysis.counts import Counts
from analysis.disclosure import settle
from bot.store.database import Database

from .desk import desk

CELLS = "SEARCH answer USING COVERING INDEX ix_answer_cells (block=?)"
PEOPLE = "SEARCH answer USING COVERING INDEX ix_answer_pairs (block=?)"
WRITTEN = "SEARCH participation USING INDEX sqlite_autoindex_participation_1 (block=?)"
OTHER_HALF = "USING COVERING INDEX ix_answer_pairs (block=? AND question=? AND key=?)"


# --- from where ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated file; what is read how does not depend on what is in it."""
    database = Database(tmp_path_factory.mktemp("plans") / "klankbord.sqlite3", durable=False)
    database.migrate()
    yield database
    database.close()


def plans(database: Database, blocks: Sequence[int]) -> list[list[str]]:
    """How SQLite reads the tables for each statement that counts these blocks: one line per table."""
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    with database.transaction(reading=True) as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", listen)
        counts.people(session, blocks)
        counts.counted(session, blocks)
        event.remove(connection, "before_cursor_execute", listen)
        found = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {what}", how) for what, how in asked]
        return [[line for *_, line in plan if not line.startswith("USE TEMP")] for plan in found]


@pytest.mark.parametrize("blocks", [[1], range(1, 101)], ids=["one block", "the blocks of a round"])
def test_no_statement_reads_a_table_or_another_block(sqlite: Database, blocks: Sequence[int]) -> None:
    """So a round takes as long to count after ten years as in the first."""
    people, values, written, *pairs = plans(sqlite, blocks)
    assert (people, values, written) == ([PEOPLE], [CELLS], [WRITTEN])
    assert len(pairs) == 2
    for half, other in pairs:
        assert "COVERING INDEX ix_answer_" in half
        assert half.startswith("SEARCH")
        assert half.endswith("(block=? AND question=?)")
        assert other.endswith(OTHER_HALF)


# --- what ------------------------------------------------------------------------------------------------------

SCORES, SERVICES, WAYS = st.sampled_from("12345"), st.sampled_from(["leave", "else"]), st.sampled_from(["desk", "mail"])
PIECES = st.one_of(
    st.tuples(SCORES, SCORES).map(lambda said: {"received": said[:1], "needed": said[1:]}),
    st.tuples(SERVICES, st.sampled_from(["missed.speed", "helped.speed"])).map(
        lambda said: {"service": said[:1], "theme": said[1:]}
    ),
    SERVICES.map(lambda service: {"service": (service,)}),
    st.sets(WAYS, min_size=1).map(lambda ways: {"ways": tuple(sorted(ways))}),
    st.just({"text": ("a tip",)}),
)
RECORDS = st.lists(st.builds(Record, st.sampled_from(["hr", "ict", "legal"]), PIECES), max_size=40)


@settings(max_examples=60, deadline=None)
@given(records=RECORDS)
def test_counts_are_what_counting_by_hand_gives(records: list[Record]) -> None:
    """Of several blocks at once, of which some may be empty; people who chose several values are counted once."""
    with TemporaryDirectory() as folder, desk(Path(folder)) as session:
        blocks = open_blocks(session, 1, 1, ["hr", "ict", "legal"])
        deposit(session, blocks, records)
        settle(session, blocks, "ways", 10)
        found = counts.counted(session, [blocks["hr"].number, blocks["ict"].number])
        assert found == {
            blocks[name].number: by_hand([one for one in records if one.department == name]) for name in ("hr", "ict")
        }


def by_hand(records: Sequence[Record]) -> Counts:
    """The same, record by record."""
    values: dict[str, Counter[str]] = {}
    for record in records:
        for question, chosen in record.values.items():
            if question != "text":
                values.setdefault(question, Counter()).update(chosen)
    return Counts(
        values={question: dict(times) for question, times in values.items()},
        people=dict(Counter(question for record in records for question in record.values)),
        levels=_pairs(records, "received", "needed"),
        crossed=_pairs(records, "theme", "service"),
    )


def _pairs(records: Sequence[Record], first: str, second: str) -> dict[tuple[str, str], int]:
    both = [one.values for one in records if first in one.values and second in one.values]
    return dict(Counter((one[first][0], one[second][0]) for one in both))
