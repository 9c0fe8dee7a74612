"""The gate: the only door through which a figure leaves `analysis/`, and only once.

A department is one partition: its block closes when the pair, the theme and the extra question each have enough
people (in a deep cycle, which has no extra question: the pair and that of every theme), is released once, and is
deleted with its cycle when it never gets there. How coarsely a figure is shown
stands in coding.py; what departments have in common is computed from publications alone, in comparisons.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from analysis import coding, comparisons, priorities
from analysis import counts as counting
from analysis.answers import Answer, Block, BlockState, Participation, Publication, Turnout
from analysis.coding import SMALLEST, Coded
from analysis.counts import Counts, Pairs
from analysis.findings import to_work_on
from analysis.totals import Response, coded_response
from config import deep
from config.department import SOMETHING_ELSE, THEMES, Department
from config.questions import BetterSameWorse, Duration, Expected, Measure, PickSeveral, Tapped

LOWEST_THRESHOLD = 7  # people; below it a block could be taken apart
FEWEST_TEXTS = 3  # people who wrote; fewer are recognisable
_THEMES = [f"{word}.{theme}" for word in ("helped", "missed") for theme in THEMES]  # one question with twice six values


# --- when ------------------------------------------------------------------------------------------------------


def settle(session: Session, blocks: Mapping[str, Block], extra: str | None, threshold: int) -> list[Block]:
    """After a deposit: write how many people each block holds and close those with enough. Returns the closed.

    `extra` is the cycle's extra question; None in a deep cycle.
    """
    numbers = [block.number for block in blocks.values()]
    session.execute(delete(Participation).where(col(Participation.block).in_(numbers)))
    found = counting.people(session, numbers)
    session.add_all(Participation(block=b, question=q, people=n) for (b, q), n in found.items())
    needed = ("received", "needed", "service", "theme", extra) if extra is not None else deep.QUESTIONS
    ready = [b for b in blocks.values() if all(found.get((b.number, q), 0) >= threshold for q in needed)]
    for block in ready:
        block.state = BlockState.CLOSED
        session.add(block)
    return ready


def released(session: Session, cycle: int) -> set[str]:
    """The departments of which a block was released in this cycle."""
    done = select(Block.department).where(Block.cycle == cycle, Block.state == BlockState.RELEASED)
    return set(session.exec(done))


def settled(session: Session, cycle: int) -> set[str]:
    """The departments of which a block of this cycle has enough people: released, or about to be."""
    states = (BlockState.CLOSED, BlockState.RELEASED)
    return set(session.exec(select(Block.department).where(Block.cycle == cycle, col(Block.state).in_(states))))


def people_in(session: Session, block: Block) -> dict[str, int | None]:
    """How many people answered each question of a released block; None for fewer than ten.

    Raises ValueError for a block that is not released.
    """
    if block.state is not BlockState.RELEASED:
        raise ValueError(f"block {block.id} is not released")
    rows = session.exec(select(Participation).where(Participation.block == block.number))
    return {row.question: _shown(row.people) for row in rows if row.question != "text"}


def _shown(people: int) -> int | None:
    return people if people >= SMALLEST else None


# --- what ------------------------------------------------------------------------------------------------------


AT_THE_END = comparisons.MEASURES | priorities.MEASURES
"""What is published at the end of a cycle, beside figures that were out already."""


@dataclass(frozen=True)
class Publishable:
    """One figure as it may be written down as published. Made in this file alone."""

    measure: str
    n: int | None  # people; None is shown as "fewer than ten"
    figure: Coded
    subject: str = ""


def publish(
    session: Session, blocks: Sequence[tuple[Block, Department]], extra: Tapped | None, threshold: int, today: date
) -> list[Publication]:
    """Release closed blocks, once: their figures, coded, go into the ledger. They are counted together.

    Raises ValueError, and releases nothing, where one of them is not closed or is there twice.
    """
    for block, _ in blocks:
        if block.state is not BlockState.CLOSED or threshold < LOWEST_THRESHOLD:
            raise ValueError(f"block {block.id} is {block.state}, threshold {threshold}: nothing to release")
    numbers = [block.number for block, _ in blocks]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"blocks {numbers}: a block is released once")
    counts = counting.counted(session, numbers, THEMES if extra is None else ())
    rows: list[Publication] = []
    for block, department in blocks:
        said = counts[block.number]
        written = _written(session, block, _figures(said, department, extra), today)
        rows += [*written, *_written(session, block, _crossing(said, department, written), today)]
        block.state = BlockState.RELEASED
        session.add(block)
    session.flush()
    return rows


def publish_comparisons(session: Session, cycle: int, before: int | None, today: date) -> list[Publication]:
    """At the end of a cycle: each department against the cycle before and against the organisation, and the priorities
    among its themes after a deep one.

    From publications alone, so nothing leaves that was not out already; written beside the department's last block.
    """
    now, earlier = of_cycle(session, cycle), of_cycle(session, before) if before is not None else {}
    last = {block.department: block for block in _released_blocks(session, cycle)}
    rows = []
    compared, placed = comparisons.comparisons(now, earlier), priorities.priorities(now)
    for department in now:
        found = [*compared.get(department, ()), *placed.get(department, ())]
        figures = [Publishable(one.measure, one.n, one.figure, one.subject) for one in found]
        rows += _written(session, last[department], figures, today)
    session.flush()
    return rows


def publications(session: Session, block: int) -> list[Publication]:
    """The ledger of one block, in the order in which it was written."""
    return list(session.exec(select(Publication).where(Publication.block == block).order_by(col(Publication.id))))


def of_cycle(session: Session, cycle: int) -> dict[str, list[list[Publication]]]:
    """What was published in a cycle: for each department the ledgers of its blocks, oldest first."""
    found: dict[str, list[list[Publication]]] = {}
    for block in _released_blocks(session, cycle):
        found.setdefault(block.department, []).append(publications(session, block.number))
    return found


def response(session: Session, cycle: int) -> Response | None:
    """Of the people whom the counted rounds of a cycle asked, how many responded; None below ten."""
    sums = select(func.sum(Turnout.invited), func.sum(Turnout.responded)).where(Turnout.cycle == cycle)
    asked, responded = session.exec(sums).one()
    return coded_response(asked or 0, responded or 0)


def tips(session: Session, block: Block) -> dict[str, str]:
    """The tips about a department of a released block by their random keys, in that order; none where few wrote.

    Nor where fewer than ten gave scores, whatever the threshold: among so few it is easily guessed who wrote.
    """
    rated = people_in(session, block).get("received")
    found = select(Answer.key, Answer.value).where(Answer.block == block.number, Answer.question == "text")
    written = dict(session.exec(found.order_by(Answer.key)).all())
    return written if rated is not None and len(written) >= FEWEST_TEXTS else {}


def texts(session: Session, block: Block) -> list[str]:
    """The same without their keys."""
    return list(tips(session, block).values())


def _released_blocks(session: Session, cycle: int) -> Sequence[Block]:
    found = select(Block).where(Block.cycle == cycle, Block.state == BlockState.RELEASED)
    return session.exec(found.order_by(col(Block.first_round))).all()


def _written(session: Session, block: Block, figures: Iterable[Publishable], today: date) -> list[Publication]:
    rows = [
        Publication(
            block=block.number,
            department=block.department,
            measure=one.measure,
            subject=one.subject,
            estimate=one.figure.estimate,
            low=one.figure.low,
            high=one.figure.high,
            spread=one.figure.spread,
            verdict=one.figure.verdict,
            n=one.n,
            released_on=today,
        )
        for one in figures
    ]
    session.add_all(rows)
    return rows


def _figures(counts: Counts, department: Department, extra: Tapped | None) -> Iterator[Publishable]:
    said = counts.values
    yield from _levels(counts.levels)
    if extra is None:
        yield from _of_themes(counts.themes)
    else:
        yield from _categories("service", said["service"], _services(department))
        yield from _categories("theme", said["theme"], _THEMES)
        yield from _extra(said[extra.key], extra, counts.people.get(extra.key, 0))
    if _shown(counts.people.get("received", 0)) is not None:
        yield from _tips(counts.people.get("text", 0))


def _levels(pairs: Pairs) -> Iterator[Publishable]:
    """The headline, both means, and the gap between them: always of the same people."""
    received = _margin(pairs, 0)
    good, n = received.get("4", 0) + received.get("5", 0), sum(received.values())
    yield Publishable("good", _shown(n), coding.share(good, n))
    yield from _means(pairs)


def _of_themes(themes: Mapping[str, Pairs]) -> Iterator[Publishable]:
    """Of each theme both means and the gap, no share: as coarse as the same figures of the headline."""
    for theme, pairs in themes.items():
        yield from (Publishable(f"theme_{one.measure}", one.n, one.figure, theme) for one in _means(pairs))


def _means(pairs: Pairs) -> Iterator[Publishable]:
    received, needed = _margin(pairs, 0), _margin(pairs, 1)
    n, got, wanted = _shown(sum(received.values())), coding.level(received), coding.level(needed)
    yield Publishable("received", n, got)
    yield Publishable("needed", n, wanted)
    yield Publishable("gap", n, coding.gap(pairs, got, wanted))


def _margin(pairs: Pairs, which: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair, times in pairs.items():
        found[pair[which]] = found.get(pair[which], 0) + times
    return found


def _categories(measure: str, counts: Mapping[str, int], order: Sequence[str]) -> Iterator[Publishable]:
    n = _shown(sum(counts.values()))
    for subject, figure in coding.categories(counts, order).items():
        yield Publishable(measure, n, figure, subject)


def _services(department: Department) -> list[str]:
    return [*(service.key for service in department.services), SOMETHING_ELSE]


def _crossing(counts: Counts, department: Department, rows: Sequence[Publication]) -> Iterator[Publishable]:
    """The service that the one theme on the first screen mostly concerns: no other crossing is shown, or published."""
    for first in to_work_on(rows, department)[:1]:
        service = coding.crossing(first.subject, counts.crossed, [one.key for one in department.services])
        if service:
            yield Publishable("crossing", first.n, Coded(verdict=service), first.subject)


def _extra(counts: Mapping[str, int], question: Tapped, people: int) -> Iterator[Publishable]:
    """The cycle's extra question, by what it measures."""
    n, key = _shown(people), question.key
    if isinstance(question, Duration):
        yield from _lost(counts, key)
    elif question.measure is Measure.LEVEL:
        yield Publishable("level", n, coding.level(counts), key)
    elif isinstance(question, PickSeveral):
        shares = {choice.value: coding.share(counts.get(choice.value, 0), people) for choice in question.choices("en")}
        yield from (Publishable("choice", n, figure, f"{key}.{value}") for value, figure in shares.items())
    else:
        order = [choice.value for choice in question.choices("en")]
        for value, figure in coding.categories(counts, order).items():
            yield Publishable("choice", n, figure, f"{key}.{value}")
        if isinstance(question, BetterSameWorse | Expected):
            yield Publishable("direction", n, coding.direction(counts.get("better", 0), counts.get("worse", 0)), key)


def _lost(counts: Mapping[str, int], key: str) -> Iterator[Publishable]:
    n = _shown(sum(counts.values()))
    yield Publishable("lost", n, coding.middle(counts, Duration.classes), key)
    yield Publishable("lost_long", n, coding.over_an_hour(counts), key)
    total = coding.hours(counts)
    if total is not None and n is not None:
        yield Publishable("lost_total", n, total, key)


def _tips(writers: int) -> Iterator[Publishable]:
    """How many tips the lead may read."""
    if writers >= FEWEST_TEXTS:
        yield Publishable("tips", writers, Coded(float(writers)))
