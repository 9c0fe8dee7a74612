"""One tap, from event to commit, against an UPDATE of as many bytes in as durable a transaction."""

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.core.platform import Card, Hear, Tap
from bot.core.timing import window
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation, prepared
from bot.store.ballots import SIZE
from bot.store.database import Database
from config import EXAMPLE
from config.load import read

from .rows import Row, Side, side_by_side

PEOPLE = 600


def measured() -> Iterator[Row]:
    """In milliseconds; the target is of 2026-11-24."""
    with _sides() as (tap, update):
        ours, theirs = side_by_side(tap, update, 150)
    yield Row("one tap, committed", "the same bytes by sqlite3 alone", 1000 * ours, 1000 * theirs, "ms", at_most=15)


@contextmanager
def _sides() -> Iterator[tuple[Side, Side]]:
    """A tap through everything, and the bare update; both files are durable."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        town = prepared(read(EXAMPLE), PEOPLE, 1, Path(folder) / "klankbord.sqlite3")
        card = runner.run(_opened(town))
        durable = Database(town.database.path)  # as `run` has it; a simulation does not wait for the disk
        hear = hearing(durable, town.keyring, lambda: town.now)
        bare = _bare(Path(folder) / "bare.sqlite3")
        taps = _ticks(card[1])
        yield lambda: runner.run(_tap(hear, card[0], next(taps))), lambda: _update(bare)
        bare.close()
        durable.close()
        town.database.close()


async def _opened(town: Simulation) -> tuple[str, Card]:
    """The first round is open; somebody stands before the departments. Their address and their card."""
    await town.begin()
    organisation = town.organisation
    await town.to(window(organisation.surveys[0].rhythm, 0, organisation).opens_at)
    memory = town.platforms["webchat"]
    outgoing = memory.taken()[0]
    hear, card = memory.hear, outgoing.card
    assert hear is not None
    assert card is not None
    while not any(button.ticked is not None for button in card.choices):
        label = next(button for button in (*card.steps, *card.choices[-1:]))
        heard = await hear(Tap("webchat", outgoing.address, label.action))
        assert heard is not None
        card = heard
    return outgoing.address, card


def _ticks(card: Card) -> Iterator[str]:
    """Ticking and unticking one department, for ever: each is a change."""
    action = card.choices[0].action
    stem = action.rpartition(":")[0]
    while True:
        yield f"{stem}:on"
        yield f"{stem}:off"


async def _tap(hear: Hear, address: str, action: str) -> float:
    begin = time.perf_counter()
    card = await hear(Tap("webchat", address, action))
    seconds = time.perf_counter() - begin
    assert card is not None
    assert not card.hint
    return seconds


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE ballot (invitation TEXT PRIMARY KEY, sealed BLOB)")
    connection.execute("INSERT INTO ballot VALUES ('one', ?)", [random.randbytes(SIZE)])
    return connection


def _update(connection: sqlite3.Connection) -> float:
    content = random.randbytes(SIZE)
    begin = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE ballot SET sealed = ? WHERE invitation = 'one'", [content])
    connection.execute("COMMIT")
    return time.perf_counter() - begin
