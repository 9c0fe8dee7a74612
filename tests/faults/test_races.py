"""Two replicas on one PostgreSQL do the same thing at the same moment: both effects are there, or one waits.

Nothing crashes here. Each replica has connections and threads of its own; PostgreSQL says in its log whether two of
them ever waited for each other (a deadlock), and that has to be never.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from analysis.answers import Answer, Turnout
from bot.core.directory import Entry, Listed
from bot.core.platform import Asked, Card, Hear, Tap
from bot.flow import clock, counting, rounds, withdrawing
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation
from bot.store import directory, leases, people
from bot.store.ballots import SealedBallot
from bot.store.database import Database
from bot.store.early import Early
from bot.store.leases import Duty, NotOurs
from bot.store.people import Account, Person
from bot.store.rounds import Invitation, Round, RoundState
from tests.flow.town import round_of, rows
from tests.postgres import Server

from .ledger import PLATFORM, Refusals, begin, company, go, miscounted, organisation, shown, walks_of

ROUND = round_of(0, organisation())
ASKED, PEOPLE = 100, 200
REPLICAS = 3


class Office:
    """A town whose first round may be open, and replicas with a database object each."""

    def __init__(self, url: str, server: Server) -> None:
        self.town = company(url, ASKED)
        self.replicas = [Database(url) for _ in range(REPLICAS)]
        self._server, self._before = server, len(server.log)

    def hear(self, replica: int) -> Hear:
        """What a platform awaits in one of them."""
        return hearing(self.replicas[replica % REPLICAS], self.town.keyring, lambda: self.town.now)

    async def open(self) -> None:
        """The first round is open."""
        await begin(self.town)
        self.town.now = ROUND.opens_at
        await self.town.duty.write(rounds.open_due, ROUND.opens_at, self.town.rng, self.town.keyring)

    def run(self, *steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Walk, then see that nobody waited in vain."""

        async def walk() -> None:
            for step in steps:
                await step()

        asyncio.run(walk())
        assert "deadlock detected" not in self._server.log[self._before :]

    def close(self) -> None:
        """Every connection."""
        for database in (self.town.database, *self.replicas):
            database.close()


@pytest.fixture
def office(empty_postgres: str, postgres: Server) -> Iterator[Office]:
    """Three replicas."""
    made = Office(empty_postgres, postgres)
    yield made
    made.close()


def test_every_tap_before_the_moment_of_counting_is_counted(office: Office) -> None:
    """A hundred people tap on three replicas until the round is counted beneath them: acknowledged is counted."""
    taps = 0

    def tapped() -> None:
        nonlocal taps
        taps += 1

    async def walk() -> None:
        walks = walks_of(office.town, "race")
        everybody = asyncio.gather(
            *(go(one, office.hear(number), Refusals(), tapped) for number, one in enumerate(walks))
        )
        while taps < 5 * ASKED and not everybody.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        database, keyring = office.replicas[0], office.town.keyring
        assert len(await database.write(counting.count_due, ROUND.closes_at, keyring)) == 1
        await everybody
        assert sum(one.in_flight is not None for one in walks) > 0  # it came in the midst of them
        for one in walks:
            one.in_flight = None  # not acknowledged is not counted either, as nothing broke
        assert list(miscounted(office.town, walks)) == []

    office.run(office.open, walk)


def test_two_taps_of_one_person_at_once_both_take_effect(office: Office) -> None:
    """Two ticks, and two answers to one question: of the ticks both stay, of the answers either."""

    async def both(person: str, first: str, second: str) -> Card | None:
        await asyncio.gather(*(office.hear(n)(Tap(PLATFORM, person, one)) for n, one in enumerate((first, second))))
        return await office.hear(2)(Asked(PLATFORM, person))

    async def walk() -> None:
        for invitation in rows(office.town, Invitation)[:20]:
            person = invitation.person
            card = await office.hear(0)(Tap(PLATFORM, person, f"{invitation.id}:begin"))
            to_tick = [button.action for button in shown(card) if button.ticked is False][:2]
            ticked = [b.action for b in shown(await both(person, *to_tick)) if b.ticked]
            assert len(to_tick) == len(ticked) == 2
            card = await office.hear(0)(Tap(PLATFORM, person, f"{invitation.id}:next"))
            answers = [button.action for button in shown(card) if ":a:" in button.action][:2]
            after = shown(await both(person, *answers))
            assert [b.action for b in after if b.action in answers] == []  # the card went on

    office.run(office.open, walk)


