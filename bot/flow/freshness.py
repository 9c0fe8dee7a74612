"""Is a department's card still true? Once a month its channel is asked; a card that grew old says since when.

Who speaks for the department answers with one tap, or goes to the page where the card is changed.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.core import departments, promises
from bot.core.actions import Action, decode
from bot.core.home import ABOUT_CARDS, NO_ROUND
from bot.core.platform import Button, Card
from bot.flow import desk
from bot.flow.promises import post
from bot.flow.setting import language_of
from bot.store import editions, freshness
from bot.store.people import Person
from config.department import Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language

EVERY = timedelta(days=30)
STALE = timedelta(days=60)  # asked, and not answered


def is_one(action: str) -> bool:
    """Whether a button answers this question: it stands in a channel, and is answered to who tapped alone."""
    decoded = decode(action)
    return decoded is not None and decoded.invitation == NO_ROUND and decoded.verb in ABOUT_CARDS


def ask_due(session: Session, now: datetime) -> None:
    """Once everybody is asked: every month that a card stays the same and nobody says that it is true."""
    edition = editions.latest(session)
    if not edition.live:
        return
    today = now.astimezone(edition.organisation.zone).date()
    for department in edition.organisation.departments:
        if department.card is None:
            continue
        check = freshness.seen(session, department, today)
        months = (today - check.true_on) // EVERY
        if months:
            _ask(session, edition.organisation, department, f"{check.true_on:%Y%m%d}-{months}", now)


def _ask(session: Session, organisation: Organisation, department: Department, when: str, now: datetime) -> None:
    language = department.language or organisation.language
    lines = [say("fresh.ask", language), *departments.shown(department, language)]
    post(session, organisation, department, f"fresh:{department.key}:{when}", lines, now)


def below(department: str, language: Language) -> Card:
    """The buttons under the question."""
    verbs = zip(ABOUT_CARDS, ("fresh.true", "fresh.adapt"), strict=True)
    buttons = (Button(say(label, language), str(Action(NO_ROUND, verb, (department,)))) for verb, label in verbs)
    return Card(language=language, lines=(), steps=tuple(buttons))


def heard(session: Session, person: Person, action: Action, now: datetime, address: str) -> Card:
    """What becomes of a card, for who speaks for its department; a hint for anybody else."""
    organisation = editions.latest(session).organisation
    language = language_of(person, organisation)
    department = organisation.by_key.get(action.arguments[0]) if action.arguments else None
    if department is None:
        return promises.told_off(language, "promise.gone")
    name = department.name.in_(language)
    if not department.is_led_by(person.key):
        return promises.told_off(language, "promise.not_yours", department=name)
    if action.verb == "fresh!":
        freshness.confirm(session, department, now.astimezone(organisation.zone).date())
        return promises.told_off(language, "fresh.thanks", department=name)
    entrance = desk.entrance(session, person, address, now) if address else None
    card = entrance or promises.told_off(language, "fresh.how")
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    return replace(card, lines=(*card.lines, say("fresh.norms", language, contact=contact)), apart=True)


def lines(session: Session, department: Department, today: date, language: Language) -> list[str]:
    """Since when an old card was not looked at; nothing about one that is fresh."""
    looked_at = freshness.true_on(session, department.key)
    if looked_at is None or department.card is None or looked_at > today - STALE:
        return []
    return [say("fresh.stale", language, day=promises.day(looked_at, language, today))]
