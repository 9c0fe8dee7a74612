"""Value counts by SQL GROUP BY into small tables: memory grows with cells, never with answers."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from analysis.answers import Answer


def value_counts(session: Session, block: int) -> pd.DataFrame:
    """How often each value was given: columns question, value, n; one row per cell, texts left out."""
    cells = (
        select(Answer.question, Answer.value, func.count())
        .where(Answer.block == block, Answer.question != "text")
        .group_by(col(Answer.question), col(Answer.value))
    )
    return pd.DataFrame.from_records(list(session.exec(cells)), columns=["question", "value", "n"])


def pair_counts(session: Session, block: int, first: str, second: str) -> dict[tuple[str, str], int]:
    """How often two values were given together by the same person."""
    one, other = aliased(Answer), aliased(Answer)
    cells = (
        select(one.value, other.value, func.count())
        .join(other, (col(one.key) == col(other.key)) & (col(other.question) == second))
        .where(one.block == block, one.question == first)
        .group_by(col(one.value), col(other.value))
    )
    return {(a, b): n for a, b, n in session.exec(cells)}


def people(session: Session, blocks: Sequence[int]) -> dict[tuple[int, str], int]:
    """How many different people answered each question of each block: (block, question) → people."""
    cells = (
        select(Answer.block, Answer.question, func.count(func.distinct(Answer.key)))
        .where(col(Answer.block).in_(blocks))
        .group_by(col(Answer.block), col(Answer.question))
    )
    return {(block, question): n for block, question, n in session.exec(cells)}


def counts_of(table: pd.DataFrame, question: str) -> dict[str, int]:
    """One question's counts as a plain mapping value → n."""
    rows = table[table["question"] == question]
    return {str(value): int(n) for value, n in zip(rows["value"], rows["n"], strict=True)}
