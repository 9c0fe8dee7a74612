"""TOML files -> Organisation. Refuses nonsense and names file, line, key and remedy of every problem at once.

A folder holds `organisation.toml`, one file per department in `departments/` and one per survey in `surveys/`;
the name of such a file is the key of what it holds.
"""

import os
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.contradictions import Contradiction, contradictions
from config.department import Department
from config.organisation import MOST_DEPARTMENTS, MOST_SURVEYS, Head, Organisation
from config.positions import positions
from config.refusals import Place, mistakes, refused
from config.survey import Survey
from config.texts import catalogue, fill
from config.words import Model

Kind = TypeVar("Kind", bound=Model)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, what (a key of the catalogue) and the values that belong in the sentence."""

    file: str
    line: int
    key: str
    what: str
    values: tuple[tuple[str, str], ...] = ()

    def said(self, language: str) -> str:
        """`file:line: key: what is wrong and how to mend it`."""
        place = f"{_on_one_line(self.file)}:{self.line}"
        return ": ".join(part for part in (place, _on_one_line(self.key), self.sentence(language)) if part)

    def sentence(self, language: str) -> str:
        """What is wrong and how to mend it, without the place."""
        values = {name: _on_one_line(value) for name, value in self.values}
        return fill(catalogue(language)[self.what], **values)


def _on_one_line(text: str) -> str:
    """What stands in a file, fit to be shown: short, and without anything that steers a terminal."""
    shown = text if len(text) <= 200 else f"{text[:199]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


class Refused(Exception):
    """The files do not make an organisation; `problems` says why, in the order of the files."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the configuration")
        self.problems = sorted(set(problems))


@dataclass
class _File:
    """One file: what it holds, and the line of each key."""

    name: str
    content: dict[str, object] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)

    def problem(self, place: Place, what: str, /, **values: object) -> Problem:
        """The problem at the line of this place, or of the nearest table around it that stands in the file."""
        known = self.known(place)
        missing = place[-1:] if place[-1:] != known[-1:] else ()
        pairs = tuple((name, str(value)) for name, value in values.items())
        return Problem(self.name, self.lines.get(known, 1), ".".join(map(str, (*known, *missing))), what, pairs)

    def known(self, place: Place) -> Place:
        """The part of a place that stands in the file: pydantic adds parts of its own, such as the kind."""
        known: Place = ()
        for part in place:
            if (*known, part) in self.lines:
                known = (*known, part)
        return known


def read(folder: Path, platforms: Collection[str] = ()) -> Organisation:
    """The organisation described by a folder; channels are on these platforms, or on any. Raises Refused with all."""
    if not os.path.isdir(folder):  # unlike Path.is_dir it never raises
        raise Refused([Problem(str(folder), 1, "", "problem.folder_missing")])
    problems: list[Problem] = []
    head_file = _read_file(folder, folder / "organisation.toml", problems)
    head = _validated(Head, head_file, problems)
    departments = _each(Department, folder, "departments", MOST_DEPARTMENTS, problems)
    surveys = _each(Survey, folder, "surveys", MOST_SURVEYS, problems)
    found = contradictions(head, [d for d, _ in departments], [s for s, _ in surveys], platforms)
    homes = {("departments", d.key): file for d, file in departments}
    homes |= {("surveys", s.key): file for s, file in surveys}
    problems += [_placed(contradiction, homes, head_file) for contradiction in found]
    if problems or head is None:
        raise Refused(problems)
    return Organisation(
        **dict(head), departments=tuple(d for d, _ in departments), surveys=tuple(s for s, _ in surveys)
    )


def _placed(found: Contradiction, homes: dict[tuple[str, str], _File], head: _File) -> Problem:
    where, key = found.place[:2] if len(found.place) > 1 else ("", "")
    home = homes.get((str(where), str(key)))
    if home is None:
        return head.problem(found.place, f"problem.{found.what}", **dict(found.values))
    return home.problem(found.place[2:], f"problem.{found.what}", **dict(found.values))


def _each(kind: type[Kind], folder: Path, name: str, most: int, problems: list[Problem]) -> list[tuple[Kind, _File]]:
    found: list[tuple[Kind, _File]] = []
    paths = sorted((folder / name).glob("*.toml"))
    if not paths:
        problems.append(Problem(f"{name}/", 1, "", "problem.folder_empty", (("folder", name),)))
    if len(paths) > most:
        values = (("folder", name), ("files", str(len(paths))), ("most", str(most)))
        problems.append(Problem(f"{name}/", 1, "", "problem.folder_full", values))
    for path in paths:
        file = _read_file(folder, path, problems, key=path.stem)
        item = _validated(kind, file, problems)
        if item is not None:
            found.append((item, file))
    return found


def _read_file(folder: Path, path: Path, problems: list[Problem], key: str | None = None) -> _File:
    file = _File(path.relative_to(folder).as_posix())
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")  # Windows' Notepad writes a mark in front
        file.content = tomllib.loads(text)
        file.lines = positions(text)
    except FileNotFoundError:
        problems.append(file.problem((), "problem.file_missing"))
    except OSError:
        problems.append(file.problem((), "problem.file_unreadable"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(file.name, line, "", "problem.not_utf8"))
    except tomllib.TOMLDecodeError as error:
        problems.append(_syntax(file, error, text))
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets a thousand deep
        problems.append(file.problem((), "problem.file_absurd"))
    else:
        if key is not None and file.content:
            if "key" in file.content:
                problems.append(file.problem(("key",), "problem.key_is_filename", stem=key))
            file.content["key"] = key
        return file
    file.content = {}
    return file


def _syntax(file: _File, error: tomllib.TOMLDecodeError, text: str) -> Problem:
    """tomllib ends its message with "(at line L, column C)" or "(at end of document)"."""
    message, _, place = str(error).rpartition(" (at ")
    digits = "".join(character for character in place.split(",")[0] if character.isdigit())
    line = int(digits) if digits else len(text.splitlines())
    return Problem(file.name, line, "", "problem.syntax", (("message", message),))


def _validated(kind: type[Kind], file: _File, problems: list[Problem]) -> Kind | None:
    if not file.content:
        if not any(problem.file == file.name for problem in problems):
            problems.append(file.problem((), "problem.file_empty"))
        return None
    try:
        return kind.model_validate(file.content)
    except ValidationError as error:
        problems += [_said(kind, file, one) for one in mistakes(error)]
        return None


def _said(kind: type[Model], file: _File, error: ErrorDetails) -> Problem:
    """What pydantic found, in our words."""
    if error["loc"] == ("key",):
        return file.problem((), "problem.file_name")
    refusal = refused(kind, error, file.known)
    return file.problem(refusal.place, refusal.what, **dict(refusal.values))
