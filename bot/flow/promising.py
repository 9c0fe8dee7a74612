"""A department answers: a point taken up under a digest, who sees to it and by when; done, moved or dropped.

Only who speaks for the department may; others get a hint. What is posted stands in its channel and on its card, and
whoever is asked about it in the next round reads it first.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Block
from analysis.findings import points
from bot.core import moments
from bot.core import promises as cards
from bot.core.actions import Action, decode
from bot.core.home import NO_ROUND
from bot.core.ids import SYSTEM, new_id
from bot.core.platform import Card
from bot.core.promises import OWNERS, STANCES, VERBS, Pledge
from bot.core.redaction import readable, redacted
from bot.core.timing import Calendar
from bot.flow import leads_first
from bot.flow.digests import FOLLOWS_AFTER
from bot.flow.promises import pledge, post
from bot.flow.setting import language_of
from bot.store import editions, people, promises
from bot.store.people import Person
from bot.store.promises import Promise, PromiseState, Stance
from config.department import SOMETHING_ELSE, THEMES, Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language


def is_one(action: str) -> bool:
    """Whether a button is about a promise: it may stand in a channel, and is answered to who tapped alone."""
    decoded = decode(action)
    return decoded is not None and decoded.invitation == NO_ROUND and decoded.verb in VERBS


def heard(session: Session, person: Person, action: Action, said: str | None, now: datetime) -> Card:
    """The next card for who tapped or typed something about a promise."""
    organisation = editions.latest(session).organisation
    today = now.astimezone(organisation.zone).date()
    desk = _Desk(session, organisation, person, language_of(person, organisation), today, now)
    if action.verb in ("take", "point"):
        return desk.begun(action, said)
    return desk.about(action, said)


@dataclass(frozen=True)
class _Desk:
    """Somebody who speaks for a department, or who does not."""

    session: Session
    organisation: Organisation
    person: Person
    language: Language
    today: date
    now: datetime

    # --- a new one -------------------------------------------------------------------------------------------------

    def begun(self, action: Action, said: str | None) -> Card:
        """From a block's figures: which point, and one sentence about it."""
        number, stance, theme = (*action.arguments, "", "", "")[:3]
        block = self.session.get(Block, int(number)) if number.isdecimal() and len(number) < 10 else None
        department = self.organisation.by_key.get(block.department) if block is not None else None
        if block is None or department is None or (stance not in STANCES and (stance or action.verb != "take")):
            return self._no("promise.gone")
        if not department.is_led_by(self.person.key):
            return self._not_theirs(department)
        leads = [department.key] if self.person.key == department.lead else []
        if not leads_first.may_see(self.session, block, leads, self.now):  # a deputy reads when the channel does
            return self._no("promise.gone")
        if not stance:
            return cards.stances(department, block.number, self.language)
        if action.verb == "take":
            return self._which(block, department, stance)
        if theme not in (*THEMES, SOMETHING_ELSE):
            return self._no("promise.gone")
        return self._drafted(block.number, department, stance, theme, said)

    def _which(self, block: Block, department: Department, stance: str) -> Card:
        themes = self._points(block.number, department)
        if not themes:
            return self._words(block.number, department, stance, SOMETHING_ELSE)
        return cards.which(department, block.number, stance, themes, self.language)

    def _words(self, block: int, department: Department, stance: str, theme: str) -> Card:
        action, back = cards.point_action(block, stance, theme), cards.to_points(block, stance, self.language)
        if not self._points(block, department):
            back = cards.to_stances(block, self.language)
        return cards.words(department, stance, theme, action, self.language, back)

    def _points(self, block: int, department: Department) -> list[str]:
        return points(disclosure.publications(self.session, block), department)

    def _drafted(self, block: int, department: Department, stance: str, theme: str, said: str | None) -> Card:
        words = self._sentence(self._words(block, department, stance, theme), said)
        if isinstance(words, Card):
            return words
        draft = Promise(
            id=new_id(SYSTEM),
            department=department.key,
            block=block,
            theme=theme,
            stance=Stance(stance),
            words=words,
            made_on=self.today,
        )
        self.session.add(draft)
        return self._next(draft, department)

    # --- one that is there -----------------------------------------------------------------------------------------

    def about(self, action: Action, said: str | None) -> Card:
        """A draft on its way to the channel, or what becomes of a promise."""
        promise = promises.get(self.session, action.arguments[0]) if action.arguments else None
        department = self.organisation.by_key.get(promise.department) if promise is not None else None
        if promise is None or department is None:
            return self._no("promise.gone")
        if not department.is_led_by(self.person.key):
            return self._not_theirs(department)
        argument = action.arguments[1] if len(action.arguments) > 1 else ""
        if promise.state is PromiseState.DRAFT:
            return self._draft(promise, department, action.verb, argument, said)
        if promise.state is PromiseState.OPEN:
            return self._open(promise, department, action, argument, said)
        return cards.standing(self._pledge(promise, department), self.language)

    def _draft(self, draft: Promise, department: Department, verb: str, argument: str, said: str | None) -> Card:
        if verb == "discard!":
            promises.discard(self.session, draft.id)
            return self._no("promise.discarded")
        if verb == "post!":
            return self._posted(draft, department, has_seen=argument == cards.SEEN)
        if verb == "reword":
            words = self._sentence(self._reworded(draft, department), said)
            if isinstance(words, Card):
                return words
            draft.words = words
        if verb == "owner":
            owner = argument if argument in OWNERS else self._role(draft, department, said)
            if isinstance(owner, Card):
                return owner
            draft.owner = owner
        if verb == "due":
            draft.due = self._day(argument, self.today) or draft.due
        self.session.add(draft)
        return self._next(draft, department)

    def _reworded(self, draft: Promise, department: Department) -> Card:
        action = str(Action(NO_ROUND, "reword", (draft.id,)))
        back = cards.to_draft(draft.id, self.language)
        asked = cards.words(department, draft.stance, draft.theme, action, self.language, back)
        return cards.again(asked, draft.words, "")

    def _role(self, draft: Promise, department: Department, said: str | None) -> str | Card:
        return self._sentence(cards.role(self._pledge(draft, department), self.language), said)

    def _next(self, draft: Promise, department: Department) -> Card:
        """What a draft still lacks; then how it will look."""
        shown = self._pledge(draft, department)
        if draft.stance is not Stance.CANNOT and not draft.owner:
            return cards.who(shown, self.language)
        if self._lacks_day(draft):
            return cards.when(shown, self._days(self.today), self.language)
        minded = (self._twice(draft, department), self._named(draft.words, draft.owner))
        return cards.look(shown, self.language, " ".join(hint for hint in minded if hint))

    def _twice(self, draft: Promise, department: Department) -> str:
        """Says so where this point was promised before and is still open."""
        same = (one for one in promises.is_open(self.session) if one.department == department.key)
        if draft.theme == SOMETHING_ELSE or draft.theme not in {one.theme for one in same}:
            return ""
        return say("promise.twice", self.language, theme=department.theme_name(draft.theme, self.language))

    def _lacks_day(self, draft: Promise) -> bool:
        """Also where its day came while it was a draft: nothing is promised for today."""
        return draft.stance is not Stance.CANNOT and (draft.due is None or draft.due <= self.today)

    def _named(self, *said: str) -> str:
        """Says so where somebody's name or number may be in it: everybody reads it."""
        names = people.names(self.session)
        return say("promise.named", self.language) if any(redacted(one, names) != one for one in said) else ""

    def _posted(self, draft: Promise, department: Department, *, has_seen: bool) -> Card:
        """Where somebody else promised the same meanwhile, this one is looked at once more."""
        lacks = self._lacks_day(draft) or (draft.stance is not Stance.CANNOT and not draft.owner)
        if lacks or (not has_seen and self._twice(draft, department)):
            return self._next(draft, department)
        draft.made_on = self._news(draft, department)
        cannot = draft.stance is Stance.CANNOT
        draft.state = PromiseState.EXPLAINED if cannot else PromiseState.OPEN
        draft.settled_on = draft.made_on if cannot else None
        return self._told(draft, department, "made")

    def _open(self, promise: Promise, department: Department, action: Action, argument: str, said: str | None) -> Card:
        shown, verb = self._pledge(promise, department), action.verb
        after = max(self.today, promise.due or self.today)
        until = self._day(argument, after)
        if verb == "ready":
            return cards.sure(shown, self.language)
        if verb == "ready!":
            return self._settled(promise, department, PromiseState.DONE, "")
        if verb == "move" or (verb == "moved" and until is None):
            return cards.when(shown, self._days(after), self.language, "moved")
        if verb not in ("moved", "quit"):
            return cards.standing(shown, self.language)
        why = self._reason(shown, action, said)
        if isinstance(why, Card):
            return why
        if verb == "quit":
            return self._settled(promise, department, PromiseState.DROPPED, why)
        promise.was_due, promise.due = promise.due, until
        promise.reason, promise.moved = why, promise.moved + 1
        return self._told(promise, department, f"moved-{promise.moved}")

    def _reason(self, shown: Pledge, action: Action, said: str | None) -> str | Card:
        """Why it is moved or stopped; what may be a name in it is pointed out once, because this is posted at once."""
        arguments = [one for one in action.arguments[1:] if one != cards.SEEN]
        why = self._sentence(cards.reason(shown, action.verb, arguments, self.language), said)
        if isinstance(why, Card) or cards.SEEN in action.arguments or not self._named(why):
            return why
        asked = cards.reason(shown, action.verb, [*arguments, cards.SEEN], self.language)
        return cards.again(asked, why, say("promise.named_once", self.language))

    def _settled(self, promise: Promise, department: Department, state: PromiseState, why: str) -> Card:
        promise.state, promise.reason, promise.settled_on = state, why, self._news(promise, department)
        return self._told(promise, department, state.value)

    def _told(self, promise: Promise, department: Department, what: str) -> Card:
        """In its channel, in the language of its digests, not before the one it answers; and to who said so."""
        self.session.add(promise)
        shown = self._pledge(promise, department)
        language = department.language or self.organisation.language
        line = f"{department.name.in_(language)} · {shown.line(language)}"
        digest = self._digest_of(promise, department)
        at = digest + FOLLOWS_AFTER * (1 + _steps(promise)) if digest is not None else self.now
        post(self.session, self.organisation, department, f"promise:{promise.id}:{what}", [line], at)
        later = moments.in_words(digest.astimezone(self.organisation.zone), self.language) if digest else ""
        return cards.standing(shown, self.language, settled=True, later=later)

    def _digest_of(self, promise: Promise, department: Department) -> datetime | None:
        """When its channel reads the message that it answers, where that is still to come."""
        return leads_first.due_at(self.session, promise.block, department.key, self.now)

    def _news(self, promise: Promise, department: Department) -> date:
        """The day on which others read of it: by that colleagues are told of it once."""
        digest = self._digest_of(promise, department)
        return digest.astimezone(self.organisation.zone).date() if digest is not None else self.today

    def _day(self, argument: str, after: date) -> date | None:
        """A day that was among the choices of late; None for any other, and for one that is not `after` that day."""
        try:
            found = datetime.strptime(argument, "%Y%m%d").date()  # noqa: DTZ007  a day
        except ValueError:
            return None
        return found if after < found <= self._days(after)[-1] else None

    def _days(self, after: date) -> list[date]:
        return cards.days(after, Calendar(self.organisation.country))

    def _sentence(self, asked: Card, said: str | None) -> str | Card:
        """What they typed on this card, on one line; else the card, with what is wrong with what they typed."""
        assert asked.entry is not None  # noqa: S101  a card to type on
        words, most = " ".join(readable(said or "").split()), asked.entry.limit
        if said is None:
            return asked
        says_something = bool(cards.plain(words))
        if says_something and len(words) <= most:
            return words
        hint = say("promise.too_long" if says_something else "promise.empty", self.language, most=most)
        return cards.again(asked, words, hint)

    def _pledge(self, promise: Promise, department: Department) -> Pledge:
        return pledge(promise, department, self.today)

    def _no(self, key: str) -> Card:
        return cards.told_off(self.language, key)

    def _not_theirs(self, department: Department) -> Card:
        return cards.told_off(self.language, "promise.not_yours", department=department.name.in_(self.language))


def _steps(promise: Promise) -> int:
    """How often something became of it since it was made: in that order it is told, where all of it has to wait."""
    return promise.moved + (promise.state in (PromiseState.DONE, PromiseState.DROPPED))
