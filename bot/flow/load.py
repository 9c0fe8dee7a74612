"""How many carry a round through: of rounds that are closed, in tens, so that nothing is told of one person.

Fewer than ten are "fewer than ten". Not even who did otherwise than all others can count out what these did: a count
stays some people below all who were asked, and of a round that asked few nothing is told.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from analysis.answers import Turnout
from analysis.coding import FEW
from bot.store.rounds import Round

TENS = 10
FEWEST_ASKED = 2 * TENS  # people; of a round that asked fewer nothing is told
MOST_ROUNDS = 8  # the newest: two cycles of four rounds


@dataclass(frozen=True)
class ClosedRound:
    """How a round went. All but `invited` is rounded down to ten; None where it is not told."""

    survey: str
    number: int
    closed_at: datetime
    invited: int
    finished: int | None
    halfway: int | None
    others: int | None  # did not begin, said "not this time", or stopped altogether


def closed_rounds(session: Session, most: int = MOST_ROUNDS) -> list[ClosedRound]:
    """The rounds that were counted, newest first."""
    same = (col(Turnout.cycle) == col(Round.cycle)) & (col(Turnout.round) == col(Round.number))
    found = select(Round, Turnout).join(Turnout, same).order_by(col(Round.closes_at).desc())
    return [_told(round_, turnout) for round_, turnout in session.exec(found.limit(most))]


def _told(round_: Round, turnout: Turnout) -> ClosedRound:
    invited, finished, halfway = turnout.invited, turnout.finished, turnout.halfway
    counts: list[int | None] = [None, None, None]
    if finished is not None and halfway is not None and invited >= FEWEST_ASKED:
        counts = [_tens(people, invited) for people in (finished, halfway, invited - finished - halfway)]
    return ClosedRound(round_.survey, round_.number, round_.closes_at, invited, *counts)


def _tens(people: int, invited: int) -> int:
    """Rounded down to ten, and so that more than a few may have done otherwise."""
    return min(people, invited - FEW - 1) // TENS * TENS
