"""Feedback at any time: to a ballot that takes answers now, or else to one begun early, for somebody's next turn."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.core import conversation, departments
from bot.core.actions import Action
from bot.core.conversation import WorksAt
from bot.core.early import fitted
from bot.core.ids import SYSTEM, new_id
from bot.core.platform import Card
from bot.flow import cycles, enrolment, turns
from bot.flow.replies import Reply, takes_back
from bot.flow.rounds import seat
from bot.flow.setting import Frame, language_of
from bot.store import ballots, early, editions, people, sittings
from bot.store.ballots import Keyring
from bot.store.early import Early, EarlySitting
from bot.store.people import Person
from config.organisation import Organisation
from config.texts import say


def about(session: Session, person: Person, words: str, keyring: Keyring, now: datetime) -> Action | Card:
    """What brings somebody to the questions about the department of this key or name; or a card that says why not."""
    organisation = editions.latest(session).organisation
    if person.stopped:
        return enrolment.nothing_open(session, person, now)
    department = departments.named(organisation.departments, words)
    if department is None:
        return _choice(person, organisation, "departments.unknown" if words else "")
    survey = organisation.asking_about(department.key)
    if survey is None or department.key == person.department:
        own = department.key == person.department
        return _choice(person, organisation, "hint.own_department" if own else "hint.not_asked_about")
    found = _taking_answers(session, person, survey.key, now)
    if found is None:
        people.hold(session)  # their round may open at this very moment
        found = _taking_answers(session, person, survey.key, now)
    if found is None:
        found = _begun(session, person, survey.key, department.key, keyring, now)
    if found is None:
        nothing = enrolment.nothing_open(session, person, now)
        return replace(nothing, hint=say("hint.no_turn", nothing.language))
    return Action(found, "about", (department.key,))


def _choice(person: Person, organisation: Organisation, hint: str) -> Card:
    """The departments that somebody can say something about."""
    language = language_of(person, organisation)
    judged = [d for d in organisation.departments if organisation.asking_about(d.key) and d.key != person.department]
    return departments.to_judge(judged, language, say(hint, language) if hint else "")


def _taking_answers(session: Session, person: Person, survey: str, now: datetime) -> str | None:
    """The ballot that somebody has already: of an open round, or begun early."""
    asked = (one for one in sittings.open_invitations(session, person.key) if one.survey == survey)
    return next((one.id for one in asked if one.takes_answers(now)), early.of(session, person.key).get(survey))


def _begun(
    session: Session, person: Person, survey: str, department: str, keyring: Keyring, now: datetime
) -> str | None:
    """An empty ballot for their next turn; None where none can be foreseen that asks them about this department."""
    edition = editions.latest(session)
    organisation = cycles.organisation_of(session, survey, edition, now)
    if organisation is not None and organisation.survey(survey).paused:
        return None
    if organisation is not None and edition.live:
        seat(session, organisation.survey(survey), [person.key], SYSTEM)
    turn = turns.next_turn(session, person.key, survey, now)
    if turn is None or not turns.may_ask(session, person.key, turn):
        return None
    id_, (key, wrapped) = new_id(SYSTEM), keyring.new_early_key()
    setting = turn.of(id_, person)
    if department not in {one.key for one in setting.offered}:
        return None
    ballot = conversation.empty(SYSTEM.getrandbits(48), setting, introduce=False)
    sealed, closes_at = ballots.seal(key, id_, ballot), turn.round_.closes_at
    session.add(Early(id=id_, person=person.key, survey=survey, closes_at=closes_at, wrapped=wrapped, sealed=sealed))
    session.flush()
    return id_


def take(session: Session, sitting: EarlySitting, reply: Reply, keyring: Keyring, now: datetime) -> tuple[Card, bool]:
    """The next card of an early ballot, and whether something was taken back. Erasing destroys all of it."""
    turn = turns.next_turn(session, sitting.person, sitting.survey, now)
    if turn is None or reply.action == Action(sitting.id, "erase"):
        early.destroy(session, sitting.id)
        nothing = enrolment.nothing_open(session, session.get_one(Person, sitting.person), now)
        return replace(nothing, hint=say("hint.erased" if turn else "early.gone", nothing.language)), True
    return _heard(session, sitting, reply, turn, keyring)


def _heard(session: Session, sitting: EarlySitting, reply: Reply, turn: Frame, keyring: Keyring) -> tuple[Card, bool]:
    names = people.names(session) if isinstance(reply.said, str) else frozenset[str]()
    setting = turn.of(sitting.id, sitting, sitting.platform, names)
    key = keyring.unwrapped(sitting.wrapped)
    before = ballots.unseal(key, sitting.id, sitting.sealed)
    step = conversation.hear(fitted(before, setting), reply.action, setting, reply.said)
    if step.ballot != before:
        early.change(session, sitting.id, ballots.seal(key, sitting.id, step.ballot))
    if isinstance(step.wish, WorksAt):
        people.works_at(session, sitting.person, step.wish.department)
    return step.card, takes_back(before, step.ballot)
