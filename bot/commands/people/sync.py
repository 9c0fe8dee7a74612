"""`klankbord people sync`: who there is, as a chat platform knows it."""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bot.commands.people.office import Office, open_office
from bot.commands.people.showing import ask, preview
from bot.commands.platform import platform_or_exit
from bot.commands.ready import author, language_option

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.core.platform import Listed, Lists
    from bot.flow.roster import Sync

UNREAD = ("revoked", "scope", "unknown", "removed")  # the Refusals that can keep a list from being read


@click.command()
@click.argument("platform")
@click.option("--only", default="", metavar="ID", help="Only the members of one channel or group.")
@click.option("--known", is_flag=True, help="Add nobody: only look after the people who are here already.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--skip-bad", is_flag=True, help="Leave the people with a problem alone, and do the others.")
@click.option("--let-most-leave", is_flag=True, help="Even if more than half would not be asked there any more.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead, and ask nothing.")
@language_option
def sync(
    platform: str,
    only: str,
    known: bool,
    dry_run: bool,
    skip_bad: bool,
    let_most_leave: bool,
    yes: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Read who there is on PLATFORM, such as slack, and bring accounts, languages and time zones up to date.

    People are recognised by their account or their e-mail address; who is new is added. Name, department and pilot of
    who is known stay as they are. Who is not there any more is not removed: they are not asked there until they are
    back, and what they answered in an open round is destroyed.
    """
    with open_office(language) as office:
        people = _read(office, platform, only)
        todo = _planned(office, platform, people, known=known)
        _judge(office, todo, people, skip_bad=skip_bad)
        if not as_json:
            click.echo("\n".join(_preview(office, todo)))
        if (todo.most_leave or not people) and not let_most_leave:
            _guard(office, todo, people, only)
        if todo.steps and not dry_run:
            _may(office, yes, as_json=as_json)
            _carry_out(office, people, todo, known=known)
        if as_json:
            click.echo(
                json.dumps(
                    _document(office, todo, people, done=bool(todo.steps and not dry_run)), indent=2, ensure_ascii=False
                )
            )
        else:
            click.echo(office.say("nothing" if not todo.steps else "dry_run" if dry_run else "done"))


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(office: Office, name: str, only: str) -> "list[Listed]":
    """Everybody on the list, once."""
    from bot.core.platform import Lists, ReplyLost, SendFailed

    platform = platform_or_exit(name, Lists, office.words)  # type: ignore[type-abstract]
    try:
        return asyncio.run(_pages(office, platform, only))
    except (SendFailed, ReplyLost) as failed:
        known = failed.reason in UNREAD
        office.refuse(f"unread_{failed.reason}" if known else "unread", platform=name, only=only, reason=failed.reason)


async def _pages(office: Office, platform: "Lists", only: str) -> "list[Listed]":
    found: dict[str, Listed] = {}
    async for page in platform.listed(only):
        found |= {one.address: one for one in page}
        if sys.stderr.isatty():
            click.echo("\r" + office.say("reading", count=len(found)), err=True, nl=False)
    click.echo("\r" * sys.stderr.isatty() + office.say("read", count=len(found)), err=True)
    return list(found.values())


# --- looking ---------------------------------------------------------------------------------------------------------


def _planned(office: Office, platform: str, people: "Sequence[Listed]", *, known: bool) -> "Sync":
    from bot.flow import roster

    with office.database.transaction(reading=True) as session:
        return roster.plan(session, platform, people, office.organisation, newcomers=not known)


def _judge(office: Office, todo: "Sync", people: "Sequence[Listed]", *, skip_bad: bool) -> None:
    """Say of whom it is not certain who they are; end here unless they may be left alone."""
    for problem in todo.problems:
        click.echo(f"{_called(people[problem.line - 1])}: {problem.sentence(office.words)}", err=True)
    if todo.problems and not skip_bad:
        office.refuse("sync_bad", count=len(todo.problems))
    if todo.problems:
        click.echo(office.say("sync_skipped"), err=True)


def _called(one: "Listed") -> str:
    shown = "".join(c for c in one.name if c.isprintable())
    return f"{shown} ({', '.join(filter(None, (one.email, one.address)))})"


def _preview(office: Office, todo: "Sync") -> list[str]:
    from bot.flow.importing import kinds

    gone = {"left": todo.left, "back": todo.back}
    lines = {kind: [f"{one.person}  {one.name}" for one in ones] for kind, ones in gone.items()}
    shown = list(preview(office, kinds(todo.plan) | lines, todo.plan.unchanged))
    return [*shown, *([office.say("strangers", count=todo.strangers)] if todo.strangers else [])]


def _guard(office: Office, todo: "Sync", people: "Sequence[Listed]", only: str) -> None:
    """An empty or much too short list says more about who read it than about the people."""
    if not people:
        office.refuse("sync_empty_only" if only else "sync_empty", platform=todo.platform, only=only)
    office.refuse("most_leave", left=len(todo.left), reachable=todo.reachable)


def _document(office: Office, todo: "Sync", people: "Sequence[Listed]", *, done: bool) -> dict[str, object]:
    """Everything that the screen says, and of everybody."""
    problems = [{"address": people[p.line - 1].address, "said": p.sentence(office.words)} for p in todo.problems]
    moves = [{"person": one.person, "old": one.old, "new": one.new} for one in todo.plan.accounts]
    return {
        "platform": todo.platform,
        "listed": len(people),
        "added": [change.key for change in todo.plan.added],
        "changed": {change.key: list(change.values) for change in todo.plan.changed},
        "accounts": moves,
        "left": [one.person for one in todo.left],
        "back": [one.person for one in todo.back],
        "unchanged": todo.plan.unchanged,
        "strangers": todo.strangers,
        "problems": problems,
        "done": done,
    }


# --- doing -----------------------------------------------------------------------------------------------------------


def _may(office: Office, yes: bool, *, as_json: bool) -> None:
    """Nothing is asked between the braces of an object."""
    if as_json and not yes:
        office.refuse("not_interactive")
    ask(office, yes)


def _carry_out(office: Office, people: "Sequence[Listed]", todo: "Sync", *, known: bool) -> None:
    """In one transaction, and only what was shown."""
    from bot.app import system_now
    from bot.flow import importing, roster
    from bot.store import people as everybody

    def carry_out(session: "Session") -> None:
        everybody.hold(session)
        if roster.plan(session, todo.platform, people, office.organisation, newcomers=not known) != todo:
            office.refuse("meanwhile")
        with office.bar("importing", todo.steps) as bar:
            roster.carry_out(session, todo, bar.update)
        importing.note(session, todo.plan, author(), system_now())

    office.database.write_now(carry_out)
    if todo.left:
        office.database.scrub_now()
