"""What a configuration comes to, on one screen of 80 columns or as one JSON object: the good news of `check`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import wrap

from bot.core import moments
from bot.core.doubts import Doubt, Expected, doubts
from bot.core.effort import deep_effort, effort_of
from bot.core.expectation import expected_answers
from bot.core.timing import Window, asked_about_since, upcoming
from config.department import THEMES
from config.organisation import Organisation
from config.survey import WEEKDAYS, Survey
from config.texts import fill, say
from config.words import Language

WIDTH = 80
FIRST = 0  # the cycle whose questions are shown
ROUNDS = 3  # how many of the next ones are shown
TIMES = ("opens", "reminds", "shuts", "digests")


@dataclass(frozen=True)
class Overview:
    """An organisation, what may be expected of it, and what to mind."""

    organisation: Organisation
    language: Language
    expected: Expected
    rounds: Mapping[str, Sequence[Window]]  # of each survey, the next ones
    doubts: Sequence[Doubt]

    def say(self, key: str, **values: object) -> str:
        """A text of the catalogue in the reader's language."""
        return say(key, self.language, **values)


def look(organisation: Organisation, language: Language, now: datetime) -> Overview:
    """Everything there is to tell about a configuration without mistakes."""
    expected = {survey.key: expected_answers(organisation, survey, survey.draw) for survey in organisation.surveys}
    rounds = {survey.key: upcoming(survey.rhythm, now, organisation, ROUNDS) for survey in organisation.surveys}
    return Overview(organisation, language, expected, rounds, doubts(organisation, expected, language))


# --- the screen --------------------------------------------------------------------------------------------------


def lines(overview: Overview) -> Iterator[str]:
    """The screen, line by line."""
    organisation = overview.organisation
    title = overview.say(
        "overview.title",
        organisation=organisation.name,
        people=organisation.people,
        response=round(organisation.response * 100),
        threshold=organisation.threshold,
    )
    yield from wrap(title, WIDTH)
    yield from ("", *_departments(overview))
    for survey in organisation.surveys:
        yield from ("", *_survey(overview, survey))
    yield from ("", overview.say("overview.good_but" if overview.doubts else "overview.good"))
    for doubt in overview.doubts:
        yield from wrap(doubt.said(overview.language), WIDTH, initial_indent="- ", subsequent_indent="  ")


def _departments(overview: Overview) -> Iterator[str]:
    yield _row(*(overview.say(f"overview.{name}") for name in ("department", "services", "expected", "channel")))
    answers = {key: f"{number:.0f}" for counts in overview.expected.values() for key, number in counts.items()}
    for one in overview.organisation.departments:
        name = one.name.in_(overview.language)
        yield _row(name, str(len(one.services)), answers.get(one.key, "-"), one.channel or "-")
    weeks = sorted({survey.rhythm.cycle_weeks for survey in overview.organisation.surveys})
    yield overview.say("overview.expectation", weeks=", ".join(map(str, weeks)))


def _row(name: str, services: str, answers: str, channel: str) -> str:
    return f"{_fit(name, 32):32} {services:>8} {answers:>8}  {_fit(channel, 28)}"


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _survey(overview: Overview, survey: Survey) -> Iterator[str]:
    windows = overview.rounds[survey.key]
    yield _fit(overview.say("overview.survey", name=survey.name.in_(overview.language)), WIDTH)
    yield from wrap(" ".join(_rhythm(overview, survey)), WIDTH, initial_indent="  ", subsequent_indent="  ")
    for number, question in enumerate(_questions(overview, survey), 1):
        yield from wrap(question, WIDTH, initial_indent=f"{number:>4} ", subsequent_indent="     ")
    for departments, (taps, seconds) in effort_of(survey, FIRST).items():
        which = "overview.effort_one" if departments == 1 else "overview.effort_more"
        yield "  " + overview.say(which, departments=departments, taps=taps, seconds=seconds)
    yield from _deep(overview, survey)
    yield _times(overview.say(f"overview.{name}") for name in ("round", *TIMES))
    for window in windows:
        moments = (_moment(overview, at) for at in _moments(window).values())
        yield _times(iter((str(window.number + 1), *moments)))


