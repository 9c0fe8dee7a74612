"""The tables of anonymous answers, and the one way in: `Deposit`.

No row here knows a person, a round's order or a time. An answer carries its department's open block; a block is
released once or deleted with its cycle, so that no sum or difference of figures can single anybody out.
"""

import uuid
from array import array
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from sqlalchemy import Enum, Index, delete, insert, update
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

_AT_A_TIME = 1000  # rows written together
FEWEST_RESPONDENTS = 5  # a round in which fewer people answered deposits nothing (measurement: §3 rule 10)


class Answer(SQLModel, table=True):
    """One value of one question. Answers under the same random key were given together (a pair)."""

    __table_args__ = (
        Index("ix_answer_cells", "block", "question", "value"),  # counts of values
        Index("ix_answer_pairs", "block", "question", "key", "value"),  # what was said together, people, tips
        {"sqlite_with_rowid": False},
    )

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
    state: BlockState = Field(default=BlockState.WAITING, sa_type=Enum(BlockState, native_enum=False, length=20))

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
    """How many people one round asked, how many of them responded, and how far they came."""

    __table_args__ = (UniqueConstraint("cycle", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle: int
    round: int
    invited: int
    responded: int
    finished: int | None = None  # None of a round that was counted before this was
    halfway: int | None = None  # began and did not finish; what they said counts all the same


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

    @property
    def number(self) -> int:
        """Its place in the ledger, once it is stored."""
        assert self.id is not None  # noqa: S101  it is stored
        return self.id


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


class Deposit:
    """Answers on their way into the table, twenty bytes for each: memory hardly grows with people."""

    def __init__(self) -> None:
        self._keys = bytearray()  # sixteen bytes a row
        self._cells = array("L")  # a row's department, question and value, as a number
        self._numbers: dict[tuple[str, str, str], int] = {}

    def add(self, record: Record) -> None:
        """Its rows get one fresh random key."""
        key = uuid.uuid4().bytes  # not uuid7, whose first bits tell the time
        for question, values in record.values.items():
            for value in values:
                self._add_row(key, (record.department, question, value))

    def _add_row(self, key: bytes, cell: tuple[str, str, str]) -> None:
        self._keys += key
        self._cells.append(self._numbers.setdefault(cell, len(self._numbers)))

    def write(self, session: Session, blocks: Mapping[str, Block]) -> None:
        """Write everything in the order of the random keys: no other order is left.

        What the open blocks held already is written anew among it, under its own keys. PostgreSQL keeps with each
        row which transaction wrote it (xmin), and lays it beside what was written then: that would tell its round.
        """
        numbers = {department: block.number for department, block in blocks.items()}
        whole = deepcopy(self)  # a transaction may have to be done again
        whole._take_out(session, list(numbers.values()))
        whole._write(session, numbers)

    def _write(self, session: Session, numbers: Mapping[str, int]) -> None:
        cells = list(self._numbers)
        order = self._order(cells)
        for start in range(0, len(order), _AT_A_TIME):
            rows = [self._row(at, cells, numbers) for at in order[start : start + _AT_A_TIME]]
            session.connection().execute(insert(Answer), rows)  # the session itself would look at each row twice more

    def _take_out(self, session: Session, blocks: Sequence[int]) -> None:
        """The answers of these blocks; few, since these blocks still wait for more people."""
        held = select(Answer.key, Answer.department, Answer.question, Answer.value).where(col(Answer.block).in_(blocks))
        for key, *cell in session.exec(held):
            self._add_row(uuid.UUID(key).bytes, (cell[0], cell[1], cell[2]))
        session.execute(delete(Answer).where(col(Answer.block).in_(blocks)))

    def _order(self, cells: Sequence[tuple[str, str, str]]) -> list[int]:
        halves = np.frombuffer(bytes(self._keys), dtype=">u8").reshape(-1, 2)
        rank = np.empty(len(cells), dtype=np.int64)
        rank[sorted(range(len(cells)), key=lambda number: cells[number][1:])] = np.arange(len(cells))
        ranks = rank[np.array(self._cells, dtype=np.int64)]
        return [int(at) for at in np.lexsort((ranks, halves[:, 1], halves[:, 0]))]

    def _row(self, at: int, cells: Sequence[tuple[str, str, str]], numbers: Mapping[str, int]) -> dict[str, object]:
        department, question, value = cells[self._cells[at]]
        key = _as_text(self._keys[16 * at : 16 * at + 16])
        block = numbers[department]
        return {"key": key, "question": question, "value": value, "department": department, "block": block}


def _as_text(key: bytearray) -> str:
    """As `str(UUID)` writes it, in a tenth of the time."""
    word = key.hex()
    return f"{word[:8]}-{word[8:12]}-{word[12:16]}-{word[16:20]}-{word[20:]}"


def deposit(session: Session, blocks: Mapping[str, Block], records: Iterable[Record]) -> None:
    """Write these records, in the order of their random keys."""
    made = Deposit()
    for record in records:
        made.add(record)
    made.write(session, blocks)


def delete_waiting(session: Session, cycle: int) -> list[str]:
    """At the end of a cycle: delete the answers of what still waits. Returns the departments."""
    waiting = select(Block).where(Block.cycle == cycle, Block.state == BlockState.WAITING)
    blocks = list(session.exec(waiting))
    numbers = [block.number for block in blocks]
    session.execute(delete(Answer).where(col(Answer.block).in_(numbers)))
    session.execute(delete(Participation).where(col(Participation.block).in_(numbers)))
    session.execute(update(Block).where(col(Block.id).in_(numbers)).values(state=BlockState.DELETED))
    return [block.department for block in blocks]
