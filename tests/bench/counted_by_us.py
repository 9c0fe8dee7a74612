"""A child: count all blocks, round by round, as they are released."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from sqlmodel import Session, col, select

from analysis.answers import Block
from analysis.counts import counted, people, value_counts
from bot.store.database import Database

from .children import Work


def main(path: Path) -> None:
    """First the values alone, as a bare GROUP BY counts them; then everything."""
    work, database = Work(), Database(path)
    with database.transaction(reading=True) as session:
        with work.timed("values"):
            work.found["values"] = sum(len(value_counts(session, blocks)) for blocks in _rounds(session))
        with work.timed("all"):
            work.found["all"] = sum(_cells(session, blocks) for blocks in _rounds(session))
    database.close()
    work.tell()


def _cells(session: Session, blocks: Sequence[int]) -> int:
    """Of people the number is only read when a block is released; it is counted when the block is added to."""
    found = counted(session, blocks).values()
    pairs_and_values = sum(len(one.levels) + len(one.crossed) + sum(map(len, one.values.values())) for one in found)
    return pairs_and_values + len(people(session, blocks))


def _rounds(session: Session) -> Iterator[Sequence[int]]:
    """The blocks of each round."""
    found = session.exec(select(Block.id, Block.last_round).order_by(col(Block.last_round))).all()
    for _, blocks in groupby(found, key=lambda row: row[1]):
        yield [number for number, _ in blocks if number is not None]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
