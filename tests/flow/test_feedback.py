"""Feedback at any time: to the open round, or early; what becomes of it, and how it ends. On both databases."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlmodel import Session, select, update

from bot.core.ballot import Ballot
from bot.core.platform import Left
from bot.flow import counting, launch, rounds
from bot.flow.counting import cut
from bot.simulation.run import Simulation
from bot.store import ballots, directory, editions, people
from bot.store.ballots import Keyring, SealedBallot
from bot.store.early import Early
from bot.store.people import Person, Seat
from bot.store.rounds import Invitation, InvitationState, Round
from config.organisation import Organisation
from tests.core.chat import buttons_of, text_of
from tests.privacy import PLATFORM, Phone

from .town import ORGANISATION, round_of, rows, town

Walk = Coroutine[Any, Any, None]
SAID = ("2 matig", "4 goed", "Iets anders", "Snelheid", "Weet ik niet")  # the last question differs by cycle
AN_HOUR = timedelta(hours=1)
EXTRA = ORGANISATION.surveys[0].extra[0]


@dataclass
class Office:
    """An organisation of eighty in four cohorts, the day before its first round; Anna works nowhere it asks about."""

    simulation: Simulation
    runner: asyncio.Runner
    anna: str

    def phone(self, person: str | None = None) -> Phone:
        """Somebody's way in."""
        hear = self.simulation.platforms[PLATFORM].hear
        assert hear is not None
        return Phone(hear, person or self.anna)

    def run(self, walk: Callable[[Phone], Walk]) -> Phone:
        """Let Anna do something."""
        phone = self.phone()
        self.runner.run(walk(phone))
        return phone

    def to(self, number: int, moment: str = "opens_at") -> None:
        """Move to a moment of a round."""
        self.runner.run(self.simulation.to(getattr(round_of(number, self.simulation.organisation), moment)))

    @property
    def cohort(self) -> int:
        """Whose turn Anna has."""
        (seat,) = [seat for seat in rows(self.simulation, Seat) if seat.person == self.anna]
        return seat.cohort

    @property
    def early(self) -> list[Early]:
        """What was begun early."""
        return list(rows(self.simulation, Early))

    @property
    def mine(self) -> list[Invitation]:
        """In which rounds Anna was asked."""
        return [one for one in rows(self.simulation, Invitation) if one.person == self.anna]

    def ballot(self) -> Ballot:
        """What is in Anna's ballot of the open round."""
        (invitation,) = [one for one in self.mine if one.state is not InvitationState.CLOSED]
        (sealed,) = [one.sealed for one in rows(self.simulation, SealedBallot) if one.invitation == invitation.id]
        with self.simulation.database.transaction(reading=True) as session:
            key = self.simulation.keyring.round_key(session, invitation.round)
        return ballots.unseal(key, invitation.id, sealed)


@pytest.fixture
def office(where: Path | str) -> Iterator[Office]:
    """It has begun."""
    simulation = town(where)
    anna = next(key for key, one in simulation.colleagues.items() if one.workplace == "")
    with asyncio.Runner() as runner:
        runner.run(simulation.begin())
        with simulation.database.transaction() as session:
            for person in session.exec(select(Person)):
                person.introduced, person.department = True, simulation.colleagues[person.key].workplace
                session.add(person)
        yield Office(simulation, runner, anna)
    simulation.database.close()


async def about(phone: Phone, department: str) -> None:
    """Ask to say something about a department."""
    await phone.ask(f"feedback {department}")


async def whole(phone: Phone, department: str = "ict") -> None:
    """And say it."""
    await about(phone, department)
    await phone.tap(*SAID, "Klaar")


def said(phone: Phone) -> str:
    """All that is on the card."""
    return "\n".join((text_of(phone.card), *(button.label for button in buttons_of(phone.card))))


# --- the whole of it -------------------------------------------------------------------------------------------------


