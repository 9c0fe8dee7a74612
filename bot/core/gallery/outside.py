"""The cards outside a round: of somebody, of departments, of who looks for something, of an admin."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot.core import departments, desk, home, pointing
from bot.core.finding import MOST, Found
from bot.core.gallery.picture import LONGEST_DAY, SOMEBODY, Picture
from config.department import Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language

LONGEST_MOMENT = datetime(2026, 9, 30, 9, tzinfo=UTC)


def of_somebody(organisation: Organisation, language: Language, platform: str) -> Iterator[Picture]:
    """What is about a person: help, rest, and when they are asked."""
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


def of_departments(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """Which there are, and what each shows of itself."""
    yield Picture("departments", departments.every_department(organisation.departments, language))
    yield Picture("feedback", departments.to_judge(organisation.departments, language))
    for department in organisation.departments:
        yield Picture("department", departments.of_department(department, language), department=department.key)


def of_searches(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """What a search leads to."""
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    yield Picture("where", pointing.to_search(language))
    yield Picture("where_nothing", pointing.nothing(language, contact))
    counsellor = organisation.confidential
    yield Picture("where_confidential", pointing.confidential(language, counsellor.name, counsellor.reach))
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
        yield Picture("where_guess", pointing.one(department, service, language, judged=True, is_guess=True))


def of_admins(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """What an admin can ask for in chat."""
    yield Picture("desk", desk.desk(language))
    names = [survey.name.in_(language) for survey in organisation.surveys]
    coming = [desk.Foreseen(name, 100, f"{LONGEST_DAY:%d} september", 10_000, is_deep=True) for name in names]
    yield Picture("rounds", desk.next_rounds(language, coming, names))
    yield Picture("no_rounds", desk.next_rounds(language, (), ()))
    yield Picture("surveys", desk.which_survey(language, organisation.surveys))
    for survey in organisation.surveys:
        for paused in (False, True):
            shown = survey.model_copy(update={"paused": paused})
            yield Picture("survey", desk.sure(language, shown), survey.key)
            yield Picture("survey_done", desk.done(language, shown), survey.key)
