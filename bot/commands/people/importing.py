"""`klankbord people import`: who there is, from a CSV file."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.people.office import Office, open_office
from bot.commands.people.showing import ask, preview
from bot.commands.ready import author, language_option, refuse

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.core.directory import Sheet
    from bot.store.directory import Plan


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--skip-bad", is_flag=True, help="Leave out the rows with a problem, and import the others.")
@click.option("--remove-absent", is_flag=True, help="Remove who is not in the file; their open answers are destroyed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def import_(file: Path, dry_run: bool, skip_bad: bool, remove_absent: bool, yes: bool, language: str | None) -> None:
    """Add and change people from FILE.csv, after showing what changes.

    The first line names the columns, in any order: key, name, platform and address, and if you like email, language,
    timezone, department and pilot. Commas, semicolons or tabs, as your spreadsheet saves it.

    An empty cell changes nothing; for somebody new it means: language and time zone of the organisation, department
    unknown, not in the pilot. A hyphen (-) means: no e-mail address, or in none of these departments. A second row
    with the same key adds an account. What people set themselves, such as a pause, stays as it is.
    """
    from bot.flow.importing import kinds

    with open_office(language) as office:
        sheet = _read(office, file)
        todo = _planned(office, sheet, remove_absent)
        _judge(office, file, sheet, todo, skip_bad, remove_absent)
        click.echo("\n".join(preview(office, kinds(todo), todo.unchanged)))
        if not todo.steps:
            click.echo(office.say("nothing"))
        elif dry_run:
            click.echo(office.say("dry_run"))
        else:
            ask(office, yes)
            _carry_out(office, sheet, todo, remove_absent)


def _read(office: Office, file: Path) -> "Sheet":
    from bot.core.directory import decode, parse
    from bot.platforms import PLATFORMS

    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        refuse("people.no_file", office.words, file=file, reason=getattr(error, "strerror", None) or error)
    text, old = decode(content)
    if old:
        click.echo(office.say("old_encoding", file=file), err=True)
    return parse(text, office.organisation, PLATFORMS)


def _planned(office: Office, sheet: "Sheet", remove_absent: bool) -> "Plan":
    from bot.store import directory

    with office.database.transaction(reading=True) as session:
        return directory.plan(session, sheet.entries, office.organisation, remove_absent)


def _judge(office: Office, file: Path, sheet: "Sheet", todo: "Plan", skip_bad: bool, remove_absent: bool) -> None:
    """Say what is wrong; end here unless bad rows may be skipped."""
    problems = sorted((*sheet.problems, *todo.problems))
    for problem in problems:
        click.echo(replace(problem, file=str(file)).said(office.words), err=True)
    if not sheet.readable:
        office.refuse("not_a_list")
    if problems and not skip_bad:
        office.refuse("bad_one" if len(problems) == 1 else "bad_many", count=len(problems))
    if problems and remove_absent:
        office.refuse("absent_and_bad")
    if problems:
        click.echo(office.say("skipped"), err=True)


def _carry_out(office: Office, sheet: "Sheet", todo: "Plan", remove_absent: bool) -> None:
    """In one transaction, and only what was shown."""
    from bot.app import system_now
    from bot.flow import importing
    from bot.store import directory, people

    def carry_out(session: "Session") -> None:
        people.hold(session)
        if directory.plan(session, sheet.entries, office.organisation, remove_absent) != todo:
            office.refuse("meanwhile")
        with office.bar("importing", todo.steps) as bar:
            directory.carry_out(session, todo, bar.update)
        importing.note(session, todo, author(), system_now())

    office.database.write_now(carry_out)
    if todo.removed:
        office.database.scrub_now()
    click.echo(office.say("done"))
    if any(move.platform == "webchat" and move.fresh for move in todo.accounts):
        click.echo(office.say("links_hint"))
    if {change.key for change in todo.added} - {move.person for move in todo.accounts}:
        click.echo(office.say("joins_hint"))
