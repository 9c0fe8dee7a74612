"""Step 6: publishable counts → ledger and digests, together, into the outbox.

Published on the second working day after closing, for the leads; the digests wait in the outbox for the third, when
every channel gets its own together.

The words are made from publications alone: a digest can be rebuilt from the ledger.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from analysis import disclosure, priorities_chart
from analysis.answers import Block, BlockState
from bot.core import moments
from bot.core.timing import next_morning, window
from bot.flow import cycles, leads, organisation_digest, promises
from bot.flow.phrasing import Period
from bot.flow.thought import thought
from bot.flow.wording import Digest, comparison, digest, example_lines
from bot.store import editions, outbox, selfimage
from bot.store.outbox import OF_A_BLOCK, OF_A_CYCLE, Kind, OutgoingRow
from bot.store.rounds import Cycle, Round, RoundState, in_state
from config.department import Department
from config.organisation import Organisation
from config.questions import Tapped
from config.survey import Survey
from config.texts import say
from config.words import Language

FOLLOWS_AFTER = timedelta(minutes=1)  # so that the card stands below the digest


@dataclass(frozen=True)
class _Telling:
    """One round being told: everything its digests need."""

    round_: Round
    cycle: Cycle
    organisation: Organisation
    survey: Survey
    now: datetime
    leads_at: datetime  # when the leads read
    not_before: datetime  # when every channel does

    @property
    def today(self) -> date:
        """The day on which figures are released."""
        return self.now.astimezone(self.organisation.zone).date()

    def asked_last(self, department: Department) -> Tapped | None:
        """The cycle's extra question about a department; None in a deep cycle."""
        return cycles.extra_about(self.cycle, self.survey, department.key)

    def period(self, session: Session, block: Block) -> Period:
        """From the opening of the block's first round to the closing of this one."""
        first = session.exec(
            select(Round).where(Round.cycle == self.cycle.key, Round.number == block.first_round)
        ).one()
        zone = self.organisation.zone
        opened, closed = first.opens_at.astimezone(zone).date(), self.round_.closes_at.astimezone(zone).date()
        return Period(opened, closed, self.survey.rhythm.cycle_weeks)

    def language(self, department: Department) -> Language:
        """The language of a department's digests."""
        return department.language or self.organisation.language


def tell_due(session: Session, now: datetime) -> list[Round]:
    """Publish what is due, and put every message about it in the outbox. Returns the rounds told."""
    due = [round_ for round_ in in_state(session, RoundState.COUNTED) if round_.leads_at <= now]
    for round_ in due:
        _tell(session, round_, now)
    return due


def _tell(session: Session, round_: Round, now: datetime) -> None:
    """First every figure is published, because what departments have in common needs all of them; then the words."""
    cycle = session.get_one(Cycle, round_.cycle)
    organisation = editions.within_cycle(session, cycle.edition)
    survey, mornings = organisation.survey(round_.survey), (round_.leads_at, round_.digests_at)
    telling = _Telling(round_, cycle, organisation, survey, now, *mornings)
    blocks = _blocks(session, telling)
    releasable = [(block, department) for department, block in blocks if block.state is BlockState.CLOSED]
    closed = {department.key for _, department in releasable}
    for keys in cycles.by_extra(cycle, survey, sorted(closed)).values():
        some = [(block, department) for block, department in releasable if department.key in keys]
        disclosure.publish(session, some, telling.asked_last(some[0][1]), organisation.threshold, telling.today)
    is_end = _is_over(session, cycle, round_)
    compared = _compare(session, telling) if is_end else {}
    for department, block in blocks:
        if department.key in closed:
            _digest(session, telling, department, block)
        elif cycle.pilot:
            lines = example_lines(department, telling.language(department), organisation.threshold)
            _post(session, telling, department, f"example:{cycle.key}", Digest(lines, ()))
        elif department.key in compared:
            _compared(session, telling, department, compared[department.key])
        else:
            _waiting(session, telling, department, block)
    if is_end:
        organisation_digest.tell(session, cycle, telling.not_before, now)
    round_.state = RoundState.TOLD
    session.add(round_)


def tell_end(session: Session, cycle: Cycle, now: datetime) -> None:
    """A cycle just ended with a round that is never told, missed or withdrawn: its comparisons go out all the same.

    To the leads now, and to every channel the next working morning. Where an earlier round of it is still to be told,
    they go out with that.
    """
    counted = select(Round).where(Round.cycle == cycle.key, Round.state == RoundState.TOLD)
    last = session.exec(counted.order_by(col(Round.number).desc())).first()
    if last is None or not _is_over(session, cycle, last):
        return
    organisation = editions.within_cycle(session, cycle.edition)
    survey, mornings = organisation.survey(cycle.survey), (now, next_morning(now, organisation))
    telling = _Telling(last, cycle, organisation, survey, now, *mornings)
    compared = _compare(session, telling)
    for department, block in _blocks(session, telling):
        if department.key in compared:
            _compared(session, telling, department, compared[department.key])
        elif block.state is BlockState.DELETED:
            _waiting(session, telling, department, block)
    organisation_digest.tell(session, cycle, telling.not_before, now)


def _is_over(session: Session, cycle: Cycle, told: Round) -> bool:
    """Whether everything that a cycle publishes is out once this round is told; a pilot is compared with nothing."""
    if cycle.pilot or not cycle.ended:
        return False
    others = select(Round.id).where(Round.cycle == cycle.key, Round.id != told.id)
    return session.exec(others.where(col(Round.state).in_([RoundState.OPEN, RoundState.COUNTED]))).first() is None


