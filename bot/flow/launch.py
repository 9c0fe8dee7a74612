"""What may begin: the end of the pilot, and whether open rounds can still be counted."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.flow import cycles, digests
from bot.flow.rounds import abort
from bot.store import audit, ballots, early, editions
from bot.store.ballots import Keyring, WrongKeys
from bot.store.rounds import Cycle, Round, RoundState, in_state
from config.department import Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language


def go_live(session: Session, author: str, now: datetime) -> None:
    """A live edition. Open pilot rounds are aborted, and what was begun early for the next one is destroyed: uncounted.

    What waits of the pilot is deleted.
    """
    early.destroy_all(session)
    for round_ in in_state(session, RoundState.OPEN):
        if round_.pilot:
            abort(session, round_)
    for cycle in session.exec(select(Cycle).where(col(Cycle.pilot).is_(True), col(Cycle.ended).is_(False))):
        cycles.end(session, cycle)
    editions.write(session, editions.latest(session).organisation, live=True, author=author, note="live", now=now)
    audit.note(session, author, audit.Deed.LIVE, now)


@dataclass(frozen=True)
class Unopenable:
    """An open round whose key these keys cannot open: how many sealed ballots would be lost with it."""

    round: int
    survey: str
    number: int
    ballots: int


def unopenable(session: Session, keyring: Keyring) -> list[Unopenable]:
    """The open rounds that could never be counted."""
    found = []
    for round_ in in_state(session, RoundState.OPEN):
        try:
            keyring.round_key(session, round_.key)
        except WrongKeys:
            sealed = ballots.how_many(session, round_.key)
            found.append(Unopenable(round_.key, round_.survey, round_.number, sealed))
    return found


def unopenable_early(session: Session, keyring: Keyring) -> list[str]:
    """The early ballots that no round could take up."""
    found = []
    for id_, wrapped in early.keys(session).items():
        try:
            keyring.unwrapped(wrapped)
        except WrongKeys:
            found.append(id_)
    return found


def abandon(session: Session, lost: list[Unopenable], lost_early: list[str], now: datetime) -> None:
    """Give these rounds and early ballots up."""
    early.destroy(session, *lost_early)
    for one in lost:
        round_ = session.get_one(Round, one.round)
        abort(session, round_)
        digests.tell_end(session, session.get_one(Cycle, round_.cycle), now)


def checklist(organisation: Organisation, language: Language) -> list[str]:
    """What still stands in the way, one line each."""
    missing = []
    for department in organisation.departments:
        name = department.name.in_(language)
        missing += [
            say(f"live.no_{what}", language, department=name, key=department.key)
            for what in ("card", "channel", "lead")
            if not getattr(department, what)
        ]
    if organisation.announced is None:
        missing.append(say("live.no_announcement", language))
    return missing


def remarks(organisation: Organisation, people: Collection[str], language: Language) -> list[str]:
    """What is not in the way, and should be known before; `people` are the keys of who there is."""
    if not people:
        return [say("live.nobody", language)]
    named = ((d, what, key) for d in organisation.departments for what, key in _named(d))
    return [
        say(f"live.{what}_unknown", language, department=d.name.in_(language), person=person, key=d.key)
        for d, what, person in named
        if person not in people
    ]


def _named(department: Department) -> Iterator[tuple[str, str]]:
    """Who speaks for a department, by their keys: its lead and its deputies."""
    if department.lead:
        yield "lead", department.lead
    for deputy in department.deputies:
        yield "deputy", deputy