def test_stopping_and_tapping_at_once_do_not_wait_for_each_other(office: Office) -> None:
    """Somebody tells where they work, which changes their own row too, and stops at that moment; it stays stopped."""

    async def walk() -> None:
        asked = rows(office.town, Invitation)[:40]
        with office.town.database.transaction() as session:
            session.execute(update(Person).values(department=None))
        await asyncio.gather(
            *(office.hear(0)(Tap(PLATFORM, one.person, f"{one.id}:begin")) for one in asked),
        )
        await asyncio.gather(
            *(office.hear(0)(Tap(PLATFORM, one.person, f"{one.id}:w:hr")) for one in asked),
            *(office.hear(1)(Tap(PLATFORM, one.person, "0:stop!")) for one in asked),
            *(office.hear(2)(Tap(PLATFORM, one.person, f"{one.id}:t:ict:1")) for one in asked),
        )
        stopped = {person.key for person in rows(office.town, Person) if person.stopped}
        assert stopped == {one.person for one in asked}

    office.run(office.open, walk)


def test_two_countings_at_once_count_once(office: Office) -> None:
    """The second waits for the first and finds nothing to do."""

    async def walk() -> None:
        walks = walks_of(office.town, "twice")[:30]
        await asyncio.gather(*(go(one, office.hear(number), Refusals()) for number, one in enumerate(walks)))
        writes = [one.write(counting.count_due, ROUND.closes_at, office.town.keyring) for one in office.replicas]
        assert sorted(map(len, await asyncio.gather(*writes))) == [0, 0, 1]
        assert list(miscounted(office.town, walks)) == []

    office.run(office.open, walk)


@pytest.mark.parametrize("first", ["withdraw", "count"])
def test_withdrawing_and_counting_at_once_is_one_of_the_two(office: Office, first: str) -> None:
    """While others still tap: the round is counted, or it is withdrawn and of nobody anything is left."""

    taps = 0

    def tapped() -> None:
        nonlocal taps
        taps += 1

    async def walk() -> None:
        walks = walks_of(office.town, "undone")
        tapping = asyncio.gather(
            *(go(one, office.hear(number), Refusals(), tapped) for number, one in enumerate(walks))
        )
        while taps < 5 * ASKED and not tapping.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        (round_,) = rows(office.town, Round)
        now, keyring, (one, other, _) = ROUND.closes_at, office.town.keyring, office.replicas
        twice = [
            lambda: one.write(withdrawing.withdraw, round_.key, "test", now),
            lambda: other.write(counting.count_due, now, keyring),
        ]
        ends = await asyncio.gather(*(end() for end in (twice if first == "withdraw" else reversed(twice))))
        await tapping
        assert sorted(map(bool, ends)) == [False, True]
        (ended,) = rows(office.town, Round)
        assert rows(office.town, SealedBallot) == []
        counted = ended.state is RoundState.COUNTED
        assert [bool(rows(office.town, Turnout)), bool(rows(office.town, Answer))] == [counted, counted]

    office.run(office.open, walk)


def test_two_ticks_at_once_open_one_round(office: Office) -> None:
    """Only one has the lease; and also without leases the database takes a round once."""

    async def walk() -> None:
        await begin(office.town)
        now, keyring = ROUND.opens_at, office.town.keyring
        taken = [await one.write(leases.take, "clock", f"{n}") for n, one in enumerate(office.replicas)]
        assert taken == [True, False, False]
        duties = [Duty(one, "clock", f"{n}") for n, one in enumerate(office.replicas)]
        ticks = [clock.tick(duty, now, Random(n), keyring) for n, duty in enumerate(duties)]
        found = await asyncio.gather(*ticks, return_exceptions=True)
        assert [type(one) for one in found] == [list, NotOurs, NotOurs]
        with office.town.database.transaction() as session:
            session.execute(update(Round).values(state=RoundState.ABORTED))
        later = round_of(1, organisation()).opens_at
        writes = [one.write(rounds.open_due, later, Random(n), keyring) for n, one in enumerate(office.replicas)]
        opened = await asyncio.gather(*writes, return_exceptions=True)
        assert sorted(one.number for one in rows(office.town, Round)) == [1, 2]
        assert all(isinstance(one, list | IntegrityError) for one in opened)
        assert len(rows(office.town, Invitation)) == PEOPLE

    office.run(walk)


def test_people_come_and_go_while_a_round_opens(office: Office) -> None:
    """`people import --remove-absent` beside the opening: who is asked exists, and neither of the two fails."""

    def imported(database: Database, gone: int) -> None:
        database.write_now(_import, office.town, gone)

    async def walk() -> None:
        await begin(office.town)
        loop, keyring = asyncio.get_running_loop(), office.town.keyring
        imports = [loop.run_in_executor(None, imported, office.replicas[n], n) for n in (1, 2)]
        opening = office.replicas[0].write(rounds.open_due, ROUND.opens_at, Random(1), keyring)
        opened = (await asyncio.gather(opening, *imports))[0] or []
        assert len(opened) == 1
        invited = {one.person for one in rows(office.town, Invitation)}
        assert invited <= {one.key for one in rows(office.town, Person)}
        assert len(rows(office.town, Person)) == PEOPLE - 20 + 2

    office.run(walk)


