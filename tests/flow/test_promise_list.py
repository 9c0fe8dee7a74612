"""Every promise with what became of it, and how many noticed: figures that are released, and no other."""

from datetime import date, timedelta

from sqlmodel import Session, col, update

from analysis.answers import Publication
from bot.flow.promise_list import Listed, listed
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow
from bot.store.promises import Promise, PromiseState, Stance

from .test_noticed import WORDS, Told, told
from .town import round_of, rows

__all__ = ["told"]

EVERYTHING = ("ict", "hr", "facilitair")
MINUTE = timedelta(minutes=1)


def seen(made: Simulation, *, leads: tuple[str, ...] = (), early: bool = False) -> dict[str, Listed]:
    """By department, on the third morning of the second round or just before it."""
    moment = round_of(1, made.organisation).digests_at - (MINUTE if early else timedelta())
    with made.database.transaction(reading=True) as session:
        return {one.pledge.department.key: one for one in listed(session, EVERYTHING, leads, "nl", moment)}


def test_who_noticed_is_told_as_it_was_published(told: Told) -> None:
    """Of the promise that was asked about, in its cycle; of no other, and a draft is none."""
    made, _ = told
    found = seen(made)
    assert set(found) == {"ict", "facilitair"}
    assert found["facilitair"].noticed == ()
    (line,) = found["ict"].noticed
    published = [one for one in rows(made, Publication) if one.subject.startswith("promise.")]
    assert published
    for row in published:
        assert row.department == "ict"
        assert (f"{row.estimate:.0f} keer" in line) is (row.estimate is not None)
    assert f"van {published[0].n} mensen" in line


def test_it_is_told_when_the_digest_is(told: Told) -> None:
    """The lead of the department reads it a day before; who leads another does not."""
    made, _ = told
    with made.database.transaction() as session:  # as they stood before they were sent
        session.execute(update(OutgoingRow).where(col(OutgoingRow.kind) == Kind.DIGEST).values(state="waiting"))
    assert seen(made, early=True)["ict"].noticed == ()
    assert seen(made, early=True, leads=("hr",))["ict"].noticed == ()
    assert seen(made, early=True, leads=("ict",)) == seen(made)


def test_figures_about_other_words_are_not_of_this_promise(told: Told) -> None:
    """What colleagues were asked about is the sentence as it stood when the cycle began."""
    made, _ = told
    with made.database.transaction() as session:
        promise = session.get_one(Promise, "ict23456")
        promise.words = f"{WORDS} Nu echt."
        session.add(promise)
    assert seen(made)["ict"].noticed == ()


def test_what_was_settled_a_year_ago_is_gone(told: Told) -> None:
    """What is open stays, however old; the first to be due comes first, and the newest of what was settled."""
    made, _ = told
    today = round_of(1, made.organisation).digests_at.date()
    with made.database.transaction() as session:
        for number, (state, days) in enumerate(
            [(PromiseState.DONE, 364), (PromiseState.DROPPED, 366), (PromiseState.EXPLAINED, 2), (PromiseState.OPEN, 0)]
        ):
            _add(session, f"hr{number}", state, today, today - timedelta(days=days) if days else None)
    with made.database.transaction(reading=True) as session:
        found = listed(session, ("hr",), (), "nl", round_of(1, made.organisation).digests_at)
    assert [(one.pledge.id, one.pledge.is_late) for one in found] == [("hr3", True), ("hr2", False), ("hr0", False)]


def _add(session: Session, id_: str, state: PromiseState, today: date, settled_on: date | None) -> None:
    long_ago = today - timedelta(days=500)
    promise = Promise(
        id=id_,
        department="hr",
        theme="speed",
        stance=Stance.CANNOT if state is PromiseState.EXPLAINED else Stance.TAKE,
        words=id_,
        owner="lead",
        due=long_ago,
        state=state,
        made_on=long_ago,
        settled_on=settled_on,
    )
    session.add(promise)
