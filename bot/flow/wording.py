"""The words of a digest, made from publications alone: a first screen, read in half a minute, and its details."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.answers import Publication
from analysis.coding import OTHER
from analysis.findings import Findings, findings, most, theme_of
from bot.flow import explaining, priorities
from bot.flow.phrasing import Period, Words, gap, influence, level, with_spread, with_whom
from config.department import Department
from config.questions import Tapped
from config.texts import say
from config.words import Language


@dataclass(frozen=True)
class Digest:
    """What a department reads: the first screen, and what stands behind it."""

    lines: tuple[str, ...]
    details: tuple[str, ...]


def digest(
    ledger: Sequence[Publication],
    department: Department,
    extra: Tapped | None,
    period: Period,
    language: Language,
    thought: Sequence[str] = (),
) -> Digest:
    """One block's message: what goes well, the judgement, what to work on, the extra question, what changed.

    `extra` is None for a block of a deep cycle. What the team `thought` beforehand stands below the judgement.
    """
    words = Words(department, extra, period, language)
    found = findings(ledger, department)
    screen = (_heading(words, found.good), *_judged(words, found, thought))
    return Digest(screen, tuple(_details(words, found)))


def undated(
    ledger: Sequence[Publication], department: Department, extra: Tapped | None, cycle_weeks: int, language: Language
) -> Digest:
    """The same for figures of no known days: of answers that were collected elsewhere."""
    words = Words(department, extra, Period(None, None, cycle_weeks), language)
    found = findings(ledger, department)
    n = found.good.n
    heading = words.say("analyse.people", n=n) if n is not None else words.say("analyse.people_few")
    return Digest((heading, *_judged(words, found)), tuple(_details(words, found)))


def comparison(
    ledger: Sequence[Publication], department: Department, extra: Tapped | None, period: Period, language: Language
) -> Digest:
    """At the end of a cycle, for a department whose last message went out in an earlier round: what changed.

    It begins with what went well in that message. After a deep cycle its themes stand in the details once more, beside
    what their places are measured by.
    """
    words = Words(department, extra, period, language)
    heading = words.say("comparison.heading", department=department.name.in_(language), weeks=period.cycle_weeks)
    found = findings(ledger, department)
    themes = priorities.details(words, found.themes, found.crosshair) if found.crosshair else ()
    return Digest((heading, _first(words, found), *_compared(words, found)), tuple(themes))


# --- the first screen ------------------------------------------------------------------------------------------


def _judged(words: Words, found: Findings, thought: Sequence[str] = ()) -> Iterator[str]:
    yield _first(words, found)
    levels = {"received": level(words, found.received), "needed": level(words, found.needed)}
    yield f"{_judgement(words, found.good)} {words.say('digest.levels', **levels)}"
    yield from thought
    yield priorities.to_work_on(words, found.themes) if found.themes else _to_work_on(words, found)
    yield from _extra(words, found.extra)
    yield from explaining.line(found.extra, words.extra, words.language)
    yield from _compared(words, found)


def _first(words: Words, found: Findings) -> str:
    """What goes well: always the first line, also where nothing stands out."""
    if found.themes:
        return priorities.goes_well(words, found.themes)
    if not found.helped:
        return words.say("digest.nothing_helped")
    theme = words.department.theme_name(theme_of(found.helped[0]), words.language)
    return words.say("digest.helped", theme=theme, times=_times(words, found.helped[0]))


def _compared(words: Words, found: Findings) -> Iterator[str]:
    if found.change is not None:
        yield _change(words, found.change, found.detectable)
    if found.band is not None:
        yield words.say(f"digest.band_{found.band.verdict}")
    yield from priorities.placed(words, found.themes)


def _heading(words: Words, good: Publication) -> str:
    values = {
        "department": words.department.name.in_(words.language),
        "first": words.day(words.period.first),
        "last": words.day(words.period.last),
    }
    if good.n is None:
        return words.say("digest.heading_few", **values)
    return words.say("digest.heading", **values, n=good.n)


def _judgement(words: Words, row: Publication) -> str:
    if row.n is None:
        return words.say("digest.good_some")
    if row.estimate is None:
        return words.say(f"digest.good_{row.verdict}", n=row.n)
    return words.say(
        "digest.good",
        k=int(row.estimate),
        n=row.n,
        percent=_percent(row.estimate / row.n),
        low=_percent(row.low),
        high=_percent(row.high),
    )


def _to_work_on(words: Words, found: Findings) -> str:
    """One theme, under what the department can do about it."""
    if not found.missed:
        return words.say("digest.nothing_missed")
    row, language = found.missed[0], words.language
    theme = theme_of(row)
    service = found.mostly.get(theme, "")
    name = words.department.service_name(service, language)
    return words.say(
        f"digest.missed_{words.department.influence(theme).by}",
        theme=words.department.theme_name(theme, language),
        about=words.say("digest.mostly", service=name) if service else "",
        times=_times(words, row),
        with_whom=with_whom(words, theme),
    )


def _times(words: Words, row: Publication) -> str:
    if row.estimate is None:
        return words.say("digest.times_most")
    return words.say("digest.times", times=int(row.estimate))


def _extra(words: Words, rows: Sequence[Publication]) -> Iterator[str]:
    """The cycle's extra question, by what it measures."""
    by_measure = {row.measure: row for row in rows}
    if "lost" in by_measure:
        total, label = by_measure.get("lost_total"), words.say(f"duration.{by_measure['lost'].verdict}")
        yield words.say("digest.lost", label=label, total=_hours(words, total) if total else "")
    if "level" in by_measure:
        yield words.say("digest.level", question=words.question, level=level(words, by_measure["level"]))
    chosen = list(_chosen(words, by_measure.get("direction"), [row for row in rows if row.measure == "choice"]))
    if chosen:
        yield " ".join(chosen)


