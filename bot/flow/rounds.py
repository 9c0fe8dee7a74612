"""Step 1 and 2: rhythm → round → invitations → outbox; and the one reminder.

`open_due` may be called at any time and any number of times: each due round is opened once, or noted once as missed.
A round that nobody could open in time moves its closing where the next round leaves room for it; where its reminder
moment has passed by then it is missed: there would be too little time to answer.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, insert
from sqlmodel import Session, col, select

from analysis import disclosure
from bot.core import cohorts, conversation
from bot.core.ballot import Ballot
from bot.core.early import taken_up
from bot.core.ids import new_id
from bot.core.setting import Setting
from bot.core.timing import Calendar, Habits, may_ask_at
from bot.flow import cycles, digests, notices, promises
from bot.flow.cycles import Due
from bot.flow.setting import Frame, frame_of
from bot.store import ballots, early, editions, outbox, people
from bot.store.ballots import Keyring, SealedBallot, WrongKeys
from bot.store.early import Early
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Address, Person
from bot.store.rounds import (
    Cycle,
    Invitation,
    InvitationState,
    Round,
    RoundState,
    close_invitations,
    in_state,
    locked,
    of_round,
)
from bot.store.sittings import Sitting
from config.organisation import Organisation
from config.survey import Survey

FORGET_AFTER = timedelta(days=14)  # invitations, after closing
AT_A_TIME = 1000  # people, of whom the sealed ballots are in memory together


def open_due(session: Session, now: datetime, rng: random.Random, keyring: Keyring) -> list[Round]:
    """Open every round whose time has come, note those that nobody could open, and end the cycles that are over.

    Returns those opened.
    """
    missed = cycles.missed_rounds(session, now)
    for one in missed:
        session.add(one)
        notices.missed(session, one, now)
    session.flush()
    for cycle in cycles.over(session, now):
        cycles.end(session, cycle)
        digests.tell_end(session, cycle, now)
    return [_open(session, due, rng, keyring) for due in cycles.due_rounds(session, now)]


def _open(session: Session, due: Due, rng: random.Random, keyring: Keyring) -> Round:
    people.hold(session)
    chosen = _chosen(session, due, rng)
    departments = [department.key for department in due.organisation.asked_about(due.survey)]
    today = due.times.opens_at.astimezone(due.organisation.zone).date()
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
        estimates_at=due.times.estimates_at,
        leads_at=due.times.leads_at,
        digests_at=due.times.digests_at,
        weights=cohorts.weights(departments, disclosure.settled(session, due.cycle.key)),
        promised=_promised(session, due, departments, today),
        invited=len(chosen),
    )
    session.add(round_)
    session.flush()
    inviting = _Inviting(frame_of(session, round_.key), keyring, keyring.new_round_key(session, round_.key), rng)
    for some in batched(chosen, AT_A_TIME):
        inviting.invite(session, people.some(session, some), people.addresses(session, some))
    early.destroy_closed(session, round_.closes_at, round_.survey)  # of who was to be asked now, and is not
    return round_


def _promised(session: Session, due: Due, departments: Sequence[str], today: date) -> promises.Told:
    """What this cohort reads of promises. By the days of the rhythm, which lie a cycle apart also where a round opens
    later, so that it reads everything once."""
    until = due.times.due.astimezone(due.organisation.zone).date()
    since = until - timedelta(weeks=due.survey.rhythm.cycle_weeks)
    return promises.to_tell(session, departments, since, until, today)


def _chosen(session: Session, due: Due, rng: random.Random) -> list[str]:
    """Everybody in the pilot; else who of this round's cohort may be asked and was not drawn before in this cycle."""
    cycle, survey = due.cycle, due.survey
    askable = people.askable(session, due.times.opens_at, survey.audience.departments, pilot=cycle.pilot)
    if cycle.pilot:
        return askable  # cohorts are drawn when everybody is asked
    seat(session, survey, askable, rng)
    turn = people.whose_turn(session, survey.key, due.cohort, cycle.key)
    mine = [person for person in askable if person in turn]
    for some in batched(mine, AT_A_TIME):
        people.drawn_in(session, survey.key, some, cycle.key)
    return mine


def seat(session: Session, survey: Survey, askable: Sequence[str], rng: random.Random) -> None:
    """Who has no cohort yet gets the smallest one."""
    cohort_of = people.cohorts(session, survey.key)
    unseated = [person for person in askable if person not in cohort_of]
    if unseated:
        assigned = cohorts.assign(unseated, survey.rhythm.cohorts, Counter(cohort_of.values()), rng)
        people.seat(session, survey.key, assigned)


