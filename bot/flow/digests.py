"""Step 6: publishable counts → ledger and digest, together, into the outbox; the digests of a round go out together.

The words are made from publications alone: a digest can be rebuilt from the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from analysis import disclosure
from analysis.answers import Block, BlockState
from bot.core.timing import window
from bot.flow.wording import Period, digest_lines, example_lines
from bot.store import editions, outbox
from bot.store.outbox import Kind, OutgoingRow
from bot.store.rounds import Cycle, Round, RoundState, in_state
from config.department import Department
from config.organisation import Organisation
from config.survey import Survey
from config.texts import say
from config.words import Language


@dataclass(frozen=True)
class _Telling:
    """One round being told: everything its digests need."""

    round_: Round
    cycle: Cycle
    organisation: Organisation
    survey: Survey
    now: datetime

    def period(self, session: Session, block: Block) -> Period:
        """From the opening of the block's first round to the closing of this one."""
        first = session.exec(
            select(Round).where(Round.cycle == self.cycle.key, Round.number == block.first_round)
        ).one()
        zone = self.organisation.zone
        return Period(first.opens_at.astimezone(zone).date(), self.round_.closes_at.astimezone(zone).date())

    def language(self, department: Department) -> Language:
        """The language of a department's digests."""
        return department.language or self.organisation.language


def tell_due(session: Session, now: datetime) -> list[Round]:
    """Publish and post what is due. Returns the rounds told."""
    due = [round_ for round_ in in_state(session, RoundState.COUNTED) if round_.digests_at <= now]
    for round_ in due:
        _tell(session, round_, now)
    return due


def _tell(session: Session, round_: Round, now: datetime) -> None:
    cycle = session.get_one(Cycle, round_.cycle)
    organisation = editions.within_cycle(session, cycle.edition)
    telling = _Telling(round_, cycle, organisation, organisation.survey(round_.survey), now)
    for department in organisation.asked_about(telling.survey):
        block = block_of(session, cycle.key, department.key, round_.number)
        if block is None:
            continue
        if block.state is BlockState.CLOSED:
            _publish(session, telling, department, block)
        elif cycle.pilot:
            lines = example_lines(department, telling.language(department), organisation.threshold)
            _post(session, telling, department, f"example:{cycle.key}", lines)
        else:
            _waiting(session, telling, department, block)
    round_.state = RoundState.TOLD
    session.add(round_)


def block_of(session: Session, cycle: int, department: str, number: int) -> Block | None:
    """The block that holds this round of a department."""
    found = select(Block).where(
        Block.cycle == cycle,
        Block.department == department,
        Block.first_round <= number,
        Block.last_round >= number,
    )
    return session.exec(found).first()


def _publish(session: Session, telling: _Telling, department: Department, block: Block) -> None:
    extra = telling.survey.extra_of(telling.cycle.number)
    today = telling.now.astimezone(telling.organisation.zone).date()
    disclosure.publish(session, block, department, extra, telling.organisation.threshold, today)
    ledger = disclosure.publications(session, block.number)
    lines = digest_lines(ledger, department, extra, telling.period(session, block), telling.language(department))
    _post(session, telling, department, f"digest:{block.number}", lines)


def _waiting(session: Session, telling: _Telling, department: Department, block: Block) -> None:
    """Once per cycle while it waits; once more when the cycle is over and nothing was released."""
    was_released = department.key in disclosure.released(session, telling.cycle.key)
    cause = f"waiting:{telling.cycle.key}"
    if block.state is not BlockState.DELETED:
        _post(session, telling, department, cause, (_not_yet(telling, department, again=was_released),))
    elif not was_released:
        weeks = telling.survey.rhythm.cycle_weeks
        language = telling.language(department)
        line = say("waiting.over", language, department=department.name.in_(language), weeks=weeks)
        _post(session, telling, department, f"over:{telling.cycle.key}", (line,))


def _not_yet(telling: _Telling, department: Department, *, again: bool) -> str:
    """Why there is no figure, or no new one, and when its answers count along."""
    language = telling.language(department)
    closes = window(telling.survey.rhythm, telling.round_.number, telling.organisation).closes_at
    return say(
        "waiting.again" if again else "waiting.yet",
        language,
        department=department.name.in_(language),
        threshold=telling.organisation.threshold,
        closes=say("date.day", language, day=closes.day, month=say(f"month.m{closes.month}", language)),
    )


def _post(session: Session, telling: _Telling, department: Department, cause: str, lines: Sequence[str]) -> None:
    """Into the department's channel; into the test channel while only the pilot people are asked."""
    organisation = telling.organisation
    channel = organisation.test_channel if telling.cycle.pilot else department.channel or organisation.admin_channel
    platform, _, address = channel.partition(":")
    outbox.put(
        session,
        OutgoingRow(
            id=f"{cause}:{department.key}",
            kind=Kind.DIGEST,
            platform=platform,
            address=address,
            lines=list(lines),
            not_before=telling.round_.digests_at,
        ),
    )
