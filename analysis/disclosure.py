"""The gate: what may be shown, when, and how coarsely. Nothing leaves `analysis/` but through `publish`.

A department is one partition: its block closes when the pair, the theme and the extra question each have enough
people, is released once, and is deleted with its cycle when it never gets there (measurement: §3 rules 1-3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, col, select

from analysis import counts as counting
from analysis.answers import Block, BlockState, Participation, Publication
from analysis.statistics import mean, median_class, wilson
from config.department import THEMES, Department
from config.questions import Duration, Measure, PickSeveral, Tapped

FEW = 2  # at most this many on one side of a share is not counted out
SHARED = 5  # each part of a crossing has at least this many people (rule 6)
LOW, HIGH = 2.75, 3.25  # where a level in words begins and ends (rule 5)


# --- when ------------------------------------------------------------------------------------------------------


def settle(session: Session, blocks: Mapping[str, Block], extra: str, threshold: int) -> list[Block]:
    """After a deposit: write how many people each block holds and close those with enough. Returns the closed."""
    numbers = [block.number for block in blocks.values()]
    session.execute(delete(Participation).where(col(Participation.block).in_(numbers)))
    found = counting.people(session, numbers)
    session.add_all(Participation(block=b, question=q, people=n) for (b, q), n in found.items())
    needed = ("received", "needed", "service", "theme", extra)
    ready = [b for b in blocks.values() if all(found.get((b.number, q), 0) >= threshold for q in needed)]
    for block in ready:
        block.state = BlockState.CLOSED
        session.add(block)
    return ready


def released(session: Session, cycle: int) -> set[str]:
    """The departments of which a block was released in this cycle."""
    done = select(Block.department).where(Block.cycle == cycle, Block.state == BlockState.RELEASED)
    return set(session.exec(done))


def people_in(session: Session, block: Block) -> dict[str, int]:
    """How many people answered each question of a released block. Raises ValueError for any other."""
    if block.state is not BlockState.RELEASED:
        raise ValueError(f"block {block.id} is not released")
    rows = session.exec(select(Participation).where(Participation.block == block.number))
    return {row.question: row.people for row in rows if row.question != "text"}


# --- what ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Publishable:
    """One figure, coded: what may be written down as published."""

    measure: str
    n: int
    subject: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: str = ""


def publish(
    session: Session, block: Block, department: Department, extra: Tapped, threshold: int, today: date
) -> list[Publication]:
    """Release a closed block, once: its figures, coded, go into the ledger. Raises ValueError for any other block."""
    if block.state is not BlockState.CLOSED or threshold < 10:
        raise ValueError(f"block {block.id} is {block.state}, threshold {threshold}: nothing to release")
    figures = _figures(session, block, department, extra)
    rows = [
        Publication(
            block=block.number,
            department=block.department,
            measure=figure.measure,
            subject=figure.subject,
            estimate=figure.estimate,
            low=figure.low,
            high=figure.high,
            verdict=figure.verdict,
            n=figure.n,
            released_on=today,
        )
        for figure in figures
    ]
    session.add_all(rows)
    block.state = BlockState.RELEASED
    session.add(block)
    session.flush()
    return rows


def publications(session: Session, block: int) -> list[Publication]:
    """The ledger of one block, in the order in which it was written."""
    return list(session.exec(select(Publication).where(Publication.block == block).order_by(col(Publication.id))))


def _figures(session: Session, block: Block, department: Department, extra: Tapped) -> list[Publishable]:
    table = counting.value_counts(session, block.number)
    crossed = counting.pair_counts(session, block.number, "theme", "service")
    received, needed = counting.counts_of(table, "received"), counting.counts_of(table, "needed")
    themes = counting.counts_of(table, "theme")
    of_extra = counting.counts_of(table, extra.key)
    if isinstance(extra, PickSeveral):
        people = counting.people(session, [block.number]).get((block.number, extra.key), 0)
        shown = _most_of_several(of_extra, people, extra)
    else:
        shown = _extra(of_extra, extra)
    return [*_levels(received, needed), *_themes(themes, crossed, department), *shown]


def _levels(received: dict[str, int], needed: dict[str, int]) -> list[Publishable]:
    """The headline with its interval and both means; where the headline is coded, words only."""
    n = sum(received.values())
    good = received.get("4", 0) + received.get("5", 0)
    if good <= FEW or n - good <= FEW:
        verdict = "at_most_2" if good <= FEW else "all_but_2"
        return [
            Publishable("good", n, verdict=verdict),
            _in_words("received", received),
            _in_words("needed", needed),
        ]
    share = wilson(good, n)
    headline = Publishable("good", n, "", float(good), share.low, share.high)
    return [headline, _mean("received", received), _mean("needed", needed)]


def _mean(measure: str, counts: dict[str, int]) -> Publishable:
    """A mean with one decimal; in words where all but at most two people chose the same."""
    n = sum(counts.values())
    if n - max(counts.values()) <= FEW:
        return _in_words(measure, counts)
    return Publishable(measure, n, estimate=round(mean(counts), 1))


def _in_words(measure: str, counts: dict[str, int]) -> Publishable:
    level = mean(counts)
    verdict = "low" if level < LOW else "high" if level > HIGH else "middle"
    return Publishable(measure, sum(counts.values()), verdict=verdict)


def _themes(
    themes: dict[str, int], crossed: Mapping[tuple[str, str], int], department: Department
) -> list[Publishable]:
    n = sum(themes.values())
    order = [f"{word}.{theme}" for word in ("helped", "missed") for theme in THEMES]
    named = coded(themes, order)
    found = []
    for word in ("helped", "missed"):
        values = [value for value in order if value.startswith(word) and value in named]
        if values:
            top = max(values, key=lambda value: named[value] or n)  # ties: the first of the catalogue
            count = named[top]
            estimate = float(count) if count is not None else None
            service = _crossing(top, crossed, department) if word == "missed" else ""
            found.append(Publishable(word, n, top.split(".")[1], estimate, verdict=service))
    return found


def _crossing(theme: str, crossed: Mapping[tuple[str, str], int], department: Department) -> str:
    """The one service a theme is mostly about, where crossing and every rest have enough people (rule 6)."""
    everyone = sum(crossed.values())
    for service in department.services:
        both = crossed.get((theme, service.key), 0)
        of_service = sum(n for (_, s), n in crossed.items() if s == service.key)
        of_theme = sum(n for (t, _), n in crossed.items() if t == theme)
        rest = everyone - of_theme - of_service + both
        mostly = 2 * both > of_theme
        if mostly and min(both, of_theme - both, of_service - both, rest) >= SHARED:
            return service.key
    return ""


def _extra(counts: dict[str, int], question: Tapped) -> list[Publishable]:
    """The extra question: lost time as its median class, a level in words, anything else its most chosen value."""
    n = sum(counts.values())
    if isinstance(question, Duration):
        return [Publishable("lost", n, question.key, verdict=median_class(counts, Duration.classes))]
    if question.measure is Measure.LEVEL:
        return [replace(_in_words("level", counts), subject=question.key)]
    order = [choice.value for choice in question.choices("en")]
    named = coded(counts, order)
    values = [value for value in order if value in named]
    if not values:
        return []
    top = max(values, key=lambda value: named[value] or n)
    count = named[top]
    return [Publishable("most", n, question.key, float(count) if count is not None else None, verdict=top)]


def _most_of_several(counts: dict[str, int], people: int, question: PickSeveral) -> list[Publishable]:
    """Of a question with several answers the most chosen one, where enough people chose it and enough did not."""
    order = [choice.value for choice in question.choices("en")]
    top = max(order, key=lambda value: counts.get(value, 0))
    k = counts.get(top, 0)
    return [Publishable("most", people, question.key, float(k), verdict=top)] if FEW < k < people - FEW else []


def coded(counts: Mapping[str, int], order: list[str]) -> dict[str, int | None]:
    """The categories that may be named, with their counts (rule 6).

    Those with at most two people become one "other", joined by the smallest remaining one until it holds three;
    if fewer than two are left, only the largest is named, without a number.
    """
    kept = {value: counts[value] for value in order if counts.get(value, 0) > FEW}
    other = sum(n for n in counts.values() if n <= FEW)
    while 0 < other <= FEW and kept:
        smallest = min(kept, key=lambda value: (kept[value], -order.index(value)))
        other += kept.pop(smallest)
    total = sum(counts.values())
    if len(kept) + (other > 0) < 2 or not kept:
        largest = max(order, key=lambda value: counts.get(value, 0))
        return {largest: None} if counts.get(largest, 0) > FEW else {}
    return {value: n if total - n > FEW else None for value, n in kept.items()}
