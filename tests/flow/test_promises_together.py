"""Several who speak for a department, and who does not any more: what happens between two taps."""

from datetime import timedelta

from bot.core.platform import Asked, Card, Tap, Typed
from bot.store import editions
from bot.store.promises import Promise, PromiseState
from config.department import Department
from tests.core.chat import buttons_of

from .loop import DEPUTY, LEAD, NOBODY, OTHER_LEAD, WORDS, Loop, read
from .town import rows


async def looked_at(loop: Loop, by: str) -> Card:
    """Somebody's draft about the first point, just before it is posted."""
    card = await loop.takes(by=by)
    card = await loop.taps(card.choices[0].label, card, by)
    card = await loop.types(WORDS, card, by)
    card = await loop.taps("de teamleider", card, by)
    return await loop.taps(card.choices[0].label, card, by)


def changed(loop: Loop, *departments: Department, without: str = "") -> None:
    """A new edition with these departments in the place of those with their keys."""
    with loop.town.database.transaction() as session:
        now = editions.latest(session).organisation
        new = {one.key: one for one in departments}
        kept = tuple(new.get(one.key, one) for one in now.departments if one.key != without)
        surveys = now.surveys
        organisation = now.changed(departments=kept, surveys=surveys)
        editions.write(session, organisation, live=True, author="test", note="", now=loop.town.now)


def test_of_two_who_promise_the_same_at_once_the_second_is_told(loop: Loop) -> None:
    """Though nothing was promised yet when they looked; who still means it posts it with the next tap."""

    async def walk() -> None:
        mine, theirs = await looked_at(loop, LEAD), await looked_at(loop, DEPUTY)
        assert not mine.hint
        assert not theirs.hint
        await loop.taps("Plaatsen", mine)
        again = await loop.taps("Plaatsen", theirs, DEPUTY)
        assert "loopt al een belofte" in again.hint
        states = [one.state for one in rows(loop.town, Promise)]
        assert sorted(states) == [PromiseState.DRAFT, PromiseState.OPEN]
        await loop.taps("Plaatsen", again, DEPUTY)
        assert [one.state for one in rows(loop.town, Promise)] == [PromiseState.OPEN] * 2

    loop.run(walk())


def test_of_two_who_settle_it_at_once_the_first_counts(loop: Loop) -> None:
    """Done by the lead while a deputy wrote why it stops: it stays done, and the channel reads one message."""

    async def walk() -> None:
        await loop.promises()
        below = loop.posted()[-1].card
        stopping = await loop.taps("Stoppen", below, DEPUTY, "#ict")
        moving = await loop.taps("Verschuiven", below, DEPUTY, "#ict")
        moving = await loop.taps(moving.choices[0].label, moving, DEPUTY)
        await loop.taps("Ja, het is klaar", await loop.taps("Klaar", below, LEAD, "#ict"))
        before = loop.newest().model_dump()
        for card in (stopping, moving):
            assert "Klaar sinds" in read(await loop.types("Te duur.", card, DEPUTY))
        await loop.later(minutes=1)
        assert loop.newest().model_dump() == before
        assert len([said for said in loop.posted() if WORDS in said.lines[0]]) == 2  # made, and done

    loop.run(walk())


def test_of_two_who_move_it_at_once_the_later_day_stands(loop: Loop) -> None:
    """Both days were offered from the day that it had; the earlier one is none any more."""

    async def walk() -> None:
        await loop.promises()
        below = loop.posted()[-1].card
        first = await loop.taps("Verschuiven", below, LEAD, "#ict")
        second = await loop.taps("Verschuiven", below, DEPUTY, "#ict")
        late = await loop.taps(first.choices[2].label, first)
        early = await loop.taps(second.choices[1].label, second, DEPUTY)
        await loop.types("Later.", late)
        due = loop.newest().due
        assert (await loop.types("Eerder.", early, DEPUTY)).choices
        assert (loop.newest().due, loop.newest().moved) == (due, 1)

    loop.run(walk())


