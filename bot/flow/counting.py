"""Step 5: closing → answers. Ballots are opened and cut; then deposited in key order and destroyed, in one transaction.

Before it, invitations are closed in a transaction of their own, which is short: who taps while thousands of ballots
are counted reads at once that it is too late, and does not wait for the end of it. From then on ballots change no
more, so they are opened without holding up anybody; where one was destroyed meanwhile they are opened once more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import FEWEST_RESPONDENTS, Deposit, Record, Turnout, open_blocks
from bot.core import conversation
from bot.core.ballot import Ballot
from bot.flow import cycles
from bot.logs import Log
from bot.store import ballots, editions, outbox
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.rounds import (
    Cycle,
    Round,
    RoundState,
    close_invitations,
    in_state,
    locked,
    of_round,
    state_of,
)
from config.deep import THEME_PAIRS
from config.questions import PickSeveral, Tapped

log = Log("counting")

Asked = Callable[[str], Tapped | None]
"""A department -> the cycle's extra question about it; None in a deep cycle."""


@dataclass
class Opened:
    """What the ballots of a round come to."""

    deposit: Deposit = field(default_factory=Deposit)
    ballots: int = 0
    givers: int = 0  # people of whom at least one answer counts
    responded: int = 0  # those, and who finished with "none of these" or left half a pair
    finished: int = 0
    halfway: int = 0  # began and did not finish


def close_due(session: Session, now: datetime) -> None:
    """Close the invitations of every round whose closing has come: its ballots change no more."""
    for round_ in _due(session, now):
        close_invitations(session, round_.key)


async def open_due(database: Database, now: datetime, keyring: Keyring) -> dict[int, Opened]:
    """After closing: what the ballots of each round to be counted come to.

    Read a few at a time: on SQLite who takes something back waits for whoever reads.
    """
    found: dict[int, Opened] = {}
    for round_ in await database.read(_due, now):
        opened, last = found.setdefault(round_.key, Opened()), ""
        while last := await database.read(_open_some_still_open, round_, keyring, opened, last):
            pass
    return found


def count_due(
    session: Session, now: datetime, keyring: Keyring, opened: Mapping[int, Opened] | None = None
) -> list[Round]:
    """Count every round whose closing has come. Returns those counted; their ballots still lie on the disk."""
    due = [round_ for round_ in _due(session, now) if locked(session, round_, RoundState.OPEN)]
    for round_ in due:
        _count(session, round_, keyring, (opened or {}).get(round_.key))
    return due


def _due(session: Session, now: datetime) -> list[Round]:
    return [round_ for round_ in in_state(session, RoundState.OPEN) if round_.closes_at <= now]


def _count(session: Session, round_: Round, keyring: Keyring, opened: Opened | None) -> None:
    cycle = session.get_one(Cycle, round_.cycle)
    organisation = editions.within_cycle(session, cycle.edition)
    survey = organisation.survey(round_.survey)
    close_invitations(session, round_.key)
    if opened is None or opened.ballots != ballots.how_many(session, round_.key):
        opened = _opened(session, round_, keyring)
    blocks = open_blocks(session, cycle.key, round_.number, [d.key for d in organisation.asked_about(survey)])
    if opened.givers >= FEWEST_RESPONDENTS:
        opened.deposit.write(session, blocks)
    for extra, departments in cycles.by_extra(cycle, survey, blocks).items():
        disclosure.settle(session, {key: blocks[key] for key in departments}, extra, organisation.threshold)
    session.add(_turnout(round_, opened))
    _close(session, round_)
    if round_.last_of_cycle:
        session.flush()
        cycles.end(session, cycle)
    log.info("round counted", survey=round_.survey, number=round_.number)


def _turnout(round_: Round, opened: Opened) -> Turnout:
    return Turnout(
        cycle=round_.cycle,
        round=round_.number,
        invited=round_.invited,
        responded=opened.responded,
        finished=opened.finished,
        halfway=opened.halfway,
    )


def _opened(session: Session, round_: Round, keyring: Keyring) -> Opened:
    opened, last = Opened(), ""
    while last := _open_some(session, round_, keyring, opened, last):
        pass
    return opened


def _open_some_still_open(session: Session, round_: Round, keyring: Keyring, opened: Opened, after: str) -> str:
    """The same, unless the round was withdrawn between two lots: then there is nothing to open."""
    is_open = state_of(session, round_.key) is RoundState.OPEN
    return _open_some(session, round_, keyring, opened, after) if is_open else ""


def _open_some(session: Session, round_: Round, keyring: Keyring, opened: Opened, after: str) -> str:
    """Open ballots one after another and cut each at once. Returns whose was the last; "" where there are no more."""
    key, asked, last = keyring.round_key(session, round_.key), _asked(session, round_), ""
    for sealed in ballots.some_of_round(session, round_.key, after):
        ballot = ballots.unseal(key, sealed.invitation, sealed.sealed)
        records = list(cut(ballot, asked))
        for record in records:
            opened.deposit.add(record)
        opened.ballots += 1
        opened.givers += bool(records)
        state = conversation.state_of(ballot)
        opened.finished += state == "finished"
        opened.halfway += state == "started"
        opened.responded += state == "finished" or not ballot.is_empty
        last = sealed.invitation
    return last


def _asked(session: Session, round_: Round) -> Asked:
    cycle = session.get_one(Cycle, round_.cycle)
    survey = editions.within_cycle(session, cycle.edition).survey(round_.survey)
    return cache(partial(cycles.extra_about, cycle, survey))


def cut(ballot: Ballot, asked: Asked) -> Iterator[Record]:
    """A ballot in pieces too small to recognise anybody by (measurement: §1 pairs, design: decision 4).

    Two pairs stay together, received with needed and service with theme; the extra question and the tip are alone. In
    a deep cycle, which has no extra question, received and needed of each theme are a pair of their own.
    Half a pair of scores is no answer.
    """
    for department in ballot.drawn:
        said, extra = ballot.answers.get(department, {}), asked(department)
        for pair in (("received", "needed"), *(THEME_PAIRS.values() if extra is None else ())):
            if all(question in said for question in pair):
                yield Record(department, {question: (said[question],) for question in pair})
        if extra is not None:
            yield from _about_one_contact(department, said, extra)
        if department in ballot.texts:
            yield Record(department, {"text": (ballot.texts[department],)})


def _about_one_contact(department: str, said: Mapping[str, str], extra: Tapped) -> Iterator[Record]:
    """What only an ordinary cycle asks."""
    about = {question: (said[question],) for question in ("service", "theme") if question in said}
    if about:
        yield Record(department, about)
    if extra.key in said:
        several = isinstance(extra, PickSeveral)
        yield Record(department, {extra.key: tuple(said[extra.key].split(",")) if several else (said[extra.key],)})


def _close(session: Session, round_: Round) -> None:
    ballots.destroy_round(session, round_.key)
    outbox.withdraw(session, of_round(round_.key))
    round_.state = RoundState.COUNTED
    session.add(round_)
