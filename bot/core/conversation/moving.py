"""Back to what was passed, out for this time and in again; and what is read on the way."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.ballot import At, Ballot, Place
from bot.core.cards import answers, aside, choosing
from bot.core.conversation.questions import returned
from bot.core.conversation.step import Later, Step, show, stale, start
from bot.core.platform import Card
from bot.core.setting import Setting


def goto(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """Back to a question that was passed before."""
    if _is_out(ballot) or department not in ballot.drawn or key not in setting.path(ballot, department):
        return stale(ballot, setting)
    return show(replace(ballot, came_from=None, draft="").moved(At.ASK, department, key), setting)


def back_to(ballot: Ballot, setting: Setting, where: str) -> Step:
    """To the departments, or to the end."""
    allowed = {"tick": At.TICK, "end": At.END}.get(where)
    if allowed is None or (allowed is At.END and not ballot.drawn) or _is_out(ballot):
        return stale(ballot, setting)
    if allowed is At.TICK and choosing.is_taken(ballot, setting):
        return stale(ballot, setting)
    return show(replace(ballot, came_from=None, draft="").moved(allowed), setting)


def choose(ballot: Ballot, setting: Setting) -> Step:
    """Back to all departments, also those answered before the round: each can be taken away now."""
    return back_to(replace(ballot, before=()), setting, "tick")


def _is_out(ballot: Ballot) -> bool:
    """Before the start, or after "not this time": an old button does not bring anybody in."""
    return ballot.place.at in (At.INTRODUCTION, At.WORKPLACE, At.NOT_NOW)


def mine(ballot: Ballot, setting: Setting) -> Step:
    """“My answers”, to look at."""
    return Step(ballot, answers.mine(ballot, setting))


def change(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """To the question of one answer; from there back to “my answers”."""
    if department not in ballot.drawn or key not in setting.path(ballot, department):
        return stale(ballot, setting)
    came_from = ballot.place if ballot.place.at is At.NOT_NOW else ballot.came_from or ballot.place
    return show(replace(ballot.moved(At.ASK, department, key), came_from=came_from), setting)


def erase(ballot: Ballot, setting: Setting) -> Step:
    """Who said "not this time" stays out: no reminder follows on erasing."""
    out = ballot.place.at is At.NOT_NOW
    return show(Ballot(ballot.lot, Place(At.NOT_NOW if out else start(setting))), setting, "hint.erased")


def not_now(ballot: Ballot, setting: Setting) -> Step:
    """Out for this time: what was said is kept."""
    if setting.early:
        return stale(ballot, setting)
    if ballot.place.at is At.NOT_NOW:
        return show(ballot, setting)
    place = ballot.came_from or ballot.place
    came_from = place if place.at is not At.NOT_NOW else None
    return show(replace(ballot.moved(At.NOT_NOW), came_from=came_from), setting)


def resume(ballot: Ballot, setting: Setting) -> Step:
    """In again, to where somebody was."""
    if ballot.place.at is not At.NOT_NOW:
        return stale(ballot, setting)
    return show(returned(ballot, ballot.came_from or Place(start(setting)), setting), setting)


def later(ballot: Ballot, setting: Setting, when: str) -> Step:
    """The card comes again, at a time of their own choice."""
    if when not in aside.LATER or ballot.place.at in (At.THANKS, At.NOT_NOW) or setting.early:
        return stale(ballot, setting)
    return Step(ballot, aside.postponed(setting, when), Later(when))


def reading(card: Callable[[Ballot, Setting], Card]) -> Callable[..., Step]:
    """A card to read that moves nothing."""
    return lambda ballot, setting: Step(ballot, card(ballot, setting))


def done(ballot: Ballot, setting: Setting) -> Step:
    """Also beside a tip that was begun elsewhere on the screen (`Card.apart`) and left: it was not sent."""
    if ballot.place.at not in (At.END, At.TIP, At.CHECK):
        return stale(ballot, setting)
    return show(replace(ballot, draft="").moved(At.THANKS), setting)
