"""`klankbord history`, `diff` and `rollback`: every edition, what differs between two, and the way back to one."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.commands import editing
from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.flow.editing import Proposal, Written
    from bot.store.database import Database
    from config.organisation import Organisation
    from config.words import Language


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@language_option
def history(as_json: bool, language: str | None) -> None:
    """Show every edition, newest first: when, by whom and why."""
    from bot.flow.editing import history as every

    with _archive(language) as (database, words), database.transaction(reading=True) as session:
        found = every(session)
        if as_json:
            click.echo(json.dumps({"editions": [_object(one) for one in found]}, indent=2))
        elif not found:
            refuse("command.no_edition", words)
        else:
            click.echo("\n".join(_line(one, words) for one in found))


@click.command()
@click.argument("first", type=int, metavar="A")
@click.argument("second", type=int, metavar="B")
@language_option
def diff(first: int, second: int, language: str | None) -> None:
    """Show what differs between edition A and edition B."""
    from config.changes import changes

    with _archive(language) as (database, words), database.transaction(reading=True) as session:
        found = changes(_edition(session, first, words), _edition(session, second, words))
        for change in found:
            click.echo(say("history.change", words, what=change.place, before=change.before, after=change.after))
        if not found:
            click.echo(say("history.same", words, first=first, second=second))


@click.command()
@click.argument("number", type=int, metavar="N")
@click.option("--note", default="", help="Why, for the history.")
@editing.yes_option
@language_option
def rollback(number: int, note: str, yes: bool, language: str | None) -> None:
    """Make what edition N held the new edition, after showing what changes.

    Nothing is lost: the editions in between stay in the history. Whether everybody is asked, or the pilot only, stays
    as it is.
    """
    with _archive(language) as (database, words):
        proposed = partial(_as_it_was, number=number, words=words)
        editing.write(database, proposed, note or f"rollback {number}", words, yes=yes)


def _as_it_was(session: "Session", number: int, words: "Language") -> "Proposal":
    from bot.flow.editing import propose

    return propose(session, _edition(session, number, words))


def _edition(session: "Session", number: int, words: "Language") -> "Organisation":
    from bot.flow.editing import NoSuchEdition, edition

    try:
        return edition(session, number).organisation
    except NoSuchEdition as missing:
        refuse("history.no_such", words, number=missing.number, last=missing.last)


@contextmanager
def _archive(language: str | None) -> "Iterator[tuple[Database, Language]]":
    settings = settings_or_exit()
    words = spoken(language, settings)
    with closing(database_or_exit(settings, words)) as database:
        yield database, words


def _line(one: "Written", words: "Language") -> str:
    state = say("history.live" if one.live else "history.pilot", words)
    return f"{one.number:>4}  {one.at.astimezone():%Y-%m-%d %H:%M}  {state:<5}  {one.author}  {one.note}".rstrip()


def _object(one: "Written") -> dict[str, object]:
    return {
        "number": one.number,
        "at": one.at.isoformat(),
        "author": one.author,
        "note": one.note,
        "live": one.live,
    }
