"""Who is signed in to the admin pages, and what they may do: by the edition in force at every request."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.store import audit, editions, signin
from bot.store.audit import Deed
from bot.store.people import Person
from bot.store.signin import AdminSession
from config.organisation import Organisation
from config.roles import HOST, Standing, roles_of
from config.words import Language


@dataclass(frozen=True)
class Admin:
    """Somebody who is signed in; `id` names their session, `person` is "" for who has the host."""

    id: str
    name: str
    person: str
    standing: Standing
    language: Language
    unnoticed: bool = field(default=False, compare=False)  # it should be written down that the session is in use


class NoRole(Exception):
    """This person has no role."""


class NoSuchPerson(Exception):
    """Nobody has this key."""


def standing(organisation: Organisation, person: str | None) -> Standing:
    """What somebody may do; without a person it is whoever has the host."""
    return roles_of(organisation, person) if person is not None else HOST


def link(session: Session, person: str | None, author: str, now: datetime) -> str:
    """The token of a new one-time link, for a person or for `author` on the host. Raises NoSuchPerson or NoRole."""
    found = None
    if person is not None:
        found = session.get(Person, person)
        if found is None:
            raise NoSuchPerson
        if not standing(editions.latest(session).organisation, person).roles:
            raise NoRole
    name = found.name if found is not None else author
    audit.note(session, author, Deed.LINKED, now, name)
    return signin.new_link(session, person, name, now)


def enter(session: Session, token: str, now: datetime) -> str | None:
    """The secret of a new session, for a link that still holds and whoever still has a role."""
    opened = signin.enter(session, token, now)
    if opened is None:
        return None
    secret, row = opened
    if not standing(editions.latest(session).organisation, row.person).roles:
        signin.end(session, row.id)
        return None
    audit.note(session, row.name, Deed.SIGNED_IN, now)
    return secret


def who(session: Session, secret: str, now: datetime) -> Admin | None:
    """Whose session this is; None also for who lost every role since."""
    found = signin.known(session, secret, now)
    return _admin(session, found, now) if found is not None else None


def _admin(session: Session, found: AdminSession, now: datetime) -> Admin | None:
    organisation = editions.latest(session).organisation
    allowed = standing(organisation, found.person)
    if not allowed.roles:
        return None
    person = session.get(Person, found.person) if found.person is not None else None
    chosen = person.language if person is not None else ""
    language: Language = "en" if chosen == "en" else "nl" if chosen == "nl" else organisation.language
    noticing = signin.needs_noticing(found, now)
    return Admin(found.id, found.name, found.person or "", allowed, language, noticing)


def leave(session: Session, admin: Admin, now: datetime) -> None:
    """End one's own session."""
    if signin.end(session, admin.id) is not None:
        audit.note(session, admin.name, Deed.SIGNED_OUT, now)


def revoke(session: Session, id_: str, author: str, now: datetime) -> None:
    """End somebody's session; nothing where it ended already."""
    ended = signin.end(session, id_)
    if ended is not None:
        audit.note(session, author, Deed.REVOKED, now, ended.name)
