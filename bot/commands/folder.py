"""Reading a configuration folder for a command: problems are printed, and the command ends with exit code 2."""

from pathlib import Path

import click

from config.load import Refused, read
from config.organisation import Organisation


def read_or_exit(folder: Path, language: str = "en") -> Organisation:
    """The organisation in a folder; every problem on standard error otherwise."""
    try:
        return read(folder)
    except Refused as refused:
        for problem in refused.problems:
            click.echo(problem.said(language), err=True)
        raise SystemExit(2) from None
