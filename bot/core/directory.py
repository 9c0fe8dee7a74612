"""A CSV file of people -> who is in it, and every row that cannot be used, with its line and the remedy.

A first row names the columns. A further row with the same key adds an account to that person. Who has no account yet
has neither platform nor address: they join by themselves, with a personal link. An empty cell says nothing; "-" says
"none" (no e-mail address, or no department that is asked about).
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from zoneinfo import available_timezones

from bot.core.addresses import is_address
from config.load import Problem
from config.organisation import Organisation
from config.words import LANGUAGES

Value = str | bool | None

COLUMNS = ("key", "name", "email", "language", "timezone", "department", "platform", "address", "pilot")
NEEDED = ("key", "name")
ACCOUNT = ("platform", "address")  # both, or neither
LONGEST = {"key": 64, "name": 120, "email": 254, "address": 255}
NONE = "-"

_SEPARATORS = ",;\t"
_NAMED_SEPARATOR = re.compile(r"\ufeff?sep=([,;\t])(?=[\r\n])", re.IGNORECASE)  # as Excel likes to be told
SHAPES = {
    "key": re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*"),
    "email": re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\".]+(\.[^\s@,;<>\".]+)+"),
    "address": re.compile(r"\S+"),
}
JOINERS = "\u200c\u200d"  # invisible, and needed to write some names
_PILOT: Mapping[str, Value] = {
    **dict.fromkeys(("yes", "ja", "true", "1"), True),
    **dict.fromkeys(("no", "nee", "false", "0"), False),
}


@dataclass(frozen=True)
class Listed:
    """An account, and the line that names it."""

    line: int
    platform: str
    address: str


@dataclass(frozen=True)
class Entry:
    """One person, and what the file says of them: what it leaves open is not in `said`. Who has yet to join has no
    account.
    """

    line: int
    key: str
    said: dict[str, Value]
    accounts: tuple[Listed, ...]


@dataclass(frozen=True)
class Sheet:
    """What a file holds. `readable` is False when it is not a list of people at all."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    readable: bool = True


def decode(content: bytes) -> tuple[str, bool]:
    """The text of a file, and whether it had to be read as Windows-1252, which older spreadsheets write."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), False
    try:
        return content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), True


def problem(line: int, column: str, what: str, **values: object) -> Problem:
    """One thing that is wrong, in a file whose name only the caller knows."""
    return Problem("", line, column, f"people.{what}", tuple((name, str(value)) for name, value in values.items()))


def parse(text: str, organisation: Organisation, platforms: Collection[str]) -> Sheet:
    """Everybody in a CSV text, and every problem by its line. Never raises, whatever the text."""
    named = _NAMED_SEPARATOR.match(text)
    text = text[named.end() :] if named else text.removeprefix("\ufeff")
    separator = named[1] if named else max(_SEPARATORS, key=lambda one: _columns_found(text, one))
    records = _records(text, separator)
    line, cells = next(records, (1, []))
    columns = [cell.strip().casefold() for cell in cells or ()]
    if not columns:
        return Sheet((), (problem(line, "", "empty" if cells is not None else "quote"),), readable=False)
    if problems := list(_header(line, columns)):
        return Sheet((), tuple(problems), readable=False)
    reading = _Reading(columns, _Known.of(organisation, platforms))
    for line, cells in records:
        reading.read(line, cells)
    if not reading.rows:
        return Sheet((), (problem(line, "", "empty"),), readable=False)
    return Sheet(tuple(reading.entries()), tuple(sorted(reading.problems)))


# --- lines and columns ---------------------------------------------------------------------------------------------


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """Every record that is not blank, with the line it begins on; None where a quote was not closed."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        if any(cell.strip().strip(_SEPARATORS) for cell in cells):
            yield line, cells


def _columns_found(text: str, separator: str) -> tuple[int, int]:
    """How many known columns there are when it is read like this, and how many in all."""
    _, cells = next(_records(text, separator), (1, None))
    return len({cell.strip().casefold() for cell in cells or ()} & set(COLUMNS)), len(cells or ())


def _header(line: int, columns: Sequence[str]) -> Iterator[Problem]:
    for number, column in enumerate(columns):
        if column in columns[:number] and column:
            yield problem(line, column, "column_twice")
        elif column not in COLUMNS and column:
            near = get_close_matches(column, COLUMNS, 1)
            if near:
                yield problem(line, column, "column_unknown_near", near=near[0])
            else:
                yield problem(line, column, "column_unknown", columns=", ".join(COLUMNS))
    for column in (*NEEDED, *(ACCOUNT if set(ACCOUNT) & set(columns) else ())):
        if column not in columns:
            yield problem(line, column, "column_missing", columns=",".join(COLUMNS))


# --- one cell ------------------------------------------------------------------------------------------------------


class _Wrong(Exception):
    """A cell that cannot be used: what is wrong, and the values of the sentence."""

    def __init__(self, what: str, **values: object) -> None:
        super().__init__(what)
        self.what, self.values = what, values


