"""Why somebody is asked, and when next, where no question waits for them: as far as it can be foreseen now."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core import home, moments
from bot.core.home import Lot
from bot.core.platform import Card
from bot.flow import cycles, turns
from bot.flow.setting import Frame, language_of
from bot.store import editions, people
from bot.store.people import Person
from config.texts import say
from config.words import Language


def why(session: Session, person: Person, now: datetime) -> Card:
    """That chance has groups take turns, and the day of theirs; that they are left alone, where they wished it."""
    edition = editions.latest(session)
    language = language_of(person, edition.organisation)
    if person.stopped:
        return home.stopped(language)
    turn = min(_turns(session, person, now), key=lambda one: one.round_.opens_at, default=None)
    rhythm = (turn.survey if turn is not None else edition.organisation.surveys[0]).rhythm
    lot = Lot(rhythm.cycle_weeks, rhythm.cohorts, pilot=not edition.live and person.pilot)
    away = person.paused_until is not None and person.paused_until > now
    return home.why(language, lot, _when(person, turn, now, language), away=away)


def _turns(session: Session, person: Person, now: datetime) -> Iterator[Frame]:
    """Of each survey that is not paused: the round that will ask them, where it is known."""
    edition = editions.latest(session)
    for survey in edition.organisation.surveys:
        organisation = cycles.organisation_of(session, survey.key, edition, now)
        if organisation is None or organisation.survey(survey.key).paused:
            continue
        if edition.live and people.seat_of(session, person.key, survey.key) is None:
            continue  # chance gives them a group when the next round opens
        turn = turns.next_turn(session, person.key, survey.key, now)
        if turn is not None and turns.may_ask(session, person.key, turn):
            yield turn


def _when(person: Person, turn: Frame | None, now: datetime, language: Language) -> str:
    zone, until = ZoneInfo(person.timezone), person.paused_until
    if turn is not None:
        return say("why.next", language, date=moments.day(turn.round_.opens_at.astimezone(zone), language))
    if until is not None and until > now:
        return say("habits.paused", language, until=moments.day(until.astimezone(zone), language))
    return say("why.not_known", language)
