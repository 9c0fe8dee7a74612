"""Editions, whoever makes them: a change is proposed, seen, and then accepted, and nothing is overwritten silently.

A proposal stands on the edition in force when it was made. It may have been worked out on an older one: then it says
who changed what meanwhile, and what of that it would undo. When it is accepted and another edition came first, it is
refused, and has to be seen again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.flow import forwarding
from bot.store import audit, editions, holding
from bot.store.editions import Edition
from config.changes import Change, changes
from config.organisation import Organisation


class Overtaken(Exception):
    """Another edition was written after this proposal was made."""


class NoSuchEdition(Exception):
    """There is no edition of this number."""

    def __init__(self, number: int, last: int) -> None:
        super().__init__(str(number))
        self.number, self.last = number, last


@dataclass(frozen=True)
class Written:
    """One edition of the history."""

    number: int
    live: bool
    author: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """What would change, and what others changed since the edition it was worked out on."""

    organisation: Organisation
    onto: int  # the edition in force; 0 where this would be the first
    changes: tuple[Change, ...]
    meanwhile: tuple[Written, ...] = ()
    undone: tuple[Change, ...] = ()  # of what others changed: what this would put back, or change once more


def history(session: Session) -> list[Written]:
    """Every edition, newest first."""
    found = session.exec(select(Edition).order_by(col(Edition.number).desc()))
    return [Written(one.number or 0, one.live, one.author, one.note, one.written_at) for one in found]


def edition(session: Session, number: int) -> Edition:
    """One edition. Raises NoSuchEdition."""
    found = session.get(Edition, number)
    if found is None:
        last = editions.latest_or_none(session)
        raise NoSuchEdition(number, last.number or 0 if last is not None else 0)
    return found


def propose(session: Session, organisation: Organisation, worked_out_on: int | None = None) -> Proposal:
    """What this organisation would change. `worked_out_on` is the edition its author began with, where known."""
    now = editions.latest_or_none(session)
    if now is None or now.number is None:
        return Proposal(organisation, 0, ())
    found = tuple(changes(now.organisation, organisation))
    began = session.get(Edition, worked_out_on) if worked_out_on is not None else None
    if began is None or began.number is None or began.number >= now.number:
        return Proposal(organisation, now.number, found)
    others = {change.place for change in changes(began.organisation, now.organisation)}
    return Proposal(
        organisation,
        now.number,
        found,
        tuple(one for one in history(session) if one.number > began.number),
        tuple(change for change in found if _touches(change.place, others)),
    )


def _touches(place: str, others: set[str]) -> bool:
    return any(f"{place}.".startswith(f"{other}.") or f"{other}.".startswith(f"{place}.") for other in others)


def accept(session: Session, proposal: Proposal, author: str, note: str, now: datetime) -> int:
    """Write it as a new edition; what waits for a channel follows it. Returns its number.

    Raises Overtaken when another was written since it was made.
    """
    holding.hold(session, holding.EDITIONS)
    before = editions.latest_or_none(session)
    if (before.number if before is not None else 0) != proposal.onto:
        raise Overtaken
    live = before.live if before is not None else False
    written = editions.write(session, proposal.organisation, live=live, author=author, note=note, now=now)
    forwarding.follow(session, now)
    assert written.number is not None  # noqa: S101  flushed by write
    audit.note(session, author, audit.Deed.EDITION, now, written.number)
    return written.number
