"""The inbox: which events were heard, so that one delivered twice takes effect once.

A keyed hash of the platform's own id of the event, and the day: never the event itself, which holds the answer.
"""

import hashlib
from datetime import date, timedelta

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from bot.store.once import insert_once

KEPT = timedelta(days=3)  # longer than any platform repeats a delivery


class Heard(SQLModel, table=True):
    """One event that took effect."""

    mark: str = Field(primary_key=True)
    day: date


def first_time(session: Session, secret: bytes, platform: str, delivery: str, today: date) -> bool:
    """Whether this event was not heard before; remembers it."""
    mark = hashlib.blake2b(f"{platform}\0{delivery}".encode(), key=secret, digest_size=16).hexdigest()
    return insert_once(session, Heard(mark=mark, day=today))


def forget(session: Session, today: date) -> None:
    """Drop what no platform repeats any more."""
    session.execute(delete(Heard).where(col(Heard.day) < today - KEPT))
