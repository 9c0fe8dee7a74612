"""The tables of anonymous answers, and the one way in: `deposit`.

No row here knows a person, a round's order or a time. An answer carries its department's open block; a block is
released once or deleted with its cycle, so that no sum or difference of figures can single anybody out.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Index, delete, insert, update
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

FEWEST_RESPONDENTS = 5  # a round in which fewer people answered deposits nothing (measurement: §3 rule 10)


class Answer(SQLModel, table=True):
    """One value of one question. Answers under the same random key were given together (a pair)."""

    __table_args__ = (Index("ix_answer_cells", "block", "question", "value"), {"sqlite_with_rowid": False})

    key: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    department: str
    block: int = Field(foreign_key="block.id")


class BlockState(StrEnum):
    """waiting → closed → released, or waiting → deleted."""

    WAITING = "waiting"  # too few people yet; the next round of the cycle adds to it
    CLOSED = "closed"  # enough people; nothing is added any more
    RELEASED = "released"  # published, once
    DELETED = "deleted"  # the cycle ended too early for it; its answers are gone


class Block(SQLModel, table=True):
    """The unit of release: one department, one or more consecutive rounds of one cycle."""

    id: int | None = Field(default=None, primary_key=True)
    cycle: int = Field(index=True)
    department: str
    first_round: int
    last_round: int
    state: BlockState = BlockState.WAITING

    @property
    def number(self) -> int:
        """Its id, once it has one."""
        assert self.id is not None  # noqa: S101  every block is flushed where it is made
        return self.id

    @property
    def rounds(self) -> list[int]:
        """The rounds that it holds."""
        return list(range(self.first_round, self.last_round + 1))


class Participation(SQLModel, table=True):
    """How many different people gave a real answer to a question of a block."""

    block: int = Field(primary_key=True, foreign_key="block.id")
    question: str = Field(primary_key=True)
    people: int


class Turnout(SQLModel, table=True):
    """How many people one round asked, and how many of them responded."""

    __table_args__ = (UniqueConstraint("cycle", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle: int
    round: int
    invited: int
    responded: int


class Publication(SQLModel, table=True):
    """One released figure, exactly as it is shown. Append-only: nothing here is ever changed or removed."""

    id: int | None = Field(default=None, primary_key=True)
    block: int = Field(foreign_key="block.id", index=True)
    department: str
    measure: str
    subject: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None  # the standard deviation
    verdict: str = ""
    n: int | None  # people; None is shown as "fewer than ten"
    released_on: date


@dataclass(frozen=True)
class Record:
    """Answers of one person that may stay together: a pair, or one answer alone."""

    department: str
    values: Mapping[str, tuple[str, ...]]  # question -> the values chosen


def open_blocks(session: Session, cycle: int, number: int, departments: Iterable[str]) -> dict[str, Block]:
    """The open block of each department, now also holding round `number`; a new one where there is none."""
    waiting = select(Block).where(Block.cycle == cycle, Block.state == BlockState.WAITING)
    found = {block.department: block for block in session.exec(waiting)}
    for department in departments:
        block = found.setdefault(
            department, Block(cycle=cycle, department=department, first_round=number, last_round=number)
        )
        block.last_round = number
        session.add(block)
    session.flush()
    return found


def deposit(session: Session, blocks: Mapping[str, Block], records: Sequence[Record]) -> None:
    """Write the records under fresh random keys, in the order of those keys: no other order is left."""
    rows = sorted(
        (row for record in records for row in _rows(record, blocks[record.department].number)),
        key=lambda row: (row["key"], row["question"], row["value"]),
    )
    if rows:
        session.execute(insert(Answer), rows)


def _rows(record: Record, block: int) -> list[dict[str, object]]:
    key = str(uuid.uuid4())  # not uuid7, whose first bits tell the time
    return [
        {"key": key, "question": question, "value": value, "department": record.department, "block": block}
        for question, values in record.values.items()
        for value in values
    ]


def delete_waiting(session: Session, cycle: int) -> list[str]:
    """At the end of a cycle: delete the answers of what still waits. Returns the departments."""
    waiting = select(Block).where(Block.cycle == cycle, Block.state == BlockState.WAITING)
    blocks = list(session.exec(waiting))
    numbers = [block.number for block in blocks]
    session.execute(delete(Answer).where(col(Answer.block).in_(numbers)))
    session.execute(delete(Participation).where(col(Participation.block).in_(numbers)))
    session.execute(update(Block).where(col(Block.id).in_(numbers)).values(state=BlockState.DELETED))
    return [block.department for block in blocks]
