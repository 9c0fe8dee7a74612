"""What was published and is for its lead alone: until a message is due in its channel, its figures wait too.

The figures that a message says are known by the message: all of a block, or what a cycle came to beside earlier ones.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from analysis import disclosure
from analysis.answers import Block, BlockState
from bot.store.outbox import OF_A_BLOCK, OF_A_CYCLE, Kind, OutgoingRow, OutgoingState

_SAID = (OutgoingState.SENT, OutgoingState.FAILED)


def has_come(row: OutgoingRow, now: datetime) -> bool:
    """Whether the hour of a message to a channel has; one that a channel refused waits for a later one, but is out."""
    return row.not_before <= now or row.tries > 0 or row.state in _SAID


def held(session: Session, leads: Collection[str], now: datetime) -> frozenset[int]:
    """The publications, by their number, that are not out yet for somebody who leads these departments."""
    found = select(OutgoingRow).where(OutgoingRow.kind == Kind.DIGEST, col(OutgoingRow.not_before) > now)
    waiting = (row.id for row in session.exec(found) if not has_come(row, now))
    return frozenset(number for message in waiting for number in _said_by(session, message, leads))


def may_see(session: Session, block: Block, leads: Collection[str], now: datetime) -> bool:
    """Whether a released block is out for somebody who leads these departments and may read of this one."""
    if block.state is not BlockState.RELEASED:
        return False
    return not {one.number for one in disclosure.publications(session, block.number)} <= held(session, leads, now)


def due_at(session: Session, block: int | None, department: str, now: datetime) -> datetime | None:
    """When the channel of a department reads of a block; None where it has."""
    row = session.get(OutgoingRow, f"{OF_A_BLOCK}:{block}:{department}")
    return row.not_before if row is not None and not has_come(row, now) else None


def held_for(session: Session, message: str, now: datetime) -> frozenset[int]:
    """The same for whoever reads this message, by its id: a lead, or a channel."""
    row = session.get(OutgoingRow, message)
    is_lead = row is not None and row.kind is Kind.LEAD
    return held(session, [message.rpartition(":")[2]] if is_lead else (), now)


def _said_by(session: Session, message: str, leads: Collection[str]) -> list[int]:
    what, _, rest = message.partition(":")
    number, _, department = rest.partition(":")
    if department in leads:
        return []
    if what == OF_A_BLOCK:
        return [one.number for one in disclosure.publications(session, int(number))]
    if what == OF_A_CYCLE:
        ledgers = disclosure.of_cycle(session, int(number)).get(department, ())
        return [one.number for ledger in ledgers for one in ledger if one.measure in disclosure.AT_THE_END]
    return []
