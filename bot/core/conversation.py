"""One person's way through one round: the whole state machine.

      begin
        │
   INTRODUCTION ──────────────▶ (stops: bot/flow/enrolment.py)
        │ begin                       first contact only
    WORKPLACE                         only where nobody knows where somebody works; once ever
        │ w                           (or EARLIER ──begin──▶ TICK: who gave answers before the round; to ASK where
        │                              those take every place, in a deep cycle)
      TICK ◀──────────────┐ at       with which departments did you deal?
        │ next     none ──┼─────────────────────────────┐
       ASK ◀──────────────┤           received, needed, service, theme, extra; per department drawn
        │                 │           in a deep cycle: received and needed, of all and of each theme
        │ a / pass        │                             │
       END ──▶ TIP ──▶ CHECK          one optional tip per department, cleaned and shown before it is kept
        │ done                                          │
     THANKS ◀───────────────────────────────────────────┘
        │ more ──▶ ASK (one more department; not in a deep cycle)      change ──▶ ASK and back to "my answers"

   from anywhere: notnow ──▶ NOT_NOW ──▶ resume (back to where it was)      erase ──▶ TICK, empty (or still NOT_NOW)
   from anywhere: about ──▶ ASK, one department of their own choice (WORKPLACE first, where that is not known)
   from anywhere, without moving: show, who, why, answers, explain, later, pause, stop, erase?

`begin` (or `empty`), `hear` and `close` are the whole surface. They never raise: a reply that makes no sense is a
step with a hint on the card. Nothing here knows of storage, platforms or the clock.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Literal

from bot.core import cards
from bot.core.actions import Action
from bot.core.ballot import At, Ballot, Place
from bot.core.cohorts import draw
from bot.core.platform import Card
from bot.core.redaction import readable, redacted
from bot.core.setting import Setting, half_of, wording
from config.questions import Choice, PickSeveral

State = Literal["invited", "started", "finished", "declined"]


@dataclass(frozen=True)
class Later:
    """Show the card again: later today, tomorrow, or next week."""

    when: str


@dataclass(frozen=True)
class WorksAt:
    """The person's own department ("" for none of these), to be remembered with the person."""

    department: str


@dataclass(frozen=True)
class Step:
    """What hearing something leads to: the ballot to seal, the card to show, and what else is asked of us."""

    ballot: Ballot
    card: Card
    wish: Later | WorksAt | None = None

    @property
    def state(self) -> State:
        """What the invitation shows of it: no answer, no department."""
        return state_of(self.ballot)


def state_of(ballot: Ballot) -> State:
    """How far somebody is, for reminders."""
    if ballot.place.at is At.NOT_NOW:
        return "declined"
    if ballot.place.at is At.THANKS:
        return "finished"
    if ballot.place.at is At.EARLIER:
        return "invited"
    untouched = ballot.place.at in (At.INTRODUCTION, At.WORKPLACE, At.TICK) and not ballot.ticked
    return "invited" if untouched and ballot.is_empty else "started"


def begin(lot: int, setting: Setting, *, introduce: bool) -> Step:
    """The first step of a round: an empty ballot and its first card."""
    return _show(empty(lot, setting, introduce=introduce), setting)


def empty(lot: int, setting: Setting, *, introduce: bool) -> Ballot:
    """The ballot of the first step alone: who asks thousands draws their cards when each is sent."""
    return Ballot(lot, Place(At.INTRODUCTION if introduce else _start(setting)))


def hear(ballot: Ballot, action: Action, setting: Setting, said: str | tuple[str, ...] | None = None) -> Step:
    """What follows on a tap, on words typed at a prompt, or on all that is chosen now of several."""
    verb = _TAPPED if said is None else _TYPED if isinstance(said, str) else _CHOSEN
    known = verb.get(action.verb)
    if known is None or len(action.arguments) != known.arguments:
        return _show(ballot, setting, "hint.unknown")
    more = () if said is None else (said,)
    return known.heard(ballot, setting, *action.arguments, *more)


def current(ballot: Ballot, setting: Setting) -> Card:
    """The card of the place where somebody is."""
    return _show(ballot, setting).card


def close(setting: Setting, *, withdrawn: bool = False) -> Card:
    """What an old card says after closing, or once the round was withdrawn."""
    return cards.withdrawn(setting) if withdrawn else cards.closed(setting)


# --- moving on -------------------------------------------------------------------------------------------------


def _show(ballot: Ballot, setting: Setting, hint: str = "", **values: str) -> Step:
    card = cards.at_place(ballot, setting)
    return Step(ballot, replace(card, hint=setting.say(hint, **values)) if hint else card)


