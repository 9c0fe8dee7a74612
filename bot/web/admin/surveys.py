"""The surveys, two forms each: what is asked and in which words; of whom and when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from bot.core.advice import advice
from bot.core.effort import deep_effort, effort
from bot.core.timing import Calendar, Window
from bot.flow import ahead, pausing, testing
from bot.store import editions
from bot.store.editions import Edition
from bot.web.admin import forms, parts, preview
from bot.web.admin.door import Refused
from bot.web.admin.drawing import Clock
from bot.web.admin.forms import Sheet
from bot.web.admin.parts import Draw, Part
from bot.web.admin.proposing import propose
from bot.web.admin.visit import Visit
from config import deep
from config.organisation import Organisation
from config.survey import FIXED, WEEKDAYS, Survey
from config.texts import say
from config.words import Language

OVER = "/surveys"
KINDS = ("duration", "expected", "found", "noticed", "better_same_worse", "scale", "pick_one", "pick_several")
"""Of an extra question, in the order in which they are offered."""
WITH_OPTIONS = ("pick_one", "pick_several")
WITH_LABELS = ("scale",)
MOST_EXTRA = 12
MOST_OPTIONS = 8
GRADES = 5
QUESTIONS = (*FIXED, "extra")
REST = tuple(name for name in Survey.model_fields if name not in QUESTIONS)


async def overview(visit: Visit) -> Response:
    """Every survey, what it takes of people, and how often."""
    edition = await visit.edition()
    organisation = edition.organisation
    efforts = {one.key: list(effort(one).values())[-1] for one in organisation.surveys}
    deep_efforts = {one.key: deep_effort(one) for one in organisation.surveys}
    context = {
        "surveys": organisation.surveys,
        "efforts": efforts,
        "deep_efforts": deep_efforts,
        "weekdays": WEEKDAYS,
        "test_cards": await visit.read(testing.kinds, visit.language),
        "platforms": list(visit.platforms),
        "rows": await visit.read(_calendar, visit.now, visit.language, live=edition.live),
        "left": await visit.read(ahead.left_alone, visit.now),
        "clock": Clock(visit.language, organisation.zone),
    }
    return visit.html("surveys.html", context)


@dataclass(frozen=True)
class Row:
    """One round of the calendar; `group` counts from 1, and is 0 in the pilot, which asks everybody in it."""

    survey: Survey
    number: int
    group: int
    is_deep: bool  # its cycle asks about each theme
    times: Window
    people: int
    answers: int  # expected
    holidays: tuple[str, ...]


def _calendar(session: Session, now: datetime, language: Language, *, live: bool) -> list[Row]:
    organisation = editions.latest(session).organisation
    calendar = Calendar(organisation.country)
    surveys = {survey.key: survey for survey in organisation.surveys}
    return [
        Row(
            survey=surveys[one.survey],
            number=one.number,
            group=one.cohort + 1 if live else 0,
            is_deep=one.is_deep,
            times=one.times,
            people=people,
            answers=round(people * organisation.response),
            holidays=tuple(
                name for _, name in calendar.holidays(one.times.opens_at.date(), one.times.closes_at.date(), language)
            ),
        )
        for one, people in ahead.half_year(session, now)
        if one.survey in surveys
    ]


async def tested(visit: Visit) -> Response:
    """A test card to whoever asks for it, in chat."""
    words, platform = visit.said("card"), visit.said("platform")
    try:
        if platform not in visit.platforms:
            raise testing.NotSent("no_account")
        await visit.write(testing.send, visit.admin.person, words, visit.now, platform)
    except testing.NotSent as refused:
        return visit.to(OVER, f"not_sent_{refused.why}")
    return visit.to(OVER, "sent")


async def paused(visit: Visit) -> Response:
    """No round opens, or rounds open again."""
    key, what = visit.part("key"), visit.part("what")
    _found((await visit.edition()).organisation, key)
    if what not in ("pause", "resume"):
        raise Refused(404)
    stops = what == "pause"
    change = partial(pausing.changed, survey=key, paused=stops)
    return await propose(visit, change, OVER, note=pausing.note(key, paused=stops))


async def questions(visit: Visit) -> Response:
    """The form of the questions of one survey."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    return _draw_questions(visit, edition, found)(forms.filled(found), 200)


async def asked_otherwise(visit: Visit) -> Response:
    """Other questions, or the same in other words."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    kept = tuple((name, getattr(found, name)) for name in REST)
    part = Part(Survey, ("surveys", found.key), _put_questions, OVER, kept, tidy=_tidy)
    return await parts.received(visit, part, _draw_questions(visit, edition, found))


async def rhythm(visit: Visit) -> Response:
    """The form of when a survey asks, and whom."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    return _draw_rhythm(visit, edition, found)(forms.filled(found), 200)


