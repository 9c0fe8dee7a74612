"""What `apply` and `rollback` have in common: what changes is shown, agreed to and written, or shown anew."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from bot.commands.ready import agreed, author, refuse
from config.texts import say

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.flow.editing import Proposal
    from bot.store.database import Database
    from config.changes import Change
    from config.words import Language

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


def shown(changes: "Sequence[Change]", words: "Language") -> Iterator[str]:
    """One line for each change, with the moment from which it holds."""
    for change in changes:
        when = say("apply.next_cycle" if change.waits else "apply.at_once", words)
        yield say("apply.change", words, what=change.place, before=change.before, after=change.after, when=when)


def write(
    database: "Database", propose: "Callable[[Session], Proposal]", note: str, words: "Language", *, yes: bool
) -> int | None:
    """Show what a proposal changes, ask, and write it. Returns the edition; None where nothing changes.

    Where somebody else wrote an edition meanwhile, it is shown anew what this one changes. Ends with exit code 2 where
    that cannot be asked, and with 1 when the answer is no.
    """
    from bot.app import system_now
    from bot.flow import editing, promises

    while True:
        with database.transaction(reading=True) as session:
            proposal = propose(session)
            remarks = promises.abandoned(session, proposal.organisation, words) if proposal.onto else []
        if proposal.onto and not proposal.changes:
            click.echo(say("apply.nothing", words, edition=proposal.onto))
            return None
        _show(proposal, words)
        click.echo("".join(f"{remark}\n" for remark in remarks), nl=False)
        _agree(proposal, words, yes=yes)
        try:
            number = database.write_now(editing.accept, proposal, author(), note, system_now())
        except editing.Overtaken:
            click.echo(say("apply.overtaken", words), err=True)
            if yes:
                raise SystemExit(2) from None
            continue
        click.echo(say("apply.written", words, edition=number))
        return number


def _show(proposal: "Proposal", words: "Language") -> None:
    for other in proposal.meanwhile:
        values = {"edition": other.number, "author": other.author, "note": other.note or "—"}
        click.echo(say("apply.meanwhile", words, at=f"{other.at.astimezone():%Y-%m-%d %H:%M}", **values))
    if proposal.undone:
        click.echo(say("apply.undone", words, places=", ".join(change.place for change in proposal.undone)))
    click.echo("".join(f"{line}\n" for line in shown(proposal.changes, words)), nl=False)


def _agree(proposal: "Proposal", words: "Language", *, yes: bool) -> None:
    """The first edition changes nothing, and there is nothing to ask."""
    if yes and proposal.undone:  # "yes" was said before anybody saw this
        refuse("apply.would_undo", words)
    if yes or not proposal.onto:
        return
    if not sys.stdin.isatty():
        refuse("apply.not_interactive", words)
    if not agreed(say("apply.sure", words)):
        click.echo(say("apply.declined", words))
        raise SystemExit(1)
