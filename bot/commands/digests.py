"""`klankbord digests`: the messages to departments whose answer was lost, and what became of them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.store.database import Database


@click.group(invoke_without_command=True)
@language_option
@click.pass_context
def digests(context: click.Context, language: str | None) -> None:
    """Show the messages to departments of which nobody knows whether they arrived.

    Klankbord asks about each in the admin channel, with two buttons; `arrived` and `resend` do the same.
    """
    if context.invoked_subcommand is not None:
        return
    from bot.flow import decisions

    with _opened(language) as (database, words):
        with database.transaction(reading=True) as session:
            found = [(row.id, f"{row.platform}:{row.address}") for row in decisions.open_questions(session)]
        lines = [say("digests.one", words, id=id_, channel=channel) for id_, channel in found]
        click.echo("\n".join(lines or [say("digests.none", words)]))


@digests.command()
@click.argument("id_", metavar="ID")
@language_option
def arrived(id_: str, language: str | None) -> None:
    """Say that the message ID is there: it is not sent again."""
    _decide(id_, "arrived", language)


@digests.command()
@click.argument("id_", metavar="ID")
@language_option
def resend(id_: str, language: str | None) -> None:
    """Say that the message ID is not there: it is sent again, within a few seconds when the bot runs."""
    _decide(id_, "resend", language)


def _decide(digest: str, verdict: str, language: str | None) -> None:
    from bot.app import system_now
    from bot.flow import decisions
    from bot.store import editions
    from bot.store.outbox import OutgoingRow

    with _opened(language) as (database, words):
        became = database.write_now(decisions.decide, digest, verdict, system_now())
        if became is None:
            refuse("digests.unknown", words, id=digest)
        with database.transaction(reading=True) as session:
            found = session.get_one(OutgoingRow, digest)
            department = decisions.whose(found, editions.latest(session).organisation)
        click.echo(say(f"decision.{became}", words, department=department).replace("**", ""))


@contextmanager
def _opened(language: str | None) -> "Iterator[tuple[Database, Language]]":
    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    with closing(database_or_exit(settings, words)) as database:
        with database.transaction(reading=True) as session:
            if editions.latest_or_none(session) is None:
                refuse("command.no_edition", words)
        yield database, words