def _blocks(session: Session, telling: _Telling) -> list[tuple[Department, Block]]:
    """The block that holds this round, of each department that has one."""
    departments = telling.organisation.asked_about(telling.survey)
    found = ((d, block_of(session, telling.cycle.key, d.key, telling.round_.number)) for d in departments)
    return [(department, block) for department, block in found if block is not None]


def _compare(session: Session, telling: _Telling) -> dict[str, Block]:
    """At the end of a cycle: publish changes and bands. Returns beside which block of each department they stand."""
    cycle = telling.cycle
    before = session.exec(
        select(Cycle.id).where(Cycle.survey == cycle.survey, Cycle.pilot == False, Cycle.number == cycle.number - 1)  # noqa: E712  SQL
    ).first()
    rows = disclosure.publish_comparisons(session, cycle.key, before, telling.today)
    return {row.department: session.get_one(Block, row.block) for row in rows}


def block_of(session: Session, cycle: int, department: str, number: int) -> Block | None:
    """The block that holds this round of a department."""
    found = select(Block).where(
        Block.cycle == cycle,
        Block.department == department,
        Block.first_round <= number,
        Block.last_round >= number,
    )
    return session.exec(found).first()


def _digest(session: Session, telling: _Telling, department: Department, block: Block) -> None:
    ledger = disclosure.publications(session, block.number)
    period, language = telling.period(session, block), telling.language(department)
    said = thought(ledger, department, selfimage.of(session, block.number), language)
    made = digest(ledger, department, telling.asked_last(department), period, language, said)
    since = telling.today - timedelta(weeks=period.cycle_weeks)
    kept = promises.tally(session, [department.key], since, telling.today, language)
    made = Digest((*made.lines, *kept), made.details)
    _post(session, telling, department, f"{OF_A_BLOCK}:{block.number}", made, block.number)
    if not telling.cycle.pilot:
        below = telling.round_.digests_at + FOLLOWS_AFTER
        promises.invite(session, telling.organisation, department, block.number, below)
    _lead_first(session, telling, department, f"{OF_A_BLOCK}:{block.number}", block)


def _compared(session: Session, telling: _Telling, department: Department, block: Block) -> None:
    """Its figures went out in an earlier round of the cycle; now it is known what they mean beside others."""
    ledger = disclosure.publications(session, block.number)
    period, language = telling.period(session, block), telling.language(department)
    made = comparison(ledger, department, telling.asked_last(department), period, language)
    pictured = block.number if priorities_chart.is_drawn(ledger) else None
    _post(session, telling, department, f"{OF_A_CYCLE}:{telling.cycle.key}", made, pictured)
    _lead_first(session, telling, department, f"{OF_A_CYCLE}:{telling.cycle.key}", block)


def _waiting(session: Session, telling: _Telling, department: Department, block: Block) -> None:
    """Once per cycle while it waits; once more when the cycle is over and nothing was released."""
    was_released = department.key in disclosure.released(session, telling.cycle.key)
    cause = f"waiting:{telling.cycle.key}"
    if block.state is not BlockState.DELETED:
        line = _not_yet(telling, department, again=was_released)
        _post(session, telling, department, cause, Digest((line,), ()))
    elif not was_released:
        weeks = telling.survey.rhythm.cycle_weeks
        language = telling.language(department)
        line = say("waiting.over", language, department=department.name.in_(language), weeks=_weeks(weeks, language))
        _post(session, telling, department, f"over:{telling.cycle.key}", Digest((line,), ()))


def _not_yet(telling: _Telling, department: Department, *, again: bool) -> str:
    """Why there is no figure, or no new one, and when its answers count along."""
    language = telling.language(department)
    closes = window(telling.survey.rhythm, telling.round_.number, telling.organisation).closes_at
    return say(
        "waiting.again" if again else "waiting.yet",
        language,
        department=department.name.in_(language),
        threshold=telling.organisation.threshold,
        closes=moments.day(closes, language),
    )


def _weeks(weeks: int, language: Language) -> str:
    return say("date.week", language) if weeks == 1 else say("date.weeks", language, weeks=weeks)


def _post(
    session: Session, telling: _Telling, department: Department, cause: str, made: Digest, block: int | None = None
) -> None:
    """Into the department's channel, which it follows; into the test channel while only the pilot people are asked."""
    organisation, pilot = telling.organisation, telling.cycle.pilot
    channel = organisation.test_channel if pilot else organisation.channel_of(department)
    platform, _, address = channel.partition(":")
    outbox.put(
        session,
        OutgoingRow(
            id=f"{cause}:{department.key}",
            kind=Kind.DIGEST,
            platform=platform,
            address=address,
            lines=list(made.lines),
            details=list(made.details),
            block=block,
            department=None if pilot else department.key,
            not_before=telling.not_before,
        ),
    )


def _lead_first(session: Session, telling: _Telling, department: Department, cause: str, block: Block) -> None:
    """The same to who leads the department, before its channel; a minute later, with a digest, what they can do."""
    account = leads.account_of(session, department)
    if account is None or telling.cycle.pilot:
        return
    messages = [(f"lead:{cause}", Kind.LEAD, telling.leads_at)]
    if cause.startswith(f"{OF_A_BLOCK}:"):
        messages.append((f"follow:{block.number}", Kind.FOLLOW, telling.leads_at + FOLLOWS_AFTER))
    for message, kind, when in messages:
        row = OutgoingRow(
            id=f"{message}:{department.key}",
            kind=kind,
            platform=account.platform,
            address=account.address,
            block=block.number,
            not_before=when,
        )
        outbox.put(session, row)
