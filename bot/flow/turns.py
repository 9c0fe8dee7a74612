"""When somebody's turn comes next, as far as can be foreseen: the round for which they can begin a ballot now.

What decides who is in a cell is fixed when a cycle begins, so of the next cycle this is what the edition of today would
make of it. Where cohorts will be drawn anew, the last round of that cycle stands for the one that is not known yet.
"""

from datetime import datetime

from sqlmodel import Session

from bot.flow import ahead, cycles
from bot.flow.ahead import Coming
from bot.flow.setting import Frame
from bot.store import editions, people
from bot.store.editions import Edition
from bot.store.people import NO_COHORT
from bot.store.rounds import Cycle, Round


def next_turn(session: Session, person: str, survey: str, now: datetime) -> Frame | None:
    """What the settings of that round have in common; None where no round comes."""
    edition = editions.latest(session)
    latest = cycles.latest_cycle(session, survey, pilot=not edition.live)
    under_way = latest if latest is not None and not latest.ended else None
    seat = people.seat_of(session, person, survey)
    drawn, cohort = (seat.last_cycle, seat.cohort) if seat is not None else (None, NO_COHORT)
    after: list[Coming] = []
    for one in ahead.coming(session, edition, survey, under_way, now):
        if now >= one.times.reminds_at:
            continue  # it will be missed
        if one.cycle is None:
            after.append(one)
            if len(after) > _place(session, edition, survey, latest, cohort):
                return _of_the_next(edition, survey, latest, after)
        elif one.times.number - one.cycle.first_round == cohort and drawn != one.cycle.key:
            return _within(session, one.cycle, survey, one)
    return None


def may_ask(session: Session, person: str, turn: Frame) -> bool:
    """Whether that round would ask this person, as they are now."""
    audience, opens_at = turn.survey.audience.departments, turn.round_.opens_at
    return bool(people.askable(session, opens_at, audience, pilot=turn.cycle.pilot, only=person))


def _place(session: Session, edition: Edition, survey: str, latest: Cycle | None, cohort: int) -> int:
    """How many rounds of the next cycle come before that of a cohort."""
    cohorts = edition.organisation.survey(survey).rhythm.cohorts
    if not edition.live:
        return 0  # each round of a pilot asks everybody in it
    if latest is not None and editions.within_cycle(session, latest.edition).survey(survey).rhythm.cohorts != cohorts:
        return cohorts - 1
    return cohort if cohort != NO_COHORT else cohorts - 1


def _within(session: Session, cycle: Cycle, survey: str, one: Coming) -> Frame:
    organisation = editions.within_cycle(session, cycle.edition)
    return Frame(_round(cycle, one), cycle, organisation, organisation.survey(survey), early=True)


def _of_the_next(edition: Edition, survey: str, latest: Cycle | None, after: list[Coming]) -> Frame:
    """Nothing of it is stored: the cycle begins, and its rounds are made, when they are due."""
    cycle = Cycle(
        id=0,
        survey=survey,
        number=latest.number + 1 if latest is not None else 0,
        first_round=after[0].times.number,
        pilot=not edition.live,
        edition=edition.number or 0,
    )
    organisation = edition.organisation
    return Frame(_round(cycle, after[-1]), cycle, organisation, organisation.survey(survey), early=True)


def _round(cycle: Cycle, one: Coming) -> Round:
    """The round as it would be opened, were it opened now; every department weighs the same."""
    times = one.times
    return Round(
        survey=cycle.survey,
        number=times.number + 1,
        cycle=cycle.key,
        pilot=cycle.pilot,
        last_of_cycle=False,
        due=times.due,
        opens_at=times.opens_at,
        reminds_at=times.reminds_at,
        closes_at=times.closes_at,
        estimates_at=times.estimates_at,
        leads_at=times.leads_at,
        digests_at=times.digests_at,
        weights={},
        promised={},
        invited=0,
    )
