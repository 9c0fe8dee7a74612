"""PostgreSQL deletes without wiping: after counting, the program's own scrub leaves no ballot and no key in its files.

The write-ahead log still has them (docs/postgresql.md says so). tests/privacy/test_sealed_bytes.py is the same for SQLite.
"""  # noqa: E501

import asyncio
import time
from collections.abc import Iterator

import numpy as np
import pytest
from sqlmodel import select

from bot.flow import clock, rounds
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.people import Person
from tests.flow.town import round_of, rows
from tests.postgres import Server

from .ledger import Refusals, begin, company, go, organisation, walks_of

ROUND = round_of(0, organisation())
PIECE = 32


@pytest.fixture
def town(empty_postgres: str) -> Iterator[Simulation]:
    """A company on PostgreSQL."""
    made = company(empty_postgres, 20)
    yield made
    made.database.close()


def pieces(sealed: bytes) -> list[bytes]:
    """All of it, in pieces that mostly do not lie across two rows of TOAST."""
    return [sealed[i : i + PIECE] for i in range(0, len(sealed) - PIECE + 1, PIECE)]


def heap(server: Server, url: str) -> bytes:
    """Every file of one database, as it is on the disk."""
    with server.connect() as connection:
        connection.execute("CHECKPOINT")
        name = url.rpartition("/")[2]
        found = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert found is not None
    folder = server.data / "base" / str(found[0])
    return b"\0".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def found(secrets: set[bytes], disk: bytes) -> int:
    """How many pieces of them are there: by the first eight bytes of each, at any place."""
    wanted = np.array([int.from_bytes(one[:8], "little") for secret in secrets for one in pieces(secret)], np.uint64)
    there = [np.frombuffer(disk, np.uint64, (len(disk) - at) // 8, at) for at in range(8)]
    return len(set().union(*(wanted[np.isin(wanted, one)].tolist() for one in there)))


async def answered(town: Simulation) -> set[bytes]:
    """An open round in which people answered. Returns all that was ever sealed: ballots, earlier and last, and the key."""  # noqa: E501
    await begin(town)
    town.now = ROUND.opens_at
    await town.duty.write(rounds.open_due, town.now, town.rng, town.keyring)
    secrets: set[bytes] = {one.wrapped for one in rows(town, RoundKey)}

    def remember() -> None:
        secrets.update(one.sealed for one in rows(town, SealedBallot)[:5])

    hear = hearing(town.database, town.keyring, lambda: ROUND.opens_at)
    for one in walks_of(town, "heap"):
        await go(one, hear, Refusals())
        remember()
    return secrets


def test_after_counting_nothing_of_a_ballot_is_in_the_heap(
    town: Simulation, postgres: Server, empty_postgres: str
) -> None:
    """Not one piece of thirty-two bytes, of any version of any ballot nor of the key; before, they were all there."""

    async def walk() -> None:
        secrets = await answered(town)
        before = heap(postgres, empty_postgres)
        last = {one.sealed for one in rows(town, SealedBallot)}
        assert found(last, before) > 0.9 * sum(len(pieces(one)) for one in last)
        await clock.tick(town.duty, ROUND.closes_at, town.rng, town.keyring)
        assert not town.database.unscrubbed
        assert found(secrets | last, heap(postgres, empty_postgres)) == 0

    asyncio.run(walk())


@pytest.mark.parametrize("looks_at", [SealedBallot.invitation, Person.key])
def test_who_still_looks_is_waited_for(town: Simulation, postgres: Server, empty_postgres: str, looks_at: str) -> None:
    """A dump that began before counting keeps dead rows alive; nobody waits for it, and the next tick wipes them."""

    async def walk() -> None:
        secrets = await answered(town)
        with town.database.transaction(reading=True) as session:
            assert session.exec(select(looks_at)).first()
            begun = time.monotonic()
            await clock.tick(town.duty, ROUND.closes_at, town.rng, town.keyring)
            assert time.monotonic() - begun < 20
            assert town.database.unscrubbed
        await clock.tick(town.duty, ROUND.closes_at, town.rng, town.keyring)
        assert not town.database.unscrubbed
        assert found(secrets, heap(postgres, empty_postgres)) == 0

    asyncio.run(walk())
