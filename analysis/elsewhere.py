"""Answers that were collected elsewhere: a CSV file, checked line by line, as records for the gate.

One line is one answer: `round,department,record,question,value`. Lines with the same record belong to one person.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from analysis.answers import Record
from config import deep
from config.deep import THEME_PAIRS
from config.department import SOMETHING_ELSE, THEMES, Department
from config.load import Problem
from config.organisation import Organisation
from config.questions import PickSeveral, Tapped
from config.survey import Survey

COLUMNS = ("round", "department", "record", "question", "value")
SEPARATORS = ",;\t"
MOST_ROUNDS = 1000  # one after another: forty years of a fortnightly rhythm
SCALE = ("1", "2", "3", "4", "5")
SCORES = (("received", "needed"), *THEME_PAIRS.values())  # stay together under one key, and half of one is none
PAIRS = (*SCORES, ("service", "theme"))


class Unusable(Exception):
    """The file cannot be analysed; `problems` says why, by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the answers")
        self.problems = problems


@dataclass(frozen=True)
class Round:
    """What one round brought: its records, how many different people answered, and the departments they spoke of."""

    number: int
    records: tuple[Record, ...] = ()
    people: int = 0
    about: frozenset[str] = frozenset()


class _Line(NamedTuple):
    """One answer, with the line of the file it stands on."""

    at: int
    round: str
    department: str
    record: str
    question: str
    value: str


def read(text: str, file: str, organisation: Organisation, survey: Survey, rounds_in_cycle: int) -> list[Round]:
    """The rounds in a CSV text, in order. Raises Unusable with every problem."""
    reading = _Reading(file, organisation, survey, rounds_in_cycle)
    lines = [line for line in _lines(text, reading) if reading.accepts(line)]
    if reading.problems:
        raise Unusable(reading.problems)
    if not lines:
        raise Unusable([reading.problem(1, "", "empty")])
    numbers = sorted({int(line.round) for line in lines})
    return [_round(number, [line for line in lines if int(line.round) == number]) for number in numbers]


def _lines(text: str, reading: "_Reading") -> Iterator[_Line]:
    """Every line under the header; problems of the file itself go to `reading`."""
    first = text.removeprefix("\ufeff").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator, strict=True)
    try:
        header = [cell.strip().casefold() for cell in next(rows, [])]
        if not reading.knows(header):
            return
        for cells in rows:
            if len(cells) == len(header):
                values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
                yield _Line(rows.line_num, *(values[column] for column in COLUMNS))
            elif any(cells):
                reading.note(rows.line_num, "", "cells", expected=len(header), found=len(cells))
    except csv.Error:
        reading.note(rows.line_num, "", "quote")


