"""At the end of a cycle: what departments have in common, to board and works council; who works on what, to everyone.

Both go out with the last digests of the cycle, once, and follow their channel. Without a channel there is no message,
and none of a pilot.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from analysis import disclosure
from analysis.totals import overall
from bot.flow import ahead, promises, reporting
from bot.flow.reporting import Told
from bot.flow.wording import Digest
from bot.store import editions, outbox
from bot.store.outbox import Kind, OutgoingRow
from bot.store.rounds import Cycle, Round, RoundState
from config.organisation import Organisation

BOARD, EVERYONE = "organisation", "everyone"
"""How the ids of these messages begin; the cycle follows."""


def tell(session: Session, cycle: Cycle, not_before: datetime, now: datetime) -> None:
    """Post both, where they have a channel, once everything of the cycle is published."""
    organisation = editions.within_cycle(session, cycle.edition)
    told = _told(session, cycle, organisation)
    if told is None or organisation.report.channel is organisation.report.everyone is None:
        return
    departments = [department.key for department in organisation.asked_about(told.survey)]
    found = overall(disclosure.of_cycle(session, cycle.key), departments)
    today = now.astimezone(organisation.zone).date()
    since = _told_before(session, cycle, organisation) or today - timedelta(weeks=told.survey.rhythm.cycle_weeks)
    promised = promises.tally(session, departments, since, today, organisation.language)
    board = reporting.board(told, found, disclosure.response(session, cycle.key), promised)
    _post(session, BOARD, cycle, organisation, board, not_before)
    opens = ahead.next_opening(session, cycle.survey, now, not_before)
    day = opens.astimezone(organisation.zone).date() if opens is not None else None
    news = reporting.everyone(told, found.heard, day, promises.to_everyone(session, organisation, since, today))
    _post(session, EVERYONE, cycle, organisation, Digest(news, ()), not_before)


def channel_of(row: str, organisation: Organisation) -> str | None:
    """Where the message with this id belongs by now; None where it is none of these, or has no channel any more."""
    report = organisation.report
    return {BOARD: report.channel, EVERYONE: report.everyone}.get(row.partition(":")[0])


def of_cycle(session: Session, cycle: int) -> list[OutgoingRow]:
    """Those of one cycle, as they were posted: at most two."""
    found = (session.get(OutgoingRow, f"{which}:{cycle}") for which in (BOARD, EVERYONE))
    return [row for row in found if row is not None]


def is_one(row: str) -> bool:
    """Whether the message with this id is one of these."""
    return row.partition(":")[0] in (BOARD, EVERYONE)


def _told(session: Session, cycle: Cycle, organisation: Organisation) -> Told | None:
    """Of a cycle of which no round was counted there is nothing to tell."""
    counted = select(Round).where(Round.cycle == cycle.key, col(Round.state).in_([RoundState.COUNTED, RoundState.TOLD]))
    rounds, zone = session.exec(counted).all(), organisation.zone
    if not rounds:
        return None
    first = min(round_.opens_at for round_ in rounds).astimezone(zone).date()
    last = max(round_.closes_at for round_ in rounds).astimezone(zone).date()
    return Told(organisation, organisation.survey(cycle.survey), first, last)


def _told_before(session: Session, cycle: Cycle, organisation: Organisation) -> date | None:
    """The day on which the messages of the cycle before were made: what was settled from then on is told now."""
    earlier = select(Round.leads_at).join(Cycle, col(Cycle.id) == col(Round.cycle))
    earlier = earlier.where(Cycle.survey == cycle.survey, col(Cycle.pilot).is_(False), Cycle.number < cycle.number)
    last = session.exec(earlier.where(Round.state == RoundState.TOLD).order_by(col(Round.leads_at).desc())).first()
    return last.astimezone(organisation.zone).date() if last is not None else None


def _post(
    session: Session, which: str, cycle: Cycle, organisation: Organisation, made: Digest, not_before: datetime
) -> None:
    row = f"{which}:{cycle.key}"
    channel = channel_of(row, organisation)
    if channel is None:
        return
    platform, _, address = channel.partition(":")
    outbox.put(
        session,
        OutgoingRow(
            id=row,
            kind=Kind.DIGEST,
            platform=platform,
            address=address,
            lines=list(made.lines),
            details=list(made.details),
            not_before=not_before,
        ),
    )