def _start(setting: Setting) -> At:
    return At.WORKPLACE if setting.workplace is None else At.TICK


def _stale(ballot: Ballot, setting: Setting) -> Step:
    return _show(ballot, setting, "hint.stale")


def _begin(ballot: Ballot, setting: Setting) -> Step:
    if ballot.place.at not in (At.INTRODUCTION, At.EARLIER):
        return _stale(ballot, setting)
    if setting.workplace is None:
        return _show(ballot.moved(At.WORKPLACE), setting)
    return _show(replace(ballot, place=_to_choose(ballot, setting)), setting)


def _works_at(ballot: Ballot, setting: Setting, department: str) -> Step:
    known = {d.key for d in setting.organisation.departments} | {cards.NOWHERE}
    if ballot.place.at is not At.WORKPLACE or department not in known:
        return _stale(ballot, setting)
    workplace = "" if department == cards.NOWHERE else department
    step = _onto_departments(ballot, replace(setting, workplace=workplace))
    return replace(step, wish=WorksAt(workplace))


def _onto_departments(ballot: Ballot, setting: Setting) -> Step:
    """To the choice; or to the department that somebody came for, unless it is their own."""
    judged = tuple(department for department in ballot.drawn if department != setting.workplace)
    ticked = tuple(department for department in ballot.ticked if department != setting.workplace)
    before = tuple(department for department in ballot.before if department != setting.workplace)
    theirs = replace(ballot, ticked=ticked, drawn=judged, before=before).only(judged)
    hint = "hint.own_department" if theirs.drawn != ballot.drawn else ""
    return _show(replace(theirs, place=_first_open(theirs, setting) or _to_choose(theirs, setting)), setting, hint)


def _to_choose(ballot: Ballot, setting: Setting) -> Place:
    """The choice of departments; where nothing is left to choose, what is still asked about those there are."""
    if not cards.is_taken(ballot, setting):
        return Place(At.TICK)
    return _first_open(ballot, setting) or Place(At.END)


# --- the departments -------------------------------------------------------------------------------------------


def _tick(ballot: Ballot, setting: Setting, department: str, on: str) -> Step:
    offered = [d.key for d in cards.to_choose(ballot, setting)]
    if ballot.place.at is not At.TICK or department not in offered or on not in ("on", "off"):
        return _stale(ballot, setting)
    chosen = set(ballot.ticked) - {department} | ({department} if on == "on" else set())
    return _ticked(ballot, setting, chosen)


def _tick_all(ballot: Ballot, setting: Setting, chosen: tuple[str, ...]) -> Step:
    """These and no others."""
    if ballot.place.at is not At.TICK or not {d.key for d in cards.to_choose(ballot, setting)}.issuperset(chosen):
        return _stale(ballot, setting)
    return _ticked(ballot, setting, chosen)


def _ticked(ballot: Ballot, setting: Setting, chosen: Collection[str]) -> Step:
    in_order = tuple(d.key for d in setting.offered if d.key in {*chosen, *ballot.before})
    return _show(replace(ballot, ticked=in_order), setting)


def _next(ballot: Ballot, setting: Setting) -> Step:
    if ballot.place.at is not At.TICK:
        return _stale(ballot, setting)
    if not ballot.ticked:
        return _show(ballot, setting, "hint.tick_any" if setting.early else "hint.tick_one")
    kept = tuple(d for d in ballot.drawn if d in ballot.ticked and d in {*ballot.answers, *ballot.texts})
    order = draw(ballot.ticked, ballot.lot, setting.weights)
    room = max(setting.draw, len(kept))
    drawn = (*kept, *(d for d in order if d not in kept))[:room]
    smaller = replace(ballot, drawn=drawn).only(drawn)
    moved = replace(smaller, place=_first_open(smaller, setting) or Place(At.END))
    gone = (smaller.answers, smaller.texts) != (ballot.answers, ballot.texts)
    return _show(moved, setting, "hint.unticked_gone" if gone else "")


def _first_open(ballot: Ballot, setting: Setting) -> Place | None:
    """The first question that has no answer yet."""
    paths = ((department, key) for department in ballot.drawn for key in setting.path(ballot, department))
    return next((Place(At.ASK, *at) for at in paths if ballot.value(*at) is None), None)


def _none(ballot: Ballot, setting: Setting) -> Step:
    if ballot.place.at is not At.TICK or setting.early:
        return _stale(ballot, setting)
    kept = replace(
        Ballot(ballot.lot, Place(At.THANKS)), ticked=ballot.before, drawn=ballot.before, before=ballot.before
    )
    kept = replace(kept, answers=ballot.answers, texts=ballot.texts).only(ballot.before)
    gone = (kept.answers, kept.texts) != (ballot.answers, ballot.texts)
    return _show(kept, setting, "hint.unticked_gone" if gone else "")


