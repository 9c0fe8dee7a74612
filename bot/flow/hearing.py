"""Routes what a platform hears: to the ballot, person, department or help. Acknowledged after the commit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.core import home, places, testcards, vocabulary
from bot.core.actions import Action, decode
from bot.core.attempts import Attempts
from bot.core.platform import Asked, Card, Chosen, Event, Hear, Invited, Joined, Left, Moved, Tap, Typed
from bot.flow import (
    below,
    decisions,
    desk,
    enrolment,
    feedback,
    freshness,
    joining,
    leading,
    notices,
    promising,
    replies,
    searching,
)
from bot.flow.replies import Reply
from bot.flow.setting import Frames, language_of
from bot.store import early, editions, inbox, people, sittings
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.early import EarlySitting
from bot.store.people import Account, Person
from bot.store.sittings import Sitting
from config.texts import say


def hearing(database: Database, keyring: Keyring, now: Callable[[], datetime], address: str = "") -> Hear:
    """The function every platform awaits. It returns after the effect is stored.

    `address` is where the admin pages are; without one nobody gets a link to them.
    """
    ear = _Ear(keyring, Frames(), Attempts(), address)

    async def hear(event: Event) -> Card | None:
        card, erased = await database.write(ear.heard, event, now())
        if erased and database.kind.scrubs_replies:
            await database.scrub()
        return card

    return hear


@dataclass(frozen=True)
class _Ear:
    """Hears one event after another, each in a transaction of its own."""

    keyring: Keyring
    frames: Frames
    guesses: Attempts  # at personal links
    address: str  # of the admin pages

    def heard(self, session: Session, event: Event, now: datetime) -> tuple[Card | None, bool]:
        """The card to show, and whether something was erased that has to go from the disk too."""
        if isinstance(event, Tap) and event.channel and not _may_stand_in_a_channel(event.action):
            return None, False  # others see what stands there: no card of one person's answers it
        reply = _reply_in(event)
        if reply is not None:
            sitting = self._sitting(session, event.platform, event.address, reply.action)
            if sitting is not None and self._first_time(session, event, now):
                return self._taken(session, sitting, reply, now)
        if isinstance(event, Left | Moved | Joined):
            return self._came_or_went(session, event, now)
        if isinstance(event, Tap) and decisions.is_one(event.action):
            return decisions.decided(session, event, now), False
        known = people.account_at(session, event.platform, event.address)
        if known is None:
            return (joining.invited(session, event, now) if isinstance(event, Invited) else None), False
        account, person = known
        joining.back(session, account)
        if isinstance(event, Invited):
            return self._asked(session, person, account, "", "", now)
        if isinstance(event, Asked):
            return self._asked(session, person, account, event.word, event.rest, now)
        if isinstance(event, Typed) and searching.is_search(event.action):  # changes nothing, however often it comes
            return self._sought(session, person, account, event.text, now)
        if isinstance(event, Tap | Chosen | Typed) and (test := _on_a_test_card(event)) is not None:
            return self._tested(session, person, account, test, now), False
        if not self._first_time(session, event, now):
            return self._asked(session, person, account, "", "", now)
        if isinstance(event, Tap | Chosen | Typed) and places.place_of(event.action) is not None:
            return self._led(session, person, account, event, now), False
        return self._personal(session, person, account, event, now)

    def _came_or_went(self, session: Session, event: Left | Moved | Joined, now: datetime) -> tuple[Card | None, bool]:
        if isinstance(event, Joined):
            return self._joined(session, event, now), False
        if isinstance(event, Moved):
            notices.moved(session, event, now)
            return None, False
        if self._first_time(session, event, now):
            enrolment.left(session, event.platform, event.address)
        return None, True

    def _joined(self, session: Session, event: Joined, now: datetime) -> Card | None:
        """Their card, the first time with a welcome; None for a link that joins nobody, and for who guesses."""
        guesser = f"{event.platform}:{event.address}"
        known = people.account_at(session, event.platform, event.address)
        if not self.guesses.may(guesser, now):
            return None
        person = joining.joined(session, event, now)
        if person is None:
            self.guesses.made(guesser, now)
            return None
        account = session.get_one(Account, (event.platform, event.address))
        if known is None:
            return self._hinted(session, person, account, "hint.welcome", now)
        joining.back(session, account)
        return self._asked(session, person, account, "", "", now)[0]

    def _first_time(self, session: Session, event: Event, now: datetime) -> bool:
        if event.delivery is None:
            return True
        return inbox.first_time(session, self.keyring.secret, event.platform, event.delivery, now.date())

    def _sitting(self, session: Session, platform: str, address: str, action: Action) -> Sitting | EarlySitting | None:
        """Their invitation or early ballot; the one may have become the other while it was waited for."""
        place = (platform, address, action.invitation)
        return sittings.find(session, *place) or early.find(session, *place) or sittings.find(session, *place)

    def _taken(
        self, session: Session, sitting: Sitting | EarlySitting, reply: Reply, now: datetime
    ) -> tuple[Card, bool]:
        if isinstance(sitting, EarlySitting):
            return feedback.take(session, sitting, reply, self.keyring, now)
        frame = self.frames.of(session, sitting.round_, sitting.edition)
        return replies.take(session, sitting, reply, frame, self.keyring, now)

    def _personal(
        self, session: Session, person: Person, account: Account, event: Tap | Chosen | Typed, now: datetime
    ) -> tuple[Card | None, bool]:
        action = decode(event.action)
        if freshness.is_one(event.action) and action is not None:
            return freshness.heard(session, person, action, now, self.address), False
        if promising.is_one(event.action) and action is not None and not isinstance(event, Chosen):
            said = event.text if isinstance(event, Typed) else None
            return promising.heard(session, person, action, said, now), False
        if action is None or action.verb not in home.PERSONAL or not isinstance(event, Tap):
            return self._hinted(session, person, account, "hint.not_yours", now), False
        if action.verb == "home":
            return self._asked(session, person, account, "", "", now)
        argument = action.arguments[0] if action.arguments else ""
        if action.verb in desk.VERBS:
            card = desk.tapped(session, person, account, action, now)
            return card or self._hinted(session, person, account, "hint.not_yours", now), False
        if action.verb == "feedback":
            return self._feedback(session, person, account, argument, now)
        if action.verb == "where":
            return searching.where(session, person, "", now), False
        if action.verb == "need":
            return searching.need(session, person, action.arguments, now), False
        if action.verb == "forget!":
            return self._forgotten(session, person, account, now)
        if action.verb == "return":
            return self._returned(session, person, account, now)
        card = enrolment.personal(session, person, action.verb, argument, now)
        return card, action.verb in ("stop!", "pause!")

    def _feedback(
        self, session: Session, person: Person, account: Account, words: str, now: datetime
    ) -> tuple[Card | None, bool]:
        found = feedback.about(session, person, words, self.keyring, now)
        return (found, False) if isinstance(found, Card) else self._shown(session, account, found, now)

    def _sought(
        self, session: Session, person: Person, account: Account, words: str, now: datetime
    ) -> tuple[Card | None, bool]:
        """What fits words typed at the search; one of the words that are always heard is heard there, too."""
        word = words.strip().casefold()
        if vocabulary.is_always_heard(word):
            return self._asked(session, person, account, word, "", now)
        return searching.where(session, person, words, now), False

    def _forgotten(self, session: Session, person: Person, account: Account, now: datetime) -> tuple[Card | None, bool]:
        """All that is not counted yet is erased, as by the button of each card."""
        for one in _open_ballots(session, person):
            self._shown(session, account, Action(one, "erase"), now)
        return self._hinted(session, person, account, "hint.erased", now), True

    def _asked(
        self, session: Session, person: Person, account: Account, word: str, rest: str, now: datetime
    ) -> tuple[Card | None, bool]:
        """A word typed at any moment, a home screen ("" for the open card), or one invitation's card ("card")."""
        word = word.strip().casefold()
        if (card := desk.asked(session, person, account, word, rest, now, self.address)) is not None:
            return card, False
        if vocabulary.is_always_heard(word, rest):
            return self._said(session, person, account, vocabulary.ALWAYS[word], now)
        if word in vocabulary.DEPARTMENT:
            return enrolment.personal(session, person, "dept", rest, now), False
        if word in vocabulary.WHERE:
            return searching.where(session, person, rest, now), False
        if word == vocabulary.FEEDBACK:
            return self._feedback(session, person, account, rest, now)
        if word == "card" and testcards.tested(rest) is not None:
            return desk.tested(session, person, account, rest, "show", now), False
        if word == "below" and ":" in rest:  # a message in a channel, asked for by the web chat
            return below.card(session, rest, language_of(person, editions.latest(session).organisation)), False
        if word == "card" and (place := places.place(rest)) is not None:
            return leading.shown(session, person, place, now), False
        if word == "card":
            return self._shown(session, account, Action(rest, "show"), now)
        open_ = next(iter(_open_ballots(session, person)), None)
        if (word and word not in vocabulary.ABOUT_THE_ROUND) or (not word and person.stopped and open_ is None):
            return enrolment.personal(session, person, "help", f"{word} {rest}", now), False
        if open_ is None or person.stopped:
            return enrolment.without_round(session, person, word, account.platform, now), False
        return self._shown(session, account, Action(open_, vocabulary.ABOUT_THE_ROUND.get(word, "show")), now)

    def _said(
        self, session: Session, person: Person, account: Account, verb: str, now: datetime
    ) -> tuple[Card | None, bool]:
        """One of the words that are always heard."""
        if verb == "return":
            return self._returned(session, person, account, now)
        return enrolment.personal(session, person, verb, "", now), False

    def _returned(self, session: Session, person: Person, account: Account, now: datetime) -> tuple[Card | None, bool]:
        """Their open card; who was away takes part again, and reads so."""
        if not enrolment.came_back(session, person, now):
            return self._asked(session, person, account, "", "", now)
        if not _open_ballots(session, person):
            return enrolment.welcomed_back(session, person), False
        return self._hinted(session, person, account, "hint.back", now), False

    def _led(
        self, session: Session, person: Person, account: Account, event: Tap | Chosen | Typed, now: datetime
    ) -> Card | None:
        card = leading.heard(session, person, event, now)
        return card or self._hinted(session, person, account, "hint.not_yours", now)

    def _tested(self, session: Session, person: Person, account: Account, on: Action, now: datetime) -> Card | None:
        card = desk.tested(session, person, account, on.invitation, on.verb, now)
        return card or self._hinted(session, person, account, "hint.not_yours", now)

    def _shown(self, session: Session, account: Account, action: Action, now: datetime) -> tuple[Card | None, bool]:
        """None for an invitation that does not exist or is somebody else's: whoever asks learns nothing of it."""
        sitting = self._sitting(session, account.platform, account.address, action)
        return self._taken(session, sitting, Reply(action), now) if sitting is not None else (None, False)

    def _hinted(self, session: Session, person: Person, account: Account, hint: str, now: datetime) -> Card | None:
        """The person's own card, with a hint: nothing of anybody else's card is told."""
        card, _ = self._asked(session, person, account, "", "", now)
        language = language_of(person, editions.latest(session).organisation)
        return replace(card, hint=say(hint, language)) if card else None


def _reply_in(event: Event) -> Reply | None:
    """What an event says about an invitation, where it does."""
    if not isinstance(event, Tap | Chosen | Typed):
        return None
    action = decode(event.action)
    if action is None or action.invitation == home.NO_ROUND:
        return None
    said = event.text if isinstance(event, Typed) else event.options if isinstance(event, Chosen) else None
    return Reply(action, said)


def _may_stand_in_a_channel(action: str) -> bool:
    """Others see what stands there: what is answered to who tapped alone, or with nothing about a person."""
    return decisions.is_one(action) or promising.is_one(action) or freshness.is_one(action)


def _on_a_test_card(event: Tap | Chosen | Typed) -> Action | None:
    action = decode(event.action)
    return action if action is not None and testcards.tested(action.invitation) is not None else None


def _open_ballots(session: Session, person: Person) -> list[str]:
    """What somebody can look at, newest first: of open rounds, and then what they began early."""
    asked = [one.id for one in sittings.open_invitations(session, person.key)]
    return [*asked, *early.of(session, person.key).values()]
