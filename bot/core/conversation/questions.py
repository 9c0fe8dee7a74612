"""Answers, and where they lead: the next question, the next department, the end."""

from collections.abc import Collection
from dataclasses import replace

from bot.core.ballot import At, Ballot, Place
from bot.core.cards import answers
from bot.core.conversation.step import Step, show, stale
from bot.core.setting import Setting, half_of, wording
from config.questions import Choice, PickSeveral


def answer(ballot: Ballot, setting: Setting, department: str, key: str, value: str) -> Step:
    """An answer holds wherever it comes from; only at its own question does the conversation move on."""
    choices = _choices(ballot, setting, department, key)
    question = setting.question(ballot, department, key) if choices else None
    if question is None or isinstance(question, PickSeveral) or question.parse(value, choices) is None:
        return stale(ballot, setting)
    here = ballot.place == Place(At.ASK, department, key)
    if not here and ballot.value(department, key) == value:
        return show(ballot, setting)
    changed, hint = _without_stale_theme(ballot.with_answer(department, key, value), department)
    if here:
        return _onward(changed, setting, department, key, hint)
    return show(changed, setting, hint or "hint.changed")


def skip(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """ "Don't know" and "skip" are no answers; an earlier one is taken back."""
    if ballot.place != Place(At.ASK, department, key):
        return stale(ballot, setting)
    hint = "hint.half_pair" if half_of(key) in ("received", "needed") else ""
    changed, dropped = _without_stale_theme(ballot.with_answer(department, key, None), department)
    return _onward(changed, setting, department, key, dropped or hint)


def pick(ballot: Ballot, setting: Setting, department: str, key: str, value: str, *, on: bool) -> Step:
    """One of several on or off."""
    choices = _choices(ballot, setting, department, key)
    question = setting.question(ballot, department, key) if choices else None
    if not isinstance(question, PickSeveral) or question.parse(value, choices) is None:
        return stale(ballot, setting)
    had = set((ballot.value(department, key) or "").split(","))
    chosen = had | {value} if on else had - {value}
    return _picked(ballot, setting, department, key, chosen)


def pick_all(ballot: Ballot, setting: Setting, department: str, key: str, chosen: tuple[str, ...]) -> Step:
    """These and no others."""
    choices = _choices(ballot, setting, department, key)
    question = setting.question(ballot, department, key) if choices else None
    if not isinstance(question, PickSeveral) or not {choice.value for choice in choices}.issuperset(chosen):
        return stale(ballot, setting)
    return _picked(ballot, setting, department, key, chosen)


def _picked(ballot: Ballot, setting: Setting, department: str, key: str, chosen: Collection[str]) -> Step:
    values = [choice.value for choice in _choices(ballot, setting, department, key) if choice.value in chosen]
    return show(ballot.with_answer(department, key, ",".join(values) or None), setting)


def go(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """On, with what is chosen of several."""
    if ballot.place != Place(At.ASK, department, key):
        return stale(ballot, setting)
    return _onward(ballot, setting, department, key, "")


def explain(ballot: Ballot, setting: Setting, department: str, key: str) -> Step:
    """What a question means, as a hint on its card."""
    question = setting.question(ballot, department, key)
    if ballot.place != Place(At.ASK, department, key) or question is None or question.explain is None:
        return stale(ballot, setting)
    step = show(ballot, setting)
    return replace(step, card=replace(step.card, hint=question.explain.in_(setting.language)))


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
        back = returned(ballot, ballot.came_from, setting)
        return Step(back, answers.mine(back, setting, setting.say(hint) if hint else ""))
    if left:
        return show(ballot.moved(At.ASK, department, left[0]), setting, hint)
    later = ballot.drawn[ballot.drawn.index(department) + 1 :]
    if later:
        return show(ballot.moved(At.ASK, later[0], "received"), setting, hint)
    return show(ballot.moved(At.END), setting, hint)


def returned(ballot: Ballot, place: Place, setting: Setting) -> Ballot:
    """Back at a place; where its question has left the path meanwhile, at the next one that is on it, or the last."""
    if place.at is At.ASK:
        questions, path = setting.questions(ballot, place.department), setting.path(ballot, place.department)
        still = next((q for q in questions[questions.index(place.question) :] if q in path), path[-1])
        place = replace(place, question=still)
    return replace(ballot, place=place, came_from=None)
