"""A desk for gate tests: a real database, and answers laid on it by the hundred."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from analysis.answers import Block, Record, deposit, open_blocks
from bot.store.database import Database
from config import EXAMPLE
from config.load import read

ORGANISATION = read(EXAMPLE)
HR = ORGANISATION.by_key["hr"]
EXTRA = ORGANISATION.surveys[0].extra[0]


@contextmanager
def desk(folder: Path) -> Iterator[Session]:
    """A session on an empty database; everything in it is one transaction."""
    folder.mkdir(exist_ok=True)
    database = Database(folder / "klankbord.sqlite3", durable=False)
    database.migrate()
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()


def person(
    received: int = 4, needed: int = 4, theme: str = "helped.speed", service: str = "", extra: str = "none"
) -> list[Record]:
    """One person's whole ballot about HR, cut as counting cuts it."""
    return [
        Record("hr", {"received": (str(received),), "needed": (str(needed),)}),
        Record("hr", {"service": (service or HR.services[0].key,), "theme": (theme,)}),
        Record("hr", {EXTRA.key: (extra,)}),
    ]


def laid(session: Session, number: int, people: Sequence[Sequence[Record]], cycle: int = 1) -> Mapping[str, Block]:
    """One round's answers about HR, deposited."""
    blocks = open_blocks(session, cycle, number, ["hr"])
    deposit(session, blocks, [record for records in people for record in records])
    return blocks