def _chosen(words: Words, direction: Publication | None, choices: Sequence[Publication]) -> Iterator[str]:
    top = most(choices)
    if top is not None and top.verdict not in ("at_most_2", "some"):  # one of several choices, of which none stands out
        key, times = ("digest.most_words", 0) if top.estimate is None else ("digest.most", int(top.estimate))
        yield words.say(key, question=words.question, label=_label(words, top), times=times)
    beside_it = top is not None and words.extra is not None and top.subject.rpartition(".")[2] in words.extra.unclear
    if direction is not None and not (beside_it and direction.verdict == "none"):
        yield words.say(f"digest.direction_{direction.verdict}")


def _hours(words: Words, row: Publication) -> str:
    hours = {
        name: f"{value or 0:.0f}" for name, value in (("hours", row.estimate), ("low", row.low), ("high", row.high))
    }
    return words.say("digest.lost_total", **hours)


def _label(words: Words, row: Publication) -> str:
    labels = {choice.value: choice.label for choice in words.choices}
    return labels[row.subject.partition(".")[2]]


def _change(words: Words, change: Publication, detectable: Publication | None) -> str:
    weeks = words.period.cycle_weeks
    if detectable is not None:
        return words.say("digest.change_none", weeks=weeks, points=words.number(detectable.estimate))
    points = words.number(abs(change.estimate or 0.0))
    return words.say(f"digest.change_{change.verdict}", weeks=weeks, points=points)


# --- the details -----------------------------------------------------------------------------------------------


def _details(words: Words, found: Findings) -> Iterator[str]:
    yield words.say(
        "details.numbers",
        received=with_spread(words, found.received),
        needed=with_spread(words, found.needed),
        gap=gap(words, found.gap),
    )
    department, language = words.department, words.language
    services = [(department.service_name(row.subject, language), row, "") for row in _but_other(found.services)]
    yield from priorities.details(words, found.themes, found.crosshair)
    yield from _listed(words, "details.services", services, found.services)
    helped = [(department.theme_name(theme_of(row), language), row, "") for row in found.helped]
    yield from _listed(words, "details.helped", helped, ())
    missed = [
        (department.theme_name(theme_of(row), language), row, influence(words, theme_of(row))) for row in found.missed
    ]
    yield from _listed(words, "details.missed", missed, ())
    yield from _long(words, found.extra)
    yield from explaining.details(found.extra, words.extra, words.question, words.language)
    yield from _not_everybody(words, found)
    yield words.say("details.cannot_words" if found.is_in_words else "details.cannot")


def _not_everybody(words: Words, found: Findings) -> Iterator[str]:
    """That some left a question out, where another number of people than in the heading stands behind a list."""
    others = {row.n for row in (*found.services, *found.extra) if row.n is not None}
    if found.good.n is not None and others - {found.good.n}:
        yield words.say("details.not_everybody", n=found.good.n)


def _but_other(rows: Sequence[Publication]) -> list[Publication]:
    return [row for row in rows if row.subject != OTHER]


def _listed(
    words: Words, key: str, items: Sequence[tuple[str, Publication, str]], everything: Sequence[Publication]
) -> Iterator[str]:
    """The named categories with how often, and "other" at the end; nothing where none may be named."""
    shown = [_item(words, name, row, note) for name, row, note in items]
    shown += [_item(words, words.say("details.other"), row, "") for row in everything if row.subject == OTHER]
    if items:
        yield words.say(key, items=", ".join(shown))


def _item(words: Words, name: str, row: Publication, note: str) -> str:
    if row.estimate is None:
        return words.say("details.item_most", name=name, note=note).rstrip()
    return words.say("details.item", name=name, times=int(row.estimate), note=note).rstrip()


def _long(words: Words, rows: Sequence[Publication]) -> Iterator[str]:
    for row in rows:
        if row.measure == "lost_long" and row.estimate is not None and row.n is not None:
            values = {"k": int(row.estimate), "n": row.n, "low": _percent(row.low), "high": _percent(row.high)}
            yield words.say("details.long", **values)


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.0f}"


# --- a pilot that is too small -----------------------------------------------------------------------------------


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