def test_feedback_before_the_round_is_that_rounds_ballot(office: Office) -> None:
    """Begun, looked at and changed between rounds; taken up when it opens; asked about the rest; counted once."""
    phone = office.run(lambda phone: whole(phone, "ICT"))
    (begun,) = office.early
    opens = round_of(office.cohort).opens_at
    assert f"op {opens.day} " in said(phone)
    assert len(begun.sealed) == ballots.SIZE + 28
    assert begun.closes_at == round_of(office.cohort).closes_at
    assert rows(office.simulation, Invitation) == []

    async def look(phone: Phone) -> None:
        await phone.ask("antwoorden")
        assert "Gekregen: 2 matig" in said(phone)
        await phone.tap("ICT: Gekregen", "3 voldoende")
        assert "Gekregen: 3 voldoende" in said(phone)

    office.run(look)
    for number in range(office.cohort + 1):
        office.to(number)
    assert office.early == []
    (invitation,) = office.mine
    assert (invitation.id, invitation.state) == (begun.id, InvitationState.INVITED)
    (sent,) = [one for one in office.simulation.platforms[PLATFORM].taken() if one.address == office.anna]
    assert sent.card is not None
    assert "vooraf al antwoordde" in text_of(sent.card)
    words = text_of(sent.card) + " ".join(button.label for button in buttons_of(sent.card))
    assert [d.key for d in ORGANISATION.departments if d.name.in_("nl") in words] == []

    async def go_on(phone: Phone) -> None:
        await phone.open()
        await phone.tap("Begin", "HR", "Verder", "Niets", "5 uitstekend")
        await about(phone, "ict")
        assert "Hoe goed heeft ICT je geholpen?" in said(phone)
        await phone.tap("4 goed")

    office.run(go_on)
    records = Counter((r.department, q) for r in cut(office.ballot(), lambda _: EXTRA) for q in r.values)
    assert records["ict", "received"] == 1
    assert set(records.values()) == {1}
    assert office.ballot().value("ict", "received") == "4"
    office.to(office.cohort, "closes_at")
    assert office.early == []
    assert rows(office.simulation, SealedBallot) == []


def test_who_was_asked_in_this_cycle_begins_the_ballot_of_the_next(office: Office) -> None:
    """Their cohort's round of the next cycle, four rounds later."""
    office.run(lambda phone: about(phone, "hr"))
    cohort = office.cohort
    for number in range(cohort + 1):
        office.to(number)
    office.to(cohort, "closes_at")
    office.run(whole)
    (begun,) = office.early
    assert begun.closes_at == round_of(cohort + 4).closes_at
    for number in range(cohort + 1, cohort + 5):
        office.to(number)
    assert set(office.ballot().answers) == {"ict"}


def test_in_an_open_round_it_goes_to_the_ballot_that_is_there(office: Office) -> None:
    """No early ballot is made; the department is ticked and asked about."""
    office.to(0)
    office.anna = next(one.person for one in rows(office.simulation, Invitation))
    mine = office.simulation.colleagues[office.anna].workplace
    department = next(d.key for d in ORGANISATION.departments if d.key != mine)
    phone = office.run(lambda phone: about(phone, department))
    assert office.early == []
    assert office.ballot().drawn == (department,)
    assert "1 van 5" in said(phone)


def test_a_second_department_joins_the_first_and_a_third_finds_no_place(office: Office) -> None:
    """One early ballot, up to as many departments as a round asks about."""

    async def twice(phone: Phone) -> None:
        await whole(phone, "ict")
        await whole(phone, "hr")
        await about(phone, "Facilitair")

    phone = office.run(twice)
    assert len(office.early) == 1
    assert "zoveel afdelingen als in één ronde kan" in said(phone)
    for number in range(office.cohort + 1):
        office.to(number)
    assert office.ballot().drawn == ("ict", "hr")


@pytest.mark.parametrize("words", ["feedback", "feedback boerenkool"])
def test_without_a_department_there_is_a_choice(office: Office, words: str) -> None:
    """Of those that can be judged; a tap on one begins."""

    async def choose(phone: Phone) -> None:
        await phone.ask(words)
        assert "Over welke afdeling" in said(phone)
        await phone.tap("ICT")
        assert "Hoe goed heeft ICT je geholpen?" in said(phone)

    office.run(choose)


