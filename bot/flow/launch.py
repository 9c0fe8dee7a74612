"""What may begin: the end of the pilot, and whether open rounds can still be counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.flow import cycles
from bot.flow.rounds import abort
from bot.store import ballots, editions
from bot.store.ballots import Keyring, WrongKeys
from bot.store.rounds import Cycle, Round, RoundState, in_state


def go_live(session: Session, author: str, now: datetime) -> None:
    """A live edition. Open pilot rounds are aborted: their ballots are destroyed uncounted; what waits is deleted."""
    for round_ in in_state(session, RoundState.OPEN):
        if round_.pilot:
            abort(session, round_)
    for cycle in session.exec(select(Cycle).where(col(Cycle.pilot).is_(True), col(Cycle.ended).is_(False))):
        cycles.end(session, cycle)
    editions.write(session, editions.latest(session).organisation, live=True, author=author, note="live", now=now)


@dataclass(frozen=True)
class Unopenable:
    """An open round whose key these keys cannot open: how many sealed ballots would be lost with it."""

    round: int
    survey: str
    number: int
    ballots: int


def unopenable(session: Session, keyring: Keyring) -> list[Unopenable]:
    """The open rounds that could never be counted."""
    found = []
    for round_ in in_state(session, RoundState.OPEN):
        try:
            keyring.round_key(session, round_.key)
        except WrongKeys:
            sealed = ballots.how_many(session, round_.key)
            found.append(Unopenable(round_.key, round_.survey, round_.number, sealed))
    return found


def abandon(session: Session, lost: list[Unopenable]) -> None:
    """Give these rounds up."""
    for one in lost:
        abort(session, session.get_one(Round, one.round))