class _Inviting:
    """Asks many people in one round, a batch at a time: memory does not grow with people."""

    def __init__(self, frame: Frame, keyring: Keyring, key: bytes, rng: random.Random) -> None:
        self._frame, self._keyring, self._key, self._rng = frame, keyring, key, rng
        self._moments: dict[Habits, datetime] = {}  # many people have the same habits

    def invite(self, session: Session, some: Sequence[Person], addresses: Mapping[str, Address]) -> None:
        """Invitations, ballots and outgoing messages, together. Who began early keeps the id that their cards carry."""
        round_ = self._frame.round_
        begun = early.taken(session, round_.survey, [person.key for person in some])
        ids = {begun[one.key].id if one.key in begun else new_id(self._rng): one for one in some}
        write = session.connection().execute  # the session itself would look at each row twice more
        write(
            insert(Invitation),
            [
                {"id": id_, "round": round_.key, "person": person.key, "state": InvitationState.INVITED}
                for id_, person in ids.items()
            ],
        )
        write(insert(SealedBallot), [self._sealed(id_, person, begun.get(person.key)) for id_, person in ids.items()])
        write(
            insert(OutgoingRow),
            [self._message(id_, person, addresses[person.key]) for id_, person in ids.items()],
        )
        people.introduce(session, [person.key for person in some])

    def _sealed(self, invitation: str, person: Person, begun: Early | None) -> dict[str, object]:
        setting = self._frame.of(invitation, person)
        ballot = self._taken_up(begun, setting) if begun is not None else None
        if ballot is None:
            ballot = conversation.empty(self._rng.getrandbits(48), setting, introduce=not person.introduced)
        return {"invitation": invitation, "sealed": ballots.seal(self._key, invitation, ballot)}

    def _taken_up(self, begun: Early, setting: Setting) -> Ballot | None:
        """What was answered early and still counts; what these keys cannot open holds up no round."""
        try:
            return taken_up(ballots.unseal(self._keyring.unwrapped(begun.wrapped), begun.id, begun.sealed), setting)
        except WrongKeys:
            return None

    def _message(self, invitation: str, person: Person, address: Address) -> dict[str, object]:
        return {
            "id": f"{invitation}:invitation",
            "kind": Kind.INVITATION,
            "platform": address.platform,
            "address": address.address,
            "invitation": invitation,
            "lines": [],
            "details": [],
            "not_before": self._when(person),
            "state": OutgoingState.WAITING,
            "tries": 0,
        }

    def _when(self, person: Person) -> datetime:
        round_ = self._frame.round_
        habits = Habits(person.timezone, person.weekday, person.hour)
        if habits not in self._moments:
            self._moments[habits] = when_to_ask(person, round_.opens_at, round_, self._frame.organisation)
        return self._moments[habits]


def when_to_ask(person: Person | Sitting, moment: datetime, round_: Round, organisation: Organisation) -> datetime:
    """The first decent moment for this person from then on, at their preferred hour where that can be."""
    habits = Habits(person.timezone, person.weekday, person.hour)
    return may_ask_at(moment, habits, organisation.quiet, Calendar(organisation.country), round_.closes_at)


def remind_due(session: Session, now: datetime) -> None:
    """One reminder per round, alike for everyone who was asked and has not finished."""
    organisation = editions.latest(session).organisation
    for round_ in in_state(session, RoundState.OPEN):
        if round_.reminded or not round_.reminds_at <= now < round_.closes_at:
            continue
        addresses = people.addresses(session)
        for invitation, person in _unfinished(session, round_):
            if person.key in addresses and not person.stopped:
                _remind(session, round_, invitation, person, addresses[person.key], organisation)
        round_.reminded = True
        session.add(round_)


def _unfinished(session: Session, round_: Round) -> list[tuple[str, Person]]:
    mine = select(Invitation.id, Person).join(Person, col(Person.key) == col(Invitation.person))
    states = col(Invitation.state).in_([InvitationState.INVITED, InvitationState.STARTED])
    waits = exists().where(
        col(OutgoingRow.invitation) == col(Invitation.id),  # who was not asked yet is not asked twice at once
        col(OutgoingRow.kind) == Kind.INVITATION,
        col(OutgoingRow.state).in_([OutgoingState.WAITING, OutgoingState.LEASED]),
    )
    return list(session.exec(mine.where(Invitation.round == round_.key, states, ~waits).order_by(col(Invitation.id))))


def _remind(
    session: Session, round_: Round, invitation: str, person: Person, address: Address, organisation: Organisation
) -> None:
    outbox.put(
        session,
        OutgoingRow(
            id=f"{invitation}:reminder",
            kind=Kind.REMINDER,
            platform=address.platform,
            address=address.address,
            invitation=invitation,
            not_before=when_to_ask(person, round_.reminds_at, round_, organisation),
        ),
    )


def abort(session: Session, round_: Round, state: RoundState = RoundState.ABORTED) -> None:
    """End a round without counting, or without telling: its ballots and its key are destroyed."""
    if not locked(session, round_, round_.state):
        return
    close_invitations(session, round_.key)
    ballots.destroy_round(session, round_.key)
    outbox.withdraw(session, of_round(round_.key))
    round_.state = state
    session.add(round_)
    if round_.last_of_cycle:
        cycles.end(session, session.get_one(Cycle, round_.cycle))


def forget(session: Session, now: datetime) -> None:
    """Delete the invitations of rounds that closed two weeks ago, and what leads were told then; numbers stay."""
    outbox.forget_for_leads(session, now - FORGET_AFTER)
    for round_ in in_state(session, RoundState.TOLD, RoundState.ABORTED, RoundState.WITHDRAWN):
        if round_.closes_at + FORGET_AFTER <= now:
            session.execute(delete(Invitation).where(col(Invitation.round) == round_.key))


def batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items in batches."""
    return (items[start : start + size] for start in range(0, len(items), size))
