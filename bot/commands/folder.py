"""Reading a configuration folder for a command: problems are printed, and the command ends with exit code 2."""

from collections.abc import Collection
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