async def asked_at_other_times(visit: Visit) -> Response:
    """Another rhythm, or other people."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    kept = (("key", found.key), *((name, getattr(found, name)) for name in QUESTIONS))
    part = Part(Survey, ("surveys", found.key), _put_rhythm, OVER, kept)
    return await parts.received(visit, part, _draw_rhythm(visit, edition, found))


# --- what becomes of the organisation --------------------------------------------------------------------------


def _put_questions(today: Organisation, survey: Survey) -> Organisation:
    return _put(today, survey, QUESTIONS)


def _put_rhythm(today: Organisation, survey: Survey) -> Organisation:
    return _put(today, survey, tuple(name for name in REST if name != "paused"))  # no field of this form


def _put(today: Organisation, survey: Survey, names: tuple[str, ...]) -> Organisation:
    """Only what the form asked for: the rest may have changed meanwhile."""
    now = _found(today, survey.key).model_copy(update={name: getattr(survey, name) for name in names})
    return today.changed(surveys=tuple(now if one.key == survey.key else one for one in today.surveys))


def _tidy(sheet: Sheet) -> Sheet:
    """An extra question of another kind has no options or labels, whatever stood there before."""
    extra = sheet.at("extra")
    if not isinstance(extra, list):
        return sheet
    return replace(sheet, content={**sheet.content, "extra": [_of_its_kind(one) for one in extra]})


def _of_its_kind(question: Any) -> Any:
    if not isinstance(question, Mapping) or not any(question.get(name) for name in ("key", "ask", "kind")):
        return question
    kind = question.get("kind")
    gone = {*(() if kind in WITH_OPTIONS else ("options",)), *(() if kind in WITH_LABELS else ("labels",))}
    return {name: value for name, value in question.items() if name not in gone}


# --- the forms -------------------------------------------------------------------------------------------------


async def previewed(visit: Visit) -> Response:
    """The cards of the survey as a form describes it; nothing is saved. Raises Refused(422) where it is not right."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    try:
        sheet = _tidy(forms.sent(visit.form.multi_items()))
        survey = forms.read(Survey, sheet, **{name: getattr(found, name) for name in REST})
        proposed = forms.agreed(_put_questions(edition.organisation, survey), ("surveys", found.key), visit.platforms)
    except (forms.Malformed, forms.Mistaken):
        raise Refused(422) from None
    return visit.html("_preview.html", _preview(visit, proposed, found.key))


def _preview(visit: Visit, organisation: Organisation, key: str) -> dict[str, object]:
    spoken = organisation.language
    return {"shown": preview.shown(organisation, key, spoken, visit.house.previews()), "spoken": spoken}


def _advice(survey: Survey, language: Language) -> list[str]:
    """What a survey researcher would say of the questions as they are saved."""
    return [say(f"warning.{one.what}", language, place=one.place, words=one.words) for one in advice(survey)]


def _draw_questions(visit: Visit, edition: Edition, survey: Survey) -> Draw:
    def draw(sheet: Sheet, status: int) -> Response:
        context = {
            **_preview(visit, edition.organisation, survey.key),
            "advice": _advice(survey, visit.language),
            "effort": effort(survey),
            "deep_effort": deep_effort(survey),
            "sheet": sheet,
            "survey": survey,
            "edition": _worked_out_on(visit, edition),
            "kinds": KINDS,
            "with_options": WITH_OPTIONS,
            "with_labels": WITH_LABELS,
            "most_extra": MOST_EXTRA,
            "most_options": MOST_OPTIONS,
            "grades": GRADES,
        }
        return visit.html("questions.html", context, status)

    return draw


def _draw_rhythm(visit: Visit, edition: Edition, survey: Survey) -> Draw:
    def draw(sheet: Sheet, status: int) -> Response:
        departments = [(one.key, one.name.in_(visit.language)) for one in edition.organisation.departments]
        context = {
            "sheet": sheet,
            "survey": survey,
            "edition": _worked_out_on(visit, edition),
            "departments": departments,
            "weekdays": WEEKDAYS,
            "deep_questions": len(deep.QUESTIONS),
        }
        return visit.html("rhythm.html", context, status)

    return draw


def _worked_out_on(visit: Visit, edition: Edition) -> int:
    return visit.whole(visit.said("edition")) or edition.number or 0


def _found(organisation: Organisation, key: str) -> Survey:
    found = next((survey for survey in organisation.surveys if survey.key == key), None)
    if found is None:
        raise Refused(404)
    return found
