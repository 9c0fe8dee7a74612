"""What no single key shows: things in different files that contradict each other."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from config.channels import mistake
from config.department import SOMETHING_ELSE, Department
from config.organisation import Head
from config.questions import Noticed, Option, Question
from config.survey import FIXED, Survey
from config.words import LANGUAGES, Language, Words

_PLACES = {"tick": {"since"}, "missed": {"department"}, "helped": {"department"}, "service": {"department"}}
_PLACES_ELSEWHERE = {"department", "since"}
_PLACES_OF_A_PROMISE = {"department", "promise"}
_BRACES = re.compile(r"\{([^{}]*)\}")  # wider than what is filled in: `{Department}` is a mistake too

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Contradiction:
    """A problem between keys that are each fine: its place in the document and its words."""

    place: Place
    what: str
    values: tuple[tuple[str, str], ...] = ()


def contradictions(
    head: Head | None, departments: Sequence[Department], surveys: Sequence[Survey], platforms: Collection[str] = ()
) -> list[Contradiction]:
    """Every contradiction among the parts that could be read; any platform will do where none are given."""
    found = [*_quiet(head), *_report(head), *_names(departments), *_channels(head, departments)]
    found += _platforms(head, departments, platforms) if platforms else ()
    for department in departments:
        found += [*_services(department), *_deputies(department)]
    keys = {department.key for department in departments}
    for survey in surveys:
        found += [
            *_unknown_departments(survey, keys),
            *_extra_keys(survey),
            *_option_keys(survey),
            *_fixed_keys(survey),
            *_wording(survey),
            *_options(survey),
            *_promises(survey),
        ]
    return [*found, *_overlap(surveys, keys)]


def _promises(survey: Survey) -> Iterator[Contradiction]:
    """Where nothing was promised, lost time is asked: so there has to be a question about that."""
    for number, question in enumerate(survey.extra):
        if isinstance(question, Noticed) and survey.lost_time is None:
            yield Contradiction(("surveys", survey.key, "extra", number, "kind"), "noticed_alone")


def _quiet(head: Head | None) -> Iterator[Contradiction]:
    if head is not None and head.quiet.until >= head.quiet.from_:
        yield Contradiction(("quiet", "until"), "quiet_all_day")


def _report(head: Head | None) -> Iterator[Contradiction]:
    """The channel of everyone gets nothing else: what stands in any other is not for everyone."""
    if head is None:
        return
    channel, everyone = head.report.channel, head.report.everyone
    if channel is not None and channel == head.test_channel:
        yield Contradiction(("report", "channel"), "report_twice", (("channel", channel),))
    if everyone is not None and everyone in (head.admin_channel, head.test_channel, channel):
        yield Contradiction(("report", "everyone"), "report_twice", (("channel", everyone),))


def _repeated(values: Iterable[str]) -> set[str]:
    return {value for value, times in Counter(values).items() if times > 1}


def _names(departments: Sequence[Department]) -> Iterator[Contradiction]:
    for language in LANGUAGES:
        twice = _repeated(d.name.in_(language).casefold() for d in departments)
        for department in departments:
            name = department.name.in_(language)
            if name.casefold() in twice and (language == "nl" or department.name.nl != department.name.en):
                yield Contradiction(("departments", department.key, "name"), "name_twice", (("name", name),))


def _channels(head: Head | None, departments: Sequence[Department]) -> Iterator[Contradiction]:
    """A channel shared with another department shows the figures of one under the name of the other."""
    reserved = set()
    if head is not None:
        reserved = {head.admin_channel, head.test_channel, head.report.channel, head.report.everyone}
    twice = _repeated(d.channel for d in departments if d.channel)
    for department in departments:
        channel = department.channel
        if channel is not None and (channel in twice or channel in reserved):
            yield Contradiction(("departments", department.key, "channel"), "channel_twice", (("channel", channel),))


def _platforms(head: Head | None, departments: Sequence[Department], known: Collection[str]) -> Iterator[Contradiction]:
    """A message to a platform that is not there would never arrive, nor one to what can be no channel of it."""
    places: list[tuple[tuple[str | int, ...], str | None]] = [
        (("departments", department.key, "channel"), department.channel) for department in departments
    ]
    if head is not None:
        places += [(("admin_channel",), head.admin_channel), (("test_channel",), head.test_channel)]
        places += [(("report", "channel"), head.report.channel), (("report", "everyone"), head.report.everyone)]
    for place, channel in places:
        platform = (channel or "").partition(":")[0]
        if channel is not None and platform not in known:
            yield Contradiction(place, "platform_unknown", (("platform", platform), ("platforms", ", ".join(known))))
        elif channel is not None and (problem := mistake(channel)):
            yield Contradiction(place, problem, (("channel", channel),))


def _services(department: Department) -> Iterator[Contradiction]:
    keys = [service.key for service in department.services]
    for index, key in enumerate(keys):
        place = ("departments", department.key, "services", index, "key")
        if key in keys[:index]:
            yield Contradiction(place, "key_twice", (("key", key),))
        if key == SOMETHING_ELSE:
            yield Contradiction(place, "key_reserved", (("key", key),))


def _deputies(department: Department) -> Iterator[Contradiction]:
    """A person who is named twice is most likely a slip for another one."""
    named = (department.lead, *department.deputies)
    for index, person in enumerate(department.deputies):
        if person in named[: index + 1]:
            place = ("departments", department.key, "deputies", index)
            yield Contradiction(place, "deputy_twice", (("person", person),))


def _unknown_departments(survey: Survey, keys: set[str]) -> Iterator[Contradiction]:
    places: list[tuple[Place, str]] = [(("surveys", survey.key, "about", i), key) for i, key in enumerate(survey.about)]
    places += [
        (("surveys", survey.key, "audience", "departments", i), key)
        for i, key in enumerate(survey.audience.departments)
    ]
    for place, key in places:
        if key not in keys:
            yield Contradiction(place, "department_unknown", (("key", key),))


def _extra_keys(survey: Survey) -> Iterator[Contradiction]:
    keys = [question.key for question in survey.extra]
    for index, key in enumerate(keys):
        place = ("surveys", survey.key, "extra", index, "key")
        if key in keys[:index]:
            yield Contradiction(place, "key_twice", (("key", key),))
        if key in (*FIXED, "theme"):
            yield Contradiction(place, "key_reserved", (("key", key),))


def _option_keys(survey: Survey) -> Iterator[Contradiction]:
    for index, question in enumerate(survey.extra):
        options = getattr(question, "options", ())
        keys = [option.key for option in options if isinstance(option, Option)]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                place = ("surveys", survey.key, "extra", index, "options", number, "key")
                yield Contradiction(place, "key_twice", (("key", key),))


def _fixed_keys(survey: Survey) -> Iterator[Contradiction]:
    for name in FIXED:
        if getattr(survey, name).key != name:
            yield Contradiction(("surveys", survey.key, name, "key"), "key_fixed")


def _wording(survey: Survey) -> Iterator[Contradiction]:
    for name, question, place in _placed_questions(survey):
        for language in LANGUAGES:
            allowed = _PLACES_OF_A_PROMISE if isinstance(question, Noticed) else _PLACES.get(name, _PLACES_ELSEWHERE)
            yield from _unknown_places(question.ask, (*place, "ask"), language, allowed)
            yield from _unknown_places(question.explain, (*place, "explain"), language, set())


def _unknown_places(
    words: Words | None, place: Place, language: Language, allowed: set[str]
) -> Iterator[Contradiction]:
    """A place that nothing is filled in for would be shown as it stands, braces and all."""
    text = (getattr(words, language) if words else None) or ""
    if set(_BRACES.sub("", text)) & {"{", "}"}:
        yield Contradiction(place, "brace_alone")
    for unknown in sorted(set(_BRACES.findall(text)) - allowed):
        known = ", ".join(f"{{{one}}}" for one in sorted(allowed))
        values = (("place", unknown), ("known", known))
        yield Contradiction(place, "placeholder_unknown" if allowed else "placeholder_none", values)


def _placed_questions(survey: Survey) -> Iterator[tuple[str, Question, Place]]:
    for name in FIXED:
        yield name, getattr(survey, name), ("surveys", survey.key, name)
    for index, question in enumerate(survey.extra):
        yield "extra", question, ("surveys", survey.key, "extra", index)


def _options(survey: Survey) -> Iterator[Contradiction]:
    """The fixed questions are about departments, services and themes; an extra one brings its own options."""
    wanted = {"tick": "departments", "service": "services", "missed": "themes", "helped": "themes"}
    for name, options in wanted.items():
        if getattr(survey, name).options != options:
            values = (("options", options),)
            yield Contradiction(("surveys", survey.key, name, "options"), "options_fixed", values)
    for index, question in enumerate(survey.extra):
        place = ("surveys", survey.key, "extra", index, "options")
        if isinstance(getattr(question, "options", None), str):
            yield Contradiction(place, "options_own")


def _overlap(surveys: Sequence[Survey], keys: set[str]) -> Iterator[Contradiction]:
    """One partition per department: a department is asked about in one survey only (measurement: §3 rules 2, 10)."""
    taken: dict[str, str] = {}
    for survey in surveys:
        for key in survey.about or sorted(keys):
            other = taken.setdefault(key, survey.key)
            if other != survey.key:
                values = (("department", key), ("survey", other))
                yield Contradiction(("surveys", survey.key, "about"), "survey_overlap", values)
