"""How many carry a round through: counted with the ballots, kept as numbers alone, told in tens."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from analysis.answers import Turnout
from bot.core.effort import effort
from bot.flow.load import closed_rounds
from bot.flow.standing import standing
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.people import Person
from bot.store.rounds import Cycle, InvitationState, Round, RoundState, invitations
from tests.analysis.desk import desk
from tests.privacy import PLATFORM, Phone
from tests.web.admin.site import Site, site

from .town import ORGANISATION, round_of, rows, town

ROUND = round_of(0)


async def taps(simulation: Simulation, person: str, *buttons: str) -> None:
    """What somebody taps from their card on."""
    hear = simulation.platforms[PLATFORM].hear
    assert hear is not None
    phone = Phone(hear, person)
    await phone.open()
    await phone.tap(*buttons)


def test_a_round_knows_how_many_finished_and_how_many_stopped_halfway(where: Path | str) -> None:
    """As the invitations said a second before closing: nothing answered is finished too, and a pass is neither."""
    simulation = town(where)

    async def walk() -> dict[InvitationState, int]:
        await simulation.begin()
        await simulation.to(ROUND.opens_at)
        with simulation.database.transaction() as session:
            asked = [one.person for one in invitations(session, 1)]
            for key in asked:
                person = session.get_one(Person, key)
                person.introduced, person.department, person.language = True, "", "nl"
        for key in asked[:3]:
            await taps(simulation, key, "Begin", "Geen van deze")
        await taps(simulation, asked[3], "Begin", "ICT", "Verder", "4 goed")
        await taps(simulation, asked[4], "Begin", "ICT")
        await taps(simulation, asked[5], "Deze keer niet")
        await simulation.to(ROUND.closes_at - timedelta(seconds=1))
        with simulation.database.transaction(reading=True) as session:
            states = [one.state for one in invitations(session, 1)]
        await simulation.to(ROUND.closes_at)
        return {state: states.count(state) for state in InvitationState}

    before = asyncio.run(walk())
    (turnout,) = rows(simulation, Turnout)
    told = (turnout.finished, turnout.halfway)
    assert told == (before[InvitationState.FINISHED], before[InvitationState.STARTED]) == (3, 2)
    simulation.database.close()


def went(session: Session, invited: int, finished: int | None, halfway: int | None, number: int = 1) -> None:
    """A round that went so."""
    then = ROUND.closes_at + timedelta(weeks=2 * number)
    round_ = Round(
        survey="staff",
        number=number,
        cycle=1,
        pilot=False,
        last_of_cycle=False,
        due=then,
        opens_at=then,
        reminds_at=then,
        closes_at=then,
        estimates_at=then,
        leads_at=then,
        digests_at=then,
        state=RoundState.TOLD,
        weights={},
        invited=invited,
    )
    session.add(round_)
    session.add(Turnout(cycle=1, round=number, invited=invited, responded=0, finished=finished, halfway=halfway))
    session.flush()


@pytest.mark.parametrize(
    ("invited", "finished", "halfway", "told"),
    [
        (150, 93, 7, (90, 0, 50)),
        (150, 99, 10, (90, 10, 40)),
        (150, 0, 0, (0, 0, 140)),  # not that nobody began
        (150, 150, 0, (140, 0, 0)),  # not that everybody finished
        (33, 30, 2, (30, 0, 0)),
        (32, 30, 1, (20, 0, 0)),  # of two, one did not: that one would know the other
        (20, 20, 0, (10, 0, 0)),
        (19, 12, 3, (None, None, None)),
        (150, None, None, (None, None, None)),  # counted before this was kept
    ],
)
def test_it_is_told_in_tens_and_never_of_all(
    tmp_path: Path, invited: int, finished: int | None, halfway: int | None, told: tuple[int | None, ...]
) -> None:
    """Rounded down; a count never comes so near to all who were asked that the others are counted out."""
    with desk(tmp_path) as session:
        _cycle(session)
        went(session, invited, finished, halfway)
        (one,) = closed_rounds(session)
        assert (one.finished, one.halfway, one.others) == told
        assert one.invited == invited


@pytest.mark.parametrize("invited", [20, 23, 40])
def test_one_person_more_or_less_is_never_certain(tmp_path: Path, invited: int) -> None:
    """Whoever knows how they did themselves, and what is told, is certain of no other of the three ways."""
    ways: dict[tuple[int | None, ...], set[tuple[int, int, int]]] = {}
    with desk(tmp_path) as session:
        _cycle(session)
        for finished in range(invited + 1):
            for halfway in range(invited + 1 - finished):
                counts = (finished, halfway, invited - finished - halfway)
                ways.setdefault(_told(session, invited, finished, halfway), set()).add(counts)
    for possible in ways.values():
        for own in range(3):
            mine = [counts for counts in possible if counts[own] > 0]
            others = [{way for way in range(3) if counts[way] > (way == own)} for counts in mine]
            assert not others or len(set.union(*others)) > 1


def _told(session: Session, invited: int, finished: int, halfway: int) -> tuple[int | None, ...]:
    went(session, invited, finished, halfway)
    (one,) = closed_rounds(session)
    for table in (Round, Turnout):
        session.delete(session.exec(select(table)).one())
    session.flush()
    return one.finished, one.halfway, one.others


def _cycle(session: Session) -> None:
    """One cycle, of the edition there is."""
    edition = editions.latest_or_none(session)
    if edition is None:
        edition = editions.write(session, ORGANISATION, live=True, author="test", note="", now=ROUND.opens_at)
    session.add(Cycle(id=1, survey="staff", number=0, first_round=0, pilot=False, edition=edition.number or 0))
    session.flush()


def test_the_newest_rounds_come_first_and_a_program_reads_them_too(tmp_path: Path) -> None:
    """In `status --json` as on the page; two cycles of them."""
    with desk(tmp_path) as session:
        _cycle(session)
        for number in range(1, 11):
            went(session, 150, 90, 12, number)
        told = standing(session, ROUND.closes_at, None, {}).as_json()["closed_rounds"]
    assert [one["number"] for one in told] == list(range(10, 2, -1))
    assert (told[0]["finished"], told[0]["halfway"], told[0]["others"]) == (90, 10, 40)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town that is live."""
    with site(tmp_path, live=True) as made:
        yield made


def test_an_admin_sees_what_it_takes_and_how_rounds_went(there: Site) -> None:
    """Taps and seconds for one department and for two, once a cycle; a closed round in words that are true of it."""
    admin = there.visitor()
    before = _text(admin.get("/overview").text)
    one, two = (effort(there.today.surveys[0])[departments] for departments in (1, 2))
    assert f"Eén afdeling: {one[0]} tikken, ongeveer {one[1]} seconden." in before
    assert f"2 afdelingen: {two[0]} tikken, ongeveer {two[1]} seconden." in before
    assert "iedereen eens in de" in before
    assert "Halverwege gestopt" not in before
    with there.database.transaction() as session:
        _cycle(session)
        went(session, 150, 93, 7)
    assert "ronde 1 150 minstens 90 minder dan 10 minstens 50" in _text(admin.get("/overview").text)


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
