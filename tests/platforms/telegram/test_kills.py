"""`klankbord run`, killed between Telegram's taking a message and our writing that down: both policies.

Telegram cannot be asked what it has. So a question comes twice rather than not at all, and a digest does not: it is
marked unknown, and an administrator decides with one button.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.simulation.memory import MemoryPlatform
from bot.store.outbox import Kind, OutgoingState
from tests.platforms.runs import Runs
from tests.scenarios.town import town

from .faults import slow
from .people import Group, Person
from .server import fake_telegram
from .stage import ADMINS, GROUPS, group
from .world import World

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills as posix has them")

LONG = 60.0  # seconds that an answer takes: longer than its process lives
NOBODY = "te weinig mensen"


class Installation(Runs):
    """A town on Telegram, with Anna in it."""

    def __init__(self, folder: Path, telegram: World) -> None:
        super().__init__(
            folder,
            {"KLANKBORD_TELEGRAM_TOKEN": telegram.token, "KLANKBORD_TELEGRAM_API_URL": telegram.address},
        )
        self.telegram = telegram
        self.anna = Person(telegram, "Anna")
        self.anna.starts()
        telegram.updates.waiting.clear()  # heard long ago
        self.groups = {key: group(telegram, key, [self.anna]) for key in GROUPS}
        addresses = {key: one.address for key, one in self.groups.items()}
        made = town(folder, {"anna": self.anna.address}, "telegram", lambda *_: MemoryPlatform("telegram"), addresses)
        made.klankbord.database.close()
        self.times = made.times


@asynccontextmanager
async def installed(folder: Path) -> AsyncIterator[Installation]:
    """An installation, and nothing of it is left running."""
    async with fake_telegram() as telegram:
        made = Installation(folder, telegram)
        try:
            yield made
        finally:
            await made.end()


def test_a_question_that_was_taken_and_not_written_down_comes_again(tmp_path: Path) -> None:
    """Once more, and the next start brings none."""

    async def whole() -> None:
        async with installed(tmp_path) as made:
            anna = made.anna
            made.telegram.inject("sendMessage", slow(LONG))
            made.set_clock(made.times.opens_at)
            await made.start()
            await anna.sees("ik ben Klankbord van", patience=60)
            await made.end()
            assert made.states(Kind.INVITATION) == {anna.address: OutgoingState.SENDING}
            await made.start()
            await made.until(lambda: anna.reads().count("ik ben Klankbord van") == 2)
            await made.until(lambda: made.states(Kind.INVITATION) == {anna.address: OutgoingState.SENT})
            await made.end(signal.SIGTERM)
            await made.start()
            await anna.press("Begin, 1 minuut").answered(patience=60)  # a process takes its time to start
            await anna.sees("Bij welke afdeling werk je zelf?", patience=60)
            assert anna.reads().count("ik ben Klankbord van") == 1  # the other is the card that went on

    asyncio.run(whole())


def test_a_digest_that_was_taken_and_not_written_down_is_asked_about(tmp_path: Path) -> None:
    """It does not come again by itself; with one button of an admin it does, once."""

    async def whole() -> None:
        async with installed(tmp_path) as made:
            departments = [one for key, one in made.groups.items() if key in GROUPS[:-2]]
            made.set_clock(made.times.opens_at)
            await made.start()
            await made.anna.sees("ik ben Klankbord van", patience=60)
            made.set_clock(made.times.closes_at)
            await made.until(lambda: made.counted)
            made.anna.blocks()  # the next round opens when this one is told
            await made.telegram.settled()
            made.telegram.inject("sendMessage", slow(LONG))
            made.set_clock(made.times.digests_at)
            await made.until(lambda: all(NOBODY in one.reads() for one in departments))
            await made.until(lambda: list(made.states(Kind.DIGEST).values()).count(OutgoingState.SENDING) == 1)
            await made.end()
            await made.start()
            admins = made.groups[ADMINS]
            await admins.sees("Is dit bericht aangekomen?", patience=60)
            states = made.states(Kind.DIGEST)
            (doubtful,) = [one for one in departments if states[one.address] is OutgoingState.UNKNOWN]
            assert [one.reads().count(NOBODY) for one in departments] == [1] * len(departments)
            await _resend(admins, made.anna)
            await made.until(lambda: doubtful.reads().count(NOBODY) == 2)
            await made.until(lambda: set(made.states(Kind.DIGEST).values()) == {OutgoingState.SENT})
            assert sum(one.reads().count(NOBODY) for one in departments) == len(departments) + 1

    asyncio.run(whole())


async def _resend(admins: Group, by: Person) -> None:
    (data,) = [
        button["callback_data"]
        for row in admins.newest.now.markup["inline_keyboard"]
        for button in row
        if button["text"] == "Stuur het opnieuw"
    ]
    await by.forges(data, admins.newest).answered()
