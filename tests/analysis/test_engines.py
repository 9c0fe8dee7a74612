"""The same answers give the same counts, the same release and the same figures on either database."""

import random
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from analysis import counts, disclosure
from analysis.answers import Answer, Block, BlockState, Publication, Record, delete_waiting
from analysis.counts import Counts
from bot.store.database import Database

from .desk import EXTRA, HR, laid, person

THEMES = ("helped.speed", "helped.expertise", "missed.speed", "missed.clarity")


def people(number: int, rng: random.Random) -> list[list[Record]]:
    """Opinions of all kinds, some with a tip."""
    found = []
    for one in range(number):
        records = person(
            received=rng.randint(1, 5),
            needed=rng.randint(2, 5),
            theme=rng.choice(THEMES),
            service=rng.choice(HR.services).key,
            extra=rng.choice(EXTRA.choices("en")).value,
        )
        found.append([*records, Record("hr", {"text": (f"tip {one}",)})] if one % 3 == 0 else records)
    return found


def walked(session: Session) -> tuple[Counts, list[tuple[object, ...]], list[str], set[str]]:
    """Two rounds in which a block waits and is released, a third that still waits when the cycle ends."""
    rng = random.Random(7)
    first = laid(session, 1, people(6, rng))
    assert disclosure.settle(session, first, EXTRA.key, 10) == []
    (block,) = disclosure.settle(session, laid(session, 2, people(17, rng)), EXTRA.key, 10)
    found = counts.counted(session, [block.number])[block.number]
    rows = disclosure.publish(session, [(block, HR)], EXTRA, 10, date(2026, 9, 28))
    laid(session, 3, people(3, rng))
    session.flush()
    assert delete_waiting(session, 1) == ["hr"]
    assert set(session.exec(select(Block.state))) == {BlockState.RELEASED, BlockState.DELETED}
    assert set(session.exec(select(Answer.block))) == {block.number}
    return (
        found,
        [shown(row) for row in rows],
        sorted(disclosure.texts(session, block)),
        disclosure.released(session, 1),
    )


def shown(row: Publication) -> tuple[object, ...]:
    """Everything of a figure."""
    return (row.measure, row.subject, row.estimate, row.low, row.high, row.spread, row.verdict, row.n)


def test_either_database_leads_to_the_same_ledger(tmp_path: Path, empty_postgres: str) -> None:
    """Counts, coding, tips, and what is deleted at the end of the cycle."""
    results = []
    for where in (tmp_path / "klankbord.sqlite3", empty_postgres):
        database = Database(where)
        database.migrate()
        with database.transaction() as session:
            results.append(walked(session))
        database.close()
    on_sqlite, on_postgresql = results
    assert on_sqlite == on_postgresql
    found, rows, tips, released = on_sqlite
    assert sum(found.values["received"].values()) == found.people["needed"] == 23
    assert {"good", "received", "needed", "gap", "theme", "service", "tips"} <= {row[0] for row in rows}
    assert len(tips) == 8
    assert released == {"hr"}
