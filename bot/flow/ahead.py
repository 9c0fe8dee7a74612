"""Which rounds come, which is due at this moment, and which were missed; only looks, where flow/cycles.py also begins.

A cycle under way keeps its own rhythm; the rounds after it follow the edition in force.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from bot.core.timing import Window, late_window, latest_number, window
from bot.flow import cycles
from bot.store import editions, people
from bot.store.editions import Edition
from bot.store.people import Account, Person
from bot.store.rounds import Cycle, Missed, Reason, Round
from config.organisation import Organisation

SHOWN = 3  # rounds
FEW = 20  # people: more are told in tens
HALF_YEAR = timedelta(weeks=26)
MOST = 27  # rounds of a survey in half a year: a weekly one
RECENT = timedelta(days=14)  # older ones are no longer mentioned


@dataclass(frozen=True)
class Coming:
    """A round that was not opened yet: what was planned, and what it is now (a late round has moved)."""

    cycle: Cycle | None  # under way; None where it is of the next one
    planned: Window
    times: Window
    number: int = 0  # of its cycle, from 0; of one to come as far as can be foreseen
    cohort: int = 0  # from 0


@dataclass(frozen=True)
class Ahead:
    """A round that may still be opened; `since` is when it might first have been: due, or the edition written."""

    survey: str
    times: Window
    since: datetime
    cohort: int  # from 0
    is_deep: bool  # whether its cycle asks about each theme

    @property
    def number(self) -> int:
        """As people count: from 1."""
        return self.times.number + 1


def ahead(session: Session, now: datetime) -> list[Ahead]:
    """The next rounds, first to open first: also one that is due now and opens at the next tick; none while paused."""
    found = [one for one in _unopened(session, now) if now < one.times.reminds_at]
    return sorted(found, key=lambda one: one.times.opens_at)[:SHOWN]


def next_opening(session: Session, survey: str, now: datetime, after: datetime) -> datetime | None:
    """When the first round of a survey opens that is due after a moment to come; None while it is paused."""
    found = (one.times for one in _unopened(session, now) if one.survey == survey)
    return min((times.opens_at for times in found if times.due > after), default=None)


def half_year(session: Session, now: datetime) -> list[tuple[Ahead, int]]:
    """Every round of the coming half year, with about how many people it will ask, in the order of their opening."""
    edition = editions.latest(session)
    found = (one for one in _unopened(session, now, MOST) if one.times.opens_at < now + HALF_YEAR)
    in_order = sorted(found, key=lambda one: one.times.opens_at)
    return [(one, _about_how_many(session, edition, one, now)) for one in in_order]


def next_cycles(session: Session, now: datetime) -> dict[str, datetime]:
    """When the next cycle of each survey begins: from then on what waits for it holds."""
    edition = editions.latest(session)
    under_way = _under_way(session, edition)
    found = {}
    for survey in edition.organisation.surveys:
        rounds = coming(session, edition, survey.key, under_way.get(survey.key), now)
        first = next((one for one in islice(rounds, MOST) if one.cycle is None), None)
        if first is not None:
            found[survey.key] = first.times.opens_at
    return found


@dataclass(frozen=True)
class Left:
    """Of everybody, who will not be asked at a moment: counts alone, and nobody is counted twice."""

    stopped: int
    paused: int
    unreachable: int


def left_alone(session: Session, at: datetime) -> Left:
    """Who stopped, else who is paused then, else who has no account that works."""
    reached = col(Person.key).in_(select(Account.person).where(col(Account.reachable).is_(True)))
    stopped, paused = col(Person.stopped).is_(True), col(Person.paused_until) > at

    def count(*where: ColumnElement[bool]) -> int:
        return session.exec(select(func.count()).select_from(Person).where(*where)).one()

    awake = ~stopped & (col(Person.paused_until).is_(None) | ~paused)
    return Left(count(stopped), count(~stopped, paused), count(awake, ~reached))


def with_people(session: Session, now: datetime) -> list[tuple[Ahead, int]]:
    """The same, with about how many people each will ask: an even part of who can be asked then."""
    edition = editions.latest(session)
    return [(one, _about_how_many(session, edition, one, now)) for one in ahead(session, now)]


def _about_how_many(session: Session, edition: Edition, one: Ahead, now: datetime) -> int:
    organisation = cycles.organisation_of(session, one.survey, edition, now) or edition.organisation
    survey = organisation.survey(one.survey)
    askable = people.askable(session, one.times.opens_at, survey.audience.departments, pilot=not edition.live)
    number = len(askable) if not edition.live else -(-len(askable) // survey.rhythm.cohorts)
    return round(number, -1) if number > FEW else number


def missed(session: Session, now: datetime) -> list[Missed]:
    """The rounds of late that nobody could open in time, oldest first; also those that nobody noted yet."""
    of_late = Missed.due > now - RECENT, Missed.due <= now, Missed.reason == Reason.ABSENT
    found = select(Missed).where(*of_late, Missed.pilot == (not editions.latest(session).live))
    unnoted = [
        one for one in cycles.missed_rounds(session, now) if one.due > now - RECENT and one.reason is Reason.ABSENT
    ]
    return sorted([*session.exec(found), *unnoted], key=lambda one: one.due)


def _unopened(session: Session, now: datetime, most: int = SHOWN + 1) -> Iterator[Ahead]:
    edition = editions.latest(session)
    begun = editions.in_force_since(session, edition)
    under_way = _under_way(session, edition)
    surveys = {one.key: one.paused for one in edition.organisation.surveys}
    for survey in (one for one in {**dict.fromkeys(under_way), **surveys} if not surveys.get(one)):
        for one in islice(coming(session, edition, survey, under_way.get(survey), now), most):
            within = (
                editions.within_cycle(session, one.cycle.edition) if one.cycle is not None else edition.organisation
            )
            is_deep = within.survey(survey).is_deep(one.number)
            yield Ahead(survey, one.times, max(one.planned.opens_at, begun), one.cohort, is_deep)


def coming(session: Session, edition: Edition, survey: str, cycle: Cycle | None, now: datetime) -> Iterator[Coming]:
    """The rounds of a survey that were not opened yet, without end: of the cycle under way, and of those after it."""
    opened = _opened(session, edition, survey)
    busy = max(opened.values(), default=datetime.min.replace(tzinfo=UTC))
    latest = cycles.latest_cycle(session, survey, pilot=not edition.live)
    begun, after = latest.number + 1 if latest is not None else 0, 0
    for one in _plan(session, edition, survey, cycle, now, busy):
        if one.planned.due in opened:
            continue
        if one.cycle is not None:
            yield replace(one, number=one.cycle.number, cohort=one.times.number - one.cycle.first_round)
            continue
        length = edition.organisation.survey(survey).rhythm.cohorts if edition.live else 1
        yield replace(one, number=begun + after // length, cohort=after % length)
        after += now < one.times.reminds_at  # a cycle begins with its first round that is opened


def _plan(
    session: Session, edition: Edition, survey: str, cycle: Cycle | None, now: datetime, busy: datetime
) -> Iterator[Coming]:
    """The round whose opening came last, and those after it: of the cycle under way, and then of the edition."""
    if cycle is not None:
        within = editions.within_cycle(session, cycle.edition)
        end = cycle.first_round + (1 if cycle.pilot else within.survey(survey).rhythm.cohorts)
        for planned, times in _from_the_latest(within, survey, now):
            if times.number >= end:
                break
            busy = max(busy, times.closes_at)
            yield Coming(cycle, planned, times)
    if survey in {one.key for one in edition.organisation.surveys}:
        latest = _from_the_latest(edition.organisation, survey, now)
        yield from (Coming(None, planned, times) for planned, times in latest if planned.opens_at >= busy)


def _from_the_latest(organisation: Organisation, survey: str, now: datetime) -> Iterator[tuple[Window, Window]]:
    rhythm = organisation.survey(survey).rhythm
    first = latest_number(rhythm, now, organisation) or 0
    for number in count(first):
        planned = window(rhythm, number, organisation)
        due = planned.opens_at <= now
        yield planned, late_window(rhythm, number, organisation, now) if due else planned


def _under_way(session: Session, edition: Edition) -> dict[str, Cycle]:
    mine = select(Cycle).where(Cycle.pilot == (not edition.live), col(Cycle.ended).is_(False))
    return {cycle.survey: cycle for cycle in session.exec(mine.order_by(col(Cycle.id)))}


def _opened(session: Session, edition: Edition, survey: str) -> dict[datetime, datetime]:
    """When each round that was opened was due, and when it closes; and those that are never opened."""
    opened = select(Round.due, Round.closes_at).where(Round.survey == survey, Round.pilot == (not edition.live))
    missed = select(Missed.due, Missed.held_until).where(Missed.survey == survey, Missed.pilot == (not edition.live))
    return dict(session.exec(missed).all()) | dict(session.exec(opened).all())