@dataclass
class _Reading:
    """What a file may hold, and what was wrong with it so far."""

    file: str
    organisation: Organisation
    survey: Survey
    rounds_in_cycle: int
    problems: list[Problem] = field(default_factory=list)
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)  # what may stand there once -> its line
    first: dict[tuple[int, str, str], _Line] = field(default_factory=dict)  # cycle, department, person -> their first

    def problem(self, line: int, column: str, what: str, **values: object) -> Problem:
        """One thing that is wrong."""
        return Problem(self.file, line, column, f"analyse.{what}", tuple((n, str(v)) for n, v in values.items()))

    def note(self, line: int, column: str, what: str, **values: object) -> None:
        """Keep a problem."""
        self.problems.append(self.problem(line, column, what, **values))

    def knows(self, header: Sequence[str]) -> bool:
        """Whether the header has exactly our columns, in any order."""
        for column in header:
            if column not in COLUMNS or header.count(column) > 1:
                self.note(1, column, "column", columns=", ".join(COLUMNS))
        for column in COLUMNS:
            if column not in header:
                self.note(1, column, "column_missing")
        return not self.problems

    def accepts(self, line: _Line) -> bool:
        """Whether a line says something that can be counted; what is wrong with it is kept."""
        before = len(self.problems)
        if not (
            line.round.isascii() and line.round.isdigit() and len(line.round) < 5 and 0 < int(line.round) <= MOST_ROUNDS
        ):
            self.note(line.at, "round", "round")
        if not line.record:
            self.note(line.at, "record", "record")
        department = self.organisation.by_key.get(line.department)
        if department is None:
            self.note(line.at, "department", "department", known=_near(line.department, self.organisation.by_key))
        if len(self.problems) == before and department is not None:
            self._answer(line, department)
        return len(self.problems) == before

    def _answer(self, line: _Line, department: Department) -> None:
        extra = extra_of(self.survey, int(line.round), self.rounds_in_cycle)
        allowed = _values(department, extra)
        if line.question not in allowed:
            self.note(line.at, "question", "question", known=_near(line.question, allowed))
        elif allowed[line.question] and line.value not in allowed[line.question]:
            self.note(line.at, "value", "value", known=", ".join(allowed[line.question]))
        elif not line.value:
            self.note(line.at, "value", "value", known="…")
        else:
            several = extra if isinstance(extra, PickSeveral) else None
            self._once(line, several=several is not None and line.question == several.key)

    def _once(self, line: _Line, *, several: bool) -> None:
        """A person answers a question about a department once in a round; of several choices, each once."""
        place = (int(line.round), line.department, line.record, line.question, line.value if several else "")
        earlier = self.seen.setdefault(place, line.at)
        if earlier != line.at:
            self.note(line.at, "record", "twice", earlier=earlier)
        else:
            self._in_one_round(line)

    def _in_one_round(self, line: _Line) -> None:
        """Rounds of one cycle hold different people, or the people of a block would be fewer than it says."""
        cycle = (int(line.round) - 1) // self.rounds_in_cycle
        first = self.first.setdefault((cycle, line.department, line.record), line)
        told = self.seen.setdefault((int(line.round), line.department, line.record), line.at)
        if int(first.round) != int(line.round) and told == line.at:
            self.note(line.at, "record", "again", round=int(first.round), earlier=first.at)


def extra_of(survey: Survey, number: int, rounds_in_cycle: int) -> Tapped | None:
    """The extra question of the cycle that round `number`, from 1, is in; None where that cycle is deep."""
    return survey.extra_about((number - 1) // rounds_in_cycle, promised=False)


def _values(department: Department, extra: Tapped | None) -> Mapping[str, tuple[str, ...]]:
    """What may be answered to each question; nothing where anything may."""
    if extra is None:
        return {**dict.fromkeys(deep.QUESTIONS, SCALE), "text": ()}
    return {
        "received": SCALE,
        "needed": SCALE,
        "service": (*(service.key for service in department.services), SOMETHING_ELSE),
        "theme": tuple(f"{word}.{theme}" for word in ("helped", "missed") for theme in THEMES),
        extra.key: tuple(choice.value for choice in extra.choices("en")),
        "text": (),
    }


def _near(word: str, known: Mapping[str, object]) -> str:
    return ", ".join(get_close_matches(word, known, 3, 0.6) or known)


def _round(number: int, lines: Sequence[_Line]) -> Round:
    ballots: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        ballots.setdefault((line.record, line.department), []).append(line)
    records = [record for (_, department), mine in ballots.items() for record in _cut(department, mine)]
    people, about = {line.record for line in lines}, {line.department for line in lines}
    return Round(number, tuple(records), len(people), frozenset(about))


def _cut(department: str, lines: Sequence[_Line]) -> Iterator[Record]:
    """One person's answers about a department in the pieces that counting makes: half a pair of scores is none."""
    said: dict[str, list[str]] = {}
    for line in lines:
        said.setdefault(line.question, []).append(line.value)
    for pair in PAIRS:
        together = {question: tuple(said.pop(question)) for question in pair if question in said}
        if together and (len(together) == len(pair) or pair not in SCORES):
            yield Record(department, together)
    for question, values in said.items():
        yield Record(department, {question: tuple(values)})
