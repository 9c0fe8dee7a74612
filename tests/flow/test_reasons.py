"""Why somebody is asked, and when next at the earliest: in a round, outside one, early, paused and in a pilot."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.people import Person, Seat
from tests.core.chat import text_of
from tests.privacy import PLATFORM, Phone

from .town import ORGANISATION, round_of, rows, town

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


class Office:
    """An organisation of eighty in four cohorts; Anna is one of them."""

    def __init__(self, simulation: Simulation, runner: asyncio.Runner) -> None:
        self.simulation, self.runner = simulation, runner
        self.anna = next(key for key, one in simulation.colleagues.items() if one.workplace == "")

    def to(self, number: int, moment: str = "opens_at") -> None:
        """Move to a moment of a round."""
        self.runner.run(self.simulation.to(getattr(round_of(number), moment)))

    def asks(self, word: str = "waarom", *buttons: str) -> str:
        """What Anna reads after typing a word, and tapping these buttons."""
        hear = self.simulation.platforms[PLATFORM].hear
        assert hear is not None
        phone = Phone(hear, self.anna)

        async def walk() -> None:
            await phone.ask(word)
            for button in buttons:
                await phone.tap(button)

        self.runner.run(walk())
        return text_of(phone.card)

    @property
    def cohort(self) -> int:
        """Whose turn Anna has."""
        return next(seat.cohort for seat in rows(self.simulation, Seat) if seat.person == self.anna)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """It has begun."""
    simulation = town(tmp_path / "klankbord.sqlite3")
    with asyncio.Runner() as runner:
        runner.run(simulation.begin())
        made = Office(simulation, runner)
        with simulation.database.transaction() as session:
            person = session.get_one(Person, made.anna)
            person.introduced, person.department, person.language = True, "", "nl"
            session.add(person)
        yield made
    simulation.database.close()


def said(day: date) -> str:
    """As a card says a day."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def test_in_a_round_and_after_it_the_card_names_the_same_day(office: Office) -> None:
    """That chance drew her group, and when its next turn is: eight weeks on, as the round itself said."""
    office.to(0)
    cohort = office.cohort
    office.to(cohort)
    next_ = said(round_of(cohort + 4).opens_at.date())
    during = office.asks()
    assert "nu is jouw groep aan de beurt" in during
    assert f"op zijn vroegst {next_}" in during
    office.to(cohort, "closes_at")
    after = office.asks()
    assert "Het lot verdeelde alle collega's over 4 groepen" in after
    assert "nu is jouw groep" not in after
    assert f"vraag ik je op zijn vroegst weer op {next_}" in after


def test_before_her_turn_it_is_the_round_of_her_group(office: Office) -> None:
    """In this cycle still, where her group has not been asked yet."""
    office.to(0)
    for number in range(office.cohort):
        office.to(number)
        assert f"weer op {said(round_of(office.cohort).opens_at.date())}" in office.asks()


def test_who_begins_early_reads_when_it_counts(office: Office) -> None:
    """Nobody asked her; the day of her round is there all the same."""
    office.to(0)
    office.to(3, "digests_at")
    office.asks("feedback ict")
    told = office.asks()
    assert "Je begon hier zelf over" in told
    assert said(round_of(office.cohort + 4).opens_at.date()) in told


def test_who_has_no_group_yet_is_told_that_it_is_not_known(office: Office) -> None:
    """Before the first round chance has divided nobody."""
    assert "weet ik nog niet" in office.asks()
    assert "weet ik nog niet" in office.asks("why")


def test_who_paused_reads_until_when(office: Office) -> None:
    """A round that opens meanwhile would not ask her, so its day is not named."""
    office.to(0)
    office.to(3, "digests_at")
    office.asks("pauze", "6 maanden")
    assert "Ik vraag je niets tot" in office.asks()
    assert "op zijn vroegst weer" not in office.asks()


def test_who_stopped_is_not_asked_at_all(office: Office) -> None:
    """The goodbye, with the way back."""
    office.to(0)
    office.asks("stop", "Ja, stop ermee")
    assert "ik vraag je niets meer" in office.asks()


def test_a_survey_that_is_paused_foresees_no_day(office: Office) -> None:
    """Nobody knows when it goes on."""
    office.to(0)
    office.to(3, "digests_at")
    survey = ORGANISATION.surveys[0].model_copy(update={"paused": True})
    with office.simulation.database.transaction() as session:
        paused = editions.latest(session).organisation.changed(surveys=(survey,))
        editions.write(session, paused, live=True, author="test", note="pause", now=office.simulation.now)
    office.to(4)
    assert "weet ik nog niet" in office.asks()
