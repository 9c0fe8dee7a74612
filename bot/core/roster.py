"""Everybody a platform knows -> who they are here, and every one of whom that is not certain, with the remedy.

An account that is known here is its person's. Else the e-mail address says who somebody is. Who is new gets it as key,
or the platform's id where it cannot be one. Of who is known a platform tells account, language and time zone only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from bot.core import directory
from bot.core.directory import JOINERS, LONGEST, SHAPES, Entry, Value, problem
from bot.core.platform import Listed
from config.load import Problem
from config.words import LANGUAGES


@dataclass(frozen=True)
class Known:
    """Who is here already."""

    accounts: Mapping[str, str]  # address on this platform: key of the person
    names: Mapping[str, str]  # e-mail address, or key, in small letters: key of the person


@dataclass(frozen=True)
class Roster:
    """`entries` and `problems` name somebody by their place in the list, from 1; `strangers` were left out."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    strangers: int


@dataclass(frozen=True)
class _One:
    """Somebody in the list: who they are here, and what says so."""

    line: int
    listed: Listed
    key: str
    new: bool
    certain: bool  # this very account is theirs already


def roster(people: Sequence[Listed], platform: str, known: Known, *, newcomers: bool) -> Roster:
    """Everybody by the key they have or get; without `newcomers` only who is here already."""
    problems: list[Problem] = []
    found: dict[str, list[_One]] = {}
    for line, listed in enumerate(people, 1):
        one = _who(line, listed, known)
        if isinstance(one, Problem):
            problems.append(one)
        else:
            found.setdefault(one.key, []).append(one)
    wanted = {key: ones for key, ones in found.items() if newcomers or not ones[0].new}
    entries = []
    for ones in wanted.values():
        clear = [one for one in ones if one.certain] or (ones if len(ones) == 1 else [])
        problems += _unclear(ones, clear)
        if clear:
            entries.append(_entry(platform, clear))
    strangers = sum(map(len, found.values())) - sum(map(len, wanted.values()))
    return Roster(tuple(entries), tuple(sorted(problems)), strangers)


def _who(line: int, listed: Listed, known: Known) -> _One | Problem:
    """Who this is; a problem where account and e-mail address are of two people."""
    email = _email(listed)
    owner, named = known.accounts.get(listed.address), known.names.get(email) if email else None
    if owner is not None and named is not None and owner != named:
        return problem(line, "", "sync_two", key=owner, other=named)
    named = owner or named or known.names.get(listed.address.lower())
    return _One(line, listed, named or _new_key(listed, email), named is None, owner is not None)


def _unclear(ones: Sequence[_One], clear: Sequence[_One]) -> Iterator[Problem]:
    """Of several who would be one person, all whose account is not known here: a wrong one would read their card."""
    for one in ones:
        if one not in clear:
            others = ", ".join(other.listed.address for other in ones if other is not one)
            yield problem(one.line, "", "sync_twice", key=one.key, others=others)


def _entry(platform: str, ones: Sequence[_One]) -> Entry:
    first, listed = ones[0], ones[0].listed
    said: dict[str, Value] = {"name": _name(listed)} if first.new else {}
    if first.new and _email(listed):
        said["email"] = _email(listed)
    if listed.language in LANGUAGES:
        said["language"] = listed.language
    if listed.timezone in _zones():
        said["timezone"] = listed.timezone
    accounts = tuple(directory.Listed(one.line, platform, one.listed.address) for one in ones)
    return Entry(first.line, first.key, said, accounts)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _email(listed: Listed) -> str:
    email = listed.email.strip().lower()
    return email if SHAPES["email"].fullmatch(email) and len(email) <= LONGEST["email"] else ""


def _new_key(listed: Listed, email: str) -> str:
    return email if SHAPES["key"].fullmatch(email) and len(email) <= LONGEST["key"] else listed.address


def _name(listed: Listed) -> str:
    """As people call themselves, without what cannot be seen; never empty."""
    seen = "".join(c for c in " ".join(listed.name.split()) if c.isprintable() or c in JOINERS)
    return seen[: LONGEST["name"]].strip() or listed.email or listed.address
