"""`klankbord export`: an edition as a folder of files."""

from pathlib import Path

import click

from bot.commands.folder import remember_edition
from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--edition", type=int, help="An earlier edition instead of the one in force.")
@language_option
def export(folder: Path, edition: int | None, language: str | None) -> None:
    """Write the edition in force to FOLDER, which must be new or empty.

    Change the files and `klankbord apply FOLDER` them. Remarks in files that were applied are not kept.
    """
    from bot.flow import editing
    from bot.store import editions
    from config.write import write

    settings = settings_or_exit()
    words = spoken(language, settings)
    database = database_or_exit(settings, words)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        refuse("init.not_empty", words, folder=folder)
    with database.transaction(reading=True) as session:
        try:
            found = editing.edition(session, edition) if edition is not None else editions.latest_or_none(session)
        except editing.NoSuchEdition as missing:
            refuse("history.no_such", words, number=missing.number, last=missing.last)
    if found is None or found.number is None:
        refuse("command.no_edition", words)
    try:
        write(found.organisation, folder)
    except OSError as error:
        refuse("init.cannot_write", words, folder=folder, reason=error.strerror or "")
    remember_edition(folder, found.number)
    click.echo(say("export.written", words, edition=found.number, folder=folder))
    database.close()
