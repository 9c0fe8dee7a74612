"""Which rounds come, which is due at this moment, and which was missed; only looks, where flow/cycles.py also begins.

A cycle under way keeps its own rhythm; the rounds after it follow the edition in force.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice

from sqlmodel import Session, col, select

from bot.core.timing import Window, latest_number, window
from bot.store import editions
from bot.store.editions import Edition
from bot.store.rounds import Cycle, Round
from config.organisation import Organisation

SHOWN = 3  # rounds


@dataclass(frozen=True)
class Ahead:
    """A round that was not opened; `since` is when it might first have been: it opened, or the edition was written."""

    survey: str
    times: Window
    since: datetime

    @property
    def number(self) -> int:
        """As people count: from 1."""
        return self.times.number + 1


def ahead(session: Session, now: datetime) -> list[Ahead]:
    """The next rounds, first to open first: also one that is due now and opens at the next tick."""
    found = [one for one in _unopened(session, now) if now < one.times.reminds_at]
    return sorted(found, key=lambda one: one.times.opens_at)[:SHOWN]


def missed(session: Session, now: datetime) -> list[Ahead]:
    """The last round of each survey, where nothing opened it while there was still time to answer."""
    return [one for one in _unopened(session, now) if one.times.reminds_at <= now and one.since == one.times.opens_at]


def _unopened(session: Session, now: datetime) -> Iterator[Ahead]:
    edition = editions.latest(session)
    begun = _in_force_since(session, edition)
    cycles = _under_way(session, edition)
    for survey in dict.fromkeys([*(one.key for one in edition.organisation.surveys), *cycles]):
        opened = _opened(session, edition, survey)
        busy = max(opened.values(), default=datetime.min.replace(tzinfo=UTC))
        plan = _plan(session, edition, survey, cycles.get(survey), now, busy)
        for times in islice((one for one in plan if one.due not in opened), SHOWN + 1):
            yield Ahead(survey, times, max(times.opens_at, begun))


def _plan(
    session: Session, edition: Edition, survey: str, cycle: Cycle | None, now: datetime, busy: datetime
) -> Iterator[Window]:
    """The round whose opening came last, and those after it: of the cycle under way, and then of the edition."""
    if cycle is not None:
        within = editions.within_cycle(session, cycle.edition)
        end = cycle.first_round + (1 if cycle.pilot else within.survey(survey).rhythm.cohorts)
        for times in _from_the_latest(within, survey, now):
            if times.number >= end:
                break
            busy = max(busy, times.closes_at)
            yield times
    if survey in {one.key for one in edition.organisation.surveys}:
        yield from (one for one in _from_the_latest(edition.organisation, survey, now) if one.opens_at >= busy)


def _from_the_latest(organisation: Organisation, survey: str, now: datetime) -> Iterator[Window]:
    rhythm = organisation.survey(survey).rhythm
    first = latest_number(rhythm, now, organisation) or 0
    return (window(rhythm, number, organisation) for number in count(first))


def _in_force_since(session: Session, edition: Edition) -> datetime:
    """When the pilot, or everybody being asked, began."""
    alike = select(Edition.written_at).where(Edition.live == edition.live)
    return session.exec(alike.order_by(col(Edition.number)).limit(1)).one()


def _under_way(session: Session, edition: Edition) -> dict[str, Cycle]:
    mine = select(Cycle).where(Cycle.pilot == (not edition.live), col(Cycle.ended).is_(False))
    return {cycle.survey: cycle for cycle in session.exec(mine.order_by(col(Cycle.id)))}


def _opened(session: Session, edition: Edition, survey: str) -> dict[datetime, datetime]:
    """When each round that was opened was due, and when it closes."""
    found = select(Round.due, Round.closes_at).where(Round.survey == survey, Round.pilot == (not edition.live))
    return dict(session.exec(found).all())