def test_early_answers_and_the_opening_of_their_round_at_once(office: Office) -> None:
    """Forty people answer early, twice and again, or stop, while their round opens: who heard so is in its ballot.

    Nobody has two ballots, and of who stopped nothing is left.
    """
    asking = [f"sim-{number:04d}" for number in range(40)]

    async def begins(person: str) -> None:
        both = (office.hear(n)(Asked(PLATFORM, person, "feedback", "ict")) for n in range(2))
        assert all(card is not None for card in await asyncio.gather(*both))
        (early,) = [one.id for one in rows(office.town, Early) if one.person == person]
        assert await office.hear(0)(Tap(PLATFORM, person, f"{early}:a:ict:received:2")) is not None

    async def answers(number: int, person: str) -> None:
        (early,) = [one.id for one in rows(office.town, Early) if one.person == person] or ["gone"]
        await asyncio.sleep(0.01 * number)
        card = await office.hear(number)(Tap(PLATFORM, person, f"{early}:a:ict:needed:4"))
        assert early == "gone" or card is not None

    async def walk() -> None:
        await begin(office.town)
        await asyncio.gather(*(begins(person) for person in asking))
        begun = {one.person: one.id for one in rows(office.town, Early)}
        assert begun.keys() == set(asking)
        stop = [office.hear(2)(Tap(PLATFORM, person, "0:stop!")) for person in asking[30:]]
        opening = office.replicas[0].write(rounds.open_due, ROUND.opens_at, Random(1), office.town.keyring)
        await asyncio.gather(*(answers(n, person) for n, person in enumerate(asking[:30])), opening, *stop)
        asked = {one.person: one for one in rows(office.town, Invitation)}
        left = {one.person: one for one in rows(office.town, Early)}
        assert asked.keys() & left.keys() == set()
        stopped = {person.key for person in rows(office.town, Person) if person.stopped}
        sealed = {one.invitation for one in rows(office.town, SealedBallot)}
        assert stopped == set(asking[30:])
        assert left.keys() & stopped == set()
        taken_up = {one for one in stopped & asked.keys() if asked[one].id == begun[one]}
        assert [one for one in taken_up if asked[one].id in sealed] == []
        for person in asking[:30]:
            card = await office.hear(1)(Asked(PLATFORM, person, "answers"))
            assert card is not None
            assert {"Gekregen: 2 matig", "Nodig: 4 goed"} <= set(card.lines), person
            assert person in left or asked[person].id == begun[person]

    office.run(walk)


def _import(session: Session, town: Simulation, number: int) -> None:
    """Ten of the people go, backwards, somebody new comes, and the others get another name."""
    people.hold(session)
    keys = list(session.exec(select(Person.key).where(~col(Person.key).like("new-%")).order_by(col(Person.key).desc())))
    listed = [*keys[10:], *session.exec(select(Person.key).where(col(Person.key).like("new-%"))), f"new-{number}"]
    entries = [
        Entry(line, key, {"name": f"{key} {number}"}, (Listed(line, PLATFORM, key),))
        for line, key in enumerate(listed, start=2)
    ]
    todo = directory.plan(session, entries, town.organisation, remove_absent=True)
    directory.carry_out(session, todo)
    assert session.exec(select(func.count()).select_from(Account)).one() == len(listed)


def test_who_is_removed_while_they_tap_is_gone(office: Office) -> None:
    """A tap that changes their own row, and their removal, at the same moment."""

    async def walk() -> None:
        asked = rows(office.town, Invitation)[:40]
        with office.town.database.transaction() as session:
            session.execute(update(Person).values(department=None))
        await asyncio.gather(*(office.hear(0)(Tap(PLATFORM, one.person, f"{one.id}:begin")) for one in asked))
        gone = {one.person for one in asked}
        removal = asyncio.get_running_loop().run_in_executor(
            None, office.replicas[1].write_now, _remove, office.town, gone
        )
        taps = [office.hear(0)(Tap(PLATFORM, one.person, f"{one.id}:w:hr")) for one in asked]
        await asyncio.gather(*taps, removal)
        assert len(rows(office.town, Person)) == PEOPLE - len(asked)

    office.run(office.open, walk)


def _remove(session: Session, town: Simulation, gone: set[str]) -> None:
    people.hold(session)
    others = session.exec(select(Person).where(col(Person.key).not_in(gone))).all()
    entries = [Entry(1, one.key, {"name": one.name}, (Listed(1, PLATFORM, one.key),)) for one in others]
    todo = directory.plan(session, entries, town.organisation, remove_absent=True)
    directory.carry_out(session, todo)


def test_a_lease_is_by_the_clock_of_the_database(office: Office) -> None:
    """A replica whose own clock is a day off neither loses nor takes a role; only renewing in time counts."""

    async def walk() -> None:
        first, second = office.replicas[:2]
        assert await first.write(leases.take, "clock", "first")
        office.town.now += timedelta(days=1)
        assert not await second.write(leases.take, "clock", "second")
        office.town.now -= timedelta(days=2)
        assert await first.write(leases.take, "clock", "first")

    office.run(walk)
