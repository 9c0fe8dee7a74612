"""What `klankbord privacy` and `kit` are made of: the edition in force or a folder, and how it is set up here."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from bot.commands.folder import read_or_exit
from bot.commands.ready import database_or_exit, refuse
from bot.documents.deployment import Deployment
from config.organisation import Organisation
from config.settings import Settings
from config.texts import say
from config.words import Language

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="A configuration folder instead of the edition in force; no database is needed.",
)
force_option = click.option("--force", is_flag=True, help="Overwrite what is there.")


@dataclass(frozen=True)
class Source:
    """The organisation, the number of its edition (None: from files), and the deployment."""

    organisation: Organisation
    edition: int | None
    here: Deployment
    today: date


def source_or_exit(folder: Path | None, settings: Settings, words: Language) -> Source:
    """What there is; what is missing or wrong is said, with exit code 2."""
    from bot.app import system_now
    from bot.core.platform import WrongSetting
    from bot.deployed import deployed
    from bot.platforms import PLATFORMS

    organisation, edition = (
        _in_force(settings, words) if folder is None else (read_or_exit(folder, words, PLATFORMS), None)
    )
    try:
        here = deployed(settings)
    except WrongSetting as wrong:
        refuse("settings.wrong", words, name=wrong.name, problem=say(wrong.problem, words))
    return Source(organisation, edition, here, system_now().astimezone(organisation.zone).date())


def _in_force(settings: Settings, words: Language) -> tuple[Organisation, int | None]:
    from bot.store import editions

    with closing(database_or_exit(settings, words)) as database, database.transaction(reading=True) as session:
        found = editions.latest_or_none(session)
        if found is None:
            refuse("command.no_edition", words)
        return found.organisation, found.number


def write_or_exit(file: Path, text: str, words: Language) -> None:
    """Write a file, in folders that are made where they are missing."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse("documents.cannot_write", words, file=file, reason=error.strerror or "")


def refuse_to_overwrite(files: list[Path], words: Language) -> None:
    """End where one of these is there already."""
    there = [file for file in files if file.exists()]
    if there:
        refuse("documents.there_already", words, files=", ".join(map(str, there)))
