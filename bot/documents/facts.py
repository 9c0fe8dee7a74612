"""What a document says of an organisation, in the words of one language; the templates only arrange it."""

from dataclasses import dataclass
from datetime import date, time

from bot.core.effort import deep_effort, effort
from bot.documents.deployment import Deployment
from config.department import THEMES, Department
from config.organisation import Organisation
from config.questions import PickOne, PickSeveral, Question, Text
from config.survey import WEEKDAYS, Survey
from config.texts import fill, say
from config.words import Language

PLATFORMS = ("slack", "telegram", "matrix", "webchat")


@dataclass(frozen=True)
class QuestionFacts:
    """One question: its words, and what it offers: "departments", "services", "themes", "text", or "own"."""

    ask: str
    offers: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeepFacts:
    """The longer cycle: which ones, how much work it is, and the questions about each theme."""

    first: int
    every: int
    taps: int
    seconds: int
    questions: tuple[QuestionFacts, ...]


@dataclass(frozen=True)
class SurveyFacts:
    """One survey: whom it asks, about what, when and how much work it is."""

    name: str
    paused: bool
    about: tuple[str, ...]
    audience: tuple[str, ...]  # everybody when empty
    draw: int
    cohorts: int
    every_weeks: int
    cycle_weeks: int
    start: str
    weekday: str
    opens_at: str
    closes_at: str
    closes_on_working_day: int
    taps: int  # for the most departments that are drawn
    seconds: int
    questions: tuple[QuestionFacts, ...]
    extra: tuple[QuestionFacts, ...]  # one of them per cycle
    text: QuestionFacts
    deep: DeepFacts | None


@dataclass(frozen=True)
class DepartmentFacts:
    """One department: where its messages go, and whether somebody leads it."""

    name: str
    channel: str
    own_channel: bool
    has_lead: bool
    has_card: bool


@dataclass(frozen=True)
class Facts:
    """Everything that the templates may say of this organisation and this installation."""

    name: str
    people: int
    threshold: int
    announced: str  # a day in words; empty where nobody was told yet
    contact: str
    confidential: str
    quiet_from: str
    quiet_until: str
    admin_channel: str
    board: bool  # whether board and works council read of each cycle
    everyone: bool  # whether all colleagues read who works on what
    admins: int
    readers: int
    departments: tuple[DepartmentFacts, ...]
    surveys: tuple[SurveyFacts, ...]
    themes: tuple[str, ...]
    platforms: tuple[str, ...]
    seen_by: str  # which chat services see what is tapped and typed, beside ourselves; empty where none does
    here: Deployment

    @property
    def chats(self) -> tuple[str, ...]:
        """The chat services, beside our own web chat, by name."""
        return tuple(name.capitalize() for name in self.platforms if name != "webchat")

    @property
    def unled(self) -> tuple[str, ...]:
        """The departments without a lead."""
        return tuple(one.name for one in self.departments if not one.has_lead)

    @property
    def without_channel(self) -> tuple[str, ...]:
        """The departments whose messages go to the admins."""
        return tuple(one.name for one in self.departments if not one.own_channel)

    @property
    def without_card(self) -> tuple[str, ...]:
        """The departments that show nothing of themselves."""
        return tuple(one.name for one in self.departments if not one.has_card)


def facts(organisation: Organisation, here: Deployment, language: Language) -> Facts:
    """What there is to say."""
    contact, counsellor = organisation.contact, organisation.confidential
    return Facts(
        name=organisation.name,
        people=organisation.people,
        threshold=organisation.threshold,
        announced=day(organisation.announced, language) if organisation.announced else "",
        contact=f"{contact.name}, {contact.reach}",
        confidential=f"{counsellor.name}, {counsellor.reach}",
        quiet_from=_hour(organisation.quiet.from_),
        quiet_until=_hour(organisation.quiet.until),
        admin_channel=organisation.admin_channel,
        board=organisation.report.channel is not None,
        everyone=organisation.report.everyone is not None,
        admins=len(organisation.roles.admins),
        readers=len(organisation.roles.readers),
        departments=tuple(_department(organisation, one, language) for one in organisation.departments),
        surveys=tuple(_survey(organisation, one, language) for one in organisation.surveys),
        themes=tuple(say(f"theme.{theme}", language) for theme in THEMES),
        platforms=_in_use(organisation, here),
        seen_by=_seen_by(_in_use(organisation, here), language),
        here=here,
    )


