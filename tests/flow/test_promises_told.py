"""When colleagues are told of what a department promised: as long as it is late, and once what became of it."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.core.told import MOST
from bot.core.told import lines as told_lines
from bot.flow import promises
from bot.simulation.run import Simulation
from bot.store.promises import Promise, PromiseState, Stance
from bot.store.rounds import Round

from .town import ORGANISATION, round_of, rows, town

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


def promise(
    key: str,
    state: PromiseState,
    *,
    made_on: date,
    due: date,
    settled_on: date | None = None,
    was_due: date | None = None,
) -> Promise:
    """One about speed, in the words of its key."""
    stopped = state is PromiseState.DROPPED
    return Promise(
        id=key, department="ict", theme="speed", stance=Stance.TAKE, words=f"{key}.", owner="lead", due=due,
        state=state, reason="Te duur." if stopped else "", made_on=made_on, settled_on=settled_on, was_due=was_due,
    )  # fmt: skip


OPEN, DONE, DROPPED, EXPLAINED = PromiseState.OPEN, PromiseState.DONE, PromiseState.DROPPED, PromiseState.EXPLAINED
TOLD = [  # state, weeks since it was made, was due and was settled; at a first question, to everyone
    (OPEN, 2, -2, None, "ICT doet daar nu iets aan:** “p.”", "ICT werkt aan: “p.”"),
    (OPEN, 9, -2, None, "", "ICT werkt aan: “p.”"),
    (OPEN, 9, 2, None, "ICT beloofde, uiterlijk 17 november:** “p.” Dat is nog niet klaar.", "Dat is nog niet klaar."),
    (
        OPEN,
        40,
        30,
        None,
        "ICT beloofde, uiterlijk 5 mei 2026:** “p.” Dat is nog niet klaar.",
        "uiterlijk 5 mei 2026: “p.”",
    ),
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
        first = promises.to_tell(session, ["ict"], weeks(CYCLE), DAY, DAY).get("ict", [])
        news = promises.to_everyone(session, ORGANISATION, weeks(CYCLE), DAY)
        return "\n".join(told_lines(first, ICT, "nl")), "\n".join(news)

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
        return [str(one["words"]) for one in promises.to_tell(session, ["ict"], weeks(CYCLE), DAY, DAY)["ict"]]

    found = made.database.write_now(told)
    assert (found[0], len(found)) == ("late.", MOST)


MOVED = [  # weeks since it was made, was due at first and is due now; at a first question, to everyone
    (2, 1, -4, "**ICT beloofde:** “p.” Dat zou uiterlijk 24 november klaar zijn; het wordt 29 december."),
    (40, 30, -4, "**ICT beloofde:** “p.” Dat zou uiterlijk 5 mei 2026 klaar zijn; het wordt 29 december."),
    (40, 30, 2, "**ICT beloofde, uiterlijk 17 november:** “p.” Dat is nog niet klaar."),
]


@pytest.mark.parametrize(("age", "first", "due", "told"), MOVED)
def test_a_moved_promise_is_told_each_time_with_the_day_that_it_had(
    made: Simulation, age: int, first: int, due: int, told: str
) -> None:
    """Until it is done: moving a day makes no promise that is kept. In the digest it is counted as moved or late."""

    def read(session: Session) -> tuple[str, str, list[str]]:
        session.add(promise("p", OPEN, made_on=weeks(age), due=weeks(due), was_due=weeks(first)))
        asked = told_lines(promises.to_tell(session, ["ict"], weeks(CYCLE), DAY, DAY)["ict"], ICT, "nl")
        news = promises.to_everyone(session, ORGANISATION, weeks(CYCLE), DAY)
        return asked[0], news[1], promises.tally(session, ["ict"], weeks(CYCLE), DAY, "nl")

    asked, news, counted = made.database.write_now(read)
    assert told in asked
    assert told.partition("” ")[2] in news
    assert counted == [f"**Beloftes:** 1 {'te laat' if due > 0 else 'verschoven'}."]


def test_news_comes_before_what_was_moved_long_ago(made: Simulation) -> None:
    """Where a department has more to tell than fits: a moved one does not hide what was done."""

    def told(session: Session) -> list[str]:
        for number in range(2):
            moved = promise(f"m{number}", OPEN, made_on=weeks(30), due=weeks(-2), was_due=weeks(20))
            moved.theme = "else"
            session.add(moved)
        session.add(promise("done", DONE, made_on=weeks(31), due=weeks(1), settled_on=weeks(1)))
        return [str(one["words"]) for one in promises.to_tell(session, ["ict"], weeks(CYCLE), DAY, DAY)["ict"]]

    assert made.database.write_now(told)[0] == "done."


def test_each_cohort_and_each_digest_gets_the_news_of_every_day_once(made: Simulation) -> None:
    """Whatever the day on which something was done: none between two of its rounds is left out, or told twice."""
    days = [weeks(CYCLE) + timedelta(days=days) for days in range(-1, 7 * CYCLE + 2)]

    def told(session: Session) -> list[list[str]]:
        found: list[list[str]] = []
        for number, day in enumerate(days):
            one = promise(f"p{number}", DONE, made_on=weeks(20), due=DAY, settled_on=day)
            session.add(one)
            session.flush()
            spans = [(weeks(CYCLE), DAY), (DAY, DAY + timedelta(weeks=CYCLE))]
            asked = [name for name, span in zip("ab", spans, strict=True) if _asked(session, *span)]
            counted = [name for name, span in zip("ab", spans, strict=True) if _counted(session, *span)]
            found += [asked, counted]
            session.delete(one)
        return found

    assert sorted(made.database.write_now(told)) == sorted([[]] * 2 + [["a"]] * 2 * 7 * CYCLE + [["b"]] * 4)


def _asked(session: Session, since: date, until: date) -> bool:
    return bool(promises.to_tell(session, ["ict"], since, until, until))


def _counted(session: Session, since: date, until: date) -> bool:
    return bool(promises.tally(session, ["ict"], since, until, "nl"))


def test_who_was_asked_in_the_morning_reads_next_time_what_was_promised_that_day(made: Simulation) -> None:
    """The day of an opening is in the news of the same cohort's next round, and in no other of its rounds."""

    async def walk() -> None:
        await made.to(round_of(0).opens_at)
        await made.to(round_of(1).opens_at + timedelta(hours=1))
        day = made.now.date()
        with made.database.transaction() as session:
            session.add(promise("p", OPEN, made_on=day, due=day + timedelta(weeks=20)))
        for number in range(2, 10):
            await made.to(round_of(number).opens_at)

    asyncio.run(walk())
    told = {one.number: [new["words"] for new in one.promised.get("ict", [])] for one in rows(made, Round)}
    assert {number: words for number, words in told.items() if words} == {3: ["p."], 4: ["p."], 5: ["p."], 6: ["p."]}


NOTICED = [  # which of two is asked about: (state, weeks since it was made, was due), the older first
    ((OPEN, 9, -1), (OPEN, 2, -4), "new"),
    ((DONE, 9, 1), (OPEN, 2, -4), "old"),
    ((OPEN, 9, 1), (OPEN, 2, -4), "old"),
    ((DONE, 9, 1), (OPEN, 2, 0), "new"),
    ((DONE, 9, 1), (DROPPED, 2, 0), "old"),
]


@pytest.mark.parametrize(("old", "new", "asked"), NOTICED)
def test_it_is_asked_about_what_can_be_noticed(
    made: Simulation, old: tuple[PromiseState, int, int], new: tuple[PromiseState, int, int], asked: str
) -> None:
    """What was done or should have been comes before what was promised the other day."""

    def told(session: Session) -> dict[str, str]:
        for key, (state, age, due) in (("old", old), ("new", new)):
            settled_on = None if state is OPEN else weeks(1)
            session.add(promise(key, state, made_on=weeks(age), due=weeks(due), settled_on=settled_on))
        return promises.to_ask(session, DAY)

    assert made.database.write_now(told) == {"ict": f"{asked}."}
