"""Counting a round, against decrypting its ballots and the bare insert of the same answers; its memory; who waits.

Everybody answered about two departments. The bare side reads and decrypts the ballots, as many at a time as counting
does, then writes the very rows that counting wrote, in their order, into the emptied table: by `executemany`, in one
transaction. It takes no ballot apart, makes no keys, counts nobody, and closes and deletes nothing.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, text
from sqlmodel import Session, col

from analysis.answers import Answer
from bot.core.ballot import At, Ballot, Place
from bot.core.platform import Asked, Hear, Tap
from bot.flow.counting import close_due, count_due, open_due
from bot.flow.hearing import hearing
from bot.store import ballots
from bot.store.ballots import AT_A_TIME, SealedBallot
from bot.store.database import Database
from bot.store.people import Account
from bot.store.rounds import Invitation, InvitationState, Round
from bot.store.tables import METADATA
from tests.postgres import Server, server

from .children import Work, took
from .crowd import KEYS, ORGANISATION, PLATFORM, ROUND, SURVEY, crowd, opened
from .rows import Row

Where = Path | str
RUNS = 5
SIZES = {"SQLite": 5_000, "PostgreSQL": 20_000}
FEW, MANY = 2_000, 20_000
LONGEST = 2.0  # seconds that a tap may wait
TAP_EVERY = 0.05
DEPARTMENTS = ORGANISATION.asked_about(SURVEY)
EXTRA = SURVEY.extra[0]
STILL_OPEN = "stillopen0"  # the invitation of the one who taps meanwhile
COLUMNS = METADATA.tables["answer"].columns
TIP = "It helps to hear beforehand when somebody comes by."


class Sides(NamedTuple):
    """Seconds of both, and those that the slowest tap took meanwhile."""

    ours: float
    theirs: float
    waited: float


def measured() -> Iterator[Row]:
    """In seconds by the clock: on PostgreSQL much of the work is the server's."""
    with TemporaryDirectory() as folder, server(durable=True) as postgres:
        for name, place in _places(Path(folder), postgres).items():
            yield from _beside(name, place)
            less, more = (_alone(place(), size) for size in (FEW, MANY))
            yield Row(f"counting {MANY:,}, {name}: memory", f"the same at {FEW:,}", more, less, "MiB", at_most=1.2)


def _beside(name: str, place: Callable[[], Where]) -> Iterator[Row]:
    size = SIZES[name]
    found = [_sides(place(), size) for _ in range(RUNS)]
    ours, theirs = median(one.ours for one in found), median(one.theirs for one in found)
    what = f"counting {size:,}, {name}"
    yield Row(what, "decrypting and a bare insert", ours, theirs, "s", at_most=3)
    yield Row(f"{what}: a tap waits", "as long as it may", max(one.waited for one in found), LONGEST, "s", at_most=1)


def _places(folder: Path, postgres: Server) -> dict[str, Callable[[], Where]]:
    """Where a new database can be."""
    numbers = count()
    return {"SQLite": lambda: folder / f"{next(numbers)}.sqlite3", "PostgreSQL": postgres.fresh}


# --- a round that is over, and one that is not -------------------------------------------------------------------


def _answered(where: Where, people: int) -> Database:
    """Everybody answered in the first round; one of them is also asked in a second one, which stays open."""
    database, rng = crowd(where, people), random.Random(1)
    with database.transaction() as session:
        opened(session)
        write, key = session.connection().execute, KEYS.round_key(session, 1)
        ids = list(write(select(col(Invitation.id))).scalars())
        write(text("DELETE FROM ballot"))
        for start in range(0, len(ids), AT_A_TIME):
            some = ids[start : start + AT_A_TIME]
            write(insert(SealedBallot), [{"invitation": id_, "sealed": _sealed(key, id_, rng)} for id_ in some])
        _ask_once_more(session)
    return database


def _sealed(key: bytes, invitation: str, rng: random.Random) -> bytes:
    about = rng.sample(DEPARTMENTS, 2)
    answers = {
        one.key: {
            "received": rng.choice("12345"),
            "needed": rng.choice("12345"),
            "service": rng.choice([service.key for service in one.services]),
            "theme": rng.choice(("helped.speed", "missed.speed", "missed.clarity")),
            EXTRA.key: rng.choice([choice.value for choice in EXTRA.choices("nl")]),
        }
        for one in about
    }
    tips, names = {about[0].key: TIP} if rng.random() < 0.1 else {}, tuple(one.key for one in about)
    ballot = Ballot(rng.getrandbits(48), Place(At.THANKS), ticked=names, drawn=names, answers=answers, texts=tips)
    return ballots.seal(key, invitation, ballot)