def _in_use(organisation: Organisation, here: Deployment) -> tuple[str, ...]:
    """The platforms that are set up, and those on which channels are."""
    used = {channel.partition(":")[0] for channel in organisation.channels} | here.platforms
    return tuple(name for name in PLATFORMS if name in used)


def _seen_by(platforms: tuple[str, ...], language: Language) -> str:
    """A homeserver for Matrix is somebody's own; others go by their name."""
    names = [say(f"documents.seen_{name}", language) for name in platforms if name != "webchat"]
    return say("documents.and", language, first=", ".join(names[:-1]), last=names[-1]) if names[1:] else "".join(names)


def _department(organisation: Organisation, department: Department, language: Language) -> DepartmentFacts:
    return DepartmentFacts(
        name=department.name.in_(language),
        channel=organisation.channel_of(department),
        own_channel=department.channel is not None,
        has_lead=department.lead is not None,
        has_card=department.card is not None,
    )


def _survey(organisation: Organisation, survey: Survey, language: Language) -> SurveyFacts:
    names = {department.key: department.name.in_(language) for department in organisation.departments}
    rhythm = survey.rhythm
    taps, seconds = effort(survey)[survey.draw]
    fixed = (survey.tick, survey.received, survey.needed, survey.service, survey.missed, survey.helped)
    return SurveyFacts(
        name=survey.name.in_(language),
        paused=survey.paused,
        about=tuple(department.name.in_(language) for department in organisation.asked_about(survey)),
        audience=tuple(names[key] for key in survey.audience.departments),
        draw=survey.draw,
        cohorts=rhythm.cohorts,
        every_weeks=rhythm.every_weeks,
        cycle_weeks=rhythm.cycle_weeks,
        start=day(rhythm.start, language),
        weekday=say(f"weekday.d{WEEKDAYS.index(rhythm.weekday)}", language),
        opens_at=_hour(rhythm.at),
        closes_at=_hour(rhythm.closes_at),
        closes_on_working_day=rhythm.closes_on_working_day,
        taps=taps,
        seconds=seconds,
        questions=tuple(_question(question, language) for question in fixed),
        extra=tuple(_question(question, language) for question in survey.extra),
        text=_question(survey.text, language),
        deep=_deep(survey, language),
    )


def _deep(survey: Survey, language: Language) -> DeepFacts | None:
    cost = deep_effort(survey)
    if survey.deep is None or cost is None:
        return None
    places = {"department": say("documents.department", language), "theme": say("documents.theme", language)}
    questions = tuple(
        QuestionFacts(
            say(f"each_theme.{half}", language, **places), "own", tuple(c.label for c in scale.choices(language))
        )
        for half, scale in (("received", survey.received), ("needed", survey.needed))
    )
    return DeepFacts(survey.deep.first, survey.deep.every, *cost, questions)


def _question(question: Question, language: Language) -> QuestionFacts:
    places = {"department": say("documents.department", language), "since": say("documents.since", language)}
    places["promise"] = say("documents.promise", language)
    choices = tuple(choice.label for choice in question.choices(language))
    return QuestionFacts(fill(question.ask.in_(language), **places), _offers(question), choices)


def _offers(question: Question) -> str:
    if isinstance(question, Text):
        return "text"
    if isinstance(question, PickOne | PickSeveral) and isinstance(question.options, str):
        return question.options
    return "own"


def day(which: date, language: Language) -> str:
    """A day as people say it, with its year."""
    return f"{say('date.day', language, day=which.day, month=say(f'month.m{which.month}', language))} {which.year}"


def _hour(clock: time) -> str:
    return f"{clock:%H:%M}"
