"""Somebody comes with a personal link: it ties their account on a platform to the person it was made for."""

from datetime import datetime

from sqlmodel import Session

from bot.core.platform import Card, Invited, Joined
from bot.store import editions, joining
from bot.store.people import Account, Person
from config.texts import say
from config.words import LANGUAGES


def joined(session: Session, event: Joined, now: datetime) -> Person | None:
    """Who they are from now on. None where the link joins nobody: it says nothing of why, nor of whose it was.

    Who comes back with their own link finds themselves again, however old it is.
    """
    link = joining.find(session, event.platform, event.token)
    account = session.get(Account, (event.platform, event.address))
    if link is None or (account is not None and account.person != link.person):
        return None
    if account is not None:
        return session.get_one(Person, link.person)
    if link.used or link.expires_at <= now or not joining.tie(session, link, event.address):
        return None
    return _welcomed(session, session.get_one(Person, link.person), event.language)


def _welcomed(session: Session, person: Person, language: str) -> Person:
    """Spoken to as their app is, where the list of people says nothing of it."""
    spoken = language.partition("-")[0].casefold()
    if not person.language and spoken in LANGUAGES:
        person.language = spoken
        session.add(person)
    return person


def invited(session: Session, event: Invited, now: datetime) -> Card | None:
    """What a stranger is asked who invites the bot: the code of a link. None where no colleague can have one."""
    if not event.near or not joining.expects(session, event.platform, now):
        return None
    language = editions.latest(session).organisation.language
    return Card((say("join.code", language),), language)


def back(session: Session, account: Account) -> None:
    """Whoever says something can be reached, also who had blocked the bot before."""
    if not account.reachable:
        account.reachable = True
        session.add(account)
