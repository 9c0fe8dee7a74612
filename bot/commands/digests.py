"""`klankbord digests`: the messages to departments whose answer was lost, and what became of them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.ready import author, database_or_exit, language_option, refuse, settings_or_exit, spoken
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


@digests.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv|FILE.xlsx")
@click.option("--department", metavar="KEY", help="Only of this department; of all otherwise.")
@language_option
def export(file: Path, department: str | None, language: str | None) -> None:
    """Write every figure that is out to the new FILE, exactly as it was shown in the channels.

    FILE ends with .csv (commas, UTF-8) or .xlsx. It holds no answers, and nothing that was not published.
    """
    from bot.app import system_now
    from bot.flow import published
    from bot.store import editions

    with _opened(language) as (database, words):
        kind = file.suffix.removeprefix(".").lower()
        if kind not in published.FORMATS:
            refuse("digests.export_kind", words, file=file)
        with database.transaction(reading=True) as session:
            known = published.names(editions.latest(session).organisation, words)
        if department is not None and department not in known:
            refuse("digests.export_department", words, department=department, known=", ".join(known))
        chosen = [department] if department is not None else list(known)
        content = database.write_now(published.export, chosen, (), kind, author(), system_now())
        try:
            with file.open("xb") as stream:
                stream.write(content)
        except FileExistsError:
            refuse("digests.export_exists", words, file=file)
        except OSError as error:
            refuse("digests.export_failed", words, file=file, reason=error.strerror or error)
        click.echo(say("digests.exported", words, file=file))


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
