"""Sending the invitations of a round at 50 messages a second to a chat server over HTTP, against the clock alone.

The server is that of the crash tests, in a thread of this process. It holds the sender to 50 a second and refuses
(429: wait a second) whoever is more than 0.12 seconds, six messages, ahead of that.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import update

from bot.core.pacing import Pace, Rate
from bot.flow.delivery import Sender
from bot.flow.roles import Roles
from bot.store.database import Database
from bot.store.outbox import OutgoingRow, OutgoingState
from tests.crash.adapter import Mute
from tests.crash.chatserver import MuteServer, serving
from tests.postgres import server

from .crowd import KEYS, PLATFORM, ROUND, crowd, opened
from .rows import Row

MESSAGES, RUNS = 500, 5
FULL = Rate(50, burst=3)
SPARE = 4
FLOOR = MESSAGES / FULL.messages  # seconds
ROLE = "sender"


class Run(NamedTuple):
    """How long all messages took, and which part was taken at the first try after the first second."""

    seconds: float
    taken: float  # per cent


class Fast(Mute):
    """The chat platform, at this pace."""

    name = PLATFORM
    pace = Pace(overall=FULL, person=Rate(1))


def measured() -> Iterator[Row]:
    """In seconds by the clock; at least 97 % of the floor is a ratio of 1.031."""
    with TemporaryDirectory() as folder, server(durable=True) as postgres:
        for name, where in (("SQLite", Path(folder) / "klankbord.sqlite3"), ("PostgreSQL", postgres.fresh())):
            runs = asyncio.run(_runs(where))
            what = f"sending {MESSAGES} at 50/s, {name}"
            yield Row(what, "the clock alone", median(run.seconds for run in runs), FLOOR, "s", at_most=1 / 0.97)
            taken = min(run.taken for run in runs)
            yield Row(f"{what}: not refused", "a server that enforces 50/s", taken, 100.0, "%", least=100)


async def _runs(where: Path | str) -> list[Run]:
    database = crowd(where, MESSAGES)
    with database.transaction() as session:
        opened(session)
    roles = Roles(database, [ROLE])
    await roles.keep()
    found = [await _sent(database, roles) for _ in range(RUNS)]
    database.close()
    return found


async def _sent(database: Database, roles: Roles) -> Run:
    with database.transaction() as session:
        session.execute(update(OutgoingRow).values(state=OutgoingState.WAITING))
    chats = MuteServer(PLATFORM, overall=FULL, spare=SPARE)
    with serving(chats):
        platform = Fast(chats.address)
        await roles.keep()
        begin = time.monotonic()
        sender = Sender(
            roles.duty(ROLE), platform, KEYS, lambda: ROUND.opens_at + timedelta(seconds=time.monotonic() - begin)
        )
        sent = 0
        while sent < MESSAGES:  # once more where some were refused
            sent += await sender.send_due()
        seconds = time.monotonic() - begin
        await platform.aclose()
    assert len(chats.messages) == MESSAGES
    refused = sum(at > begin + 1 for at in chats.refused_at)
    return Run(seconds, 100 * (1 - refused / MESSAGES))
