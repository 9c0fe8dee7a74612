"""Which round is due, and in which cycle.

A cycle keeps the survey and the rhythm of the edition it began with, and lasts as many rounds as that has cohorts;
the first round after it begins the next one, by the edition of that day. A pilot round is a cycle of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from analysis.answers import delete_waiting
from bot.core.timing import Window, late_window, latest_number, window
from bot.flow import promises
from bot.store import editions, people, rounds
from bot.store.editions import Edition
from bot.store.rounds import Cycle, Missed, Reason, Round
from config.organisation import Organisation
from config.questions import Noticed, Tapped
from config.survey import Survey


@dataclass(frozen=True)
class Due:
    """A round whose opening has come: its cycle, its times, and the organisation and survey as that cycle sees them."""

    cycle: Cycle
    times: Window
    organisation: Organisation
    survey: Survey

    @property
    def cohort(self) -> int:
        """Which cohort is asked, from 0; in a pilot everybody is."""
        return self.times.number - self.cycle.first_round

    @property
    def is_last(self) -> bool:
        """Whether the cycle is over after this round."""
        return self.cohort + 1 == _length(self.cycle, self.survey)


def due_rounds(session: Session, now: datetime) -> list[Due]:
    """The round of each survey whose opening came last and that was not opened yet. Begins cycles."""
    edition = editions.latest(session)
    keys = dict.fromkeys([survey.key for survey in edition.organisation.surveys] + _running(session))
    found = (_due(session, key, edition, now) for key in keys)
    return [due for due in found if due is not None and now < due.times.reminds_at]


def over(session: Session, now: datetime) -> list[Cycle]:
    """The cycles under way after whose last round the next one is due: that last round was never opened."""
    pilot = not editions.latest(session).live
    latest = (latest_cycle(session, survey, pilot=pilot) for survey in _running(session))
    return [cycle for cycle in latest if cycle is not None and not cycle.ended and _is_over(session, cycle, now)]


def _is_over(session: Session, cycle: Cycle, now: datetime) -> bool:
    within = editions.within_cycle(session, cycle.edition)
    times = _opened_last(within, cycle.survey, now)
    return times is not None and times.number >= cycle.first_round + _length(cycle, within.survey(cycle.survey))


def missed_rounds(session: Session, now: datetime) -> list[Missed]:
    """The rounds since the last one we know of that are never opened: it is too late now, or their survey is paused."""
    edition = editions.latest(session)
    keys = dict.fromkeys([survey.key for survey in edition.organisation.surveys] + _running(session))
    return [missed for key in keys for missed in _missed(session, key, edition, now)]


def _missed(session: Session, survey: str, edition: Edition, now: datetime) -> Iterator[Missed]:
    pilot = not edition.live
    known = rounds.last_due(session, survey, pilot=pilot) or editions.in_force_since(session, edition)
    organisation = organisation_of(session, survey, edition, now)
    if organisation is None:
        return
    rhythm, paused = organisation.survey(survey).rhythm, organisation.survey(survey).paused
    number = latest_number(rhythm, now, organisation)
    busy = _busy_until(session, survey, known, pilot=pilot)
    if number is not None and not paused and now < late_window(rhythm, number, organisation, now).reminds_at:
        number -= 1  # there is time for the last one
    while number is not None and number >= 0 and (times := window(rhythm, number, organisation)).due > known:
        if times.opens_at >= busy:
            reason = Reason.PAUSED if paused else Reason.ABSENT
            yield Missed(
                survey=survey, due=times.due, pilot=pilot, number=number + 1, held_until=times.due, reason=reason
            )
        number -= 1


def organisation_of(session: Session, survey: str, edition: Edition, now: datetime) -> Organisation | None:
    """Whose rhythm a survey follows now: of the cycle under way, or of the edition in force."""
    latest = latest_cycle(session, survey, pilot=not edition.live)
    if latest is not None and not latest.ended:
        within = editions.within_cycle(session, latest.edition)
        times = _opened_last(within, survey, now)
        if times is None or times.number < latest.first_round + _length(latest, within.survey(survey)):
            return within
    return edition.organisation if survey in {one.key for one in edition.organisation.surveys} else None


def _running(session: Session) -> list[str]:
    """The surveys with a cycle under way; one that the edition no longer has is asked to the end of its cycle."""
    return list(session.exec(select(Cycle.survey).where(col(Cycle.ended).is_(False)).order_by(Cycle.survey)))


def _due(session: Session, survey: str, edition: Edition, now: datetime) -> Due | None:
    pilot = not edition.live
    latest = latest_cycle(session, survey, pilot=pilot)
    if latest is not None and not latest.ended:
        within = editions.within_cycle(session, latest.edition)
        times = _opened_last(within, survey, now)
        if times is None or times.number < latest.first_round + _length(latest, within.survey(survey)):
            return _unless_opened(session, latest, times, within, survey)
    if survey not in {one.key for one in edition.organisation.surveys}:
        return None
    times = _opened_last(edition.organisation, survey, now)
    if times is None:
        return None
    in_time = window(edition.organisation.survey(survey).rhythm, times.number, edition.organisation)
    if in_time.opens_at < _busy_until(session, survey, in_time.opens_at, pilot=pilot):
        return None
    if now >= times.reminds_at or _is_opened(session, survey, times, pilot=pilot):
        return None
    if edition.organisation.survey(survey).paused:
        return None
    today = times.opens_at.astimezone(edition.organisation.zone).date()
    cycle = _begin(session, survey, times.number, edition, latest, today)
    return Due(cycle, times, edition.organisation, edition.organisation.survey(survey))


def _unless_opened(
    session: Session, cycle: Cycle, times: Window | None, organisation: Organisation, survey: str
) -> Due | None:
    if times is None or organisation.survey(survey).paused or _is_opened(session, survey, times, pilot=cycle.pilot):
        return None
    return Due(cycle, times, organisation, organisation.survey(survey))


def _opened_last(organisation: Organisation, survey: str, now: datetime) -> Window | None:
    rhythm = organisation.survey(survey).rhythm
    number = latest_number(rhythm, now, organisation)
    return late_window(rhythm, number, organisation, now) if number is not None else None


def _is_opened(session: Session, survey: str, times: Window, *, pilot: bool) -> bool:
    """Whether a round, or a later one, was opened or missed: a clock that is set back opens no earlier round."""
    known = rounds.last_due(session, survey, pilot=pilot)
    return known is not None and times.due <= known


def _busy_until(session: Session, survey: str, otherwise: datetime, *, pilot: bool) -> datetime:
    """The closing of the survey's last round: where the rhythm changed, a new one does not open within the old."""
    opened = select(func.max(Round.closes_at)).where(Round.survey == survey, Round.pilot == pilot)
    missed = select(func.max(Missed.held_until)).where(Missed.survey == survey, Missed.pilot == pilot)
    found = (session.exec(opened).one(), session.exec(missed).one())
    return max((moment for moment in found if moment is not None), default=otherwise)


