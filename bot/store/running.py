"""One `run` for each database file: the operating system holds the lock, so a crash leaves none behind."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker


class AlreadyRunning(Exception):
    """Another process runs on this database."""


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Be the only one that runs on this database. Raises AlreadyRunning."""
    path = database.with_suffix(".running")
    with path.open("a") as place:
        try:
            portalocker.lock(place, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.exceptions.LockException as error:
            raise AlreadyRunning from error
        try:
            yield
        finally:
            with suppress(PermissionError):  # Windows removes no file that is open; it does no harm there
                path.unlink()