def _more(ballot: Ballot, setting: Setting) -> Step:
    department = cards.one_more(ballot, setting)
    if ballot.place.at is not At.THANKS or department is None:
        return _stale(ballot, setting)
    wider = replace(ballot, drawn=(*ballot.drawn, department))
    return _show(wider.moved(At.ASK, department, "received"), setting)


def _about(ballot: Ballot, setting: Setting, department: str) -> Step:
    """To one department of their own choice: it takes a place that no department with answers has."""
    if department not in {d.key for d in setting.offered}:
        own = department == setting.workplace
        return _show(ballot, setting, "hint.own_department" if own else "hint.not_asked_about")
    said = tuple(d for d in ballot.drawn if d in {*ballot.answers, *ballot.texts})
    if department not in said and len(said) >= setting.draw:
        return Step(ballot, cards.full(ballot, setting))
    room = max(setting.draw, len(ballot.drawn))
    drawn = tuple(dict.fromkeys((*said, department, *ballot.drawn)))[:room]
    ticked = tuple(d.key for d in setting.offered if d.key in {*ballot.ticked, department})
    wider = replace(ballot, ticked=ticked, drawn=drawn, draft="", came_from=None)
    at = Place(At.WORKPLACE) if setting.workplace is None else Place(At.ASK, department, "received")
    return _show(replace(wider, place=at), setting)


# --- the questions ---------------------------------------------------------------------------------------------


def _answer(ballot: Ballot, setting: Setting, department: str, key: str, value: str) -> Step:
    """An answer holds wherever it comes from; only at its own question does the conversation move on."""
    choices = _choices(ballot, setting, department, key)
    question = setting.question(ballot, department, key) if choices else None
    if question is None or isinstance(question, PickSeveral) or question.parse(value, choices) is None:
        return _stale(ballot, setting)
    here = ballot.place == Place(At.ASK, department, key)
    if not here and ballot.value(department, key) == value:
        return _show(ballot, setting)
    changed, hint = _without_stale_theme(ballot.with_answer(department, key, value), department)
    if here:
        return _onward(changed, setting, department, key, hint)
    return _show(changed, setting, hint or "hint.changed")