def _ask_once_more(session: Session) -> None:
    first, later = session.get_one(Round, 1), timedelta(weeks=2)
    moments = {name: getattr(first, name) + later for name in ("due", "opens_at", "reminds_at", "closes_at")}
    again = Round(**{**first.model_dump(exclude={"id"}), "number": 2, **moments})
    session.add(again)
    session.flush()
    sealed = ballots.seal(KEYS.new_round_key(session, again.key), STILL_OPEN, Ballot(1, Place(At.TICK)))
    person = session.connection().execute(select(col(Invitation.person)).limit(1)).scalar_one()
    session.add(Invitation(id=STILL_OPEN, round=again.key, person=person, state=InvitationState.INVITED))
    session.flush()
    session.add(SealedBallot(invitation=STILL_OPEN, sealed=sealed))


# --- both sides --------------------------------------------------------------------------------------------------


def _sides(where: Where, people: int) -> Sides:
    database = _answered(where, people)
    decrypting = _decrypted(database)
    ours, waited = asyncio.run(_counted(database))
    theirs = decrypting + _inserted(database)
    database.close()
    return Sides(ours, theirs, waited)


async def _counted(database: Database) -> tuple[float, float]:
    """Seconds of counting, and of the slowest tap from its beginning until the disk was scrubbed."""
    hear = hearing(database, KEYS, lambda: ROUND.closes_at)
    asked, late = await database.read(_tappers)
    card = await hear(Asked(PLATFORM, asked.address, word="card", rest=STILL_OPEN))
    assert card is not None
    stem = card.choices[0].action.rpartition(":")[0]
    taps = cycle(
        [Tap(PLATFORM, asked.address, f"{stem}:{on}") for on in ("on", "off")]
        + [Tap(PLATFORM, late.address, f"{late.invitation}:show")]
    )
    over = asyncio.Event()
    tapping = asyncio.create_task(_tapping(hear, taps, over))
    begin = time.perf_counter()
    await database.write(close_due, ROUND.closes_at)
    ballots_ = await open_due(database, ROUND.closes_at, KEYS)
    assert len(await database.write(count_due, ROUND.closes_at, KEYS, ballots_)) == 1
    seconds = time.perf_counter() - begin
    await database.scrub()
    over.set()
    return seconds, max(await tapping)


class Tapper(NamedTuple):
    """Somebody, and their invitation."""

    address: str
    invitation: str


def _tappers(session: Session) -> tuple[Tapper, Tapper]:
    """Who is asked in the round that is open, and somebody else, who comes too late for the one that is counted."""
    found = select(col(Account.address), col(Invitation.id)).join(Invitation, col(Invitation.person) == Account.person)
    asked = session.execute(found.where(col(Invitation.id) == STILL_OPEN)).one()
    late = session.execute(found.where(col(Account.address) != asked[0]).limit(1)).one()
    return Tapper._make(asked), Tapper._make(late)


async def _tapping(hear: Hear, taps: Iterator[Tap], over: asyncio.Event) -> list[float]:
    """One tap after another begins, whether or not those before it were answered. How long each took."""
    begun: list[asyncio.Task[float]] = []
    while not over.is_set():
        begun.append(asyncio.create_task(_tapped(hear, next(taps))))
        await asyncio.sleep(TAP_EVERY)
    return list(await asyncio.gather(*begun))


async def _tapped(hear: Hear, tap: Tap) -> float:
    begin = time.perf_counter()
    assert await hear(tap) is not None
    return time.perf_counter() - begin


def _decrypted(database: Database) -> float:
    with database.transaction(reading=True) as session:
        key = AESGCM(KEYS.round_key(session, 1))
        begin = time.perf_counter()
        for one in ballots.of_round(session, 1):
            key.decrypt(one.sealed[:12], one.sealed[12:], one.invitation.encode())
        return time.perf_counter() - begin


def _inserted(database: Database) -> float:
    with database.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(*COLUMNS).order_by(col(Answer.key)))]
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        connection.exec_driver_sql("DELETE FROM answer" if mark == "?" else "TRUNCATE answer")
        connection.commit()
        names, marks = ", ".join(one.name for one in COLUMNS), ", ".join([mark] * len(COLUMNS))
        begin = time.perf_counter()
        connection.exec_driver_sql(f"INSERT INTO answer ({names}) VALUES ({marks})", rows)
        connection.commit()
        return time.perf_counter() - begin


# --- memory ------------------------------------------------------------------------------------------------------


def _alone(where: Where, people: int) -> float:
    """The peak memory of a process that counts and does nothing else, in MiB."""
    _answered(where, people).close()
    return took("closing", where).peak


def _count(where: Where) -> None:
    """As a child."""
    work, database = Work(), Database(where)
    with database.transaction() as session:
        assert len(count_due(session, ROUND.closes_at, KEYS)) == 1
    database.close()
    work.tell()


if __name__ == "__main__":
    _count(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1]))
