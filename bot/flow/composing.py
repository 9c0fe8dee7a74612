"""What a message says at the moment it is sent: the card of a question, the lines of a digest; or that it is too late.

Nothing is said at night: what was to be said earlier, and could not be, waits for the next decent moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core import conversation, moments
from bot.core.home import unfinished
from bot.core.platform import Card, Outgoing
from bot.core.setting import Setting
from bot.core.timing import Calendar, Habits, may_ask_at
from bot.flow import below, decisions, forwarding, leading, leads, promises, selfimage, testing
from bot.flow.leads import Led
from bot.flow.setting import language_of, setting_of_invitation
from bot.store import ballots, editions, outbox, remarks
from bot.store.ballots import Keyring, SealedBallot
from bot.store.outbox import FOR_LEADS, OF_A_BLOCK, Kind, OutgoingRow
from bot.store.people import Person
from bot.store.promises import waits
from bot.store.rounds import Invitation, InvitationState, Round, RoundState
from config.organisation import Organisation
from config.texts import say

LOOKS_AGAIN = timedelta(minutes=1)  # a promise, whether its digest is there


@dataclass(frozen=True)
class Mail:
    """A row that is being sent, and what it says now."""

    row: OutgoingRow
    outgoing: Outgoing
    block: int | None = None  # whose picture goes with it


def begun(session: Session, row_id: str, keyring: Keyring, now: datetime) -> Mail | None:
    """A leased message, in doubt from now on. None where it need not be said any more, or not at this hour."""
    row = outbox.begin(session, row_id)
    if row is None:
        return None
    if row.kind is Kind.TEST:
        return _test(session, row)
    if row.kind in FOR_LEADS:
        return _to_lead(session, row, now)
    if row.invitation is None:
        return _to_channel(session, row, now)
    return _to_person(session, row, session.get_one(Invitation, row.invitation), keyring, now)


def _test(session: Session, row: OutgoingRow) -> Mail | None:
    """At once: who asked for it sits there waiting."""
    card = testing.card_of(session, row)
    if card is None:
        outbox.drop(session, row.id)
        return None
    above = (say("desk.test_above", card.language, name=row.lines[0]),)
    shown = unfinished(card) if card.apart else card  # as of a round, where it would be kept
    return Mail(row, Outgoing(row.id, row.address, above, card=shown, invitation=row.about))


def _to_channel(session: Session, row: OutgoingRow, now: datetime) -> Mail | None:
    """What is for a department keeps office hours; an admin is told at once. What belongs elsewhere waits there."""
    organisation = editions.latest(session).organisation
    if forwarding.forwarded(session, row, organisation, now):
        return None
    later = _due_in_channel(session, row, organisation, now)
    if later > now:
        outbox.put_off(session, row.id, later, tried=False)
        return None
    if promises.is_idle(session, row.id, organisation, now.astimezone(organisation.zone).date()):
        outbox.drop(session, row.id)
        return None
    card = _below(session, row, organisation)
    lines = leading.shared_tip(session, row) if row.kind is Kind.TIP else digest_lines(session, row)
    if lines is None:
        outbox.drop(session, row.id)
        return None
    outgoing = Outgoing(row.id, row.address, lines, tuple(row.details), card=card)
    return Mail(row, outgoing, row.block if row.kind is Kind.DIGEST else None)


def _due_in_channel(session: Session, row: OutgoingRow, organisation: Organisation, now: datetime) -> datetime:
    """Now, or when to look again: a promise comes below the digest that it answers."""
    if row.kind is Kind.NOTICE:
        return now
    decent = _decent(now, organisation.timezone, organisation)
    too_early = row.kind is Kind.PROMISE and waits(session, row.id.split(":")[1])
    return max(decent, now + LOOKS_AGAIN) if too_early else decent


def digest_lines(session: Session, row: OutgoingRow) -> tuple[str, ...]:
    """What a message to a channel says; below a digest also what its lead added by now."""
    of_block = row.block if row.id.startswith(f"{OF_A_BLOCK}:") else None
    remark = remarks.of(session, of_block) if of_block is not None else ""
    if not remark:
        return tuple(row.lines)
    organisation = editions.latest(session).organisation
    department = organisation.by_key.get(row.department or "")
    language = (department.language if department is not None else None) or organisation.language
    return (*row.lines, say("lead.says", language, text=remark))


def _to_lead(session: Session, row: OutgoingRow, now: datetime) -> Mail | None:
    """To who leads the department now, at a decent hour."""
    led = leads.led(session, row.block) if row.block is not None else None
    account = leads.account_of(session, led.department) if led is not None else None
    if led is None or account is None:
        outbox.drop(session, row.id)
        return None
    if (account.platform, account.address) != (row.platform, row.address):
        outbox.readdress(session, row.id, f"{account.platform}:{account.address}", now)
        return None
    person = session.get_one(Person, account.person)
    decent = _decent(now, person.timezone, led.organisation)
    if decent > now:
        outbox.put_off(session, row.id, decent, tried=False)
        return None
    mail = _for_lead(session, row, led, person, now)
    if mail is None:
        outbox.drop(session, row.id)
    return mail


def _for_lead(session: Session, row: OutgoingRow, led: Led, person: Person, now: datetime) -> Mail | None:
    """A card, or the digest as it waits for the channel; None where it need not be said any more."""
    language = language_of(person, led.organisation)
    if row.kind is Kind.LEAD:
        digest = session.get(OutgoingRow, row.id.removeprefix("lead:"))
        if digest is None:
            return None
        lines = (say("lead.first", language, day=led.day(digest.not_before, language)), *digest.lines)
        outgoing = Outgoing(row.id, row.address, lines, tuple(digest.details), invitation=row.about)
        return Mail(row, outgoing, digest.block)
    if row.kind is Kind.ESTIMATE:
        card = selfimage.question(session, led.block.number, language, now)
    else:
        card = leading.menu(session, led, person, now)
    return Mail(row, Outgoing(row.id, row.address, card=card, invitation=row.about)) if card is not None else None


def _below(session: Session, row: OutgoingRow, organisation: Organisation) -> Card | None:
    """The buttons under a message in a channel."""
    if row.kind is Kind.NOTICE:
        return decisions.question(session, row)
    department = organisation.by_key.get(row.department or "")
    if row.kind is not Kind.PROMISE or department is None:
        return None
    return below.card(session, row.id, department.language or organisation.language)


def _to_person(
    session: Session, row: OutgoingRow, invitation: Invitation, keyring: Keyring, now: datetime
) -> Mail | None:
    round_ = session.get_one(Round, invitation.round)
    person = session.get_one(Person, invitation.person)
    sealed = session.get(SealedBallot, invitation.id)
    told = row.kind is Kind.WITHDRAWN and _may_be_told(round_, person)
    if not told and (sealed is None or not _still_wanted(round_, invitation, person, now)):
        outbox.drop(session, row.id)
        return None
    setting = setting_of_invitation(session, invitation, row.platform)
    decent = _decent(now, person.timezone, setting.organisation)
    if decent > now:
        outbox.put_off(session, row.id, decent, tried=False)
        return None
    card = conversation.close(setting, withdrawn=True) if sealed is None else _card(session, sealed, setting, keyring)
    above = _above(setting) if row.kind is Kind.REMINDER else ()
    return Mail(row, Outgoing(row.id, row.address, above, card=card, invitation=invitation.id))


def _card(session: Session, sealed: SealedBallot, setting: Setting, keyring: Keyring) -> Card:
    """Where somebody is in their round; what they wrote stays out of it, because a message is kept."""
    invitation = session.get_one(Invitation, sealed.invitation)
    key = keyring.round_key(session, invitation.round)
    card = conversation.current(ballots.unseal(key, invitation.id, sealed.sealed), setting)
    return unfinished(card) if card.apart else card


def _decent(now: datetime, zone: str, organisation: Organisation) -> datetime:
    """This moment, or the first one of a working day outside quiet hours."""
    habits = Habits(zone, None, None)
    return may_ask_at(now, habits, organisation.quiet, Calendar(organisation.country), before=now)


def _still_wanted(round_: Round, invitation: Invitation, person: Person, now: datetime) -> bool:
    """A reminder is for who has not finished; nothing is for who stopped, paused, or whose round closed."""
    unfinished = invitation.state in (InvitationState.INVITED, InvitationState.STARTED)
    is_open = round_.state is RoundState.OPEN and now < round_.closes_at
    return is_open and unfinished and _may_be_told(round_, person)


def _may_be_told(round_: Round, person: Person) -> bool:
    """Whether they did not stop, and did not pause since the round opened."""
    paused = person.paused_until is not None and person.paused_until > round_.opens_at
    return not person.stopped and not paused


def _above(setting: Setting) -> tuple[str, ...]:
    """The lines above the card of a reminder, the same for everybody."""
    moment = moments.in_words(setting.closes_at, setting.language)
    return (setting.say("reminder.closes", moment=moment), setting.say("reminder.nobody_sees"))
