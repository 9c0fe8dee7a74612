"""Every card that a configuration can lead to, at its longest: to see beforehand whether a platform can show it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain

from bot.core import cards, departments, desk, home, moments, pointing, promises, selfimage
from bot.core.ballot import At, Ballot, Place
from bot.core.finding import MOST, Found
from bot.core.leading import LONGEST, ON_A_PAGE, Leading, Tip
from bot.core.platform import Card
from bot.core.promises import Pledge
from bot.core.setting import Setting
from config.deep import THEME_PAIRS
from config.department import THEMES, Department
from config.organisation import Organisation
from config.questions import PickSeveral, Tapped, Text
from config.survey import Survey
from config.texts import say
from config.words import LANGUAGES, Language

INVITATION = "inv2345678"  # as long as those of bot/flow/rounds.py
SOMEBODY = "Maximiliaan"
LONGEST_DAY = date(2026, 9, 30)
LONGEST_MOMENT = datetime(2026, 9, 30, 9, tzinfo=UTC)
BLOCK = 123_456_789
KEY = "00000000-0000-4000-8000-000000000000"  # as long as those of answers
_HELPED, _MISSED = {"received": "5", "needed": "5"}, {"received": "1", "needed": "5"}
_NOTHING = Ballot(0, Place(At.TICK))
_ON_THE_WAY = (At.INTRODUCTION, At.WORKPLACE, At.TICK)
MOST_POINTS = 3  # to choose from: as many as a digest names in its details
_TIP = "Een tip van duizend tekens. " * 40


_PROMISE = (
    "Elke aanvraag krijgt binnen twee werkdagen antwoord, ook als iets nog niet kan: dan staat erin wie ermee bezig "
    "is, wat er nog nodig is, hoe lang dat duurt, en wanneer je weer iets van ons hoort."
).ljust(promises.LONGEST, ".")
_TOLD = [{"theme": theme, "words": _PROMISE, "done": theme == "speed"} for theme in ("clarity", "speed")]


@dataclass(frozen=True)
class Picture:
    """One card, and what it is about: a survey and a department by their keys, or neither."""

    name: str  # in the words of the conversation: `ask`, `answers`, `pause`
    card: Card
    survey: str = ""
    department: str = ""


def gallery(organisation: Organisation, platform: str) -> Iterator[Picture]:
    """In both languages: the cards of every survey, then those that are about a person or a department."""
    for language in LANGUAGES:
        yield from in_language(organisation, language, platform)


def in_language(organisation: Organisation, language: Language, platform: str) -> Iterator[Picture]:
    """The same in one language."""
    for survey in organisation.surveys:
        yield from of_survey(organisation, survey, language, platform)
    yield from _personal(organisation, language, platform)
    yield from _departments(organisation, language)
    yield from _promises(organisation, language)
    yield from _where(organisation, language)
    yield from _desk(organisation, language)
    yield from _leads(organisation, language)


# --- a round -----------------------------------------------------------------------------------------------------


def of_survey(organisation: Organisation, survey: Survey, language: Language, platform: str) -> Iterator[Picture]:
    """The cards of one round, in the order in which somebody may meet them."""
    settings = [_setting(organisation, survey, extra, language, platform) for extra in survey.extra]
    first, deep = settings[0], _deep(settings[0])
    shown = chain(
        _beginning(first),
        *(_questions(setting, d, extra_only=setting is not first) for setting in settings for d in first.offered),
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
    yield Picture(At.THANKS, cards.at_place(thanks, first))


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
        noticed={one.key: _PROMISE for one in organisation.departments},
        promised={one.key: _TOLD for one in organisation.departments},
        platform=platform,
    )


def _deep(setting: Setting) -> list[Setting]:
    """The setting of a deep cycle, where the survey has any."""
    return [replace(setting, extra=None)] if setting.survey.deep is not None else []


def _beginning(setting: Setting) -> Iterator[Picture]:
    for at in (At.INTRODUCTION, At.WORKPLACE, At.EARLIER, At.TICK):
        yield Picture(at, cards.at_place(_NOTHING.moved(at), setting))
    ticked = replace(_NOTHING, ticked=tuple(department.key for department in setting.offered))
    yield Picture("ticked", cards.at_place(ticked, setting))


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
        card = cards.at_place(ballot, setting)
        if question is not None and question.explain is not None:
            card = replace(card, hint=question.explain.in_(setting.language))
        yield Picture("ask", card, department=department.key)


def _end(setting: Setting, department: Department) -> Iterator[Picture]:
    for at in (At.END, At.TIP, At.CHECK):
        yield _ending(setting, department, at, _TIP[: Text.limit])


def _ending(setting: Setting, department: Department, at: At, draft: str) -> Picture:
    ballot = Ballot(0, Place(at, department.key), drawn=(department.key,), draft=draft)
    return Picture(at, cards.at_place(ballot, setting), department=department.key)


def _answers(setting: Setting) -> Iterator[Picture]:
    """Everything answered about as many departments as there can be; those with the longest names together."""
    longest = sorted(setting.offered, key=lambda department: -len(department.name.in_(setting.language)))
    for start in range(0, len(longest), setting.most):
        drawn = tuple(department.key for department in longest[start : start + setting.most])
        yield Picture("answers", cards.answers(_full(drawn, setting), setting))


def _full(drawn: tuple[str, ...], setting: Setting) -> Ballot:
    ballot = Ballot(0, Place(At.END), drawn=drawn, answers=dict.fromkeys(drawn, _MISSED))
    for department in drawn:
        for key in setting.questions(ballot, department):
            ballot = ballot.with_answer(department, key, _longest(ballot, setting, department, key))
        ballot = ballot.with_text(department, _TIP[: Text.limit])
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
    yield Picture(At.THANKS, cards.at_place(ballot, setting))
    yield Picture(At.NOT_NOW, cards.at_place(ballot.moved(At.NOT_NOW), setting))
    yield Picture("full", cards.full(ballot, setting))
    yield Picture("closed", cards.closed(setting))
    yield Picture("withdrawn", cards.withdrawn(setting))
    yield Picture("who", cards.who(ballot, setting))
    for pilot in (False, True):
        yield Picture("why", cards.why(ballot, replace(setting, pilot=pilot)))
    for at in (At.TICK, At.THANKS):
        yield Picture("when", cards.when(ballot.moved(at), setting))
    yield from (Picture("postponed", cards.postponed(setting, when)) for when in cards.LATER)
    yield Picture("erase", cards.sure_to_erase(ballot, setting))
    early = replace(setting, early=True)
    yield Picture("thanks_early", cards.at_place(ballot, early))
    yield Picture("why_early", cards.why(ballot, early))
    yield Picture("erase_early", cards.sure_to_erase(ballot, early))


def _longer(setting: Setting) -> Iterator[Picture]:
    """What says that a round of a deep cycle takes longer."""
    yield Picture("tick_deep", cards.at_place(_NOTHING, setting))
    yield Picture("why_deep", cards.why(_NOTHING, setting))


# --- outside a round ---------------------------------------------------------------------------------------------


def _personal(organisation: Organisation, language: Language, platform: str) -> Iterator[Picture]:
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    until = f"{LONGEST_DAY:%d} september"
    yield Picture("help", home.help_card(language, SOMEBODY, contact, away=True))
    yield Picture("nothing", home.nothing_open(language, SOMEBODY, away=True))
    next_ = say("why.next", language, date=until)
    for lot in (home.Lot(8, 4), home.Lot(8, 4, pilot=True)):
        yield Picture("why_later", home.why(language, lot, next_, away=True))
    yield Picture("privacy", home.privacy(language, platform, organisation.threshold))
    yield Picture("pause", home.pause_menu(language))
    yield Picture("paused", home.paused(language, until, gone=True))
    yield Picture("hours", home.hours_menu(language))
    yield Picture("hour", home.hours_kept(language))
    yield Picture("days", home.days_menu(language))
    yield Picture("day", home.days_kept(language))
    for weekday, hour in ((2, 13), (2, None), (None, 13), (None, None)):
        yield Picture("habits", home.habits(language, weekday, hour))
    yield Picture("habits", home.habits(language, None, None, until=until))
    yield Picture("habits", home.habits(language, None, None, stopped=True))
    yield Picture("forget", home.sure_to_forget(language))
    yield Picture("stop", home.sure_to_stop(language))
    yield Picture("stopped", home.stopped(language))
    yield Picture("returned", home.returned(language))


def _departments(organisation: Organisation, language: Language) -> Iterator[Picture]:
    yield Picture("departments", departments.every_department(organisation.departments, language))
    yield Picture("feedback", departments.to_judge(organisation.departments, language))
    for department in organisation.departments:
        yield Picture("department", departments.of_department(department, language), department=department.key)


# --- of who speaks for a department ------------------------------------------------------------------------------


def _promises(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """About the department with the longest name: what they say themselves is as long as they may make it."""
    department = max(organisation.departments, key=lambda one: len(one.name.in_(language)))
    draft = _pledge(department, "draft")
    yield Picture("points", promises.below_digest(1, language))
    for stance in promises.STANCES:
        yield Picture("which", promises.which(department, 1, stance, THEMES[:MOST_POINTS], language))
        action = promises.point_action(1, stance, THEMES[0])
        yield Picture("sentence", promises.words(department, stance, THEMES[0], action, language, draft.words))
    yield Picture("fresh", promises.told_off(language, "fresh.thanks", department=department.name.in_(language)))
    yield Picture("owner", promises.who(draft, language))
    yield Picture("role", promises.role(draft, language))
    for verb in ("due", "moved"):
        yield Picture("when_done", promises.when(draft, LONGEST_DAY, language, verb))
    yield Picture("promise_look", promises.look(draft, language))
    yield Picture("promise_open", promises.below(INVITATION, language))
    for state in ("open", "done", "dropped", "explained"):
        for settled in (False, True):
            shown = promises.standing(_pledge(department, state), language, settled=settled)
            yield Picture("promise", shown)
    yield Picture("promise_done", promises.sure(draft, language))
    for verb, arguments in (("moved", ["20270101"]), ("quit", [])):
        yield Picture("reason", promises.reason(draft, verb, arguments, language))
    name = department.name.in_(language)
    for key in ("gone", "discarded", "not_yours"):
        yield Picture("promise_no", promises.told_off(language, f"promise.{key}", department=name))


def _pledge(department: Department, state: str) -> Pledge:
    words, owner = _PROMISE, "de coördinator van de balie op de begane grond".ljust(promises.LONGEST_OWNER, ".")
    return Pledge(INVITATION, department, THEMES[0], "take", words, owner, LONGEST_DAY, state, words, LONGEST_DAY)


# --- of who looks for something ------------------------------------------------------------------------------------


def _where(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """What a search leads to."""
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    yield Picture("where", pointing.to_search(language))
    yield Picture("where_nothing", pointing.nothing(language, contact))
    for department in organisation.departments:
        yield from (replace(one, department=department.key) for one in _found(department, language))


def _found(department: Department, language: Language) -> Iterator[Picture]:
    """All that can be found of a department; of several the longest names together."""
    found = [Found(department), *(Found(department, service) for service in department.services)]
    longest = sorted(found, key=lambda one: -len(pointing.label(one, language)))
    for start in range(0, len(longest), MOST):
        yield Picture("where_several", pointing.several(longest[start : start + MOST], language))
    for service in department.services:
        yield Picture("where_one", pointing.one(department, service, language, judged=True))


# --- of an admin -------------------------------------------------------------------------------------------------


def _desk(organisation: Organisation, language: Language) -> Iterator[Picture]:
    yield Picture("desk", desk.desk(language))
    names = [survey.name.in_(language) for survey in organisation.surveys]
    coming = [desk.Foreseen(name, 100, f"{LONGEST_DAY:%d} september", 10_000) for name in names]
    yield Picture("rounds", desk.next_rounds(language, coming, names))
    yield Picture("no_rounds", desk.next_rounds(language, (), ()))
    yield Picture("surveys", desk.which_survey(language, organisation.surveys))
    for survey in organisation.surveys:
        for paused in (False, True):
            shown = survey.model_copy(update={"paused": paused})
            yield Picture("survey", desk.sure(language, shown), survey.key)
            yield Picture("survey_done", desk.done(language, shown), survey.key)


# --- of a lead ---------------------------------------------------------------------------------------------------


def _leads(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """Of the department with the longest name, before its figures are there and after."""
    longest = max(organisation.departments, key=lambda department: len(department.name.in_(language)))
    name, day = longest.name.in_(language), moments.in_words(LONGEST_MOMENT, language)
    yield Picture("estimate", selfimage.question(language, BLOCK, name, day))
    yield Picture("held_back", selfimage.held_back(language, BLOCK, name))
    yield Picture("estimated", selfimage.thanks(language, BLOCK, name, day))
    yield Picture("estimate_late", selfimage.late(language, name))
    sentence, at = (_TIP * 2)[:LONGEST], Leading(language, BLOCK, name, day)
    for said, tips in (("", 0), (sentence, 1_000)):
        yield Picture("lead", at.menu(said, tips))
    yield Picture("lead_out", Leading(language, BLOCK, name, "").menu(sentence, 1_000))
    yield Picture("lead_write", at.writing(sentence))
    written = [Tip(f"{KEY[:-1]}{number}", _TIP[: Text.limit], number == 1) for number in range(3 * ON_A_PAGE)]
    yield Picture("lead_tips", at.tips(written, 2))
    yield Picture("lead_tip", at.tips(written[:2], 1))
