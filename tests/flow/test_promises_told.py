"""When colleagues are told of what a department promised: as long as it is late, and once what became of it."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.core import promises as cards
from bot.flow import promises
from bot.simulation.run import Simulation
from bot.store.promises import Promise, PromiseState, Stance

from .town import ORGANISATION, town

ICT = ORGANISATION.by_key["ict"]
DAY = date(2026, 12, 1)  # a round opens, or the message to everyone is made
CYCLE = 8  # weeks


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Simulation]:
    """A few people and no promise."""
    made = town(tmp_path / "klankbord.sqlite3", people=20)
    asyncio.run(made.begin())
    yield made
    made.database.close()


def weeks(number: int) -> date:
    """So many weeks before that day."""
    return DAY - timedelta(weeks=number)


def promise(key: str, state: PromiseState, *, made_on: date, due: date, settled_on: date | None = None) -> Promise:
    """One about speed, in the words of its key."""
    stopped = state is PromiseState.DROPPED
    return Promise(
        id=key, department="ict", theme="speed", stance=Stance.TAKE, words=f"{key}.", owner="lead", due=due,
        state=state, reason="Te duur." if stopped else "", made_on=made_on, settled_on=settled_on,
    )  # fmt: skip


OPEN, DONE, DROPPED, EXPLAINED = PromiseState.OPEN, PromiseState.DONE, PromiseState.DROPPED, PromiseState.EXPLAINED
TOLD = [  # state, weeks since it was made, was due and was settled; at a first question, to everyone
    (OPEN, 2, -2, None, "ICT doet daar nu iets aan:** “p.”", "ICT werkt aan: “p.”"),
    (OPEN, 9, -2, None, "", "ICT werkt aan: “p.”"),
    (OPEN, 9, 2, None, "ICT beloofde, uiterlijk 17 november:** “p.” Dat is nog niet klaar.", "Dat is nog niet klaar."),
    (OPEN, 40, 30, None, "ICT beloofde, uiterlijk 5 mei:** “p.” Dat is nog niet klaar.", "Dat is nog niet klaar."),
    (DONE, 9, 2, 2, "ICT deed daar iets aan:** “p.”", "ICT, klaar: “p.”"),
    (DONE, 20, 12, 9, "", ""),
    (DROPPED, 9, 2, 2, "ICT zou daar iets aan doen, en stopte ermee:** “p.” Waarom: Te duur.", "Waarom: Te duur."),
    (DROPPED, 20, 12, 9, "", ""),
    (EXPLAINED, 2, 2, 2, "", ""),
]


@pytest.mark.parametrize(("state", "age", "due", "settled", "asked", "everyone"), TOLD)
def test_news_is_told_once_and_what_is_late_until_it_is_done(
    made: Simulation, state: PromiseState, age: int, due: int, settled: int | None, asked: str, everyone: str
) -> None:
    """A stopped one with its reason, to who is asked next and to everyone."""
    settled_on = weeks(settled) if settled is not None else None

    def told(session: Session) -> tuple[str, str]:
        session.add(promise("p", state, made_on=weeks(age), due=weeks(due), settled_on=settled_on))
        first = promises.to_tell(session, ["ict"], DAY, CYCLE).get("ict", [])
        news = promises.to_everyone(session, ORGANISATION, weeks(CYCLE), DAY)
        return "\n".join(cards.told(first, ICT, "nl")), "\n".join(news)

    first, news = made.database.write_now(told)
    assert (asked in first, bool(first)) == (True, bool(asked))
    assert (everyone in news, bool(news)) == (True, bool(everyone))


def test_everyone_reads_once_what_became_of_a_promise(made: Simulation) -> None:
    """In the message of the cycle in which it was done or stopped, whatever the day: none is left out or told twice."""
    days = [weeks(CYCLE) + timedelta(days=days) for days in range(-1, 7 * CYCLE + 2)]

    def told(session: Session) -> list[str]:
        for number, day in enumerate(days):
            session.add(promise(f"p{number}", DROPPED, made_on=weeks(20), due=DAY, settled_on=day))
        before, now, later = weeks(CYCLE), DAY, DAY + timedelta(weeks=CYCLE)
        news = [promises.to_everyone(session, ORGANISATION, *span) for span in ((before, now), (now, later))]
        return [line for lines in news for line in lines[1:]]

    found = made.database.write_now(told)
    assert sorted(found) == sorted(set(found))
    assert len(found) == len(days) - 1  # the first was told in the cycle before


def test_what_is_late_is_told_before_other_news(made: Simulation) -> None:
    """Where a department has more to tell than fits."""

    def told(session: Session) -> list[str]:
        for number in range(3):
            one = promise(f"new{number}", OPEN, made_on=weeks(1), due=DAY + timedelta(weeks=2))
            one.theme = "else"
            session.add(one)
        session.add(promise("late", OPEN, made_on=weeks(30), due=weeks(20)))
        return [str(one["words"]) for one in promises.to_tell(session, ["ict"], DAY, CYCLE)["ict"]]

    found = made.database.write_now(told)
    assert (found[0], len(found)) == ("late.", cards.MOST_TOLD)
