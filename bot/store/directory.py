"""What a list of people changes in the database, seen beforehand and then carried out.

What somebody set themselves (paused, stopped, day and hour) is never touched. On a platform that the list names for
somebody, their addresses become those of the list; elsewhere they stay, also those with which they joined by
themselves. Nothing changes where the list says nothing: who has no language there is spoken to in the organisation's.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from sqlalchemy import Insert, Update, delete, insert, select, update
from sqlmodel import Session, col

from bot.core.directory import Entry, Value, problem
from bot.store import chats, outbox, people
from bot.store.chats import WEBCHAT, ChatLink, ChatMessage
from bot.store.outbox import OutgoingRow, OutgoingState
from bot.store.people import Account, Person
from bot.store.rounds import locked_invitations
from config.load import Problem
from config.organisation import Organisation

FIELDS = ("name", "email", "language", "timezone", "department", "pilot")
Row = dict[str, Any]
Progress = Callable[[int], None]
_BATCH = 1000

Place = tuple[str, str]  # platform and address; or "" and an e-mail address: what only one person can have


@dataclass(frozen=True)
class Change:
    """Somebody new, somebody of whom something changes, or (without values) somebody who goes."""

    key: str
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """An account: new where there is no `old` address, dropped where it only goes to another one they have."""

    person: str
    platform: str
    old: str | None
    new: str
    fresh: bool = True  # the new address is not theirs yet


@dataclass(frozen=True)
class Plan:
    """What would change. Who is in `problems` is left alone."""

    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    accounts: tuple[Move, ...]  # of newcomers too
    removed: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def steps(self) -> int:
        """How much there is to do."""
        return len(self.added) + len(self.changed) + len(self.removed) + len(self.accounts)


@dataclass
class _Now:
    """Everybody as they are in the database."""

    people: dict[str, dict[str, Value]]
    places: dict[str, set[Place]]
    holders: dict[Place, str]


def _now(session: Session) -> _Now:
    columns = (Person.key, *(getattr(Person, name) for name in FIELDS))
    found = {key: dict(zip(FIELDS, values, strict=True)) for key, *values in session.execute(select(*columns))}
    places: dict[str, set[Place]] = {key: set() for key in found}
    accounts = (col(Account.platform), col(Account.address), col(Account.person))
    for platform, address, person in session.execute(select(*accounts)):
        places[person].add((platform, address))
    for key, values in found.items():
        if values["email"]:
            places[key].add(("", str(values["email"]).lower()))
    return _Now(found, places, {place: key for key, mine in places.items() for place in mine})


def plan(session: Session, entries: Sequence[Entry], organisation: Organisation, remove_absent: bool) -> Plan:
    """What a list of people would change; with `remove_absent` who is not on it goes."""
    now = _now(session)
    listed = {entry.key for entry in entries}
    absent = [key for key in sorted(now.people) if key not in listed] if remove_absent else []
    problems = _conflicts(entries, now, absent)
    good = [entry for entry in entries if entry.key not in problems]
    changes = {entry.key: _change(entry, now, organisation) for entry in good}
    accounts = {entry.key: tuple(_moves(entry, now)) for entry in good}
    same = sum(key in now.people and not change.values and not accounts[key] for key, change in changes.items())
    return Plan(
        added=tuple(change for key, change in changes.items() if key not in now.people),
        changed=tuple(change for key, change in changes.items() if key in now.people and change.values),
        accounts=tuple(move for moves in accounts.values() for move in moves),
        removed=tuple(Change(key, str(now.people[key]["name"])) for key in absent),
        unchanged=same,
        problems=tuple(sorted({one for found in problems.values() for one in found})),
    )


def _change(entry: Entry, now: _Now, organisation: Organisation) -> Change:
    before = now.people.get(entry.key)
    name = str(entry.said["name"] if before is None else entry.said.get("name", before["name"]))
    if before is not None:
        return Change(entry.key, name, {f: value for f, value in entry.said.items() if before[f] != value})
    unsaid = {"language": "", "timezone": organisation.timezone, "pilot": False}
    return Change(entry.key, name, dict.fromkeys(FIELDS) | unsaid | entry.said)


def _moves(entry: Entry, now: _Now) -> Iterator[Move]:
    """Per platform, the addresses that go are followed by those that come."""
    mine = now.places.get(entry.key, set())
    for platform in dict.fromkeys(account.platform for account in entry.accounts):
        listed = [account.address for account in entry.accounts if account.platform == platform]
        coming = [address for address in listed if (platform, address) not in mine]
        going = sorted(address for one, address in mine if one == platform and address not in listed)
        for old, new in zip_longest(going, coming):
            yield Move(entry.key, platform, old, new or listed[0], fresh=new is not None)


# --- one person per account and per e-mail address ------------------------------------------------------------------


def _claims(entry: Entry) -> dict[Place, tuple[int, str]]:
    """What an entry wants to have, with the line and column that say so."""
    claims = {(account.platform, account.address): (account.line, "address") for account in entry.accounts}
    if entry.said.get("email"):
        claims["", str(entry.said["email"])] = (entry.line, "email")
    return claims


def _given_up(entry: Entry, now: _Now) -> set[Place]:
    """What an entry makes free for somebody else."""
    told = {account.platform for account in entry.accounts} | ({""} if "email" in entry.said else set())
    return {place for place in now.places.get(entry.key, ()) if place[0] in told} - _claims(entry).keys()


def _conflicts(entries: Sequence[Entry], now: _Now, absent: Collection[str]) -> dict[str, list[Problem]]:
    """Who wants what somebody else keeps. Who is refused keeps what they would have given up, and so on."""
    claimed = {place: (entry, *claim) for entry in entries for place, claim in _claims(entry).items()}
    free = {place for entry in entries for place in _given_up(entry, now)}
    free |= {place for key in absent for place in now.places[key]}
    found: dict[str, list[Problem]] = {}
    doubtful = [place for place in claimed if place in now.holders]
    while doubtful:
        place = doubtful.pop()
        holder = now.holders[place]
        if place not in claimed or place in free or holder == claimed[place][0].key:
            continue
        entry, line, column = claimed[place]
        if entry.key not in found:
            kept = _given_up(entry, now)
            free -= kept
            doubtful += kept
        found.setdefault(entry.key, []).append(problem(line, column, f"{column}_taken", key=holder))
    return found


# --- carrying it out ------------------------------------------------------------------------------------------------


def carry_out(session: Session, todo: Plan, progress: Progress = lambda steps: None) -> None:
    """Do it; `progress` hears how many steps were done. After a removal the caller has the database scrubbed."""
    for gone in todo.removed:
        _remove(session, gone.key)
        progress(1)
    _leave_old_accounts(session, [move for move in todo.accounts if move.old is not None])
    # First out of each other's way: two people may have swapped e-mail addresses.
    _write(session, update(Person), [{"key": c.key, "email": None} for c in todo.changed if "email" in c.values])
    blank = Person(key="", name="", language="", timezone="").model_dump()
    _write(session, insert(Person), [{**blank, **c.values, "key": c.key} for c in todo.added], progress)
    _write(session, update(Person), [{**c.values, "key": c.key} for c in todo.changed], progress)
    fresh = [move for move in todo.accounts if move.fresh]
    _revoke_leftovers(session, fresh)
    _write(session, insert(Account), [_account(move) for move in fresh], progress)


def _write(session: Session, statement: Insert | Update, rows: list[Row], progress: Progress = lambda n: None) -> None:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        session.execute(statement, batch)
        progress(len(batch))


def _account(move: Move) -> Row:
    return Account(platform=move.platform, address=move.new, person=move.person).model_dump()


def _remove(session: Session, person: str) -> None:
    """Their sealed ballots go with them, uncounted; their chat, links and sessions too.

    Their invitations are locked first: in the order in which a tap of theirs does it.
    """
    locked_invitations(session, person)
    mine = select(col(Account.platform), col(Account.address)).where(col(Account.person) == person)
    for platform, address in session.execute(mine).all():
        outbox.forget_lead(session, platform, address)
        if platform == WEBCHAT:
            chats.revoke(session, address)
            session.execute(delete(ChatMessage).where(col(ChatMessage.address) == address))
    people.remove(session, person)


def _revoke_leftovers(session: Session, moves: Sequence[Move]) -> None:
    """A link made when the address was something else, such as a channel, does not open somebody's chat."""
    linked = set(session.execute(select(col(ChatLink.address))).scalars())
    for move in moves:
        if move.platform == WEBCHAT and move.new in linked:
            chats.revoke(session, move.new)