def test_own_department_begins_nothing(office: Office) -> None:
    """By the people file."""
    office.anna = next(key for key, one in office.simulation.colleagues.items() if one.workplace)
    workplace = office.simulation.colleagues[office.anna].workplace
    phone = office.run(lambda phone: about(phone, workplace))
    assert "Daar werk je zelf" in said(phone)
    assert office.early == []


# --- how it ends -----------------------------------------------------------------------------------------------------


async def erased(office: Office, phone: Phone) -> None:
    """By the button of the card."""
    await phone.ask("antwoorden")
    await phone.tap("Mijn antwoorden wissen", "Ja, wis alles")
    assert "Er staat niets meer van je" in said(phone)


async def forgotten(office: Office, phone: Phone) -> None:
    """By a word."""
    await phone.ask("forget")
    assert len(office.early) == 1
    await phone.tap("Ja, wis alles")


async def stopped(office: Office, phone: Phone) -> None:
    """No questions any more; feedback neither."""
    await phone.ask("stop")
    await phone.tap("Ja, stop ermee")
    await about(phone, "ict")
    assert "ik vraag je niets meer" in said(phone)


async def left(office: Office, phone: Phone) -> None:
    """The bot is blocked."""
    await phone.hear(Left(PLATFORM, office.anna))


async def removed(office: Office, phone: Phone) -> None:
    """By the people file."""
    with office.simulation.database.transaction() as session:
        todo = directory.plan(session, [], ORGANISATION, remove_absent=True)
        directory.carry_out(session, todo)


async def paused(office: Office, phone: Phone) -> None:
    """Beyond the opening: and that is said."""
    await phone.ask("pauze")
    await phone.tap("6 maanden")
    assert "kan zo niet meetellen en is gewist" in said(phone)
    await about(phone, "ict")
    assert "er komt geen ronde waarin ik jou vraag" in said(phone)


async def absent(office: Office, phone: Phone) -> None:
    """Nobody ran the bot until long after the round should have closed."""
    await office.simulation.to(round_of(9).opens_at + AN_HOUR)
    assert [one.state for one in office.mine if one.id in {begun.id for begun in office.early}] == []


async def made_live(office: Office, phone: Phone) -> None:
    """The pilot is over."""
    with office.simulation.database.transaction() as session:
        launch.go_live(session, "test", office.simulation.now)


@pytest.mark.parametrize("end", [erased, forgotten, stopped, left, removed, paused, absent, made_live])
def test_an_early_ballot_ends_at_once(office: Office, end: Callable[[Office, Phone], Walk]) -> None:
    """With its key, whatever ends it."""
    office.run(whole)
    assert len(office.early) == 1
    office.run(lambda phone: end(office, phone))
    assert office.early == []


def test_a_pause_that_ends_before_the_round_keeps_it(office: Office) -> None:
    """The round would ask them: nothing is said, nothing is lost."""
    with office.simulation.database.transaction() as session:
        people.seat(session, ORGANISATION.surveys[0].key, {office.anna: 3})
    office.run(whole)

    async def pause(phone: Phone) -> None:
        await phone.ask("pauze")
        await phone.tap("1 maand")
        assert "gewist" not in said(phone)

    office.run(pause)
    assert len(office.early) == 1


def test_who_is_not_drawn_after_all_loses_it_when_the_round_opens(office: Office) -> None:
    """Out of reach in a way that nobody told us of: it could count nowhere."""
    office.run(whole)
    with office.simulation.database.transaction() as session:
        session.execute(update(Person).where(Person.key == office.anna).values(stopped=True))  # type: ignore[arg-type]
    for number in range(office.cohort + 1):
        office.to(number)
    assert (office.early, office.mine) == ([], [])


def test_an_aborted_round_destroys_what_it_took_up(office: Office) -> None:
    """Uncounted."""
    office.run(whole)
    for number in range(office.cohort + 1):
        office.to(number)
    with office.simulation.database.transaction() as session:
        rounds.abort(session, session.exec(select(Round).order_by(Round.opens_at.desc())).first())  # type: ignore
    assert rows(office.simulation, SealedBallot) == []


