"""Which department somebody wants to know of, or needs: by its name, by what they type, or from a list.

What they type is kept nowhere: it is in no table, no log and no button, and no card shows it.
"""

from datetime import datetime

from sqlmodel import Session

from bot.core import departments, pointing
from bot.core.finding import Found, find, is_about
from bot.core.platform import Card
from bot.flow import freshness, promises
from bot.flow.setting import language_of
from bot.store import editions
from bot.store.people import Person
from config.organisation import Organisation
from config.texts import say
from config.words import LANGUAGES, Language

CONFIDENTIAL = [one for language in LANGUAGES for one in say("where.confidential_words", language).split(", ")]
"""What somebody may type who looks for the confidential counsellor, where no department is called so."""


def is_search(action: str) -> bool:
    """Whether what was typed there is a search."""
    return action == pointing.SEARCH


def where(session: Session, person: Person, words: str, now: datetime) -> Card:
    """Where somebody goes with this; without words, where to type them."""
    organisation, language = _known(session, person)
    if not words.strip():
        return pointing.to_search(language)
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    return answer(session, words, person, now) or pointing.nothing(language, contact)


def need(session: Session, person: Person, keys: tuple[str, ...], now: datetime) -> Card:
    """One service of those that were found; the search where it is not there any more."""
    organisation, language = _known(session, person)
    department = organisation.by_key.get(keys[0]) if len(keys) == 2 else None
    service = next((one for one in department.services if one.key == keys[1]), None) if department else None
    if department is None or service is None:
        return pointing.to_search(language)
    return _shown(session, Found(department, service), person, now)


def department(session: Session, words: str, person: Person, now: datetime) -> Card:
    """The card of the department of this key or name, or what fits these words; all departments, where nothing does."""
    found = answer(session, words, person, now)
    if found is not None:
        return found
    organisation, language = _known(session, person)
    hint = say("departments.unknown", language) if words else ""
    return departments.every_department(organisation.departments, language, hint)


def answer(session: Session, words: str, person: Person, now: datetime) -> Card | None:
    """A department's card where the words are its name, else what they may mean; None where nothing fits.

    Who looks for the confidential counsellor gets to them, unless a department is called just so.
    """
    organisation, language = _known(session, person)
    named = departments.named(organisation.departments, words)
    found = (Found(named),) if named is not None else find(organisation.departments, words)
    if all(one.is_guess for one in found) and is_about(words, CONFIDENTIAL):
        return pointing.confidential(language, organisation.confidential.name, organisation.confidential.reach)
    if len(found) > 1:
        return pointing.several(found, language)
    return _shown(session, found[0], person, now) if found else None


def _known(session: Session, person: Person) -> tuple[Organisation, Language]:
    organisation = editions.latest(session).organisation
    return organisation, language_of(person, organisation)


def _shown(session: Session, found: Found, person: Person, now: datetime) -> Card:
    """A department with what it promised, or one of its services."""
    organisation, language = _known(session, person)
    judged = found.department.key != person.department and organisation.asking_about(found.department.key) is not None
    today = now.astimezone(organisation.zone).date()
    stale = freshness.lines(session, found.department, today, language)
    if found.service is not None:
        return pointing.one(
            found.department, found.service, language, judged=judged, is_guess=found.is_guess, stale=stale
        )
    promised = promises.lines(session, found.department, today, language)
    hint = say("where.guessed", language) if found.is_guess else ""
    return departments.of_department(found.department, language, (*stale, *promised), judged=judged, hint=hint)
