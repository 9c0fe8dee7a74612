"""A configuration folder for commands: problems are printed and the command ends with exit code 2.

A folder remembers which edition it holds in a file `.edition`, so that nobody undoes unseen what somebody else did.
"""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import click

from config.load import Refused, read
from config.organisation import Organisation


def read_or_exit(folder: Path, language: str = "en", platforms: Collection[str] = ()) -> Organisation:
    """The organisation in a folder, on these platforms or on any; every problem on standard error otherwise."""
    try:
        return read(folder, platforms)
    except Refused as refused:
        for problem in refused.problems:
            click.echo(problem.said(language), err=True)
        raise SystemExit(2) from None


_MARK = ".edition"


def edition_of(folder: Path) -> int | None:
    """The edition that a folder was exported from or applied as, where it says so."""
    with suppress(OSError, ValueError):
        return int((folder / _MARK).read_text(encoding="utf-8"))
    return None


def remember_edition(folder: Path, number: int) -> None:
    """The folder holds this edition now. A folder that cannot be written to does not remember."""
    with suppress(OSError):
        (folder / _MARK).write_text(f"{number}\n", encoding="utf-8")
