"""What a restored database may not do again: since its backup was made others may have done it already.

Figures that are out cannot be taken back, and nobody remembers them here. So by construction:
- what was not released is deleted, and every round that had begun ends. Only rounds opened after the restore bring
  new answers; they share none with any block that went out, here or there, so there is nothing to subtract;
- nobody is asked before the cycle that may be running now would be over: each cohort keeps the distance that its
  people were promised;
- nothing that waited to be said is said: it may have been said; nor what time alone would have said meanwhile, a
  reminder of a promise or the question whether a card is true: rather not at all than twice in a channel;
- numbers that others may have given to blocks and cycles are not given again: messages are known by them.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block, BlockState, Participation
from bot.core.timing import Window, latest_number, upcoming, window
from bot.flow import cycles, freshness, promises, retention, rounds
from bot.store import editions, inbox, people
from bot.store.editions import Edition
from bot.store.outbox import FOR_CHANNELS, Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Cycle, Missed, Round, RoundState, in_state
from config.organisation import Organisation

UNUSED_NUMBERS = 100_000  # of blocks and cycles: more than a century of rounds


@dataclass(frozen=True)
class Ended:
    """A round that had begun and is not told any more."""

    survey: str
    number: int
    was_counted: bool


@dataclass(frozen=True)
class MadeSafe:
    """What was undone."""

    rounds: tuple[Ended, ...]
    departments: tuple[str, ...]  # whose answers that were not released are deleted
    opens: dict[str, datetime]  # the next round of each survey
    unsaid: tuple[str, ...]  # channels to which something waited
    edition: Edition | None  # the one now in force


def make_safe(session: Session, now: datetime) -> MadeSafe:
    """Undo what may have gone another way since the backup. To be called in the transaction that restores it."""
    departments = _unreleased(session)
    ended = _end_rounds(session)
    _delete_unreleased(session)
    edition = editions.latest_or_none(session)
    opens = _hold(session, edition, now) if edition is not None else {}
    if edition is not None:
        _say_what_is_due(session, now)
    unsaid = _silence(session)
    session.flush()
    rounds.forget(session, now)
    inbox.forget(session, now.date())
    retention.forget_old(session, now)
    return MadeSafe(ended, departments, opens, unsaid, edition)


# --- what had begun --------------------------------------------------------------------------------------------------


def _end_rounds(session: Session) -> tuple[Ended, ...]:
    """A round that was open has lost its ballots; one that was counted may have been told. Every cycle is over."""
    begun = in_state(session, RoundState.OPEN, RoundState.COUNTED)
    ended = tuple(Ended(one.survey, one.number, one.state is RoundState.COUNTED) for one in begun)
    for round_ in begun:
        rounds.abort(session, round_)
    for cycle in session.exec(select(Cycle).where(col(Cycle.ended).is_(False))).all():
        cycles.end(session, cycle)
    session.flush()
    return ended


def _unreleased(session: Session) -> tuple[str, ...]:
    """The departments that had answers which were not released."""
    states = (BlockState.WAITING, BlockState.CLOSED)
    return tuple(sorted(session.exec(select(Block.department).where(col(Block.state).in_(states)).distinct())))


def _delete_unreleased(session: Session) -> None:
    """Every block that is not released, with its answers."""
    unreleased = col(Block.state) != BlockState.RELEASED
    for table in (Answer, Participation):
        session.execute(delete(table).where(col(table.block).in_(select(Block.id).where(unreleased))))
    session.execute(update(Block).where(unreleased).values(state=BlockState.DELETED))


def _say_what_is_due(session: Session, now: datetime) -> None:
    """Into the outbox, where it falls silent with the rest: what the same cause would say later is said already."""
    session.flush()
    promises.remind_due(session, now)
    freshness.ask_due(session, now)


def _silence(session: Session) -> tuple[str, ...]:
    """What was still to be said about invitations goes; all else may have been. Returns where digests were to go."""
    unsaid = col(OutgoingRow.state).not_in([OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.UNKNOWN])
    session.execute(delete(OutgoingRow).where(unsaid, col(OutgoingRow.kind).not_in(FOR_CHANNELS)))
    digests = select(OutgoingRow.platform, OutgoingRow.address).where(unsaid, OutgoingRow.kind == Kind.DIGEST)
    found = {f"{platform}:{address}" for platform, address in session.exec(digests)}
    session.execute(update(OutgoingRow).where(unsaid).values(state=OutgoingState.UNKNOWN))
    return tuple(sorted(found))


# --- who may have been asked -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Turn:
    """The cycle that would be the latest by now, had nothing been lost, and those of its rounds that are not over."""

    edition: int
    first_round: int
    windows: list[Window]


def _hold(session: Session, edition: Edition, now: datetime) -> dict[str, datetime]:
    """Mark every occurrence that others may have opened as missed. Returns when each survey's next round opens."""
    surveys = {survey.key for survey in edition.organisation.surveys}
    asked = set(session.exec(select(Cycle.survey).distinct()))
    for key in sorted(surveys | asked):
        turn = _turn_now(session, key, edition, now) if edition.live else _turn_due(edition, key, now)
        if turn is not None:
            _stand_in(session, key, turn, pilot=False)
        if turn is not None and not edition.live:
            _stand_in(session, key, turn, pilot=True)
    return {key: _opens(session, key, edition, now) for key in sorted(surveys)}


