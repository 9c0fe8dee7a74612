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
step with a hint on the card. Nothing here knows of storage, platforms or the clock. What each verb does stands in
`departments.py`, `questions.py`, `tips.py` and `moving.py`; what each place shows, in `bot/core/cards`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.actions import Action
from bot.core.ballot import At, Ballot, Place
from bot.core.cards import aside, ending
from bot.core.conversation import departments, moving, questions, tips
from bot.core.conversation.step import Later, State, Step, WorksAt, show, start, state_of
from bot.core.platform import Card
from bot.core.setting import Setting

__all__ = ["Later", "State", "Step", "WorksAt", "begin", "close", "current", "empty", "hear", "state_of"]


def begin(lot: int, setting: Setting, *, introduce: bool) -> Step:
    """The first step of a round: an empty ballot and its first card."""
    return show(empty(lot, setting, introduce=introduce), setting)


def empty(lot: int, setting: Setting, *, introduce: bool) -> Ballot:
    """The ballot of the first step alone: who asks thousands draws their cards when each is sent."""
    return Ballot(lot, Place(At.INTRODUCTION if introduce else start(setting)))


def hear(ballot: Ballot, action: Action, setting: Setting, said: str | tuple[str, ...] | None = None) -> Step:
    """What follows on a tap, on words typed at a prompt, or on all that is chosen now of several."""
    verb = _TAPPED if said is None else _TYPED if isinstance(said, str) else _CHOSEN
    known = verb.get(action.verb)
    if known is None or len(action.arguments) != known.arguments:
        return show(ballot, setting, "hint.unknown")
    more = () if said is None else (said,)
    return known.heard(ballot, setting, *action.arguments, *more)


def current(ballot: Ballot, setting: Setting) -> Card:
    """The card of the place where somebody is."""
    return show(ballot, setting).card


def close(setting: Setting, *, withdrawn: bool = False) -> Card:
    """What an old card says after closing, or once the round was withdrawn."""
    return ending.withdrawn(setting) if withdrawn else ending.closed(setting)


@dataclass(frozen=True)
class _Verb:
    """What hears a verb, and how many arguments its button carries."""

    heard: Callable[..., Step]
    arguments: int = 0


_TAPPED = {
    "begin": _Verb(departments.begin),
    "w": _Verb(departments.works_at, 1),
    "t": _Verb(departments.tick, 2),
    "next": _Verb(departments.onto_questions),
    "none": _Verb(departments.none),
    "more": _Verb(departments.more),
    "about": _Verb(departments.about, 1),
    "a": _Verb(questions.answer, 3),
    "+": _Verb(lambda *given: questions.pick(*given, on=True), 3),
    "-": _Verb(lambda *given: questions.pick(*given, on=False), 3),
    "go": _Verb(questions.go, 2),
    "pass": _Verb(questions.skip, 2),
    "to": _Verb(moving.goto, 2),
    "at": _Verb(moving.back_to, 1),
    "choose": _Verb(moving.choose),
    "done": _Verb(moving.done),
    "tip": _Verb(tips.tip, 1),
    "keep": _Verb(tips.keep, 1),
    "drop": _Verb(tips.drop, 1),
    "answers": _Verb(moving.mine),
    "change": _Verb(moving.change, 2),
    "erase": _Verb(moving.erase),
    "notnow": _Verb(moving.not_now),
    "resume": _Verb(moving.resume),
    "later": _Verb(moving.later, 1),
    "explain": _Verb(questions.explain, 2),
    "show": _Verb(show),
    "who": _Verb(moving.reading(aside.who)),
    "why": _Verb(moving.reading(aside.why)),
    "when?": _Verb(moving.reading(aside.when)),
    "erase?": _Verb(moving.reading(aside.sure_to_erase)),
}
_TYPED = {"tip": _Verb(tips.wrote, 1)}
_CHOSEN = {"ticks": _Verb(departments.tick_all), "picks": _Verb(questions.pick_all, 2)}
