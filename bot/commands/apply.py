"""`klankbord apply`: a configuration folder becomes the new edition."""

from functools import partial
from pathlib import Path

import click

from bot.commands import editing
from bot.commands.folder import edition_of, read_or_exit, remember_edition
from bot.commands.ready import database_or_exit, language_option, settings_or_exit, spoken
from bot.platforms import PLATFORMS
from config.texts import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--note", default="", help="Why, for the history.")
@editing.yes_option
@language_option
def apply(folder: Path, note: str, yes: bool, language: str | None) -> None:
    """Check FOLDER, show what changes and from when, and write it as a new edition.

    What decides who is counted together holds from the next cycle; names, cards, channels and leads hold at once.
    Nothing is written when there is a problem, or when nothing changes. A folder remembers the edition it holds: what
    somebody else changed since is shown, and never undone without asking.
    """
    from bot.flow.editing import propose
    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    organisation = read_or_exit(folder, words, PLATFORMS)
    database = database_or_exit(settings, words, create=True, migrate=True)
    based_on = edition_of(folder)
    proposed = partial(propose, organisation=organisation, worked_out_on=based_on)
    written = editing.write(database, proposed, note, words, yes=yes)
    with database.transaction(reading=True) as session:
        latest = editions.latest(session)
    remember_edition(folder, latest.number or 0)
    if written is not None and not latest.live:
        click.echo(say("apply.pilot", words))
    database.close()
