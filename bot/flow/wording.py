"""The words of a digest, made from publications alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analysis.answers import Publication
from analysis.findings import Finding, findings
from config.department import Department
from config.questions import Tapped
from config.texts import fill, say
from config.words import Language


@dataclass(frozen=True)
class Period:
    """The days a block's rounds were open."""

    first: date
    last: date


@dataclass(frozen=True)
class _Words:
    """How to say one department's figures."""

    department: Department
    extra: Tapped
    period: Period
    language: Language

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def day(self, when: date) -> str:
        return self.say("date.day", day=when.day, month=self.say(f"month.m{when.month}"))


def digest_lines(
    ledger: Sequence[Publication], department: Department, extra: Tapped, period: Period, language: Language
) -> tuple[str, ...]:
    """One digest, read in half a minute: what goes well, the judgement, what to work on, the extra question."""
    words = _Words(department, extra, period, language)
    found = findings(ledger)
    by_code = {finding.code: finding.figure for finding in found}
    name = department.name.in_(language)
    heading = words.say(
        "digest.heading",
        department=name,
        first=words.day(period.first),
        last=words.day(period.last),
        n=by_code["good"].n,
    )
    levels = words.say(
        "digest.levels", received=_level(words, by_code["received"]), needed=_level(words, by_code["needed"])
    )
    return (
        heading,
        *(
            f"{_line(words, finding)} {levels}" if finding.code == "good" else _line(words, finding)
            for finding in found
            if finding.code not in ("received", "needed")
        ),
    )


def _line(words: _Words, finding: Finding) -> str:
    figure = finding.figure
    if finding.code == "good":
        return _judgement(words, figure)
    if finding.code == "helped":
        theme = words.department.theme_name(figure.subject, words.language)
        return words.say("digest.helped", theme=theme, times=_times(words, figure))
    if finding.code == "missed":
        return _to_work_on(words, figure)
    question = fill(
        words.extra.ask.in_(words.language),
        department=words.department.name.in_(words.language),
        since=words.day(words.period.first),
    )
    if finding.code == "lost":
        return words.say("digest.lost", label=words.say(f"duration.{figure.verdict}"))
    if finding.code == "level":
        return words.say("digest.level", question=question, level=_level(words, figure))
    labels = {choice.value: choice.label for choice in words.extra.choices(words.language)}
    return words.say(
        "digest.most", question=question, label=labels[figure.verdict], times=_times(words, figure), n=figure.n
    )


def _judgement(words: _Words, figure: Publication) -> str:
    if figure.estimate is None or figure.low is None or figure.high is None:
        return words.say(f"digest.good_{figure.verdict}", n=figure.n)
    return words.say(
        "digest.good",
        k=int(figure.estimate),
        n=figure.n,
        percent=_percent(figure.estimate / figure.n),
        low=_percent(figure.low),
        high=_percent(figure.high),
    )


def _to_work_on(words: _Words, figure: Publication) -> str:
    """The theme most missed, under what the department can do about it."""
    department, language = words.department, words.language
    influence = department.influence(figure.subject)
    with_whom = influence.with_.in_(language) if influence.with_ else words.say("digest.others")
    about = ""
    if figure.verdict:
        about = words.say("digest.mostly", service=department.service_name(figure.verdict, language))
    return words.say(
        f"digest.missed_{influence.by}",
        theme=department.theme_name(figure.subject, language),
        about=about,
        times=_times(words, figure),
        with_whom=with_whom,
    )


def _times(words: _Words, figure: Publication) -> str:
    if figure.estimate is None:
        return words.say("digest.times_most")
    return words.say("digest.times", times=int(figure.estimate))


def _level(words: _Words, figure: Publication) -> str:
    if figure.estimate is None:
        return words.say(f"digest.level_{figure.verdict}")
    shown = f"{figure.estimate:.1f}"
    return shown.replace(".", ",") if words.language == "nl" else shown


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def example_lines(department: Department, language: Language, threshold: int) -> tuple[str, ...]:
    """A digest with invented figures, for a pilot of fewer people than the gate lets through."""
    name = department.name.in_(language)
    return (
        say("example.label", language, department=name, threshold=threshold),
        say("example.good", language, theme=department.theme_name("expertise", language)),
        say("example.judgement", language),
        say("example.missed", language, theme=department.theme_name("speed", language)),
        say("example.end", language),
    )
