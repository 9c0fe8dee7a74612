"""What is about a person and not about a round: help, pause, the hour to be asked, stopping, returning, leaving."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from bot.core import home, moments
from bot.core.platform import Card
from bot.flow import reasons, searching, turns
from bot.flow.setting import language_of
from bot.store import ballots, early, editions, outbox, rounds
from bot.store.people import Account, Person
from bot.store.rounds import InvitationState
from config.texts import say
from config.words import Language


def personal(session: Session, person: Person, verb: str, argument: str, now: datetime) -> Card:
    """The card that answers a personal word or button; an unknown one gets what it may be about, or help."""
    organisation = editions.latest(session).organisation
    language = language_of(person, organisation)
    if verb == "pause!" and argument in home.PAUSES:
        return _pause(session, person, int(argument), language, now)
    if verb == "hour" and argument in (*home.HOURS, home.ANY):
        person.hour = None if argument == home.ANY else int(argument)
        session.add(person)
        return home.hours_kept(language)
    if verb == "day" and argument in (*home.DAYS, home.ANY):
        person.weekday = None if argument == home.ANY else int(argument)
        session.add(person)
        return home.days_kept(language)
    if verb == "habits":
        return _habits(person, language, now)
    if verb in ("depts", "dept"):
        return searching.department(session, argument, person, now)
    if verb == "stop!":
        stop(session, person)
        return home.stopped(language)
    menus = {"pause": home.pause_menu, "hours": home.hours_menu, "days": home.days_menu}
    menus |= {"stop": home.sure_to_stop, "forget": home.sure_to_forget}
    if verb in menus:
        return menus[verb](language)
    words = argument.strip() if verb == "help" else ""
    if (found := searching.answer(session, words, person, now)) is not None:
        return found
    hint = say("where.unknown", language) if words else ""
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    return home.help_card(language, person.first_name, contact, hint, away=_is_away(person, now))


def came_back(session: Session, person: Person, now: datetime) -> bool:
    """Ask them again from now on; whether they were away."""
    if not _is_away(person, now):
        return False
    early.lock_of(session, person.key)  # before the person, as a tap does
    rounds.locked_invitations(session, person.key)
    person.stopped, person.paused_until = False, None
    session.add(person)
    return True


def welcomed_back(session: Session, person: Person) -> Card:
    """What somebody sees who was away, where no question waits."""
    return home.returned(language_of(person, editions.latest(session).organisation))


def _habits(person: Person, language: Language, now: datetime) -> Card:
    paused = person.paused_until if person.paused_until is not None and person.paused_until > now else None
    until = moments.day(paused.astimezone(ZoneInfo(person.timezone)), language) if paused is not None else ""
    return home.habits(language, person.weekday, person.hour, until=until, stopped=person.stopped)


def without_round(session: Session, person: Person, word: str, platform: str, now: datetime) -> Card:
    """What answers a word about a round where no question waits: why and when, who sees what, or that none is open."""
    if word in ("why", "waarom"):
        return reasons.why(session, person, now)
    if word != "privacy":
        return nothing_open(session, person, now)
    organisation = editions.latest(session).organisation
    return home.privacy(language_of(person, organisation), platform, organisation.threshold)


def nothing_open(session: Session, person: Person, now: datetime) -> Card:
    """What somebody sees when no question waits for them; the way back for who paused or stopped."""
    language = language_of(person, editions.latest(session).organisation)
    if person.stopped:
        return home.stopped(language)
    return home.nothing_open(language, person.first_name, away=_is_away(person, now))


def _is_away(person: Person, now: datetime) -> bool:
    return person.stopped or (person.paused_until is not None and person.paused_until > now)


def _pause(session: Session, person: Person, months: int, language: Language, now: datetime) -> Card:
    early.lock_of(session, person.key)  # before the person, as a tap does
    until = now.astimezone(ZoneInfo(person.timezone)) + relativedelta(months=months)
    person.paused_until = until
    session.add(person)
    return home.paused(language, moments.day(until, language), gone=_lost_by_pausing(session, person, now))


def _lost_by_pausing(session: Session, person: Person, now: datetime) -> bool:
    """Whether an early ballot was destroyed: its round opens during the pause, and would not ask them."""
    lost = []
    for survey, begun in early.of(session, person.key).items():
        turn = turns.next_turn(session, person.key, survey, now)
        if turn is None or not turns.may_ask(session, person.key, turn):
            lost.append(begun)
    early.destroy(session, *lost)
    return bool(lost)


def stop(session: Session, person: Person) -> None:
    """Never ask again; what was answered in an open round is destroyed at once.

    Their invitations are locked first, then the person: in the order in which a tap of theirs does it.
    """
    mine = rounds.locked_invitations(session, person.key)
    person.stopped = True
    session.add(person)
    ballots.destroy_of(session, person.key)
    outbox.withdraw(session, [invitation.id for invitation in mine])
    for invitation in mine:
        if invitation.state is not InvitationState.CLOSED:
            invitation.state = InvitationState.DECLINED
            session.add(invitation)


def left(session: Session, platform: str, address: str) -> None:
    """Somebody blocked the bot or left the platform: not asked there any more, open answers destroyed."""
    account = session.get(Account, (platform, address))
    if account is not None:
        account.reachable = False
        session.add(account)
        rounds.locked_invitations(session, account.person)
        ballots.destroy_of(session, account.person)
