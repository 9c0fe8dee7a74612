"""A list of people from a file: what it would change is seen, and then just that is carried out."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core import directory as lists
from bot.core.directory import Sheet
from bot.store import audit, directory, editions, people
from bot.store.audit import Deed
from bot.store.directory import Move, Plan
from config.load import Problem


@dataclass(frozen=True)
class Wanted:
    """A file, and what to do with who is not in it and with rows that have a problem."""

    text: str
    remove_absent: bool = False
    skip_bad: bool = False


@dataclass(frozen=True)
class Found:
    """What a file says, and what that would change. `mark` is of just this change."""

    sheet: Sheet
    plan: Plan
    mark: str

    @property
    def problems(self) -> Sequence[Problem]:
        """Every row that cannot be used, in the order of the file."""
        return sorted((*self.sheet.problems, *self.plan.problems))

    def may_go(self, wanted: Wanted) -> bool:
        """Whether it may be carried out: with bad rows only where they may be skipped, and then nobody is removed."""
        skips = wanted.skip_bad and not wanted.remove_absent
        return self.sheet.readable and bool(self.plan.steps) and (skips or not self.problems)


def look(session: Session, wanted: Wanted, platforms: Collection[str]) -> Found:
    """What a file would change now."""
    organisation = editions.latest(session).organisation
    sheet = lists.parse(wanted.text, organisation, platforms)
    plan = directory.plan(session, sheet.entries, organisation, wanted.remove_absent)
    return Found(sheet, plan, hashlib.sha256(repr(plan).encode()).hexdigest())


def carry_out(
    session: Session, wanted: Wanted, platforms: Collection[str], seen: str, author: str, now: datetime
) -> Found | None:
    """Do what somebody saw; None, and nothing done, where it would be something else now."""
    people.hold(session)
    found = look(session, wanted, platforms)
    if found.mark != seen or not found.may_go(wanted):
        return None
    directory.carry_out(session, found.plan)
    note(session, found.plan, author, now)
    return found


def note(session: Session, plan: Plan, author: str, now: datetime) -> None:
    """Write into the audit log how many people a list added, changed or removed."""
    touched = {change.key for change in (*plan.added, *plan.changed, *plan.removed)}
    audit.note(session, author, Deed.PEOPLE, now, len(touched | {move.person for move in plan.accounts}))


def kinds(plan: Plan) -> dict[str, list[str]]:
    """A line for everything that changes, by the text above it."""
    new = {change.key for change in plan.added}
    return {
        "added": [f"{change.key}  {change.name}" for change in plan.added],
        "changed": [f"{change.key}  {change.name}: {', '.join(change.values)}" for change in plan.changed],
        "accounts": [_place(move) for move in plan.accounts if move.old is None and move.person not in new],
        "moved": [_place(move) for move in plan.accounts if move.old is not None],
        "removed": [f"{change.key}  {change.name}" for change in plan.removed],
    }


def _place(move: Move) -> str:
    before = f"{move.platform}:{move.old} → " if move.old else ""
    return f"{move.person}  {before}{move.platform}:{move.new}"