def _leave_old_accounts(session: Session, moves: Sequence[Move]) -> None:
    """The old address opens nothing any more; what was said and is still to be said there follows its person."""
    # Two people may have swapped addresses; no address has a control character, and PostgreSQL takes no NUL.
    aside = {move: f"\x01{number}" for number, move in enumerate(moves)}
    for move in moves:
        old = session.get(Account, (move.platform, move.old))
        session.delete(old)
        if move.platform == WEBCHAT:
            chats.revoke(session, str(move.old))
        _readdress(session, move.platform, str(move.old), aside[move])
    for move in moves:
        _readdress(session, move.platform, aside[move], move.new)
    session.flush()


def _readdress(session: Session, platform: str, old: str, new: str) -> None:
    unsaid = col(OutgoingRow.state).in_([OutgoingState.WAITING, OutgoingState.LEASED])
    row = (col(OutgoingRow.platform) == platform, col(OutgoingRow.address) == old)
    session.execute(update(OutgoingRow).where(unsaid, *row).values(address=new))
    if platform == WEBCHAT:
        session.execute(update(ChatMessage).where(col(ChatMessage.address) == old).values(address=new))


# --- personal links --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """What a link can open, the language of who gets it ("" where nobody said), and whether one already does."""

    key: str
    name: str
    address: str
    language: str
    linked: bool


def doors(session: Session, channels: Mapping[str, str], language: str) -> list[Door]:
    """Everybody's web chats by key, after these channels (their titles by address), which speak this language."""
    linked = set(session.execute(select(col(ChatLink.address))).scalars())
    found = select(col(Person.key), col(Person.name), col(Account.address), col(Person.language)).join(Account)
    mine = session.execute(
        found.where(col(Account.platform) == WEBCHAT).order_by(col(Person.key), col(Account.address))
    )
    everyone = [*((address, title, address, language) for address, title in channels.items()), *mine]
    return [Door(key, name, address, spoken, address in linked) for key, name, address, spoken in everyone]
