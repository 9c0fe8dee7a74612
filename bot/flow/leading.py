"""What a lead does with the cards of a block of their own department. Who does not lead it learns nothing.

The digest itself nobody can change or stop: a lead puts one sentence below it, until the channel reads it, and may
share the tips that were released, one by one. What a lead promises here is posted below the digest, never before it.
A tip is read from its answer each time; a message only names it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import BlockState
from bot.core import leading, promises
from bot.core.actions import Action, decode
from bot.core.home import NO_ROUND
from bot.core.leading import Leading, Tip
from bot.core.places import ESTIMATE, LEAD, Place, place_of
from bot.core.platform import Card, Chosen, Tap, Typed
from bot.core.redaction import readable
from bot.flow import leads, promising, selfimage
from bot.flow.leads import Led
from bot.flow.setting import language_of
from bot.store import outbox, remarks
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Person
from bot.store.rounds import RoundState
from config.texts import say
from config.words import Language


def heard(session: Session, person: Person, event: Tap | Chosen | Typed, now: datetime) -> Card | None:
    """The card that comes after it; None where it is not theirs to tap."""
    action, place = decode(event.action), place_of(event.action)
    led = _led_by(session, person, place)
    if led is None or action is None or place is None or isinstance(event, Chosen):
        return None
    if isinstance(event, Typed):
        if place.what != LEAD:
            return None
        language = language_of(person, led.organisation)
        return _Desk(session, led, person, language, now).typed(action, event.text)
    return _tapped(session, led, person, place, action, now)


def shown(session: Session, person: Person, place: Place, now: datetime) -> Card | None:
    """The card as it stands now, for a platform that draws it anew each time."""
    led = _led_by(session, person, place)
    if led is None:
        return None
    return _tapped(session, led, person, place, Action(str(place), "show"), now)


def menu(session: Session, led: Led, person: Person, now: datetime) -> Card | None:
    """The card as it is sent, below the digest; None where the figures are not there."""
    return _Desk(session, led, person, language_of(person, led.organisation), now).menu()


def shared_tip(session: Session, row: OutgoingRow) -> tuple[str, ...] | None:
    """The lines of a tip that goes to a channel; None where it is kept no longer."""
    led = leads.led(session, row.block) if row.block is not None else None
    tip = disclosure.tips(session, led.block).get(_key_of(row)) if led is not None else None
    if led is None or tip is None:
        return None
    language = led.department.language or led.organisation.language
    return (say("lead.shared_tip", language, text=tip.replace("**", "")),)


def _tapped(session: Session, led: Led, person: Person, place: Place, action: Action, now: datetime) -> Card | None:
    language = language_of(person, led.organisation)
    if place.what == ESTIMATE:
        return selfimage.heard(session, led, action, language, now)
    return _Desk(session, led, person, language, now).tapped(action)


def _led_by(session: Session, person: Person, place: Place | None) -> Led | None:
    led = leads.led(session, place.block) if place is not None else None
    return led if led is not None and led.department.lead == person.key else None


@dataclass(frozen=True)
class _Desk:
    """A lead with the figures of a block."""

    session: Session
    led: Led
    person: Person
    language: Language
    now: datetime

    @property
    def block(self) -> int:
        """Its number."""
        return self.led.block.number

    @property
    def is_there(self) -> bool:
        """Whether the figures are published."""
        return self.led.block.state is BlockState.RELEASED and self.led.round_.state is RoundState.TOLD

    @property
    def may_write(self) -> bool:
        """Whether the channel does not read yet."""
        return self.now < self.led.round_.digests_at

    @property
    def cards(self) -> Leading:
        """The cards in the lead's language."""
        day = self.led.day(self.led.round_.digests_at, self.language) if self.may_write else ""
        return Leading(self.language, self.block, self.led.department.name.in_(self.language), day)

    def menu(self, hint: str = "") -> Card | None:
        """What can be done now."""
        if not self.is_there:
            return None
        tips = len(disclosure.tips(self.session, self.led.block))
        return self.cards.menu(remarks.of(self.session, self.block), tips, self._hint(hint))

    def tapped(self, action: Action) -> Card | None:
        """The card of a button."""
        if not self.is_there:
            return None
        if action.verb in promises.VERBS:
            return self._promised(action, None)
        if action.verb == leading.TIPS:
            return self._tips(*action.arguments[:1])
        if action.verb == leading.SHARE:
            return self._share(*action.arguments[:2])
        if action.verb in (leading.WRITE, leading.UNSAY) and not self.may_write:
            return self.menu("lead.too_late")
        if action.verb == leading.WRITE:
            return self.cards.writing(remarks.of(self.session, self.block))
        if action.verb == leading.UNSAY:
            remarks.keep(self.session, self.block, "")
            return self.menu("lead.unsaid")
        return self.menu()

    def typed(self, action: Action, text: str) -> Card | None:
        """The card after words of theirs."""
        if action.verb in promises.VERBS and self.is_there:
            return self._promised(action, text)
        return self.said(text) if action.verb == leading.SAID else None

    def _promised(self, action: Action, said: str | None) -> Card | None:
        """As below the digest in the channel; back where nothing was begun is back here."""
        if action.verb == "take" and len(action.arguments) < 2:
            return self.menu()
        card = promising.heard(self.session, self.person, replace(action, invitation=NO_ROUND), said, self.now)
        return self.cards.here(card)

    def said(self, text: str) -> Card | None:
        """One sentence below the digest, on one line and without marks of ours."""
        if not self.is_there:
            return None
        if not self.may_write:
            return self.menu("lead.too_late")
        sentence = " ".join(readable(text).replace("**", "").split())
        if not 0 < len(sentence) <= leading.LONGEST:
            hint = say("lead.too_long" if sentence else "lead.empty", self.language, most=leading.LONGEST)
            return self.cards.writing(sentence, hint)
        remarks.keep(self.session, self.block, sentence)
        return self.menu("lead.kept")

    def _tips(self, page: str = "1", hint: str = "") -> Card:
        tips = [Tip(key, text, self._is_shared(key)) for key, text in self._released().items()]
        return self.cards.tips(tips, int(page) if page.isascii() and page.isdecimal() else 1, self._hint(hint))

    def _share(self, key: str = "", page: str = "1") -> Card:
        """Into the department's channel, once, and not before its digest."""
        if key not in self._released():
            return self._tips(page, "lead.no_such_tip")
        channel = self.led.department.channel
        if channel is None:  # the admin channel, where its digest goes, is none of theirs
            return self._tips(page, "lead.no_channel")
        platform, _, address = channel.partition(":")
        row = OutgoingRow(
            id=self._row_of(key),
            kind=Kind.TIP,
            platform=platform,
            address=address,
            block=self.block,
            department=self.led.department.key,
            not_before=max(self.now, self.led.round_.digests_at),
        )
        outbox.put(self.session, row)
        return self._tips(page, "lead.is_shared")

    def _released(self) -> dict[str, str]:
        return disclosure.tips(self.session, self.led.block)

    def _is_shared(self, key: str) -> bool:
        return self.session.get(OutgoingRow, self._row_of(key)) is not None

    def _row_of(self, key: str) -> str:
        return f"tip:{self.block}:{key}:{self.led.department.key}"

    def _hint(self, hint: str) -> str:
        return say(hint, self.language) if hint else ""


def _key_of(row: OutgoingRow) -> str:
    return row.id.split(":")[2]
