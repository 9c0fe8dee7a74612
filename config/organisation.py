"""The Organisation: everything admins configure, as one validated document; the content of an edition."""

from collections.abc import Mapping
from datetime import time
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from config.department import Department
from config.roles import Roles
from config.survey import Survey
from config.words import Address, Clock, Day, Language, Model, Phrase, Share, Whole


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("zone_unknown", "unknown time zone")
    return name


def _known_country(code: str) -> str:
    import holidays  # 0.2 s: only when an organisation is read

    try:
        holidays.country_holidays(code)
    except NotImplementedError:
        raise PydanticCustomError("country_unknown", "unknown country") from None
    return code


Zone = Annotated[str, AfterValidator(_known_zone)]
Country = Annotated[str, AfterValidator(_known_country)]

MOST_DEPARTMENTS = 25
MOST_SURVEYS = 5


class Contact(Model):
    """Somebody to call: a name and how to reach them."""

    name: Phrase
    reach: Phrase


class QuietHours(Model):
    """Nobody is asked before `until` or from `from` on, in their own zone, nor in the weekend or on a holiday."""

    from_: Clock = Field(default=time(17, 30), alias="from")
    until: Clock = time(8, 30)


class Report(Model):
    """Where the messages about a whole cycle go; without a channel there is none."""

    channel: Address | None = None  # of the board and the works council
    everyone: Address | None = None  # of all colleagues: it gets no figures


class Head(Model):
    """What `organisation.toml` holds: everything but the departments and the surveys."""

    name: Phrase
    language: Language = "nl"
    timezone: Zone = "Europe/Amsterdam"
    country: Annotated[Country, Field(pattern=r"^[A-Z]{2}$")] = "NL"  # whose public holidays
    people: Annotated[Whole, Field(ge=1, le=1_000_000)]  # how many are expected to be asked
    response: Share = 0.5  # which share of them is expected to answer
    threshold: Annotated[Whole, Field(ge=7, le=100)] = 10  # people in a block before anything is shown
    contact: Contact
    confidential: Contact  # the confidential counsellor
    admin_channel: Address
    test_channel: Address
    announced: Day | None = None  # when colleagues were told that this begins
    quiet: QuietHours = QuietHours()
    report: Report = Report()
    roles: Roles = Roles()


class Organisation(Head):
    """One validated document. Departments and surveys are in catalogue order: by key."""

    departments: Annotated[tuple[Department, ...], Field(min_length=1, max_length=MOST_DEPARTMENTS)]
    surveys: Annotated[tuple[Survey, ...], Field(min_length=1, max_length=MOST_SURVEYS)]

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which rounds open and close and digests are posted."""
        return ZoneInfo(self.timezone)

    @cached_property
    def by_key(self) -> Mapping[str, Department]:
        """The departments by their key."""
        return {department.key: department for department in self.departments}

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that gets messages, each once."""
        of_all = (self.admin_channel, self.test_channel, self.report.channel, self.report.everyone)
        of_departments = (department.channel for department in self.departments)
        return tuple(dict.fromkeys(channel for channel in (*of_all, *of_departments) if channel))

    def channel_of(self, department: Department) -> str:
        """Where a department's messages go: to its own channel, else to the admin channel."""
        return department.channel or self.admin_channel

    def survey(self, key: str) -> Survey:
        """The survey with this key. Raises KeyError."""
        return {survey.key: survey for survey in self.surveys}[key]

    def asked_about(self, survey: Survey) -> tuple[Department, ...]:
        """The departments this survey asks about, in catalogue order."""
        return tuple(d for d in self.departments if not survey.about or d.key in survey.about)

    def asking_about(self, department: str) -> Survey | None:
        """The survey that asks about a department: there is one at most."""
        return next((s for s in self.surveys if department in {d.key for d in self.asked_about(s)}), None)

    def within_cycle(self, began: "Organisation") -> "Organisation":
        """This edition as a cycle that began under an earlier one sees it (measurement: §3 rule 1).

        Whatever decides who is in a cell comes from the edition the cycle began with: surveys, threshold, and
        which departments and services there are. Names, cards, channels, leads and contacts are today's; so is
        whether a survey is paused.
        """
        departments = tuple(_renamed(old, self.by_key.get(old.key)) for old in began.departments)
        paused = {survey.key for survey in self.surveys if survey.paused}
        surveys = tuple(survey.model_copy(update={"paused": survey.key in paused}) for survey in began.surveys)
        frozen = {"departments": departments, "surveys": surveys, "threshold": began.threshold}
        return self.changed(**frozen)

    def changed(self, **parts: Any) -> "Organisation":
        """The same with other parts; unlike model_copy it validates them, and copies no cached property."""
        return Organisation(**{**{name: getattr(self, name) for name in type(self).model_fields}, **parts})


def _renamed(old: Department, new: Department | None) -> Department:
    """The department as it was frozen, under today's names."""
    if new is None:
        return old
    today = {service.key: service for service in new.services}
    services = tuple(today.get(service.key, service) for service in old.services)
    return new.model_copy(update={"services": services, "share": old.share})
