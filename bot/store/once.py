"""A row that is there once, whoever writes it first: the database decides, also between two replicas."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(session: Session, row: SQLModel) -> bool:
    """Insert a row unless one with its key is there. Whether it was new."""
    session.flush()  # what it refers to may have been made in this same transaction
    table: Any = type(row)
    insert = _INSERT[session.get_bind().dialect.name]
    values = {key: value for key, value in row if value is not None}
    once = insert(table).values(**values).on_conflict_do_nothing()
    # what was written, and not how many rows: after an INSERT on PostgreSQL that is not kept, and then always -1
    return session.execute(once.returning(*table.__mapper__.primary_key)).first() is not None
