"""`klankbord apply`: a configuration folder becomes the new edition."""

from pathlib import Path

import click

from bot.commands.folder import read_or_exit
from bot.commands.ready import author, database_or_exit, language_option, settings_or_exit, spoken
from bot.platforms import PLATFORMS
from config.texts import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--note", default="", help="Why, for the history.")
@language_option
def apply(folder: Path, note: str, language: str | None) -> None:
    """Check FOLDER, show what changes and from when, and write it as a new edition.

    What decides who is counted together holds from the next cycle; names, cards, channels and leads hold at once.
    Nothing is written when there is a problem, or when nothing changes.
    """
    from bot.app import system_now
    from bot.store import editions
    from config.changes import changes

    settings = settings_or_exit()
    words = spoken(language, settings)
    organisation = read_or_exit(folder, words, PLATFORMS)
    database = database_or_exit(settings, words, create=True, migrate=True)
    with database.transaction() as session:
        before = editions.latest_or_none(session)
        found = changes(before.organisation, organisation) if before else []
        if before is not None and not found:
            click.echo(say("apply.nothing", words, edition=before.number))
            return
        for change in found:
            when = say("apply.next_cycle" if change.waits else "apply.at_once", words)
            click.echo(
                say("apply.change", words, what=change.place, before=change.before, after=change.after, when=when)
            )
        live = before.live if before else False
        edition = editions.write(session, organisation, live=live, author=author(), note=note, now=system_now())
        click.echo(say("apply.written", words, edition=edition.number))
        if not live:
            click.echo(say("apply.pilot", words))
    database.close()
