"""A reminder that had to wait is not said when it asks for what is known by now."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.flow.promises import is_idle
from bot.simulation.run import Simulation
from bot.store.promises import Promise, PromiseState, Stance

from .town import ORGANISATION, Moody, rows, town

DUE = date(2026, 9, 5)  # a Saturday: what is said on it waits for Monday
OPEN, DONE, DROPPED = PromiseState.OPEN, PromiseState.DONE, PromiseState.DROPPED


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Simulation]:
    """A few people and a channel, in the summer before the first round."""
    made = town(tmp_path / "klankbord.sqlite3", people=20)
    made.platforms = {"webchat": Moody()}
    asyncio.run(made.begin())
    yield made
    made.database.close()


def promise(state: PromiseState = OPEN, due: date | None = DUE) -> Promise:
    """One of ICT."""
    return Promise(
        id="p23", department="ict", theme="speed", stance=Stance.TAKE, words="Sneller.", owner="lead", due=due,
        state=state, made_on=DUE - timedelta(weeks=4),
    )  # fmt: skip


IDLE = [  # what became of it, the message, the day on which it would go out, whether it asks for nothing
    (promise(), "promise:p23:soon-20260905:ict", date(2026, 8, 31), False),
    (promise(), "promise:p23:soon-20260905:ict", DUE, True),  # then the other one asks
    (promise(), "promise:p23:due-20260905:ict", date(2026, 9, 7), False),
    (promise(), "promise:p23:due-20260905:ict", date(2026, 12, 7), False),
    (promise(DONE), "promise:p23:due-20260905:ict", DUE, True),
    (promise(DROPPED), "promise:p23:soon-20260905:ict", date(2026, 8, 31), True),
    (promise(due=DUE + timedelta(weeks=4)), "promise:p23:due-20260905:ict", DUE, True),  # it was moved
    (None, "promise:p23:due-20260905:ict", DUE, True),
    (promise(DONE), "promise:p23:done:ict", DUE, False),  # what is told is told
    (promise(DONE), "promise:p23:made:ict", DUE, False),
    (promise(DONE), "points:23:ict", DUE, False),
    (promise(), "promise:p23:soon-20260905:gone", date(2026, 8, 31), True),  # nobody can answer
    (promise(), "points:23:gone", DUE, True),
    (promise(), "fresh:gone:20260801-1:gone", DUE, True),
    (promise(DONE), "promise:p23:done:gone", DUE, False),
]


@pytest.mark.parametrize(("found", "message", "today", "idle"), IDLE)
def test_what_a_reminder_asks_for_may_be_known(
    made: Simulation, found: Promise | None, message: str, today: date, idle: bool
) -> None:
    """Where the promise was settled or moved, or the department is gone; what is told is never kept back."""

    def asked(session: Session) -> bool:
        if found is not None:
            session.add(Promise.model_validate(found.model_dump()))
        return is_idle(session, message, ORGANISATION, today)

    assert made.database.write_now(asked) is idle


@pytest.mark.parametrize(("done", "asked"), [(False, 1), (True, 0)])
def test_on_monday_nobody_asks_for_what_was_done_on_sunday(made: Simulation, done: bool, asked: int) -> None:
    """The channel reads no question about it; the one about what is not done comes on Monday."""
    platform = made.platforms["webchat"]
    assert isinstance(platform, Moody)

    async def walk() -> None:
        with made.database.transaction() as session:
            session.add(promise())
        for day in (4, 5, 6, 7):
            await made.to(made.now.replace(year=2026, month=9, day=day, hour=10))
            if done and day == 6:
                with made.database.transaction() as session:
                    session.get_one(Promise, "p23").state = DONE

    asyncio.run(walk())
    assert len(rows(made, Promise)) == 1
    assert len([said for said in platform.channels if "Is het klaar?" in " ".join(said.lines)]) == asked
