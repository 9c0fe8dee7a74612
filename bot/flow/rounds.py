"""Step 1 and 2: rhythm → round → invitations → outbox; and the one reminder.

`open_due` may be called at any time and any number of times: a round is opened once. A round whose reminder moment
has passed before anybody could open it is left out: there would be too little time to answer.
"""

import random
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from analysis import disclosure
from analysis.answers import delete_waiting
from bot.core import cohorts, conversation
from bot.core.timing import Calendar, Habits, Window, latest_number, may_ask_at, window
from bot.flow.setting import setting_of
from bot.store import ballots, editions, outbox, people
from bot.store.ballots import Keyring
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Person, Seat
from bot.store.rounds import (
    Cycle,
    Invitation,
    InvitationState,
    Round,
    RoundState,
    in_state,
    invitations,
)
from config.organisation import Organisation
from config.survey import Survey

FORGET_AFTER = timedelta(days=14)  # invitations, after closing


def open_due(session: Session, now: datetime, rng: random.Random, keyring: Keyring) -> list[Round]:
    """Open every round whose time has come. Returns those opened."""
    edition = editions.latest(session)
    opened = []
    for survey in edition.organisation.surveys:
        number = latest_number(survey.rhythm, now, edition.organisation)
        if number is None:
            continue
        times = window(survey.rhythm, number, edition.organisation)
        if now < times.reminds_at and not _exists(session, survey, times, pilot=not edition.live):
            opened.append(_open(session, survey.key, times, rng, keyring))
    return opened


def _exists(session: Session, survey: Survey, times: Window, *, pilot: bool) -> bool:
    found = select(Round).where(Round.survey == survey.key, Round.due == times.due, Round.pilot == pilot)
    return session.exec(found).first() is not None


def _open(session: Session, survey_key: str, times: Window, rng: random.Random, keyring: Keyring) -> Round:
    cycle = _cycle(session, survey_key, times.number)
    organisation = editions.within_cycle(session, cycle.edition)
    survey = organisation.survey(survey_key)
    chosen = _chosen(session, cycle, survey, times, rng)
    round_ = Round(
        survey=survey.key,
        number=times.number + 1,
        cycle=cycle.key,
        pilot=cycle.pilot,
        last_of_cycle=cycle.pilot or cohorts.cohort_of_round(times.number + 1, survey.rhythm.cohorts) == 0,
        due=times.due,
        opens_at=times.opens_at,
        reminds_at=times.reminds_at,
        closes_at=times.closes_at,
        digests_at=times.digests_at,
        weights=cohorts.weights(
            (d.key for d in organisation.asked_about(survey)), disclosure.released(session, cycle.key)
        ),
        invited=len(chosen),
    )
    session.add(round_)
    session.flush()
    key = keyring.new_round_key(session, round_.key)
    for person in chosen:
        _invite(session, round_, person, key, organisation, rng)
    return round_


def _cycle(session: Session, survey: str, number: int) -> Cycle:
    """The cycle a round belongs to. The first round of a new one ends the one before."""
    edition = editions.latest(session)
    pilot = not edition.live
    running = session.exec(
        select(Cycle).where(Cycle.survey == survey, col(Cycle.ended).is_(False), Cycle.pilot == pilot)
    ).first()
    if running is not None and not pilot:
        frozen = editions.within_cycle(session, running.edition).survey(survey)
        if cohorts.cycle_of_round(number, frozen.rhythm.cohorts) == running.number:
            return running
    if running is not None:
        end_cycle(session, running)
    rhythm = edition.organisation.survey(survey).rhythm
    cycle = Cycle(
        survey=survey,
        number=number if pilot else cohorts.cycle_of_round(number, rhythm.cohorts),
        pilot=pilot,
        edition=edition.number or 0,
    )
    session.add(cycle)
    session.flush()
    return cycle


def end_cycle(session: Session, cycle: Cycle) -> list[str]:
    """What still waits in a cycle that is over is deleted. Returns the departments."""
    cycle.ended = True
    session.add(cycle)
    return delete_waiting(session, cycle.key)


def _chosen(session: Session, cycle: Cycle, survey: Survey, times: Window, rng: random.Random) -> list[Person]:
    """The people of this round's cohort who may be asked and were not drawn before in this cycle."""
    askable = people.askable(session, times.opens_at, survey.audience.departments, pilot=cycle.pilot)
    count = 1 if cycle.pilot else survey.rhythm.cohorts
    seats = _seated(session, survey, askable, count, rng)
    cohort = cohorts.cohort_of_round(times.number, count)
    chosen = []
    for person in askable:
        seat = seats[person.key]
        if (cycle.pilot or seat.cohort == cohort) and seat.last_cycle != cycle.key:
            seat.last_cycle = cycle.key
            session.add(seat)
            chosen.append(person)
    return chosen


