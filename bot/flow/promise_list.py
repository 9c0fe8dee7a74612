"""Every promise of the past year with what became of it, for admins and for who leads its department.

With how many colleagues noticed, where that was asked of them: what was published of it, and nothing else.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from analysis import disclosure
from analysis.answers import Block, BlockState, Publication
from bot.core.promises import Pledge
from bot.flow import explaining, leads_first
from bot.flow.promises import pledge
from bot.store import editions, promises
from bot.store.promises import Promise
from bot.store.rounds import Cycle
from config.department import Department
from config.questions import Noticed
from config.texts import say
from config.words import Language


@dataclass(frozen=True)
class Listed:
    """One promise. `noticed` has a line for each time that figures about it were released."""

    pledge: Pledge
    made_on: date
    moved: int  # how often
    noticed: tuple[str, ...]


def listed(
    session: Session, departments: Collection[str], leads: Collection[str], language: Language, now: datetime
) -> list[Listed]:
    """The promises of these departments: the open ones first; as somebody reads them who `leads` some."""
    organisation = editions.latest(session).organisation
    today, held = now.astimezone(organisation.zone).date(), leads_first.held(session, leads, now)
    found = (one for one in promises.of_a_year(session, today, leads) if one.department in departments)
    known = ((one, organisation.by_key.get(one.department)) for one in found)
    return [_listed(session, one, mine, today, language, held) for one, mine in known if mine is not None]


def _listed(
    session: Session, one: Promise, department: Department, today: date, language: Language, held: Collection[int]
) -> Listed:
    lines = tuple(_noticed(session, one, language, held))
    return Listed(pledge(one, department, today), one.made_on, one.moved, lines)


def _noticed(session: Session, promise: Promise, language: Language, held: Collection[int]) -> Iterator[str]:
    """What was published of each cycle that asked whether this was noticed, in its own words; oldest first."""
    for cycle in session.exec(select(Cycle).where(col(Cycle.pilot).is_(False)).order_by(col(Cycle.id))):
        if cycle.promised.get(promise.department) != promise.words:
            continue
        survey = editions.within_cycle(session, cycle.edition).survey(cycle.survey)
        question = survey.extra_of(cycle.number)
        if isinstance(question, Noticed):
            for ledger in _ledgers(session, cycle, promise.department, held):
                yield from _line(ledger, question, language)


def _ledgers(session: Session, cycle: Cycle, department: str, held: Collection[int]) -> Iterator[list[Publication]]:
    """Of each block that was released of the department in this cycle what is out."""
    mine = select(Block).where(Block.cycle == cycle.key, Block.department == department)
    for block in session.exec(mine.where(Block.state == BlockState.RELEASED).order_by(col(Block.id))):
        yield [one for one in disclosure.publications(session, block.number) if one.number not in held]


def _line(ledger: list[Publication], question: Noticed, language: Language) -> Iterator[str]:
    rows = [row for row in ledger if row.measure == "choice" and row.subject.startswith(f"{question.key}.")]
    if rows:
        items = ", ".join(explaining.item(row, question, language) for row in rows)
        people = rows[0].n
        yield say("admin.promise_asked", language, items=items, n=people) if people is not None else items
