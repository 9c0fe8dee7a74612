"""Routes what a platform hears: to the ballot, to the person, or to help. Acknowledged after the commit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.core import home
from bot.core.actions import Action, decode
from bot.core.platform import Asked, Card, Event, Hear, Joined, Left, Tap, Typed
from bot.flow import enrolment, replies
from bot.flow.replies import Reply
from bot.flow.setting import language_of
from bot.store import editions, inbox, people, rounds
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.people import Account, Person
from config.texts import say

_WORDS = {
    "help": "help",
    "hulp": "help",
    "pause": "pause",
    "pauze": "pause",
    "stop": "stop",
    "return": "return",
    "terug": "return",
    "hours": "hours",
    "uur": "hours",
}
"""What somebody may type at any moment, in either language."""

_ABOUT_THE_ROUND = {"privacy": "who", "why": "why", "waarom": "why", "answers": "answers", "antwoorden": "answers"}


def hearing(database: Database, keyring: Keyring, now: Callable[[], datetime]) -> Hear:
    """The function every platform awaits. It returns after the effect is stored."""

    async def hear(event: Event) -> Card | None:
        card, erased = await database.write(_heard, event, keyring, now())
        if erased and database.kind.scrubs_replies:
            await database.scrub()
        return card

    return hear


def _heard(session: Session, event: Event, keyring: Keyring, now: datetime) -> tuple[Card | None, bool]:
    """The card to show, and whether something was erased that has to go from the disk too."""
    known = people.account_at(session, event.platform, event.address)
    if isinstance(event, Left):
        enrolment.left(session, event.platform, event.address)
        return None, True
    if isinstance(event, Joined) or known is None:
        return None, False
    account, person = known
    again = event.delivery is not None and not inbox.first_time(
        session, keyring.secret, event.platform, event.delivery, now.date()
    )
    if again or isinstance(event, Asked):
        word, rest = (event.word, event.rest) if isinstance(event, Asked) else ("", "")
        return _asked(session, person, account, word, rest, keyring, now)
    return _replied(session, person, account, event, keyring, now)


def _replied(
    session: Session, person: Person, account: Account, event: Tap | Typed, keyring: Keyring, now: datetime
) -> tuple[Card | None, bool]:
    action = decode(event.action)
    if action is not None and action.verb in home.PERSONAL and isinstance(event, Tap):
        if action.verb == "home":
            return _asked(session, person, account, "", "", keyring, now)
        argument = action.arguments[0] if action.arguments else ""
        card = enrolment.personal(session, person, action.verb, argument, now)
        return card, action.verb == "stop!"
    if action is not None:
        text = event.text if isinstance(event, Typed) else None
        taken = replies.take(session, person, account, Reply(action, text), keyring, now)
        if taken[0] is not None:
            return taken
    return _hinted(session, person, account, "hint.not_yours", keyring, now), False


def _asked(
    session: Session, person: Person, account: Account, word: str, rest: str, keyring: Keyring, now: datetime
) -> tuple[Card | None, bool]:
    """A word typed at any moment, a home screen ("" for the open card), or one invitation's card ("card")."""
    word = word.strip().casefold()
    if word in _WORDS:
        return enrolment.personal(session, person, _WORDS[word], "", now), False
    if word == "card":
        return replies.take(session, person, account, Reply(Action(rest, "show")), keyring, now)
    open_ = rounds.open_invitation(session, person.key)
    if (word and word not in _ABOUT_THE_ROUND) or (person.stopped and open_ is None):
        return enrolment.personal(session, person, "help", "", now), False
    if open_ is None or person.stopped:
        return enrolment.nothing_open(session, person, now), False
    verb = _ABOUT_THE_ROUND.get(word, "show")
    return replies.take(session, person, account, Reply(Action(open_.id, verb)), keyring, now)


def _hinted(
    session: Session, person: Person, account: Account, hint: str, keyring: Keyring, now: datetime
) -> Card | None:
    """The person's own card, with a hint: nothing of anybody else's card is told."""
    card, _ = _asked(session, person, account, "", "", keyring, now)
    language = language_of(person, editions.latest(session).organisation)
    return replace(card, hint=say(hint, language)) if card else None
