"""A child: release the blocks of the last round and judge them, several times; each time it is undone."""

import sys
from pathlib import Path

from sqlmodel import Session, select

from analysis.answers import Block, BlockState
from analysis.counts import counted
from analysis.disclosure import publications, publish
from analysis.findings import findings
from bot.store.database import Database

from .children import Work
from .town import EXTRA, HR, ORGANISATION, TODAY

TIMES = 7


def main(path: Path) -> None:
    """Counting alone, and from counts to findings: everything but that counting."""
    work, database = Work(), Database(path)
    for _ in range(TIMES):
        with database.engine.connect() as connection, Session(bind=connection) as session:
            _release(session, work)
            session.rollback()
    database.close()
    work.without("findings", "counting")
    work.tell()


def _release(session: Session, work: Work) -> None:
    blocks = session.exec(select(Block).where(Block.state == BlockState.CLOSED)).all()
    with work.timed("counting"):
        counted(session, [block.number for block in blocks])
    with work.timed("findings"):
        rows = publish(session, [(block, HR) for block in blocks], EXTRA, ORGANISATION.threshold, TODAY)
        judged = [findings(publications(session, block.number), HR) for block in blocks]
    work.found = {"blocks": len(judged), "figures": len(rows)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
