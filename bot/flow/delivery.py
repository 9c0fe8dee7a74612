"""Step 3: outbox → platform. Claim, send, mark each one; draw the card of a question at the moment it is sent."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core import conversation
from bot.core.pacing import next_try
from bot.core.platform import Outgoing, Platform, SendFailed
from bot.core.setting import Setting
from bot.flow import notices
from bot.flow.pictures import with_picture
from bot.flow.setting import setting_of_invitation
from bot.store import ballots, outbox
from bot.store.ballots import Keyring, SealedBallot
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from bot.store.rounds import Invitation, InvitationState, Round, RoundState

log = logging.getLogger("klankbord.delivery")

Now = Callable[[], datetime]


@dataclass(frozen=True)
class Mail:
    """A claimed row, and what it says now; None when there is nothing to say any more."""

    row: OutgoingRow
    outgoing: Outgoing | None


async def deliver(database: Database, platforms: Mapping[str, Platform], keyring: Keyring, now: Now) -> int:
    """Send everything that is due. Returns how many messages were sent."""
    sent = 0
    while batch := await database.write(_claim, now(), keyring, platforms):
        for mail in batch:
            sent += await _send(database, platforms, mail, now)
    return sent


def _claim(session: Session, now: datetime, keyring: Keyring, platforms: Mapping[str, Platform]) -> list[Mail]:
    rows = outbox.claim(session, now)
    return [Mail(row, _composed(session, row, keyring, platforms)) for row in rows]


def _composed(
    session: Session, row: OutgoingRow, keyring: Keyring, platforms: Mapping[str, Platform]
) -> Outgoing | None:
    if row.invitation is None:
        return Outgoing(row.id, row.address, tuple(row.lines), tuple(row.details))
    invitation = session.get_one(Invitation, row.invitation)
    if not _still_wanted(session, row, invitation):
        return None
    setting = setting_of_invitation(session, invitation, row.platform)
    sealed = session.get(SealedBallot, invitation.id)
    if sealed is None:
        return None
    key = keyring.round_key(session, invitation.round)
    card = conversation.current(ballots.unseal(key, invitation.id, sealed.sealed), setting)
    return Outgoing(row.id, row.address, _above(row.kind, setting), card=card, invitation=invitation.id)


def _still_wanted(session: Session, row: OutgoingRow, invitation: Invitation) -> bool:
    """A reminder is for who has not finished; nothing is for who stopped, paused, or whose round closed."""
    round_ = session.get_one(Round, invitation.round)
    person = session.get_one(Person, invitation.person)
    paused = person.paused_until is not None and person.paused_until > round_.opens_at
    unfinished = invitation.state in (InvitationState.INVITED, InvitationState.STARTED)
    return round_.state is RoundState.OPEN and unfinished and not person.stopped and not paused


def _above(kind: Kind, setting: Setting) -> tuple[str, ...]:
    """The lines above the card: only a reminder has them, the same for everybody."""
    if kind is not Kind.REMINDER:
        return ()
    closes = setting.closes_at
    moment = setting.say(
        "date.moment",
        weekday=setting.say(f"weekday.d{closes.weekday()}"),
        day=closes.day,
        month=setting.say(f"month.m{closes.month}"),
        clock=f"{closes:%H.%M}",
    )
    return (setting.say("reminder.closes", moment=moment), setting.say("reminder.nobody_sees"))


async def _send(database: Database, platforms: Mapping[str, Platform], mail: Mail, now: Now) -> int:
    if mail.outgoing is None:
        await database.write(outbox.mark, mail.row.id, OutgoingState.FAILED)
        return 0
    try:
        platform = _platform(platforms, mail.row.platform)
        reference = await platform.send(await with_picture(database, mail.outgoing, mail.row.block))
    except SendFailed as failed:
        await _failed(database, mail.row, failed, now())
        return 0
    await database.write(outbox.mark, mail.row.id, OutgoingState.SENT, reference=reference)
    await asyncio.sleep(0)
    return 1


def _platform(platforms: Mapping[str, Platform], name: str) -> Platform:
    """The platform with this name. Raises SendFailed when this installation does not have it."""
    if name not in platforms:
        raise SendFailed(f"no platform {name}", permanent=True)
    return platforms[name]


async def _failed(database: Database, row: OutgoingRow, failed: SendFailed, now: datetime) -> None:
    again = None if failed.permanent else next_try(row.tries + 1, now, failed.retry_after)
    log.warning("not sent: kind=%s platform=%s reason=%s", row.kind, row.platform, failed.reason)
    if again is not None:
        await database.write(outbox.mark, row.id, OutgoingState.WAITING, not_before=again)
        return
    await database.write(_give_up, row, failed, now)


def _give_up(session: Session, row: OutgoingRow, failed: SendFailed, now: datetime) -> None:
    """Never again; a person who can never be reached is not asked any more until their account changes."""
    outbox.mark(session, row.id, OutgoingState.FAILED)
    notices.undelivered(session, row, failed.reason, now, permanent=failed.permanent)
    account = session.get(Account, (row.platform, row.address))
    if failed.permanent and account is not None:
        account.reachable = False
        session.add(account)
