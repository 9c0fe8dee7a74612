"""Whether the tables are as this version of the program needs them."""

from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session

from bot.store.database import MIGRATIONS


def is_current(session: Session) -> bool:
    """Whether every migration was run, and none of a newer version."""
    return frozenset(MigrationContext.configure(session.connection()).get_current_heads()) == _heads()


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())
