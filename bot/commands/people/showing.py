"""What is going to change, shown beforehand, and the question whether it may."""

import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from bot.commands.people.office import Office
from bot.commands.ready import agreed

SHOWN = 5  # of each kind


def preview(office: Office, kinds: Mapping[str, Sequence[str]], unchanged: int) -> Iterator[str]:
    """How many of each kind, and the first few."""
    for kind, lines in kinds.items():
        if lines:
            yield office.say(kind, count=len(lines))
            yield from (f"  {line}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield "  " + office.say("more", count=len(lines) - SHOWN)
    yield office.say("unchanged", count=unchanged)


def interactive() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def ask(office: Office, yes: bool) -> None:
    """Go on only when somebody says so."""
    if yes:
        return
    if not interactive():
        office.refuse("not_interactive")
    if not agreed(office.say("sure")):
        click.echo(office.say("declined"))
        raise SystemExit(1)
