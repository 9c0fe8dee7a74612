"""From the first card to the departments that somebody is asked about."""

from collections.abc import Collection
from dataclasses import replace

from bot.core.ballot import At, Ballot, Place
from bot.core.cards import choosing
from bot.core.cards.beginning import NOWHERE
from bot.core.cohorts import draw
from bot.core.conversation.step import Step, WorksAt, show, stale
from bot.core.setting import Setting


def begin(ballot: Ballot, setting: Setting) -> Step:
    """From the first card to the departments."""
    if ballot.place.at not in (At.INTRODUCTION, At.EARLIER):
        return stale(ballot, setting)
    if setting.workplace is None:
        return show(ballot.moved(At.WORKPLACE), setting)
    return show(replace(ballot, place=_to_choose(ballot, setting)), setting)


def works_at(ballot: Ballot, setting: Setting, department: str) -> Step:
    """Where somebody works: nobody is asked about their own department."""
    known = {d.key for d in setting.organisation.departments} | {NOWHERE}
    if ballot.place.at is not At.WORKPLACE or department not in known:
        return stale(ballot, setting)
    workplace = "" if department == NOWHERE else department
    step = _onto_departments(ballot, replace(setting, workplace=workplace))
    return replace(step, wish=WorksAt(workplace))


def _onto_departments(ballot: Ballot, setting: Setting) -> Step:
    """To the choice; or to the department that somebody came for, unless it is their own."""
    judged = tuple(department for department in ballot.drawn if department != setting.workplace)
    ticked = tuple(department for department in ballot.ticked if department != setting.workplace)
    before = tuple(department for department in ballot.before if department != setting.workplace)
    theirs = replace(ballot, ticked=ticked, drawn=judged, before=before).only(judged)
    hint = "hint.own_department" if theirs.drawn != ballot.drawn else ""
    return show(replace(theirs, place=_first_open(theirs, setting) or _to_choose(theirs, setting)), setting, hint)


def _to_choose(ballot: Ballot, setting: Setting) -> Place:
    """The choice of departments; where nothing is left to choose, what is still asked about those there are."""
    if not choosing.is_taken(ballot, setting):
        return Place(At.TICK)
    return _first_open(ballot, setting) or Place(At.END)


def tick(ballot: Ballot, setting: Setting, department: str, on: str) -> Step:
    """One department on or off."""
    offered = [d.key for d in choosing.to_choose(ballot, setting)]
    if ballot.place.at is not At.TICK or department not in offered or on not in ("on", "off"):
        return stale(ballot, setting)
    chosen = set(ballot.ticked) - {department} | ({department} if on == "on" else set())
    return _ticked(ballot, setting, chosen)


def tick_all(ballot: Ballot, setting: Setting, chosen: tuple[str, ...]) -> Step:
    """These and no others."""
    if ballot.place.at is not At.TICK or not {d.key for d in choosing.to_choose(ballot, setting)}.issuperset(chosen):
        return stale(ballot, setting)
    return _ticked(ballot, setting, chosen)


def _ticked(ballot: Ballot, setting: Setting, chosen: Collection[str]) -> Step:
    in_order = tuple(d.key for d in setting.offered if d.key in {*chosen, *ballot.before})
    return show(replace(ballot, ticked=in_order), setting)


def onto_questions(ballot: Ballot, setting: Setting) -> Step:
    """As many as are drawn, of those ticked; what was said about any other is gone."""
    if ballot.place.at is not At.TICK:
        return stale(ballot, setting)
    if not ballot.ticked:
        return show(ballot, setting, "hint.tick_any" if setting.early else "hint.tick_one")
    kept = tuple(d for d in ballot.drawn if d in ballot.ticked and d in {*ballot.answers, *ballot.texts})
    order = draw(ballot.ticked, ballot.lot, setting.weights)
    room = max(setting.draw, len(kept))
    drawn = (*kept, *(d for d in order if d not in kept))[:room]
    smaller = replace(ballot, drawn=drawn).only(drawn)
    moved = replace(smaller, place=_first_open(smaller, setting) or Place(At.END))
    gone = (smaller.answers, smaller.texts) != (ballot.answers, ballot.texts)
    return show(moved, setting, "hint.unticked_gone" if gone else "")


def _first_open(ballot: Ballot, setting: Setting) -> Place | None:
    """The first question that has no answer yet."""
    paths = ((department, key) for department in ballot.drawn for key in setting.path(ballot, department))
    return next((Place(At.ASK, *at) for at in paths if ballot.value(*at) is None), None)


def none(ballot: Ballot, setting: Setting) -> Step:
    """None of these: done, with what was said before the round."""
    if ballot.place.at is not At.TICK or setting.early:
        return stale(ballot, setting)
    kept = replace(
        Ballot(ballot.lot, Place(At.THANKS)), ticked=ballot.before, drawn=ballot.before, before=ballot.before
    )
    kept = replace(kept, answers=ballot.answers, texts=ballot.texts).only(ballot.before)
    gone = (kept.answers, kept.texts) != (ballot.answers, ballot.texts)
    return show(kept, setting, "hint.unticked_gone" if gone else "")


def more(ballot: Ballot, setting: Setting) -> Step:
    """One department more, for who is done and wants to."""
    department = choosing.one_more(ballot, setting)
    if ballot.place.at is not At.THANKS or department is None:
        return stale(ballot, setting)
    wider = replace(ballot, drawn=(*ballot.drawn, department))
    return show(wider.moved(At.ASK, department, "received"), setting)


def about(ballot: Ballot, setting: Setting, department: str) -> Step:
    """To one department of their own choice: it takes a place that no department with answers has."""
    if department not in {d.key for d in setting.offered}:
        own = department == setting.workplace
        return show(ballot, setting, "hint.own_department" if own else "hint.not_asked_about")
    said = tuple(d for d in ballot.drawn if d in {*ballot.answers, *ballot.texts})
    if department not in said and len(said) >= setting.draw:
        return Step(ballot, choosing.full(ballot, setting))
    room = max(setting.draw, len(ballot.drawn))
    drawn = tuple(dict.fromkeys((*said, department, *ballot.drawn)))[:room]
    ticked = tuple(d.key for d in setting.offered if d.key in {*ballot.ticked, department})
    wider = replace(ballot, ticked=ticked, drawn=drawn, draft="", came_from=None)
    at = Place(At.WORKPLACE) if setting.workplace is None else Place(At.ASK, department, "received")
    return show(replace(wider, place=at), setting)
