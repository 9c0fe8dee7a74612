"""A deep cycle for tests: people who say of everything and of each theme what they received and needed, at the gate."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from analysis.answers import Block, Publication, Record, deposit, open_blocks
from analysis.disclosure import publish, settle
from config.deep import THEME_PAIRS

from .desk import ORGANISATION

RELEASED = date(2026, 9, 15)
Scores = tuple[int, int]  # received, needed


def person(everything: Scores, themes: Mapping[str, Scores], department: str = "hr") -> list[Record]:
    """One person's ballot, cut as counting cuts it; a theme that is left out is not answered."""
    pairs = {("received", "needed"): everything, **{THEME_PAIRS[theme]: scores for theme, scores in themes.items()}}
    return [
        Record(department, {question: (str(score),) for question, score in zip(pair, scores, strict=True)})
        for pair, scores in pairs.items()
    ]


def alike(everything: Scores, scores: Scores | None = None, department: str = "hr") -> list[Record]:
    """Somebody who says the same of every theme."""
    return person(everything, dict.fromkeys(THEME_PAIRS, scores or everything), department)


def laid(
    session: Session, people: Sequence[Sequence[Record]], cycle: int, number: int = 1, threshold: int = 10
) -> tuple[Mapping[str, Block], list[Publication]]:
    """One round of a deep cycle, counted: the open blocks, and what was published of those that closed."""
    departments = sorted({record.department for records in people for record in records})
    blocks = open_blocks(session, cycle, number, departments)
    deposit(session, blocks, [record for records in people for record in records])
    closed = [(block, ORGANISATION.by_key[block.department]) for block in settle(session, blocks, None, threshold)]
    return blocks, publish(session, closed, None, threshold, RELEASED)


def of_theme(rows: Sequence[Publication], theme: str) -> list[Publication]:
    """What was published of one theme, under the names of the headline's figures."""
    mine = [row for row in rows if row.subject == theme and row.measure.startswith("theme_")]
    return [Publication(**{**row.model_dump(), "measure": row.measure.removeprefix("theme_")}) for row in mine]
