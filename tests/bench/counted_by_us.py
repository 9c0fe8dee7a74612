"""A child: count all blocks, round by round, as they are released."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from sqlmodel import Session, col, select

from analysis.answers import Block
from analysis.counts import counted, value_counts
from bot.store.database import Database

from .children import Work


def main(path: Path) -> None:
    """First the values alone, as a bare GROUP BY counts them; then everything."""
    work, database = Work(), Database(path)
    with database.transaction(reading=True) as session:
        with work.timed("values"):
            work.found["values"] = sum(len(value_counts(session, blocks)) for blocks in _rounds(session))
        with work.timed("all"):
            every = (one for blocks in _rounds(session) for one in counted(session, blocks).values())
            work.found["all"] = sum(
                len(one.people) + len(one.levels) + len(one.crossed) + sum(map(len, one.values.values()))
                for one in every
            )
    database.close()
    work.tell()


def _rounds(session: Session) -> Iterator[Sequence[int]]:
    """The blocks of each round."""
    found = session.exec(select(Block.id, Block.last_round).order_by(col(Block.last_round))).all()
    for _, blocks in groupby(found, key=lambda row: row[1]):
        yield [number for number, _ in blocks if number is not None]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