def _seated(session: Session, survey: Survey, askable: list[Person], count: int, rng: random.Random) -> dict[str, Seat]:
    """Everybody's seat. A newcomer gets one in the smallest cohort; all are drawn anew when their number changes."""
    seats = people.seats(session, survey.key)
    if any(seat.cohort >= count for seat in seats.values()) and count > 1:
        for seat in seats.values():
            seat.cohort = -1
    taken: dict[int, int] = {}
    for seat in seats.values():
        taken[seat.cohort] = taken.get(seat.cohort, 0) + 1
    unseated = [p.key for p in askable if p.key not in seats or seats[p.key].cohort < 0]
    for key, cohort in cohorts.assign(unseated, count, taken, rng).items():
        seat = seats.setdefault(key, Seat(person=key, survey=survey.key, cohort=cohort))
        seat.cohort = cohort
        session.add(seat)
    return seats


def _invite(
    session: Session, round_: Round, person: Person, key: bytes, organisation: Organisation, rng: random.Random
) -> None:
    """Invitation, ballot and outgoing message, together."""
    account = people.account_of(session, person.key)
    assert account is not None  # noqa: S101  only people with an account are askable
    invitation = Invitation(id=new_id(rng), round=round_.key, person=person.key)
    session.add(invitation)
    step = conversation.begin(
        rng.getrandbits(48), setting_of(session, round_, invitation.id, person), introduce=not person.introduced
    )
    person.introduced = True
    session.add(person)
    session.flush()
    ballots.keep(session, invitation.id, ballots.seal(key, invitation.id, step.ballot))
    outbox.put(
        session,
        OutgoingRow(
            id=f"{invitation.id}:invitation",
            kind=Kind.INVITATION,
            platform=account.platform,
            address=account.address,
            invitation=invitation.id,
            not_before=when_to_ask(person, round_.opens_at, round_, organisation),
        ),
    )


def new_id(rng: random.Random) -> str:
    """Ten characters that no one can guess: buttons carry it and have to stay short."""
    return "".join(rng.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(10))


def when_to_ask(person: Person, moment: datetime, round_: Round, organisation: Organisation) -> datetime:
    """The first decent moment for this person from then on, at their preferred hour where that can be."""
    habits = Habits(person.timezone, person.weekday, person.hour)
    return may_ask_at(moment, habits, organisation.quiet, Calendar(organisation.country), round_.closes_at)


def remind_due(session: Session, now: datetime) -> None:
    """One reminder per round, alike for everyone who has not finished."""
    organisation = editions.latest(session).organisation
    for round_ in in_state(session, RoundState.OPEN):
        if round_.reminded or not round_.reminds_at <= now < round_.closes_at:
            continue
        for invitation in invitations(session, round_.key, InvitationState.INVITED, InvitationState.STARTED):
            _remind(session, round_, invitation, organisation)
        round_.reminded = True
        session.add(round_)


def _remind(session: Session, round_: Round, invitation: Invitation, organisation: Organisation) -> None:
    person = session.get_one(Person, invitation.person)
    account = people.account_of(session, person.key)
    if account is not None and not person.stopped:
        outbox.put(
            session,
            OutgoingRow(
                id=f"{invitation.id}:reminder",
                kind=Kind.REMINDER,
                platform=account.platform,
                address=account.address,
                invitation=invitation.id,
                not_before=when_to_ask(person, round_.reminds_at, round_, organisation),
            ),
        )


def abort(session: Session, round_: Round) -> None:
    """End a round without counting: its ballots and its key are destroyed."""
    mine = [invitation.id for invitation in invitations(session, round_.key)]
    ballots.destroy_round(session, round_.key)
    outbox.withdraw(session, mine)
    for invitation in invitations(session, round_.key):
        invitation.state = InvitationState.CLOSED
        session.add(invitation)
    round_.state = RoundState.ABORTED
    session.add(round_)
    if round_.last_of_cycle:
        end_cycle(session, session.get_one(Cycle, round_.cycle))


def forget(session: Session, now: datetime) -> None:
    """Delete the invitations of rounds that closed two weeks ago; their numbers stay."""
    for round_ in in_state(session, RoundState.TOLD, RoundState.ABORTED):
        if round_.closes_at + FORGET_AFTER <= now:
            for invitation in invitations(session, round_.key):
                session.delete(invitation)


SYSTEM = secrets.SystemRandom()
"""Randomness in production; `simulate` passes a seeded one."""