def latest_cycle(session: Session, survey: str, *, pilot: bool) -> Cycle | None:
    """The newest cycle of a survey, under way or over."""
    found = select(Cycle).where(Cycle.survey == survey, Cycle.pilot == pilot)
    return session.exec(found.order_by(col(Cycle.id).desc())).first()


def now_or_next(session: Session, survey: Survey, *, pilot: bool) -> tuple[int, Survey]:
    """The number of the cycle under way, with the survey it keeps; else of the next one, as this survey is."""
    latest = latest_cycle(session, survey.key, pilot=pilot)
    if latest is None or latest.ended:
        return (latest.number + 1 if latest is not None else 0), survey
    return latest.number, editions.within_cycle(session, latest.edition).survey(survey.key)


def _begin(session: Session, survey: str, number: int, edition: Edition, before: Cycle | None, today: date) -> Cycle:
    """A new cycle, which keeps what departments promise now.

    Where it has another number of cohorts than the one before, everybody's cohort is drawn anew.
    """
    if before is not None and not before.pilot:
        old = editions.within_cycle(session, before.edition).survey(survey).rhythm.cohorts
        if old != edition.organisation.survey(survey).rhythm.cohorts:
            people.unseat(session, survey)
    cycle = Cycle(
        survey=survey,
        number=before.number + 1 if before is not None else 0,
        first_round=number,
        pilot=not edition.live,
        edition=edition.number or 0,
    )
    if edition.live and isinstance(edition.organisation.survey(survey).extra_of(cycle.number), Noticed):
        cycle.promised = promises.to_ask(session, today)
    session.add(cycle)
    session.flush()
    return cycle


def extra_about(cycle: Cycle, survey: Survey, department: str) -> Tapped | None:
    """The cycle's extra question about a department, naming its promise where it is about that; None in a deep one."""
    promise = cycle.promised.get(department)
    extra = survey.extra_about(cycle.number, promised=promise is not None)
    return extra.about(promise) if promise is not None and isinstance(extra, Noticed) else extra


def by_extra(cycle: Cycle, survey: Survey, departments: Iterable[str]) -> dict[str | None, list[str]]:
    """The departments by the key of the extra question about them: a promise is asked about where one was made."""
    found: dict[str | None, list[str]] = {}
    for department in departments:
        extra = extra_about(cycle, survey, department)
        found.setdefault(extra.key if extra is not None else None, []).append(department)
    return found


def _length(cycle: Cycle, survey: Survey) -> int:
    return 1 if cycle.pilot else survey.rhythm.cohorts


def end(session: Session, cycle: Cycle) -> list[str]:
    """What still waits in a cycle that is over is deleted. Returns the departments."""
    cycle.ended = True
    session.add(cycle)
    return delete_waiting(session, cycle.key)
