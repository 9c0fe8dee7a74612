"""Locks on a subject instead of a row: whoever holds one keeps others out until their transaction ends."""

from sqlalchemy import func
from sqlmodel import Session, select

PEOPLE = 0x70656F706C65  # who comes and goes, and who is asked
EDITIONS = 0x65646974  # which edition is in force


def hold(session: Session, subject: int) -> None:
    """Nobody else holds this until the transaction ends. SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(subject)))