def _deep(overview: Overview, survey: Survey) -> Iterator[str]:
    """Which cycles take longer, and how much."""
    cost = deep_effort(survey)
    if survey.deep is not None and cost is not None:
        cycles = {"first": survey.deep.first, "every": survey.deep.every}
        said = overview.say("overview.effort_deep", **cycles, taps=cost[0], seconds=cost[1])
        yield from wrap(said, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _rhythm(overview: Overview, survey: Survey) -> Iterator[str]:
    rhythm = survey.rhythm
    yield overview.say(
        "overview.rhythm" if rhythm.every_weeks > 1 else "overview.rhythm_weekly",
        weeks=rhythm.every_weeks,
        weekday=overview.say(f"weekday.d{WEEKDAYS.index(rhythm.weekday)}"),
        clock=f"{rhythm.at:%H:%M}",
        date=_date(overview, rhythm.start),
    )
    groups = "overview.groups" if rhythm.cohorts > 1 else "overview.groups_one"
    yield overview.say(groups, cohorts=rhythm.cohorts, weeks=rhythm.cycle_weeks)
    yield overview.say("overview.closes", clock=f"{rhythm.closes_at:%H:%M}", day=rhythm.closes_on_working_day)


def _questions(overview: Overview, survey: Survey) -> Iterator[str]:
    """The questions of the first cycle in the words people see, in the order in which they are asked."""
    coming = overview.rounds[survey.key][0]
    since = asked_about_since(coming.opens_at, survey.rhythm.cycle_weeks)
    day = moments.day(since, overview.language)
    department, extra = overview.say("overview.some_department"), survey.extra_about(FIRST, promised=False)
    ordinary = (survey.service, survey.missed, survey.helped, extra) if extra is not None else ()
    for question in (survey.tick, survey.received, survey.needed, *ordinary):
        asked = fill(question.ask.in_(overview.language), department=department, since=day) if question else ""
        yield overview.say("overview.extra", question=asked) if question is extra else asked
    yield from _of_themes(overview, department) if extra is None else ()
    yield overview.say("overview.tip", question=fill(survey.text.ask.in_(overview.language), department=department))


def _of_themes(overview: Overview, department: str) -> Iterator[str]:
    """The questions of a deep cycle: two for each theme."""
    for theme in THEMES:
        name = overview.say(f"theme.{theme}")
        for half in ("received", "needed"):
            yield overview.say(f"each_theme.{half}", theme=name, department=department)


def _moments(window: Window) -> dict[str, datetime]:
    return dict(zip(TIMES, (window.opens_at, window.reminds_at, window.closes_at, window.digests_at), strict=True))


def _moment(overview: Overview, at: datetime) -> str:
    weekday = overview.say("overview.weekdays").split()[at.weekday()]
    month = overview.say("overview.months").split()[at.month - 1]
    return overview.say("overview.moment", weekday=weekday, day=at.day, month=month, clock=f"{at:%H:%M}")


def _date(overview: Overview, day: date) -> str:
    return overview.say("overview.date", day=day.day, month=overview.say(f"month.m{day.month}"), year=day.year)


def _times(columns: Iterator[str]) -> str:
    number, *times = columns
    return f"  {number:>5}  {' '.join(f'{at:17}' for at in times)}".rstrip()


# --- the JSON object ---------------------------------------------------------------------------------------------


def document(overview: Overview) -> dict[str, object]:
    """The same as an object for programs."""
    organisation, language = overview.organisation, overview.language
    departments = [
        {"key": d.key, "name": d.name.in_(language), "services": len(d.services), "channel": d.channel}
        for d in organisation.departments
    ]
    return {
        "good": True,
        "organisation": organisation.name,
        "people": organisation.people,
        "departments": departments,
        "surveys": [_survey_document(overview, survey) for survey in organisation.surveys],
        "warnings": [{"what": doubt.what, "said": doubt.said(language)} for doubt in overview.doubts],
    }


def _survey_document(overview: Overview, survey: Survey) -> dict[str, object]:
    rounds = [
        {"number": window.number + 1, **{name: at.isoformat() for name, at in _moments(window).items()}}
        for window in overview.rounds[survey.key]
    ]
    return {
        "key": survey.key,
        "questions": list(_questions(overview, survey)),
        "effort": [{"departments": d, "taps": taps, "seconds": s} for d, (taps, s) in effort_of(survey, FIRST).items()],
        "deep": _deep_document(survey),
        "expected": {key: round(answers, 1) for key, answers in overview.expected[survey.key].items()},
        "rounds": rounds,
    }


def _deep_document(survey: Survey) -> dict[str, int] | None:
    cost = deep_effort(survey)
    if survey.deep is None or cost is None:
        return None
    return {"first": survey.deep.first, "every": survey.deep.every, "taps": cost[0], "seconds": cost[1]}
