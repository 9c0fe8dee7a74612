"""A ballot that was begun before its round: what of it is still asked, and how it enters the round.

Until a cycle begins its departments, services and questions may still change; what is no longer asked is dropped.
"""

from dataclasses import replace

from bot.core.ballot import At, Ballot, Place
from bot.core.setting import Setting
from config.questions import Choice, PickSeveral, Question


def fitted(ballot: Ballot, setting: Setting) -> Ballot:
    """The ballot without what is not asked of this person now, at a place that there is; else at the choice."""
    offered = {department.key for department in setting.offered}
    kept = _as_many_as(setting.most, tuple(d for d in ballot.drawn if d in offered), ballot)
    ticked = tuple(department for department in ballot.ticked if department in offered)
    fits = replace(ballot, ticked=ticked, drawn=kept).only(kept)
    for department in kept:
        fits = _asked_still(fits, setting, department)
    if not _is(ballot.place, fits, setting):
        return replace(fits.moved(At.TICK), draft="", came_from=None)
    came_from = ballot.came_from if ballot.came_from and _is(ballot.came_from, fits, setting) else None
    return replace(fits, came_from=came_from)


def taken_up(ballot: Ballot, setting: Setting) -> Ballot | None:
    """The ballot as the round begins it; None where nothing in it would be counted."""
    fits = fitted(ballot, setting)
    if fits.is_empty:
        return None
    said = tuple(department for department in fits.drawn if department in {*fits.answers, *fits.texts})
    return Ballot(fits.lot, Place(At.EARLIER), said, said, fits.answers, fits.texts, before=said)


def _as_many_as(most: int, departments: tuple[str, ...], ballot: Ballot) -> tuple[str, ...]:
    """Where the cycle asks about fewer of them, those about which something was said come first."""
    if len(departments) <= most:
        return departments
    return tuple(sorted(departments, key=lambda department: department not in {*ballot.answers, *ballot.texts}))[:most]


def _asked_still(ballot: Ballot, setting: Setting, department: str) -> Ballot:
    """Answered anew in order, because an answer may open or close the path to the next one."""
    said = ballot.answers.get(department, {})
    fits = replace(ballot, answers={d: a for d, a in ballot.answers.items() if d != department})
    for key in setting.questions(fits, department):
        question = setting.question(fits, department, key)
        if key in said and question is not None and key in setting.path(fits, department):
            value = _parsed(question, said[key], setting.choices(fits, department, key))
            fits = fits.with_answer(department, key, value)
    return fits


def _parsed(question: Question, value: str, choices: tuple[Choice, ...]) -> str | None:
    if not isinstance(question, PickSeveral):
        return question.parse(value, choices)
    chosen = value.split(",")
    return ",".join(choice.value for choice in choices if choice.value in chosen) or None


def _is(place: Place, ballot: Ballot, setting: Setting) -> bool:
    """Whether somebody can be at this place."""
    if place.at is At.ASK:
        return place.department in ballot.drawn and place.question in setting.path(ballot, place.department)
    if place.at in (At.TIP, At.CHECK):
        return place.department in ballot.drawn
    return bool(ballot.drawn) or place.at in (At.INTRODUCTION, At.WORKPLACE, At.TICK)
