"""The answers of a big organisation after years of rounds, made up and laid down in bulk; the last round is closed.

Tables, keys and indexes are those of a real database. The blocks of the last round are the same at every size; all
earlier ones are released and have their ledger. Answers are laid down in the order of their keys, so that pages are
fuller than in a file that grew round by round.
"""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert

from analysis.answers import Block, BlockState
from analysis.disclosure import publish
from bot.store.database import Database
from config import EXAMPLE
from config.department import SOMETHING_ELSE, THEMES
from config.load import read
from config.questions import Duration

Numbers = npt.NDArray[np.int64]
Row = tuple[str, str, str, str, int]  # the columns of `answer`: key, question, value, department, block

ORGANISATION = read(EXAMPLE)
HR = ORGANISATION.by_key["hr"]  # all departments have its services and themes
EXTRA = next(one for one in ORGANISATION.surveys[0].extra if isinstance(one, Duration))
TODAY = date(2026, 9, 15)

DEPARTMENTS, ROUNDS_IN_CYCLE = 100, 4  # each department has a block in each round
FEWEST, MOST = 10, 200  # people in a block; as many blocks of 10 to 20 as of 100 to 200
WRITERS = 0.1  # of all people, so that each gives 5.1 answers about a department
RECEIVED, NEEDED = (0.05, 0.10, 0.25, 0.40, 0.20), (0.02, 0.05, 0.13, 0.35, 0.45)
LOST = (0.45, 0.15, 0.15, 0.12, 0.08, 0.05)
KINDS_OF_THEME = tuple(f"{word}.{theme}" for word in ("helped", "missed") for theme in THEMES)
SERVICES = (*(service.key for service in HR.services), SOMETHING_ELSE)
TIP = "It helps to hear beforehand when somebody comes by, and who it is."
AT_ONCE = 100_000  # rows
PEOPLE = (
    "INSERT INTO participation (block, question, people) "
    "SELECT block, question, count(DISTINCT key) FROM answer GROUP BY block, question"
)


@dataclass(frozen=True)
class People:
    """What everybody of many blocks said: one entry per person and block, as numbers into the tuples above."""

    block: Numbers
    received: Numbers
    needed: Numbers
    service: Numbers
    theme: Numbers
    lost: Numbers
    writes: Numbers

    def __add__(self, other: "People") -> "People":
        both = {name: np.concatenate([mine, getattr(other, name)]) for name, mine in vars(self).items()}
        return replace(self, **both)

    @property
    def answers(self) -> int:
        """How many answers they gave together."""
        return 5 * len(self.block) + int(self.writes.sum())


def fill(path: Path, size: int) -> None:
    """A new database at `path` with `size` answers, or a few more; progress goes to stderr."""
    database = Database(path, durable=False)
    database.migrate()
    people = _people(size)
    blocks = int(people.block.max())
    with database.transaction() as session:
        session.execute(insert(Block), [_block(number, blocks) for number in range(1, blocks + 1)])
    database.close()  # else SQLite keeps its log, and would write everything twice
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; BEGIN")
        indexes = _without_indexes(connection)
        rows = _told(_rows(people), people.answers)
        while some := list(islice(rows, AT_ONCE)):
            connection.executemany(
                "INSERT INTO answer (key, question, value, department, block) VALUES (?,?,?,?,?)", some
            )
        for index in indexes:
            connection.execute(index)
        connection.execute(PEOPLE)
        connection.execute("COMMIT")
    _publish_earlier(database)
    database.close()


