"""Whether the tables are as this version of the program needs them."""

from enum import StrEnum
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session

from bot.store.database import MIGRATIONS


class Age(StrEnum):
    """How the tables compare with this version of the program."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def age(session: Session) -> Age:
    """Which migrations were run."""
    run = set(MigrationContext.configure(session.connection()).get_current_heads())
    if not run:
        return Age.EMPTY
    if not run <= _known():
        return Age.NEWER
    return Age.CURRENT if run == _heads() else Age.OLDER


def is_current(session: Session) -> bool:
    """Whether every migration was run, and none of a newer version."""
    return age(session) is Age.CURRENT


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
