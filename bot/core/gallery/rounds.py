"""The cards of a round: every question about every department, in the order in which somebody may meet them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from bot.core.ballot import At, Ballot, Place
from bot.core.cards import answers, aside, at_place, choosing, ending
from bot.core.gallery.picture import INVITATION, LONGEST_DAY, PROMISE, SOMEBODY, TIP, Picture
from bot.core.setting import Setting
from config.deep import THEME_PAIRS
from config.department import THEMES, Department
from config.organisation import Organisation
from config.questions import PickSeveral, Tapped, Text
from config.survey import Survey
from config.words import Language

_HELPED, _MISSED = {"received": "5", "needed": "5"}, {"received": "1", "needed": "5"}
_NOTHING = Ballot(0, Place(At.TICK))
_ON_THE_WAY = (At.INTRODUCTION, At.WORKPLACE, At.TICK)
_TOLD = [
    {"theme": theme, "words": PROMISE, "done": False, "late": "", "stopped": stopped, "moved": [], "on": ""}
    for theme, stopped in (("clarity", ""), ("speed", PROMISE))
]


def of_survey(organisation: Organisation, survey: Survey, language: Language, platform: str) -> Iterator[Picture]:
    """The cards of one round, in the order in which somebody may meet them."""
    settings = [_setting(organisation, survey, extra, language, platform) for extra in survey.extra]
    first, deep = settings[0], _deep(settings[0])
    shown = chain(
        _beginning(first),
        *(_questions(setting, d, extra_only=setting is not first) for setting in settings for d in first.offered),
        *(_taken(setting) for setting in deep),
        *(_of_themes(setting, d, THEMES) for setting in deep for d in first.offered),
        *(_end(first, department) for department in first.offered),
        *(_answers(setting) for setting in (*settings, *deep)),
        _around(first),
        *(_longer(setting) for setting in deep),
    )
    yield from (replace(picture, survey=survey.key) for picture in shown)


def walk(organisation: Organisation, survey: Survey, language: Language, platform: str, tip: str) -> Iterator[Picture]:
    """The cards that somebody who says everything meets from beginning to end, about the first department.

    Each question comes once, with its explanation; those of a deep cycle about the first theme alone. `tip` is what
    they write.
    """
    settings = [_setting(organisation, survey, extra, language, platform) for extra in survey.extra]
    first, department = settings[0], settings[0].offered[0]
    thanks = Ballot(0, Place(At.THANKS), ticked=(department.key,), drawn=(department.key,))
    yield from (picture for picture in _beginning(first) if picture.name in _ON_THE_WAY)
    for setting in settings:
        yield from _questions(setting, department, extra_only=setting is not first)
    for setting in _deep(first):
        yield from _of_themes(setting, department, THEMES[:1])
    for at, written in ((At.END, ""), (At.TIP, ""), (At.CHECK, tip)):
        yield _ending(first, department, at, written)
    yield Picture(At.THANKS, at_place(thanks, first))


def _setting(organisation: Organisation, survey: Survey, extra: Tapped, language: Language, platform: str) -> Setting:
    moment = datetime(LONGEST_DAY.year, LONGEST_DAY.month, LONGEST_DAY.day, 15, tzinfo=UTC)
    return Setting(
        invitation=INVITATION,
        organisation=organisation,
        survey=survey,
        extra=extra,
        first_name=SOMEBODY,
        language=language,
        workplace="",
        since=LONGEST_DAY,
        opens_at=moment,
        closes_at=moment,
        next_turn=LONGEST_DAY,
        weights={},
        noticed={one.key: PROMISE for one in organisation.departments},
        promised={one.key: _TOLD for one in organisation.departments},
        platform=platform,
    )


def _deep(setting: Setting) -> list[Setting]:
    """The setting of a deep cycle, where the survey has any."""
    return [replace(setting, extra=None)] if setting.survey.deep is not None else []


def _taken(setting: Setting) -> Iterator[Picture]:
    """A deep cycle about which somebody said something beforehand: of which there is no choice any more."""
    department = setting.offered[0]
    said = replace(_NOTHING, ticked=(department.key,), drawn=(department.key,), before=(department.key,))
    yield Picture(At.EARLIER, at_place(said.moved(At.EARLIER), setting))


def _beginning(setting: Setting) -> Iterator[Picture]:
    for at in (At.INTRODUCTION, At.WORKPLACE, At.EARLIER, At.TICK):
        yield Picture(at, at_place(_NOTHING.moved(at), setting))
    ticked = replace(_NOTHING, ticked=tuple(department.key for department in setting.offered))
    yield Picture("ticked", at_place(ticked, setting))


def _questions(setting: Setting, department: Department, *, extra_only: bool = False) -> Iterator[Picture]:
    """Every question about a department, and the theme in both its wordings; each with its explanation."""
    *others, extra = setting.questions(_NOTHING, department.key)
    asked = [*((key, _HELPED) for key in others), ("theme", _MISSED), (extra, _HELPED)]
    yield from _asked(setting, department, asked[-1:] if extra_only else asked)


def _of_themes(setting: Setting, department: Department, themes: Sequence[str]) -> Iterator[Picture]:
    """Both questions about each of these themes."""
    keys = [key for theme in themes for key in THEME_PAIRS[theme]]
    yield from _asked(setting, department, [(key, dict.fromkeys(keys, "1")) for key in keys])


def _asked(
    setting: Setting, department: Department, asked: Iterable[tuple[str, Mapping[str, str]]]
) -> Iterator[Picture]:
    """These questions, each beside what was answered, with its explanation."""
    for key, said in asked:
        ballot = Ballot(0, Place(At.ASK, department.key, key), drawn=(department.key,), answers={department.key: said})
        question = setting.question(ballot, department.key, key)
        card = at_place(ballot, setting)
        if question is not None and question.explain is not None:
            card = replace(card, hint=question.explain.in_(setting.language))
        yield Picture("ask", card, department=department.key)


def _end(setting: Setting, department: Department) -> Iterator[Picture]:
    for at in (At.END, At.TIP, At.CHECK):
        yield _ending(setting, department, at, TIP[: Text.limit])


def _ending(setting: Setting, department: Department, at: At, draft: str) -> Picture:
    ballot = Ballot(0, Place(at, department.key), drawn=(department.key,), draft=draft)
    return Picture(at, at_place(ballot, setting), department=department.key)


def _answers(setting: Setting) -> Iterator[Picture]:
    """Everything answered about as many departments as there can be; those with the longest names together."""
    longest = sorted(setting.offered, key=lambda department: -len(department.name.in_(setting.language)))
    for start in range(0, len(longest), setting.most):
        drawn = tuple(department.key for department in longest[start : start + setting.most])
        yield Picture("answers", answers.mine(_full(drawn, setting), setting))


def _full(drawn: tuple[str, ...], setting: Setting) -> Ballot:
    ballot = Ballot(0, Place(At.END), drawn=drawn, answers=dict.fromkeys(drawn, _MISSED))
    for department in drawn:
        for key in setting.questions(ballot, department):
            ballot = ballot.with_answer(department, key, _longest(ballot, setting, department, key))
        ballot = ballot.with_text(department, TIP[: Text.limit])
    return ballot


def _longest(ballot: Ballot, setting: Setting, department: str, key: str) -> str:
    """The answer that takes the most words: all of them, where any number may be chosen."""
    choices = setting.choices(ballot, department, key)
    if isinstance(setting.question(ballot, department, key), PickSeveral):
        return ",".join(choice.value for choice in choices)
    return max(choices, key=lambda choice: len(choice.label)).value


def _around(setting: Setting) -> Iterator[Picture]:
    """What is shown when somebody is done, does not want to, or wants to know more."""
    keys = tuple(department.key for department in setting.offered)
    ballot = Ballot(0, Place(At.THANKS), ticked=keys, drawn=keys[:1])
    yield Picture(At.THANKS, at_place(ballot, setting))
    yield Picture(At.NOT_NOW, at_place(ballot.moved(At.NOT_NOW), setting))
    yield Picture("full", choosing.full(ballot, setting))
    yield Picture("closed", ending.closed(setting))
    yield Picture("withdrawn", ending.withdrawn(setting))
    yield Picture("who", aside.who(ballot, setting))
    for pilot in (False, True):
        yield Picture("why", aside.why(ballot, replace(setting, pilot=pilot)))
    for at in (At.TICK, At.THANKS):
        yield Picture("when", aside.when(ballot.moved(at), setting))
    yield from (Picture("postponed", aside.postponed(setting, when)) for when in aside.LATER)
    yield Picture("erase", aside.sure_to_erase(ballot, setting))
    early = replace(setting, early=True)
    yield Picture("thanks_early", at_place(ballot, early))
    yield Picture("why_early", aside.why(ballot, early))
    yield Picture("erase_early", aside.sure_to_erase(ballot, early))


def _longer(setting: Setting) -> Iterator[Picture]:
    """What says that a round of a deep cycle takes longer."""
    yield Picture("tick_deep", at_place(_NOTHING, setting))
    yield Picture("why_deep", aside.why(_NOTHING, setting))