def _pass(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """ "Don't know" and "skip" are no answers; an earlier one is taken back."""
    if ballot.place != Place(At.ASK, department, key):
        return _stale(ballot, setting)
    hint = "hint.half_pair" if half_of(key) in ("received", "needed") else ""
    changed, dropped = _without_stale_theme(ballot.with_answer(department, key, None), department)
    return _onward(changed, setting, department, key, dropped or hint)


def _pick(ballot: Ballot, setting: Setting, department: str, key: str, value: str, *, on: bool) -> Step:
    choices = _choices(ballot, setting, department, key)
    question = setting.question(ballot, department, key) if choices else None
    if not isinstance(question, PickSeveral) or question.parse(value, choices) is None:
        return _stale(ballot, setting)
    had = set((ballot.value(department, key) or "").split(","))
    chosen = had | {value} if on else had - {value}
    return _picked(ballot, setting, department, key, chosen)


def _pick_all(ballot: Ballot, setting: Setting, department: str, key: str, chosen: tuple[str, ...]) -> Step:
    """These and no others."""
    choices = _choices(ballot, setting, department, key)
    question = setting.question(ballot, department, key) if choices else None
    if not isinstance(question, PickSeveral) or not {choice.value for choice in choices}.issuperset(chosen):
        return _stale(ballot, setting)
    return _picked(ballot, setting, department, key, chosen)


def _picked(ballot: Ballot, setting: Setting, department: str, key: str, chosen: Collection[str]) -> Step:
    values = [choice.value for choice in _choices(ballot, setting, department, key) if choice.value in chosen]
    return _show(ballot.with_answer(department, key, ",".join(values) or None), setting)


def _go(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    if ballot.place != Place(At.ASK, department, key):
        return _stale(ballot, setting)
    return _onward(ballot, setting, department, key, "")


def _choices(ballot: Ballot, setting: Setting, department: str, key: str) -> tuple[Choice, ...]:
    """The choices of a question that is on this person's path now; none for any other."""
    on_path = department in ballot.drawn and key in setting.path(ballot, department)
    return setting.choices(ballot, department, key) if on_path else ()


def _without_stale_theme(ballot: Ballot, department: str) -> tuple[Ballot, str]:
    """A theme answers "what did you miss" or "what helped"; when the scores ask the other, it is dropped."""
    theme = ballot.value(department, "theme")
    both = ballot.value(department, "received") and ballot.value(department, "needed")
    if theme is None or (both and theme.startswith(wording(ballot, department) + ".")):
        return ballot, ""
    return ballot.with_answer(department, "theme", None), "hint.theme_gone"


def _onward(ballot: Ballot, setting: Setting, department: str, key: str, hint: str) -> Step:
    """To the next question, the next department, or the end; or back to "my answers"."""
    questions, path = setting.questions(ballot, department), setting.path(ballot, department)
    left = [question for question in questions[questions.index(key) + 1 :] if question in path]
    if ballot.came_from is not None and not (left and setting.follows(left[0])):
        back = _returned(ballot, ballot.came_from, setting)
        return Step(back, cards.answers(back, setting, setting.say(hint) if hint else ""))
    if left:
        return _show(ballot.moved(At.ASK, department, left[0]), setting, hint)
    later = ballot.drawn[ballot.drawn.index(department) + 1 :]
    if later:
        return _show(ballot.moved(At.ASK, later[0], "received"), setting, hint)
    return _show(ballot.moved(At.END), setting, hint)


def _returned(ballot: Ballot, place: Place, setting: Setting) -> Ballot:
    """Back at a place; where its question has left the path meanwhile, at the next one that is on it, or the last."""
    if place.at is At.ASK:
        questions, path = setting.questions(ballot, place.department), setting.path(ballot, place.department)
        still = next((q for q in questions[questions.index(place.question) :] if q in path), path[-1])
        place = replace(place, question=still)
    return replace(ballot, place=place, came_from=None)


def _goto(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """Back to a question that was passed before."""
    if _is_out(ballot) or department not in ballot.drawn or key not in setting.path(ballot, department):
        return _stale(ballot, setting)
    return _show(replace(ballot, came_from=None, draft="").moved(At.ASK, department, key), setting)


def _back_to(ballot: Ballot, setting: Setting, where: str) -> Step:
    allowed = {"tick": At.TICK, "end": At.END}.get(where)
    if allowed is None or (allowed is At.END and not ballot.drawn) or _is_out(ballot):
        return _stale(ballot, setting)
    if allowed is At.TICK and cards.is_taken(ballot, setting):
        return _stale(ballot, setting)
    return _show(replace(ballot, came_from=None, draft="").moved(allowed), setting)


def _choose(ballot: Ballot, setting: Setting) -> Step:
    """Back to all departments, also those answered before the round: each can be taken away now."""
    return _back_to(replace(ballot, before=()), setting, "tick")


def _is_out(ballot: Ballot) -> bool:
    """Before the start, or after "not this time": an old button does not bring anybody in."""
    return ballot.place.at in (At.INTRODUCTION, At.WORKPLACE, At.NOT_NOW)


def _done(ballot: Ballot, setting: Setting) -> Step:
    """Also beside a tip that was begun elsewhere on the screen (`Card.apart`) and left: it was not sent."""
    if ballot.place.at not in (At.END, At.TIP, At.CHECK):
        return _stale(ballot, setting)
    return _show(replace(ballot, draft="").moved(At.THANKS), setting)


# --- a tip in one's own words ----------------------------------------------------------------------------------


def _tip(ballot: Ballot, setting: Setting, department: str) -> Step:
    if department not in ballot.drawn or ballot.place.at not in cards.TIPS_OPEN:
        return _stale(ballot, setting)
    draft = ballot.draft if ballot.place in _writing(department) else ""
    return _show(replace(ballot, draft=draft).moved(At.TIP, department), setting)


def _wrote(ballot: Ballot, setting: Setting, department: str, text: str) -> Step:
    """The text is cleaned and shown; it is kept only after its writer agreed."""
    if department not in ballot.drawn or ballot.place not in _writing(department):
        return _stale(ballot, setting)
    typed = readable(text)
    short = setting.survey.text.parse(typed)
    cleaned = setting.survey.text.parse(redacted(short, setting.names)) if short else None
    written = replace(ballot, draft=cleaned or "").moved(At.CHECK, department)
    if cleaned is None or not written.fits:
        hint = "hint.too_long" if typed.strip() else "hint.no_text"
        again = ballot.moved(At.TIP, department)
        return Step(again, cards.tip(again, setting, draft=typed, hint=setting.say(hint)))
    return _show(written, setting)


def _writing(department: str) -> tuple[Place, Place]:
    return Place(At.TIP, department), Place(At.CHECK, department)


def _keep(ballot: Ballot, setting: Setting, department: str) -> Step:
    if ballot.place != Place(At.CHECK, department) or not ballot.draft:
        return _stale(ballot, setting)
    return _show(ballot.with_text(department, ballot.draft).moved(At.END), setting, "hint.tip_kept")


def _drop(ballot: Ballot, setting: Setting, department: str) -> Step:
    if ballot.place not in _writing(department):
        return _stale(ballot, setting)
    return _show(ballot.with_text(department, None).moved(At.END), setting, "hint.tip_dropped")


# --- my answers, not now, later --------------------------------------------------------------------------------


def _answers(ballot: Ballot, setting: Setting) -> Step:
    return Step(ballot, cards.answers(ballot, setting))


def _change(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    if department not in ballot.drawn or key not in setting.path(ballot, department):
        return _stale(ballot, setting)
    came_from = ballot.place if ballot.place.at is At.NOT_NOW else ballot.came_from or ballot.place
    return _show(replace(ballot.moved(At.ASK, department, key), came_from=came_from), setting)


def _erase(ballot: Ballot, setting: Setting) -> Step:
    """Who said "not this time" stays out: no reminder follows on erasing."""
    out = ballot.place.at is At.NOT_NOW
    return _show(Ballot(ballot.lot, Place(At.NOT_NOW if out else _start(setting))), setting, "hint.erased")


def _not_now(ballot: Ballot, setting: Setting) -> Step:
    if setting.early:
        return _stale(ballot, setting)
    if ballot.place.at is At.NOT_NOW:
        return _show(ballot, setting)
    place = ballot.came_from or ballot.place
    came_from = place if place.at is not At.NOT_NOW else None
    return _show(replace(ballot.moved(At.NOT_NOW), came_from=came_from), setting)


def _resume(ballot: Ballot, setting: Setting) -> Step:
    if ballot.place.at is not At.NOT_NOW:
        return _stale(ballot, setting)
    return _show(_returned(ballot, ballot.came_from or Place(_start(setting)), setting), setting)


def _later(ballot: Ballot, setting: Setting, when: str) -> Step:
    if when not in cards.LATER or ballot.place.at in (At.THANKS, At.NOT_NOW) or setting.early:
        return _stale(ballot, setting)
    return Step(ballot, cards.postponed(setting, when), Later(when))


def _aside(card: Callable[[Ballot, Setting], Card]) -> Callable[..., Step]:
    """A card to read that moves nothing."""
    return lambda ballot, setting: Step(ballot, card(ballot, setting))


def _explain(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    question = setting.question(ballot, department, key)
    if ballot.place != Place(At.ASK, department, key) or question is None or question.explain is None:
        return _stale(ballot, setting)
    step = _show(ballot, setting)
    return replace(step, card=replace(step.card, hint=question.explain.in_(setting.language)))


# --- every verb, once ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Verb:
    """What hears a verb, and how many arguments its button carries."""

    heard: Callable[..., Step]
    arguments: int = 0


_TAPPED = {
    "begin": _Verb(_begin),
    "w": _Verb(_works_at, 1),
    "t": _Verb(_tick, 2),
    "next": _Verb(_next),
    "none": _Verb(_none),
    "more": _Verb(_more),
    "about": _Verb(_about, 1),
    "a": _Verb(_answer, 3),
    "+": _Verb(lambda *given: _pick(*given, on=True), 3),
    "-": _Verb(lambda *given: _pick(*given, on=False), 3),
    "go": _Verb(_go, 2),
    "pass": _Verb(_pass, 2),
    "to": _Verb(_goto, 2),
    "at": _Verb(_back_to, 1),
    "choose": _Verb(_choose),
    "done": _Verb(_done),
    "tip": _Verb(_tip, 1),
    "keep": _Verb(_keep, 1),
    "drop": _Verb(_drop, 1),
    "answers": _Verb(_answers),
    "change": _Verb(_change, 2),
    "erase": _Verb(_erase),
    "notnow": _Verb(_not_now),
    "resume": _Verb(_resume),
    "later": _Verb(_later, 1),
    "explain": _Verb(_explain, 2),
    "show": _Verb(lambda ballot, setting: _show(ballot, setting)),
    "who": _Verb(_aside(cards.who)),
    "why": _Verb(_aside(cards.why)),
    "when?": _Verb(_aside(cards.when)),
    "erase?": _Verb(_aside(cards.sure_to_erase)),
}
_TYPED = {"tip": _Verb(_wrote, 1)}
_CHOSEN = {"ticks": _Verb(_tick_all), "picks": _Verb(_pick_all, 2)}
