"""Whether a promise is noticed: asked for a whole cycle of who promised something, and lost time of the others."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from analysis.answers import Publication
from bot.core.platform import Tap
from bot.simulation.run import Simulation
from bot.store.outbox import OutgoingRow
from bot.store.promises import Promise, PromiseState, Stance
from bot.store.rounds import Cycle
from config.organisation import Organisation
from config.questions import Noticed

from .loop import organisation
from .town import Moody, pass_round, round_of, rows, town

WORDS = "Elke aanvraag krijgt {binnen} 2 werkdagen **antwoord**."
Told = tuple[Simulation, dict[str, list[str]]]
READ = "Elke aanvraag krijgt (binnen) 2 werkdagen antwoord."


def every_round_a_cycle() -> Organisation:
    """One cohort; lost time in the first cycle, whether a promise is noticed in the second."""
    made = organisation()
    survey = made.surveys[0]
    noticed = next(question for question in survey.extra if isinstance(question, Noticed))
    rhythm = survey.rhythm.model_copy(update={"cohorts": 1})
    changed = survey.model_copy(update={"rhythm": rhythm, "extra": (survey.lost_time, noticed), "deep": None})
    return made.changed(surveys=(changed,))


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """Two cycles, a promise of ICT between them, and the questions that somebody was asked in the second."""
    made = town(tmp_path / "klankbord.sqlite3", people=120, seed=5, organisation=every_round_a_cycle())
    platform = Moody()
    made.platforms = {"webchat": platform}
    asked: dict[str, list[str]] = {}

    async def walk() -> None:
        await made.begin()
        await pass_round(made, 0)
        with made.database.transaction() as session:
            session.add(_promise("ict", PromiseState.OPEN, made.now))
            session.add(_promise("hr", PromiseState.DRAFT, made.now))
        platform.taken()
        await made.to(round_of(1, made.organisation).opens_at)
        with made.database.transaction() as session:
            session.add(_promise("facilitair", PromiseState.OPEN, made.now))  # too late for this cycle
        cards = [said for said in platform.taken() if said.invitation is not None]
        workplaces = {said.address: made.colleagues[said.address].workplace for said in cards}
        someone = next(said for said in cards if workplaces[said.address] not in ("ict", "hr"))
        assert platform.hear is not None
        for key in ("ict", "hr"):
            card = await platform.hear(Tap("webchat", someone.address, f"{someone.invitation}:about:{key}"))
            while card is not None and card.choices:
                asked.setdefault(key, []).append(" ".join(card.lines))
                card = await platform.hear(Tap("webchat", someone.address, card.choices[0].action))
        platform.new = cards
        await made.let_answer(late=False)
        await made.let_answer(late=True)
        times = round_of(1, made.organisation)
        for moment in (times.closes_at, times.leads_at, times.digests_at):
            await made.to(moment)

    asyncio.run(walk())
    yield made, asked
    made.database.close()


def _promise(department: str, state: PromiseState, now: datetime) -> Promise:
    return Promise(
        id=f"{department}23456",
        department=department,
        theme="speed",
        stance=Stance.TAKE,
        words=WORDS,
        owner="lead",
        due=now.date(),
        state=state,
        made_on=now.date(),
    )


def test_who_promised_is_asked_about_it_and_the_others_about_lost_time(told: Told) -> None:
    """In the words of the department, in which nothing is filled in and nothing is strong; a draft is no promise."""
    _, asked = told
    assert READ in asked["ict"][-1]
    assert not any("Hoeveel werktijd" in words for words in asked["ict"])
    assert any("Hoeveel werktijd" in words for words in asked["hr"])
    assert not any("beloofde" in words for words in asked["hr"])


def test_what_is_asked_holds_for_the_whole_cycle(told: Told) -> None:
    """It is fixed when the cycle begins: who promises later is asked about in the next."""
    made, _ = told
    assert [cycle.promised for cycle in rows(made, Cycle)][:2] == [{}, {"ict": WORDS}]


def test_noticed_is_published_through_the_gate(told: Told) -> None:
    """As any category, for ICT alone; and told in its digest with the promise."""
    made, _ = told
    released = rows(made, Publication)
    by_department = {row.department for row in released if row.subject.startswith("promise.")}
    assert by_department == {"ict"}
    assert all(row.estimate is None or row.estimate >= 3 for row in released if row.subject.startswith("promise."))
    lost = {row.department for row in released if row.measure == "lost" and row.block > 11}
    assert "ict" not in lost
    digests = [row for row in rows(made, OutgoingRow) if row.id.startswith("digest:") and row.id.endswith(":ict")]
    assert any(READ in line for line in digests[-1].lines)