def test_a_day_that_came_before_it_was_posted_is_asked_again(loop: Loop) -> None:
    """A draft may lie for two weeks: nothing is promised for today, or for a day that is over."""

    async def walk() -> None:
        card = await looked_at(loop, LEAD)
        for over in (0, 3):
            with loop.town.database.transaction() as session:
                session.get_one(Promise, loop.newest().id).due = loop.town.now.date() - timedelta(days=over)
            again = await loop.taps("Plaatsen", card)
            assert "Wanneer is het klaar?" in read(again)
            assert loop.newest().state is PromiseState.DRAFT
        card = await loop.taps(again.choices[0].label, again)
        await loop.taps("Plaatsen", card)
        assert loop.newest().state is PromiseState.OPEN

    loop.run(walk())


def test_who_lost_the_role_between_two_taps_gets_the_hint(loop: Loop) -> None:
    """Their draft stays a draft and their prompt writes nothing; who has the role now goes on."""

    async def walk() -> None:
        draft = await looked_at(loop, DEPUTY)
        made = await loop.promises()
        stopping = await loop.taps("Stoppen", loop.posted()[-1].card, DEPUTY, "#ict")
        with loop.town.database.transaction(reading=True) as session:
            ict = editions.latest(session).organisation.by_key["ict"]
        changed(loop, ict.model_copy(update={"lead": NOBODY, "deputies": (LEAD,)}))
        before = [one.model_dump() for one in rows(loop.town, Promise)]
        for card in (await loop.taps("Plaatsen", draft, DEPUTY), await loop.types("Te duur.", stopping, DEPUTY)):
            assert "Er is niets veranderd" in read(card)
            assert not buttons_of(card)
        assert [one.model_dump() for one in rows(loop.town, Promise)] == before
        for by in (NOBODY, LEAD):
            assert buttons_of(await loop.taps("Verschuiven", loop.posted()[-1].card, by, "#ict"))
        await loop.says(Tap("webchat", NOBODY, f"0:ready!:{made.id}"))
        assert {one.state for one in rows(loop.town, Promise) if one.id == made.id} == {PromiseState.DONE}

    loop.run(walk())


def test_under_another_name_a_promise_goes_on(loop: Loop) -> None:
    """The name is new, the department is the same: on its card, under its buttons and in what follows."""

    async def walk() -> None:
        made = await loop.promises()
        with loop.town.database.transaction(reading=True) as session:
            ict = editions.latest(session).organisation.by_key["ict"]
        name = ict.name.model_copy(update={"nl": "Digitaal"})
        changed(loop, ict.model_copy(update={"name": name}))
        assert WORDS in read(await loop.says(Asked("webchat", NOBODY, "afdeling", "digitaal")))
        hint = await loop.taps("Klaar", loop.posted()[-1].card, OTHER_LEAD, "#ict")
        assert "wie Digitaal leidt" in read(hint)
        await loop.says(Tap("webchat", LEAD, f"0:ready!:{made.id}"))
        await loop.later(minutes=1)
        assert loop.posted()[-1].lines[0].startswith("Digitaal · **Klaar sinds")

    loop.run(walk())


def test_a_department_that_is_gone_is_asked_nothing(loop: Loop) -> None:
    """Its buttons say so, its promise is told to nobody and the channel is not reminded; back again, it goes on."""

    async def walk() -> None:
        made = await loop.promises()
        with loop.town.database.transaction(reading=True) as session:
            ict = editions.latest(session).organisation.by_key["ict"]
        changed(loop, without="ict")
        for event in (
            Tap("webchat", LEAD, f"0:ready!:{made.id}", channel="#ict"),
            Typed("webchat", LEAD, f"0:quit:{made.id}", "Weg."),
        ):
            assert "hoort nergens meer bij" in read(await loop.says(event))
        before = len(loop.posted())
        assert made.due is not None
        while loop.town.now.date() < made.due + timedelta(days=3):
            await loop.later(days=1)
        asked = [said.lines[0] for said in loop.posted()[before:]]
        assert not [line for line in asked if WORDS in line or "Wat doen jullie hiermee" in line]
        with loop.town.database.transaction() as session:
            now = editions.latest(session).organisation
            back = now.changed(departments=(*now.departments, ict))
            editions.write(session, back, live=True, author="test", note="", now=loop.town.now)
        assert "nog niet klaar" in read(await loop.says(Asked("webchat", NOBODY, "afdeling", "ict")))

    loop.run(walk())
