"""The digests as they were posted, and the figures behind them, for whoever may read of these departments.

Nobody reads of a department before its channel does, but its lead (flow/leads_first.py).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from analysis import exporting
from bot.flow import composing, leads_first, organisation_digest, pictures
from bot.store import audit
from bot.store.audit import Deed
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from config.organisation import Organisation
from config.words import Language

WHOLE = ""
"""Where the key of a department stands, for what is about all of them."""

FORMATS = {"csv": exporting.as_csv, "xlsx": exporting.as_xlsx}


@dataclass(frozen=True)
class Posted:
    """One message to a department, or about the whole organisation (WHOLE).

    `block` is what its picture is drawn of, where it has one.
    """

    department: str
    at: datetime
    lines: tuple[str, ...]
    details: tuple[str, ...]
    block: int | None
    alt: str  # what the picture says
    pilot: bool
    state: OutgoingState


def digests(session: Session, departments: Collection[str], leads: Collection[str], now: datetime) -> list[Posted]:
    """What was posted, newest first, as long as messages are kept; for who `leads` also what is about to be.

    With those about the whole organisation where WHOLE is among them.
    """
    rows = select(OutgoingRow).where(OutgoingRow.kind == Kind.DIGEST)
    found = session.exec(rows.order_by(col(OutgoingRow.not_before).desc(), col(OutgoingRow.id))).all()
    mine = (row for row in found if whose(row) in departments)
    held = leads_first.held(session, leads, now)
    return [_posted(session, row, held) for row in mine if whose(row) in leads or leads_first.has_come(row, now)]


def whose(row: OutgoingRow) -> str:
    """The department that a digest is about, with whose key its id ends; or WHOLE."""
    return WHOLE if organisation_digest.is_one(row.id) else row.id.rpartition(":")[2]


def _posted(session: Session, row: OutgoingRow, held: Collection[int]) -> Posted:
    return Posted(
        department=whose(row),
        at=row.not_before,
        lines=composing.digest_lines(session, row),
        details=tuple(row.details),
        block=row.block,
        alt=pictures.words(session, row.block, held) if row.block is not None else "",
        pilot=row.department is None and whose(row) != WHOLE,
        state=row.state,
    )


def export(
    session: Session, departments: Collection[str], leads: Collection[str], kind: str, author: str, now: datetime
) -> bytes:
    """Every figure that is out of these departments, as a file of one of FORMATS; it stands in the audit log."""
    audit.note(session, author, Deed.EXPORTED, now, kind)
    return FORMATS[kind](exporting.table(session, departments, leads_first.held(session, leads, now)))


def names(organisation: Organisation, language: Language) -> dict[str, str]:
    """The departments by key."""
    return {department.key: department.name.in_(language) for department in organisation.departments}
