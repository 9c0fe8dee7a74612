"""Step 5: closing → answers. Ballots are opened, cut, deposited in key order and destroyed, in one transaction.

Before it, invitations are closed in a transaction of their own, which is short: who taps while thousands of ballots
are counted reads at once that it is too late, and does not wait for the end of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import FEWEST_RESPONDENTS, Deposit, Record, Turnout, open_blocks
from bot.core import conversation
from bot.core.ballot import Ballot
from bot.flow import cycles
from bot.logs import Log
from bot.store import ballots, editions, outbox
from bot.store.ballots import Keyring
from bot.store.rounds import (
    Cycle,
    Round,
    RoundState,
    close_invitations,
    in_state,
    locked,
    of_round,
)
from config.questions import PickSeveral, Tapped

log = Log("counting")


def close_due(session: Session, now: datetime) -> None:
    """Close the invitations of every round whose closing has come: its ballots change no more."""
    for round_ in _due(session, now):
        close_invitations(session, round_.key)


def count_due(session: Session, now: datetime, keyring: Keyring) -> list[Round]:
    """Count every round whose closing has come. Returns those counted; their ballots still lie on the disk."""
    due = _due(session, now)
    return [round_ for round_ in due if locked(session, round_, RoundState.OPEN) and _count(session, round_, keyring)]


def _due(session: Session, now: datetime) -> list[Round]:
    return [round_ for round_ in in_state(session, RoundState.OPEN) if round_.closes_at <= now]


def _count(session: Session, round_: Round, keyring: Keyring) -> bool:
    cycle = session.get_one(Cycle, round_.cycle)
    organisation = editions.within_cycle(session, cycle.edition)
    survey = organisation.survey(round_.survey)
    extra = survey.extra_of(cycle.number)
    close_invitations(session, round_.key)
    counted = _opened(session, round_, keyring, extra)
    blocks = open_blocks(session, cycle.key, round_.number, [d.key for d in organisation.asked_about(survey)])
    if counted.givers >= FEWEST_RESPONDENTS:
        counted.deposit.write(session, blocks)
    disclosure.settle(session, blocks, extra.key, organisation.threshold)
    session.add(Turnout(cycle=cycle.key, round=round_.number, invited=round_.invited, responded=counted.responded))
    _close(session, round_)
    if round_.last_of_cycle:
        session.flush()
        cycles.end(session, cycle)
    log.info("round counted", survey=round_.survey, number=round_.number)
    return True


@dataclass
class _Counted:
    """What the ballots of a round come to."""

    deposit: Deposit = field(default_factory=Deposit)
    givers: int = 0  # people of whom at least one answer counts
    responded: int = 0  # those, and who finished with "none of these" or left half a pair


def _opened(session: Session, round_: Round, keyring: Keyring, extra: Tapped) -> _Counted:
    """Open the ballots one after another and cut each at once: never more than a few are in memory."""
    key = keyring.round_key(session, round_.key)
    counted = _Counted()
    for sealed in ballots.of_round(session, round_.key):
        ballot = ballots.unseal(key, sealed.invitation, sealed.sealed)
        records = list(cut(ballot, extra))
        for record in records:
            counted.deposit.add(record)
        counted.givers += bool(records)
        counted.responded += conversation.state_of(ballot) == "finished" or not ballot.is_empty
    return counted


def cut(ballot: Ballot, extra: Tapped) -> Iterator[Record]:
    """A ballot in pieces too small to recognise anybody by (measurement: §1 pairs, design: decision 4).

    Two pairs stay together, received with needed and service with theme; the extra question and the tip are alone.
    Half a pair of scores is no answer.
    """
    for department in ballot.drawn:
        said = ballot.answers.get(department, {})
        if "received" in said and "needed" in said:
            yield Record(department, {"received": (said["received"],), "needed": (said["needed"],)})
        about = {question: (said[question],) for question in ("service", "theme") if question in said}
        if about:
            yield Record(department, about)
        if extra.key in said:
            several = isinstance(extra, PickSeveral)
            yield Record(department, {extra.key: tuple(said[extra.key].split(",")) if several else (said[extra.key],)})
        if department in ballot.texts:
            yield Record(department, {"text": (ballot.texts[department],)})


def _close(session: Session, round_: Round) -> None:
    ballots.destroy_round(session, round_.key)
    outbox.withdraw(session, of_round(round_.key))
    round_.state = RoundState.COUNTED
    session.add(round_)
