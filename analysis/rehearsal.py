"""The whole of the analysis for answers that were collected elsewhere: the same blocks, gate and comparisons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from analysis import disclosure
from analysis.answers import (
    FEWEST_RESPONDENTS,
    Block,
    BlockState,
    Publication,
    delete_waiting,
    deposit,
    open_blocks,
)
from analysis.elsewhere import Round, extra_of
from config.organisation import Organisation
from config.questions import Tapped
from config.survey import Survey


@dataclass(frozen=True)
class Released:
    """One released block: what was published of it, and the extra question of its cycle."""

    block: Block
    ledger: list[Publication]
    extra: Tapped | None  # none in a deep cycle


@dataclass(frozen=True)
class Outcome:
    """What the gate let through, and what waits for more people."""

    released: list[Released]
    waiting: list[Block]


def rehearse(
    session: Session, rounds: Sequence[Round], organisation: Organisation, survey: Survey, rounds_in_cycle: int
) -> Outcome:
    """Let the rounds pass one after another, as counting would; a cycle is over after its last round."""
    today = date.today()  # noqa: DTZ011  the ledger of a file knows no other day
    last = rounds[-1].number
    for number in range(1, last + 1):
        given = next((one for one in rounds if one.number == number), Round(number))
        cycle = (number - 1) // rounds_in_cycle + 1
        _pass(session, given, cycle, organisation, survey, extra_of(survey, number, rounds_in_cycle), today)
        if number % rounds_in_cycle == 0:
            delete_waiting(session, cycle)
        if number % rounds_in_cycle == 0 or number == last:
            disclosure.publish_comparisons(session, cycle, cycle - 1, today)
    about = frozenset[str]().union(*(one.about for one in rounds))
    return _outcome(session, survey, rounds_in_cycle, about)


def _pass(
    session: Session,
    given: Round,
    cycle: int,
    organisation: Organisation,
    survey: Survey,
    extra: Tapped | None,
    today: date,
) -> None:
    departments = {department.key: department for department in organisation.asked_about(survey)}
    blocks = open_blocks(session, cycle, given.number, departments)
    if given.people >= FEWEST_RESPONDENTS:
        deposit(session, blocks, given.records)
    key = extra.key if extra is not None else None
    closed = disclosure.settle(session, blocks, key, organisation.threshold)
    releasable = [(block, departments[block.department]) for block in closed]
    disclosure.publish(session, releasable, extra, organisation.threshold, today)


def _outcome(session: Session, survey: Survey, rounds_in_cycle: int, about: Collection[str]) -> Outcome:
    found = select(Block).where(col(Block.department).in_(about))
    blocks = session.exec(found.order_by(col(Block.department), col(Block.first_round))).all()
    released = [
        Released(
            block, disclosure.publications(session, block.number), extra_of(survey, block.first_round, rounds_in_cycle)
        )
        for block in blocks
        if block.state is BlockState.RELEASED
    ]
    return Outcome(released, [block for block in blocks if block.state is not BlockState.RELEASED])
