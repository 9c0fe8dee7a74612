"""What a platform's list of people changes: who comes, who left, and who is back. Seen beforehand, then carried out.

Nobody is removed. Who is not on the list cannot be reached there any more, and what they answered in an open round is
destroyed, as when they leave by themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlmodel import Session, col

from bot.core.platform import Listed
from bot.core.roster import Known, roster
from bot.flow import enrolment
from bot.store import directory
from bot.store.directory import Plan, Progress
from bot.store.people import Account, Person
from config.load import Problem
from config.organisation import Organisation


@dataclass(frozen=True)
class Gone:
    """An account that is on the list no more, or once more."""

    person: str
    name: str
    address: str


@dataclass(frozen=True)
class Sync:
    """What would change. Who is in `problems` is left alone; `strangers` are not here and were not asked for."""

    platform: str
    plan: Plan
    left: tuple[Gone, ...]
    back: tuple[Gone, ...]
    strangers: int
    problems: tuple[Problem, ...]
    reachable: int  # accounts on this platform, now

    @property
    def steps(self) -> int:
        """How much there is to do."""
        return self.plan.steps + len(self.left) + len(self.back)

    @property
    def most_leave(self) -> bool:
        """Whether more than half of who can be reached now would not be any more: rather a wrong list."""
        return 2 * len(self.left) > self.reachable


def plan(
    session: Session, platform: str, people: Sequence[Listed], organisation: Organisation, *, newcomers: bool
) -> Sync:
    """What this list would change."""
    accounts = _accounts(session, platform)
    found = roster(people, platform, Known(_owners(accounts), _names(session)), newcomers=newcomers)
    todo = directory.plan(session, found.entries, organisation, remove_absent=False)
    problems = tuple(sorted((*found.problems, *todo.problems)))
    listed = {one.address for one in people}
    doubtful = {people[problem.line - 1].address for problem in problems}
    moved = {move.old for move in todo.accounts}
    return Sync(
        platform,
        todo,
        left=_gone(one for one in accounts if one.reachable and one.address not in listed | moved),
        back=_gone(one for one in accounts if not one.reachable and one.address in listed - doubtful),
        strangers=found.strangers,
        problems=problems,
        reachable=sum(one.reachable for one in accounts),
    )


@dataclass(frozen=True)
class _Account:
    address: str
    person: str
    name: str
    reachable: bool


def _accounts(session: Session, platform: str) -> list[_Account]:
    columns = (col(Account.address), col(Account.person), col(Person.name), col(Account.reachable))
    here = select(*columns).join(Person, col(Person.key) == col(Account.person))
    found = session.execute(here.where(col(Account.platform) == platform).order_by(*columns[1::-1]))
    return [_Account(*row) for row in found]


def _owners(accounts: Iterable[_Account]) -> dict[str, str]:
    return {one.address: one.person for one in accounts}


def _names(session: Session) -> dict[str, str]:
    """Everybody by their key in small letters; an e-mail address goes before somebody else's key."""
    found = session.execute(select(col(Person.key), col(Person.email))).all()
    return {key.lower(): key for key, _ in found} | {email.lower(): key for key, email in found if email}


def _gone(accounts: Iterable[_Account]) -> tuple[Gone, ...]:
    return tuple(Gone(one.person, one.name, one.address) for one in accounts)


def carry_out(session: Session, todo: Sync, progress: Progress = lambda steps: None) -> None:
    """Do it; `progress` hears how many steps were done. After somebody left the caller has the database scrubbed."""
    directory.carry_out(session, todo.plan, progress)
    for one in todo.left:
        enrolment.left(session, todo.platform, one.address)
        progress(1)
    back = [one.address for one in todo.back]
    mine = (col(Account.platform) == todo.platform, col(Account.address).in_(back))
    session.execute(update(Account).where(*mine).values(reachable=True))
    progress(len(back))
