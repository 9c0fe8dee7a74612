"""Taps of many people at once, from event to commit, beside the same statements and sealing by the driver alone."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlmodel import Session

from bot.core.platform import Card, Hear, Tap
from bot.core.timing import window
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation, prepared
from bot.store import ballots
from bot.store.ballots import Keyring
from bot.store.database import Database
from config import EXAMPLE
from config.load import read
from tests.postgres import server

from .rows import Row, Side, side_by_side

PEOPLE = 600
CALLERS = 32
TAPS = 8  # of each caller in a run: so many departments are ticked, one after another
RUNS = 7
LEAST = 0.35  # taps a second, of what the driver alone does


def measured() -> Iterator[Row]:
    """Milliseconds for a tap, of 32 people who tap at once."""
    with tempfile.TemporaryDirectory() as folder:
        yield _row("SQLite", "sqlite3", Path(folder) / "klankbord.sqlite3", at_most=1 / LEAST)
    with server(durable=True) as postgres:
        yield _row("PostgreSQL", "psycopg", postgres.fresh())


def _row(engine: str, driver: str, where: Path | str, at_most: float | None = None) -> Row:
    with _sides(where) as (taps, bare):
        ours, theirs = side_by_side(taps, bare, RUNS)
    each = 1000 / (CALLERS * TAPS)
    against = f"the same statements by {driver}"
    return Row(f"a tap among {CALLERS} at once, {engine}", against, each * ours, each * theirs, "ms", at_most=at_most)


@dataclass
class Caller:
    """Somebody who ticks one department after another: each is a change, and takes nothing back."""

    address: str
    ticks: list[str]
    statements: list[tuple[str, Any]]  # what one tap of theirs says to the database


@contextmanager
def _sides(where: Path | str) -> Iterator[tuple[Side, Side]]:
    """Taps through everything, and the bare statements; on the same database, as durable as `run` has it."""
    with asyncio.Runner() as runner:
        town = prepared(read(EXAMPLE), PEOPLE, 1, where)
        runner.run(_opened(town))
        durable = Database(where)
        hear = hearing(durable, town.keyring, lambda: town.now)
        callers = runner.run(_callers(town, durable, hear))
        yield lambda: runner.run(_tap(callers, hear)), lambda: runner.run(_bare(callers, durable, town.keyring))
        durable.close()
        town.database.close()


async def _opened(town: Simulation) -> None:
    """The first round is open, and the cards are out."""
    await town.begin()
    organisation = town.organisation
    await town.to(window(organisation.surveys[0].rhythm, 0, organisation).opens_at)


async def _callers(town: Simulation, database: Database, hear: Hear) -> list[Caller]:
    """Those who stand before the departments; what one tap of each says to the database was noted."""
    found = []
    for outgoing in town.platforms["webchat"].taken()[:CALLERS]:
        assert outgoing.card is not None
        ticks = await _departments(outgoing.address, outgoing.card, hear)
        found.append(Caller(outgoing.address, ticks[1 : TAPS + 1], []))
        await hear(Tap("webchat", outgoing.address, ticks[0]))  # from now on a tap changes the ballot alone
        with _noting(database, found[-1].statements):
            await hear(Tap("webchat", outgoing.address, ticks[1]))
    return found


async def _departments(address: str, card: Card, hear: Hear) -> list[str]:
    """On to the departments. What ticks each of them."""
    while not any(button.ticked is not None for button in card.choices):
        label = next(button for button in (*card.steps, *card.choices[-1:]))
        heard = await hear(Tap("webchat", address, label.action))
        assert heard is not None
        card = heard
    return [button.action for button in card.choices]


@contextmanager
def _noting(database: Database, into: list[tuple[str, Any]]) -> Iterator[None]:
    def note(_connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            into.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield
    event.remove(database.engine, "before_cursor_execute", note)


async def _tap(callers: list[Caller], hear: Hear) -> float:
    """Everybody taps, and taps again when they see the next card. Seconds for all; what was ticked is not any more."""

    async def taps(caller: Caller) -> None:
        for action in caller.ticks:
            card = await hear(Tap("webchat", caller.address, action))
            assert card is not None
            assert not card.hint

    begin = time.perf_counter()
    await asyncio.gather(*(taps(caller) for caller in callers))
    seconds = time.perf_counter() - begin
    for caller in callers:
        for action in caller.ticks:
            await hear(Tap("webchat", caller.address, action.removesuffix("on") + "off"))
    return seconds


async def _bare(callers: list[Caller], database: Database, keyring: Keyring) -> float:
    """The same, by the driver alone: the statements of each tap, unsealing and sealing, the commit."""

    async def taps(caller: Caller) -> None:
        for _ in range(TAPS):
            await database.write(_said, caller.statements, keyring)

    begin = time.perf_counter()
    await asyncio.gather(*(taps(caller) for caller in callers))
    return time.perf_counter() - begin


def _said(session: Session, statements: list[tuple[str, Any]], keyring: Keyring) -> None:
    cursor = session.connection().connection.cursor()
    sealed = wrapped = b""
    for statement, parameters in statements:
        if statement.startswith("UPDATE ballot"):
            parameters = _sealed_anew(keyring, sealed, wrapped, parameters)
        cursor.execute(statement, parameters)
        if statement.startswith("SELECT"):
            *_, row = cursor.fetchall()
            large = [bytes(value) for value in row if isinstance(value, bytes | memoryview)]
            sealed, wrapped = large if len(large) == 2 else (sealed, wrapped)


def _sealed_anew(keyring: Keyring, sealed: bytes, wrapped: bytes, parameters: Any) -> Any:
    """The same parameters, with the ballot opened and sealed again."""
    named = isinstance(parameters, dict)
    values = list(parameters.values()) if named else list(parameters)
    invitation = next(value for value in values if isinstance(value, str))
    key = keyring.unwrapped(wrapped)
    fresh = ballots.seal(key, invitation, ballots.unseal(key, invitation, sealed))
    changed = [fresh if isinstance(value, bytes) else value for value in values]
    return dict(zip(parameters, changed, strict=True)) if named else tuple(changed)