@dataclass(frozen=True)
class _Known:
    """What cells may refer to: per column, what may stand there in small letters, and what it means."""

    choices: Mapping[str, Mapping[str, Value]]
    examples: Mapping[str, str]
    channels: frozenset[str]

    @classmethod
    def of(cls, organisation: Organisation, platforms: Collection[str]) -> "_Known":
        departments = organisation.departments
        names: dict[str, Value] = {d.name.in_(one).casefold(): d.key for d in departments for one in LANGUAGES}
        choices: dict[str, Mapping[str, Value]] = {
            "language": {language: language for language in LANGUAGES},
            "timezone": {zone.casefold(): zone for zone in available_timezones()},
            "department": names | {d.key: d.key for d in departments} | {NONE: ""},
            "platform": {platform: platform for platform in sorted(platforms)},
            "pilot": _PILOT,
        }
        examples = {
            column: ", ".join(sorted({str(v) for v in words.values() if v})) for column, words in choices.items()
        }
        examples["timezone"] = organisation.timezone  # there are six hundred
        return cls(choices, examples, frozenset(organisation.channels))

    def chosen(self, column: str, value: str) -> Value:
        """What a word in this column means. Raises _Wrong with the words that may stand there."""
        choices = self.choices[column]
        if value.casefold() not in choices:
            raise _Wrong(f"{column}_unknown", value=value, known=self.examples[column])
        return choices[value.casefold()]


def _clean(column: str, cell: str, known: _Known) -> Value:
    value = " ".join(cell.split()) if column == "name" else cell.strip()
    if "\ufffd" in value or not (value.isprintable() or all(c.isprintable() or c in JOINERS for c in value)):
        raise _Wrong("control")
    if len(value) > LONGEST.get(column, len(value)):
        raise _Wrong("too_long", most=LONGEST[column])
    if column in known.choices:
        return known.chosen(column, value)
    if column == "email" and value == NONE:
        return None
    if column in SHAPES and not SHAPES[column].fullmatch(value):
        raise _Wrong(f"{column}_odd")
    return value.lower() if column == "email" else value


# --- rows and people -----------------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """Row after row: a bad one leaves nothing but its problems."""

    columns: Sequence[str]
    known: _Known
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    drafts: dict[str, Entry] = field(default_factory=dict)
    taken: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)  # account or e-mail: key and line

    def read(self, line: int, cells: Sequence[str] | None) -> None:
        """One record; None when its quotes are wrong."""
        self.rows += 1
        if cells is None:
            self.problems.append(problem(line, "", "quote"))
            return
        said, problems = self._said(line, cells)
        if not problems:
            problems = [*self._twice(line, said), *self._disagrees(line, said)]
        self.problems += problems
        if not problems:
            self._keep(line, said)

    def _said(self, line: int, cells: Sequence[str]) -> tuple[dict[str, Value], list[Problem]]:
        said: dict[str, Value] = {}
        problems: list[Problem] = []
        columns = (*self.columns, *("" for _ in range(len(cells) - len(self.columns))))
        filled = {column: cell for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        if "" in filled:
            return said, [problem(line, "", "cells")]
        for column, cell in filled.items():
            try:
                said[column] = _clean(column, cell, self.known)
            except _Wrong as wrong:
                problems.append(problem(line, column, wrong.what, **wrong.values))
        return said, [*problems, *self._missing(line, filled), *self._elsewhere(line, said)]

    def _missing(self, line: int, filled: Collection[str]) -> Iterator[Problem]:
        """A name may stand in another row of the same person."""
        if "key" not in filled:
            yield problem(line, "key", "needed")
        for column in ACCOUNT if set(ACCOUNT) & set(filled) else ():
            if column not in filled:
                yield problem(line, column, "needed_both")

    def _elsewhere(self, line: int, said: Mapping[str, Value]) -> Iterator[Problem]:
        """A person with the address of a channel would read what is posted there; with one that cannot be, nothing."""
        platform, address = str(said.get("platform", "")), str(said.get("address", ""))
        if (platform == "webchat" and address.startswith("#")) or f"{platform}:{address}" in self.known.channels:
            yield problem(line, "address", "address_channel")
        elif address and not is_address(platform, address):
            yield problem(line, "address", f"address_{platform}")

    def _twice(self, line: int, said: Mapping[str, Value]) -> Iterator[Problem]:
        other = self.taken.get((str(said.get("platform")), str(said.get("address"))))
        if other:
            yield problem(line, "address", "address_twice", first=other[1])
        other = self.taken.get(("", str(said.get("email") or "")))
        if other and other[0] != said["key"]:
            yield problem(line, "email", "email_twice", first=other[1], key=other[0])

    def _disagrees(self, line: int, said: Mapping[str, Value]) -> Iterator[Problem]:
        before = self.drafts.get(str(said["key"]))
        for column, value in said.items():
            if before and column in before.said and before.said[column] != value:
                yield problem(line, column, "disagrees", key=before.key, first=before.line)

    def _keep(self, line: int, said: dict[str, Value]) -> None:
        key = str(said.pop("key"))
        draft = self.drafts.get(key) or Entry(line, key, {}, ())
        accounts = tuple(self._account(line, key, said))
        self.drafts[key] = Entry(draft.line, key, draft.said | said, (*draft.accounts, *accounts))
        if said.get("email"):
            self.taken.setdefault(("", str(said["email"])), (key, line))

    def _account(self, line: int, key: str, said: dict[str, Value]) -> Iterator[Listed]:
        """Taken out of what the row says, where it names one."""
        if "platform" in said:
            platform, address = (str(said.pop(column)) for column in ACCOUNT)
            self.taken[platform, address] = key, line
            yield Listed(line, platform, address)

    def entries(self) -> Iterator[Entry]:
        """Everybody whose name is known; who has none is one problem more."""
        for entry in self.drafts.values():
            if "name" in entry.said:
                yield entry
            else:
                self.problems.append(problem(entry.line, "name", "needed"))
