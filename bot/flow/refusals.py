"""What becomes of a message that a platform does not take.

A person who can never be reached is not asked any more. A channel that refuses is mended by an administrator, who is
told why and how: its messages wait. Where the whole platform refuses, nothing is wrong with anybody on it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.core.pacing import next_try_held
from bot.core.platform import Refusal, SendFailed
from bot.flow import decisions, notices
from bot.logs import Log
from bot.store import editions, holds, outbox, pauses
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account

log = Log("delivery")


def refused(session: Session, row: OutgoingRow, failed: SendFailed, now: datetime) -> None:
    """Refused for good, or tried often enough: a channel is waited for, a person is given up."""
    if row.about is None:
        since = hold(session, row, failed.reason, now)
        outbox.put_off(session, row.id, next_try_held(since, now), tried=True)
    else:
        _give_up(session, row, failed, now)


def hold(session: Session, row: OutgoingRow, reason: str, now: datetime) -> datetime:
    """A channel refuses messages: told once for each reason, until it takes one. Returns since when it refuses.

    The admin channel cannot be told that it refuses messages itself: `klankbord status` says so.
    """
    found = holds.hold(session, row.channel, reason, now)
    if row.channel != editions.latest(session).organisation.admin_channel:
        notices.held(session, row, found, now)
    return found.since


def homeless(session: Session, platforms: Collection[str], now: datetime) -> None:
    """The same for what is due on a platform that this installation does not have."""
    for row in outbox.homeless(session, list(platforms), now):
        reason = Refusal.ABSENT if row.about is None else f"no platform {row.platform}"
        refused(session, row, SendFailed(reason, permanent=True), now)


def unknown(session: Session, row: OutgoingRow, now: datetime) -> None:
    """A digest that may or may not have arrived is not repeated: an administrator looks whether it is there.

    Into a lead's own chat nobody else can look; and a tip is the lead's to look for.
    """
    outbox.mark(session, row.id, OutgoingState.UNKNOWN)
    if row.kind is Kind.DIGEST:
        decisions.ask(session, row, now)


def pause(session: Session, platform: str, reason: str, now: datetime) -> None:
    """Leave a platform alone for a while. Told once for each reason, however often it is tried in vain."""
    found = pauses.pause(session, platform, reason, now)
    notices.paused(session, found, now)
    log.warning("platform paused", platform=platform, reason=reason, count=found.times)


def _give_up(session: Session, row: OutgoingRow, failed: SendFailed, now: datetime) -> None:
    """Never again; a person who can never be reached is not asked any more until their account changes."""
    if row.kind is Kind.TEST:
        outbox.drop(session, row.id)
    else:
        outbox.mark(session, row.id, OutgoingState.FAILED)
    notices.undelivered(session, row, failed.reason, now, permanent=failed.permanent)
    account = session.get(Account, (row.platform, row.address))
    if failed.permanent and account is not None:
        account.reachable = False
        session.add(account)