def _people(size: int) -> People:
    """Those of the last round, the same at every size, and as many before as give the other answers."""
    last, earlier = np.random.default_rng(1), np.random.default_rng(2)
    now = _said(last, _sizes(last, DEPARTMENTS))
    missing = round((size - now.answers) / (5 + WRITERS))
    sizes = _sizes(earlier, missing // FEWEST)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), missing)) + 1]
    before = _said(earlier, sizes)
    return before + replace(now, block=now.block + len(sizes))


def _sizes(random: np.random.Generator, blocks: int) -> Numbers:
    return np.exp(random.uniform(np.log(FEWEST), np.log(MOST), blocks)).astype(np.int64)


def _said(random: np.random.Generator, sizes: Numbers) -> People:
    block = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    n = len(block)
    received, needed = random.choice(5, n, p=RECEIVED), random.choice(5, n, p=NEEDED)
    return People(
        block=block,
        received=received,
        needed=needed,
        service=random.integers(len(SERVICES), size=n),
        theme=random.integers(len(THEMES), size=n) + len(THEMES) * (received < needed),
        lost=random.choice(len(LOST), n, p=LOST),
        writes=(random.random(n) < WRITERS).astype(np.int64),
    )


def _block(number: int, blocks: int) -> dict[str, object]:
    round_ = (number - 1) // DEPARTMENTS + 1
    return {
        "id": number,
        "cycle": (round_ - 1) // ROUNDS_IN_CYCLE + 1,
        "department": _department(number),
        "first_round": round_,
        "last_round": round_,
        "state": BlockState.CLOSED if number > blocks - DEPARTMENTS else BlockState.RELEASED,
    }


def _department(block: int) -> str:
    return f"department{(block - 1) % DEPARTMENTS:02}"


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes of `answer`: filling them afterwards takes a tenth of the time. Returns what makes them."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'answer' AND type = 'index'")
    made = {name: sql for name, sql in found if sql}
    for name in made:
        connection.execute(f"DROP INDEX {name}")
    return list(made.values())


def _rows(people: People) -> Iterator[Row]:
    """Everybody's records, each under a random key, in the order of the keys."""
    random = np.random.default_rng(3)
    n = len(people.block)
    kinds = np.concatenate([np.repeat([0, 1, 2], n), np.full(int(people.writes.sum()), 3)])
    whose = np.concatenate([np.tile(np.arange(n), 3), np.flatnonzero(people.writes)])
    keys = np.sort(random.integers(2**63, size=len(kinds)))
    order = random.permutation(len(kinds))
    for some in np.array_split(np.arange(len(kinds)), len(kinds) // AT_ONCE + 1):
        mixed = order[some]
        yield from _records(people, keys[some], kinds[mixed], whose[mixed])


def _records(people: People, keys: Numbers, kinds: Numbers, whose: Numbers) -> Iterator[Row]:
    columns = (people.block, people.received, people.needed, people.service, people.theme, people.lost)
    picked = zip(keys.tolist(), kinds.tolist(), *(column[whose].tolist() for column in columns), strict=True)
    for key, kind, block, received, needed, service, theme, lost in picked:
        name, department = _uuid(key), _department(block)
        if kind == 0:
            yield name, "needed", str(needed + 1), department, block
            yield name, "received", str(received + 1), department, block
        elif kind == 1:
            yield name, "service", SERVICES[service], department, block
            yield name, "theme", KINDS_OF_THEME[theme], department, block
        elif kind == 2:
            yield name, EXTRA.key, EXTRA.classes[lost], department, block
        else:
            yield name, "text", TIP, department, block


def _uuid(key: int) -> str:
    """A key as long and as random as a uuid4, in the order of the numbers."""
    word = f"{2 * key:016x}"
    return f"{word[:8]}-{word[8:12]}-4{word[12:15]}-8{word[13:16]}-{word[4:]}"


def _told(rows: Iterable[Row], size: int) -> Iterator[Row]:
    """The same rows; on stderr how far they are."""
    for done, row in enumerate(rows):
        if done % (size // 10) == 0:
            print(f"  making {size:,} answers: {100 * done // size} %", file=sys.stderr)  # noqa: T201
        yield row


def _publish_earlier(database: Database) -> None:
    """The ledger of all earlier blocks: that of the first one, many times."""
    with database.transaction() as session:
        first = session.get_one(Block, 1)
        first.state = BlockState.CLOSED
        publish(session, [(first, HR)], EXTRA, ORGANISATION.threshold, TODAY)
    shown = "measure, subject, estimate, low, high, spread, verdict, n, released_on"
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute(
            f"INSERT INTO publication (block, department, {shown}) "
            f"SELECT b.id, b.department, {', '.join('p.' + one for one in shown.split(', '))} "
            "FROM block AS b JOIN publication AS p ON p.block = 1 WHERE b.state = 'RELEASED' AND b.id > 1"
        )
