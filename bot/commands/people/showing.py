"""What is going to change, shown beforehand, and the question whether it may."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from bot.commands.people.office import Office
from bot.commands.ready import agreed

if TYPE_CHECKING:
    from bot.store.directory import Move, Plan

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


def kinds(todo: "Plan") -> dict[str, list[str]]:
    """A line for everything that changes, by the text above it."""
    new = {change.key for change in todo.added}
    return {
        "added": [f"{change.key}  {change.name}" for change in todo.added],
        "changed": [f"{change.key}  {change.name}: {', '.join(change.values)}" for change in todo.changed],
        "accounts": [_place(move) for move in todo.accounts if move.old is None and move.person not in new],
        "moved": [_place(move) for move in todo.accounts if move.old is not None],
        "removed": [f"{change.key}  {change.name}" for change in todo.removed],
    }


def _place(move: "Move") -> str:
    before = f"{move.platform}:{move.old} → " if move.old else ""
    return f"{move.person}  {before}{move.platform}:{move.new}"


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