# --- what may change meanwhile ---------------------------------------------------------------------------------------


def with_cohorts(number: int) -> Organisation:
    """The organisation with another number of cohorts."""
    survey = ORGANISATION.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": number})
    return ORGANISATION.model_copy(update={"surveys": (survey.model_copy(update={"rhythm": rhythm}),)})


@pytest.mark.parametrize("cohorts", [1, 2, 6])
def test_where_cohorts_are_drawn_anew_it_comes_along(office: Office, cohorts: int) -> None:
    """Whatever round they are drawn into then; nobody has an open round and an early ballot at once."""
    office.run(lambda phone: about(phone, "hr"))
    mine = office.cohort
    for number in range(4):
        office.to(number)
    office.to(mine if mine == 3 else 3, "closes_at")
    with office.simulation.database.transaction() as session:
        editions.write(session, with_cohorts(cohorts), live=True, author="test", note="", now=office.simulation.now)
    office.run(whole)
    for number in range(4, 4 + cohorts):
        office.to(number)
        if any(one.state is not InvitationState.CLOSED for one in office.mine):
            assert office.early == []
            assert set(office.ballot().answers) == {"ict"}
            break
    assert office.early == []


def test_in_a_pilot_it_is_for_the_next_pilot_round(office: Office) -> None:
    """Of who is in it; for anybody else nothing can be foreseen."""
    with office.simulation.database.transaction() as session:
        editions.write(session, ORGANISATION, live=False, author="test", note="", now=office.simulation.now)
    assert "er komt geen ronde waarin ik jou vraag" in said(office.run(lambda phone: about(phone, "ict")))
    with office.simulation.database.transaction() as session:
        session.execute(update(Person).where(Person.key == office.anna).values(pilot=True))  # type: ignore[arg-type]
    office.run(whole)
    assert rows(office.simulation, Seat) == []
    office.to(0)
    assert set(office.ballot().answers) == {"ict"}
    office.to(0, "closes_at")
    office.run(whole)
    (begun,) = office.early
    assert begun.closes_at == round_of(1).closes_at


def test_a_lost_key_is_told_and_holds_up_no_round(office: Office) -> None:
    """`run` refuses to begin with other keys; a round opens all the same, without what nobody can open."""
    office.run(whole)
    other = Keyring([Keyring.new_key()])
    with office.simulation.database.transaction() as session:
        (lost,) = launch.unopenable_early(session, other)
        assert launch.unopenable_early(session, office.simulation.keyring) == []
    assert lost == office.early[0].id
    office.simulation.keyring = other
    for number in range(office.cohort + 1):
        office.to(number)
    assert office.early == []
    assert office.ballot().is_empty


# --- one tap --------------------------------------------------------------------------------------------------------


def test_a_tap_in_a_round_is_as_few_statements_as_ever(office: Office) -> None:
    """One to read all it needs (on PostgreSQL after a lock), and one to write: early ballots cost it nothing."""
    office.to(0)
    office.anna = next(one.person for one in rows(office.simulation, Invitation))
    statements: list[str] = []

    def note(_c: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement.split()[0])

    async def tap(phone: Phone) -> None:
        await phone.open()
        await phone.tap("ICT" if office.simulation.colleagues[office.anna].workplace != "ict" else "HR")
        event.listen(office.simulation.database.engine, "before_cursor_execute", note)
        await phone.tap("Facilitair" if office.simulation.colleagues[office.anna].workplace != "facilitair" else "HR")

    office.run(tap)
    event.remove(office.simulation.database.engine, "before_cursor_execute", note)
    locked = office.simulation.database.shared
    assert [one for one in statements if one != "BEGIN"] == ["SELECT"] * (1 + locked) + ["UPDATE"]


def test_nothing_is_counted_of_a_round_that_is_only_foreseen(office: Office) -> None:
    """Counting looks at open rounds alone."""
    office.run(whole)

    def count(session: Session) -> list[Round]:
        return counting.count_due(session, round_of(9).closes_at, office.simulation.keyring)

    assert office.simulation.database.write_now(count) == []
    assert len(office.early) == 1
