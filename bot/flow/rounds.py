"""Step 1 and 2: rhythm → round → invitations → outbox; and the one reminder.

`open_due` may be called at any time and any number of times: a round is opened once. A round whose reminder moment
has passed before anybody could open it is left out: there would be too little time to answer.
"""

import random
import secrets
from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import Session

from analysis import disclosure
from bot.core import cohorts, conversation
from bot.core.timing import Calendar, Habits, may_ask_at
from bot.flow import cycles
from bot.flow.cycles import Due
from bot.flow.setting import setting_of
from bot.store import ballots, editions, outbox, people
from bot.store.ballots import Keyring
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import NO_COHORT, Person, Seat
from bot.store.rounds import Cycle, Invitation, InvitationState, Round, RoundState, in_state, invitations
from config.organisation import Organisation
from config.survey import Survey

FORGET_AFTER = timedelta(days=14)  # invitations, after closing


def open_due(session: Session, now: datetime, rng: random.Random, keyring: Keyring) -> list[Round]:
    """Open every round whose time has come. Returns those opened."""
    return [_open(session, due, rng, keyring) for due in cycles.due_rounds(session, now)]


def _open(session: Session, due: Due, rng: random.Random, keyring: Keyring) -> Round:
    chosen = _chosen(session, due, rng)
    departments = [department.key for department in due.organisation.asked_about(due.survey)]
    round_ = Round(
        survey=due.survey.key,
        number=due.times.number + 1,
        cycle=due.cycle.key,
        pilot=due.cycle.pilot,
        last_of_cycle=due.is_last,
        due=due.times.due,
        opens_at=due.times.opens_at,
        reminds_at=due.times.reminds_at,
        closes_at=due.times.closes_at,
        digests_at=due.times.digests_at,
        weights=cohorts.weights(departments, disclosure.released(session, due.cycle.key)),
        invited=len(chosen),
    )
    session.add(round_)
    session.flush()
    key = keyring.new_round_key(session, round_.key)
    for person in chosen:
        _invite(session, round_, person, key, due.organisation, rng)
    return round_


def _chosen(session: Session, due: Due, rng: random.Random) -> list[Person]:
    """Everybody in the pilot; else who of this round's cohort may be asked and was not drawn before in this cycle."""
    cycle, survey = due.cycle, due.survey
    askable = people.askable(session, due.times.opens_at, survey.audience.departments, pilot=cycle.pilot)
    if cycle.pilot:
        return askable  # cohorts are drawn when everybody is asked
    seats = _seated(session, survey, askable, rng)
    mine = [p for p in askable if seats[p.key].cohort == due.cohort and seats[p.key].last_cycle != cycle.key]
    for person in mine:
        seats[person.key].last_cycle = cycle.key
        session.add(seats[person.key])
    return mine


def _seated(session: Session, survey: Survey, askable: list[Person], rng: random.Random) -> dict[str, Seat]:
    """Everybody's seat. Who has no cohort yet gets the smallest one."""
    seats = people.seats(session, survey.key)
    taken = Counter(seat.cohort for seat in seats.values() if seat.cohort != NO_COHORT)
    unseated = [p.key for p in askable if p.key not in seats or seats[p.key].cohort == NO_COHORT]
    for key, cohort in cohorts.assign(unseated, survey.rhythm.cohorts, taken, rng).items():
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
        cycles.end(session, session.get_one(Cycle, round_.cycle))


def forget(session: Session, now: datetime) -> None:
    """Delete the invitations of rounds that closed two weeks ago; their numbers stay."""
    for round_ in in_state(session, RoundState.TOLD, RoundState.ABORTED):
        if round_.closes_at + FORGET_AFTER <= now:
            for invitation in invitations(session, round_.key):
                session.delete(invitation)


SYSTEM = secrets.SystemRandom()
"""Randomness in production; `simulate` passes a seeded one."""