def _turn_due(edition: Edition, key: str, now: datetime) -> _Turn | None:
    """In a pilot each round is a cycle. Others may have ended the pilot, and asked everybody in that same round."""
    organisation = edition.organisation
    if key not in {survey.key for survey in organisation.surveys}:
        return None
    latest = latest_number(organisation.survey(key).rhythm, now, organisation)
    if latest is None:
        return None
    return _Turn(edition.number or 0, latest, _not_over(organisation, key, latest + 1, now))


def _turn_now(session: Session, key: str, edition: Edition, now: datetime) -> _Turn | None:
    """The last cycle that is known, or one that followed on it by the edition in force."""
    last, since, turn = _last_cycle(session, key, pilot=False), edition.written_at, None
    if last is not None:
        began = editions.within_cycle(session, last.edition)
        end = last.first_round + began.survey(key).rhythm.cohorts
        turn = _Turn(last.edition, last.first_round, _not_over(began, key, end, now))
        since = window(began.survey(key).rhythm, end - 1, began).closes_at
    organisation = edition.organisation
    if (turn is not None and turn.windows) or key not in {survey.key for survey in organisation.surveys}:
        return turn
    first = _first_of_latest(organisation, key, since, now)
    if first is None:
        return turn
    end = first + organisation.survey(key).rhythm.cohorts
    return _Turn(edition.number or 0, first, _not_over(organisation, key, end, now))


def _first_of_latest(organisation: Organisation, key: str, since: datetime, now: datetime) -> int | None:
    """Where the latest cycle began, if cycles followed on each other from then on; None where none has begun."""
    rhythm = organisation.survey(key).rhythm
    first = next(n for n in count() if window(rhythm, n, organisation).closes_at > since)
    latest = latest_number(rhythm, now, organisation)
    if latest is None or latest < first:
        return None
    return latest - (latest - first) % rhythm.cohorts


def _not_over(organisation: Organisation, key: str, end: int, now: datetime) -> list[Window]:
    """The occurrences from the one due now up to number `end`; none where the last of them is closed."""
    rhythm = organisation.survey(key).rhythm
    latest = latest_number(rhythm, now, organisation)
    numbers = range(latest, end) if latest is not None else ()
    found = [window(rhythm, number, organisation) for number in numbers]
    return found if found and found[-1].closes_at > now else []


def _stand_in(session: Session, key: str, turn: _Turn, *, pilot: bool) -> None:
    """A cycle that stands for all that others may have done, with its rounds missed.

    What comes after it is not compared with what was before: figures in between may be missing here.
    """
    before = _last_cycle(session, key, pilot=pilot)
    if before is not None and _cohorts(session, key, before.edition) != _cohorts(session, key, turn.edition):
        people.unseat(session, key)
    cycle = Cycle(
        id=_unused(session, Cycle),
        survey=key,
        number=before.number + 1 if before is not None else 0,
        first_round=turn.first_round,
        pilot=pilot,
        edition=turn.edition,
        ended=True,
    )
    session.add(cycle)
    session.flush()
    known = set(session.exec(select(Round.due).where(Round.survey == key, Round.pilot == pilot)))
    known |= set(session.exec(select(Missed.due).where(Missed.survey == key, Missed.pilot == pilot)))
    session.add_all(
        Missed(survey=key, due=times.due, pilot=pilot, number=times.number + 1, held_until=times.closes_at)
        for times in turn.windows
        if times.due not in known
    )
    _leave_numbers(session, cycle)


def _cohorts(session: Session, key: str, edition: int) -> int:
    return editions.within_cycle(session, edition).survey(key).rhythm.cohorts


def _leave_numbers(session: Session, cycle: Cycle) -> None:
    """A block that never held anything, so that the next one gets a number that no other had."""
    organisation = editions.within_cycle(session, cycle.edition)
    department = organisation.asked_about(organisation.survey(cycle.survey))[0].key
    only = cycle.first_round + 1
    session.add(
        Block(
            id=_unused(session, Block),
            cycle=cycle.key,
            department=department,
            first_round=only,
            last_round=only,
            state=BlockState.DELETED,
        )
    )
    session.flush()


def _unused(session: Session, table: type[Cycle] | type[Block]) -> int:
    return int(session.exec(select(func.max(col(table.id)))).one() or 0) + UNUSED_NUMBERS


def _last_cycle(session: Session, key: str, *, pilot: bool) -> Cycle | None:
    found = select(Cycle).where(Cycle.survey == key, Cycle.pilot == pilot)
    return session.exec(found.order_by(col(Cycle.id).desc())).first()


def _opens(session: Session, key: str, edition: Edition, now: datetime) -> datetime:
    """The first opening to come that is not within a round that others may have opened."""
    organisation = edition.organisation
    rhythm = organisation.survey(key).rhythm
    held = select(Missed.held_until).where(Missed.survey == key, Missed.pilot == (not edition.live))
    until = max((now, *session.exec(held)))
    return upcoming(rhythm, until, organisation, 1)[0].opens_at
