"""What an admin can ask for in chat: the next rounds, pausing a survey, a test card.

Who is no admin is answered as if these words did not exist: roles are not revealed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.core import desk, moments, testcards
from bot.core.actions import Action
from bot.core.desk import Foreseen
from bot.core.platform import Card
from bot.flow import ahead, pausing, signing_in, testing
from bot.flow.setting import language_of
from bot.store import editions
from bot.store.people import Account, Person
from bot.store.signin import LINK_VALID
from config.organisation import Organisation
from config.roles import Role, roles_of
from config.survey import Survey
from config.texts import say
from config.words import Language

_WORDS = {
    "admin": "desk",
    "next": "rounds",
    "volgende": "rounds",
    "pause-survey": "survey",
    "pauzeer": "survey",
    "resume-survey": "survey",
    "hervat": "survey",
    "testcard": "testcard",
    "proefkaart": "testcard",
}
VERBS = frozenset(("desk", "rounds", "survey", desk.PAUSE, desk.RESUME))
"""Those of the buttons. Each is looked at again when it is tapped: a role may have ended."""


def asked(
    session: Session, person: Person, account: Account, word: str, rest: str, now: datetime, address: str
) -> Card | None:
    """The card that answers a word of an admin's; None for any other word, and for anybody else.

    Leads and readers have one of these words: `admin`, which signs in to the pages at `address`.
    """
    if word == "admin" and address:
        return entrance(session, person, address, now)
    verb = _WORDS.get(word.replace("_", "-"))  # a command on Telegram has no hyphen
    at = _desk(session, person, account, now) if verb is not None else None
    return at.answer(verb, rest) if at is not None and verb is not None else None


def entrance(session: Session, person: Person, address: str, now: datetime) -> Card | None:
    """A one-time link for whoever has a role."""
    organisation = editions.latest(session).organisation
    standing = roles_of(organisation, person.key)
    if not standing.roles:
        return None
    link = f"{address}/admin/enter/{signing_in.link(session, person.key, person.name, now)}"
    minutes = int(LINK_VALID.total_seconds()) // 60
    is_admin = standing.may(Role.ADMIN)
    return desk.entrance(language_of(person, organisation), link, minutes, is_admin=is_admin)


def tapped(session: Session, person: Person, account: Account, action: Action, now: datetime) -> Card | None:
    """The next card of an admin; None for anybody else."""
    at = _desk(session, person, account, now)
    return at.answer(action.verb, *action.arguments[:1]) if at is not None else None


def tested(
    session: Session, person: Person, account: Account, invitation: str, verb: str, now: datetime
) -> Card | None:
    """A test card, whole where it is to be shown; whatever else is done on it, it says that it is a test."""
    at, name = _desk(session, person, account, now), testcards.tested(invitation)
    card = testing.cards(session, person, account.platform).card(name) if at is not None and name is not None else None
    if card is None or verb == "show":
        return card
    return replace(card, hint=say("desk.tested", card.language))


def _desk(session: Session, person: Person, account: Account, now: datetime) -> "_Desk | None":
    organisation = editions.latest(session).organisation
    if not roles_of(organisation, person.key).may(Role.ADMIN):
        return None
    return _Desk(session, person, account, organisation, now)


@dataclass(frozen=True)
class _Desk:
    """An admin who asks something."""

    session: Session
    person: Person
    account: Account
    organisation: Organisation
    now: datetime

    @property
    def language(self) -> Language:
        """In which they are answered."""
        return language_of(self.person, self.organisation)

    def answer(self, verb: str, about: str = "") -> Card:
        """The card of a word or a button."""
        if verb == "rounds":
            return self._rounds()
        if verb == "survey":
            return self._survey(about)
        if verb in (desk.PAUSE, desk.RESUME):
            return self._paused(about, paused=verb == desk.PAUSE)
        if verb == "testcard":
            return self._test(about)
        return desk.desk(self.language)

    def _rounds(self) -> Card:
        coming = [
            Foreseen(self._name(one.survey), one.number, self._moment(one.times.opens_at), people, one.is_deep)
            for one, people in ahead.with_people(self.session, self.now)
        ]
        paused = [survey.name.in_(self.language) for survey in self.organisation.surveys if survey.paused]
        return desk.next_rounds(self.language, coming, paused)

    def _survey(self, key: str) -> Card:
        """The only one there is need not be named."""
        surveys = self.organisation.surveys
        found = surveys[0] if not key and len(surveys) == 1 else _found(surveys, key.casefold())
        if found is not None:
            return desk.sure(self.language, found)
        return desk.which_survey(self.language, surveys, say("desk.no_survey", self.language) if key else "")

    def _paused(self, key: str, *, paused: bool) -> Card:
        if _found(self.organisation.surveys, key) is None:
            return self._survey(key)
        pausing.pause(self.session, key, self.person.name, self.now, paused=paused)
        return desk.done(self.language, editions.latest(self.session).organisation.survey(key))

    def _test(self, words: str) -> Card:
        cards = testing.cards(self.session, self.person, self.account.platform)
        name = cards.named(words)
        card = cards.card(name) if name is not None else None
        hint = say("desk.no_card", self.language) if words else ""
        return card or desk.which_test_card(self.language, cards.kinds, hint)

    def _name(self, survey: str) -> str:
        found = _found(self.organisation.surveys, survey)
        return found.name.in_(self.language) if found is not None else survey

    def _moment(self, when: datetime) -> str:
        return moments.in_words(when.astimezone(self.organisation.zone), self.language)


def _found(surveys: tuple[Survey, ...], key: str) -> Survey | None:
    return next((survey for survey in surveys if survey.key == key), None)
