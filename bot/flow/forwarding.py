"""What waits for a channel follows it: a digest goes where its department is now, a notice to today's admin channel, a
message about a whole cycle to the channel that the organisation has for it. It keeps its hour there; only what its
channel refused, and waits for the next try, is due at once.

A digest of a pilot stays with the test channel, and one of a department that is gone where it was.
"""

from datetime import datetime

from sqlmodel import Session

from bot.flow import organisation_digest
from bot.store import editions, holds, outbox
from bot.store.outbox import Kind, OutgoingRow
from config.organisation import Organisation


def follow(session: Session, now: datetime) -> None:
    """After a new edition: send on what still waits."""
    organisation = editions.latest(session).organisation
    for row in outbox.unsaid_in_channels(session):
        forwarded(session, row, organisation, now)
    holds.lift_idle(session)


def forwarded(session: Session, row: OutgoingRow, organisation: Organisation, now: datetime) -> bool:
    """Whether a message to a channel belongs in another one by now; then it waits there."""
    channel = _channel(row, organisation)
    if channel == row.channel:
        return False
    outbox.readdress(session, row.id, channel, now if row.tries else max(now, row.not_before))
    return True


def _channel(row: OutgoingRow, organisation: Organisation) -> str:
    if row.kind is Kind.NOTICE:
        return organisation.admin_channel
    if organisation_digest.is_one(row.id):
        return organisation_digest.channel_of(row.id, organisation) or row.channel
    department = organisation.by_key.get(row.department) if row.department else None
    return organisation.channel_of(department) if department else row.channel
