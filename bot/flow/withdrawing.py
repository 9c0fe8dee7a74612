"""Withdraw a round: end it before it is counted. What was answered is destroyed, and who was asked is told so, once.

Its people had their turn: they are not asked again in this cycle. For the figures it is a round without answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, exists, select

from bot.core.timing import Calendar, Habits, may_ask_at
from bot.flow import digests
from bot.flow.rounds import AT_A_TIME, abort, batched
from bot.store import audit, editions, outbox, people
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Cycle, Invitation, InvitationState, Round, RoundState, in_state, lock_invitations, locked
from config.organisation import Organisation

_ARRIVED = (OutgoingState.SENT, OutgoingState.SENDING)  # what is in doubt may have: better told once too often


@dataclass(frozen=True)
class OpenRound:
    """A round that can be withdrawn. How far its people are is not told."""

    id: int
    survey: str
    number: int
    invited: int
    closes_at: datetime
    last_of_cycle: bool  # then what still waits of the cycle goes with it


def open_rounds(session: Session, survey: str) -> list[OpenRound]:
    """What is open of a survey: one round, or none."""
    found = (one for one in in_state(session, RoundState.OPEN) if one.survey == survey)
    return [OpenRound(one.key, one.survey, one.number, one.invited, one.closes_at, one.last_of_cycle) for one in found]


def withdraw(session: Session, round_id: int, author: str, now: datetime) -> bool:
    """End this round. False where it is not open any more: it was counted or withdrawn at this very moment.

    The caller has the database scrubbed afterwards.
    """
    round_ = session.get_one(Round, round_id)
    if not locked(session, round_, RoundState.OPEN):  # as counting does
        return False
    lock_invitations(session, round_id)
    asked = dict(_asked(session, round_id))
    abort(session, round_, RoundState.WITHDRAWN)
    digests.tell_end(session, session.get_one(Cycle, round_.cycle), now)
    organisation = editions.latest(session).organisation
    for some in batched(list(asked), AT_A_TIME):
        _tell(session, some, asked, organisation, now)
    audit.note(session, author, audit.Deed.WITHDRAWN, now, f"{round_.survey} {round_.number}")
    return True


def _asked(session: Session, round_id: int) -> Iterator[tuple[str, str]]:
    """Person and invitation of who got their question, or found it by themselves."""
    arrived = exists().where(
        col(OutgoingRow.invitation) == col(Invitation.id),
        col(OutgoingRow.kind) == Kind.INVITATION,
        col(OutgoingRow.state).in_(_ARRIVED),
    )
    begun = col(Invitation.state) != InvitationState.INVITED
    mine = select(Invitation.person, Invitation.id).where(Invitation.round == round_id, arrived | begun)
    yield from session.exec(mine.order_by(col(Invitation.id)))


def _tell(
    session: Session, some: Sequence[str], invitations: Mapping[str, str], organisation: Organisation, now: datetime
) -> None:
    """At the next decent hour, where they can be reached now."""
    addresses = people.addresses(session, some)
    to_tell = [one for one in people.some(session, some) if one.key in addresses and not one.stopped]
    when = {zone: _decent(zone, organisation, now) for zone in {one.timezone for one in to_tell}}
    for person in to_tell:
        invitation, address = invitations[person.key], addresses[person.key]
        row = OutgoingRow(
            id=f"{invitation}:withdrawn",
            kind=Kind.WITHDRAWN,
            platform=address.platform,
            address=address.address,
            invitation=invitation,
            not_before=when[person.timezone],
        )
        outbox.put(session, row)


def _decent(zone: str, organisation: Organisation, now: datetime) -> datetime:
    return may_ask_at(now, Habits(zone), organisation.quiet, Calendar(organisation.country), before=now)
