"""Value counts by SQL GROUP BY into small tables: memory grows with cells, never with answers.

Every statement here is answered by an index of `answer` alone, on the few pages of the blocks it names: what a round
costs to count does not depend on how many rounds there were before (tests/analysis/test_counts.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Executable, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from analysis.answers import Answer, Participation
from config.deep import THEME_PAIRS

Pairs = dict[tuple[str, str], int]


@dataclass
class Counts:
    """What was said in one block, as numbers; what nobody answered is not in them."""

    values: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))  # question → value → times
    people: dict[str, int] = field(default_factory=dict)  # question → different people; texts too
    levels: Pairs = field(default_factory=dict)  # (received, needed) by the same person
    crossed: Pairs = field(default_factory=dict)  # (theme, service) by the same person
    themes: dict[str, Pairs] = field(default_factory=dict)  # of a deep cycle: theme → (received, needed) of it


def counted(session: Session, blocks: Sequence[int], themes: Sequence[str] = ()) -> dict[int, Counts]:
    """Everything that is counted of these blocks, by four statements however many they are, and one for each theme.

    `themes` are those that were asked about one by one. How many people they are was counted when each block was last
    added to.
    """
    found = {block: Counts() for block in blocks}
    table = value_counts(session, blocks)
    for block, question, value, n in zip(*(table[column] for column in table), strict=True):
        found[block].values[question][value] = n
    people = select(Participation.block, Participation.question, Participation.people)
    for block, question, n in _found(session, people.where(col(Participation.block).in_(blocks))):
        found[block].people[question] = n
    for block, pairs in pair_counts(session, blocks, "received", "needed").items():
        found[block].levels = pairs
    for block, pairs in pair_counts(session, blocks, "theme", "service").items():
        found[block].crossed = pairs
    for theme in themes:
        for block, pairs in pair_counts(session, blocks, *THEME_PAIRS[theme]).items():
            found[block].themes[theme] = pairs
    return found


def value_counts(session: Session, blocks: Sequence[int]) -> pd.DataFrame:
    """How often each value was given: columns block, question, value, n; one row per cell, texts left out."""
    cells = (
        select(Answer.block, Answer.question, Answer.value, func.count())
        .where(col(Answer.block).in_(blocks), Answer.question != "text")
        .group_by(col(Answer.block), col(Answer.question), col(Answer.value))
    )
    return pd.DataFrame.from_records(_found(session, cells), columns=["block", "question", "value", "n"])


def pair_counts(session: Session, blocks: Sequence[int], first: str, second: str) -> dict[int, Pairs]:
    """How often two values were given together by the same person, in each block with such pairs.

    The other half is looked for in the same block, where it is; else it would be looked for among all answers.
    """
    one, other = aliased(Answer), aliased(Answer)
    together = (col(one.block) == col(other.block)) & (col(one.key) == col(other.key))
    cells = (
        select(one.block, one.value, other.value, func.count())
        .join(other, together & (col(other.question) == second))
        .where(col(one.block).in_(blocks), one.question == first)
        .group_by(col(one.block), col(one.value), col(other.value))
    )
    found: defaultdict[int, Pairs] = defaultdict(dict)
    for block, a, b, n in _found(session, cells):
        found[block][a, b] = n
    return found


def people(session: Session, blocks: Sequence[int]) -> dict[tuple[int, str], int]:
    """How many different people answered each question of each block: (block, question) → people."""
    cells = (
        select(Answer.block, Answer.question, func.count(func.distinct(Answer.key)))
        .where(col(Answer.block).in_(blocks))
        .group_by(col(Answer.block), col(Answer.question))
    )
    return {(block, question): n for block, question, n in _found(session, cells)}


def _found(session: Session, statement: Executable) -> list[tuple[Any, ...]]:
    """The driver's own rows: making SQLAlchemy's of them takes as long as the counting."""
    session.flush()
    with session.connection().execute(statement) as found:
        assert found.cursor is not None  # noqa: S101  a statement that gives rows has one
        return list(found.cursor.fetchall())
