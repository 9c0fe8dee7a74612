"""`klankbord init`: a starter organisation and a key."""

import os
import shutil
from pathlib import Path

import click

from bot.commands.ready import language_option, refuse, settings_or_exit, spoken
from config import EXAMPLE
from config.settings import ENV_FILE
from config.texts import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@language_option
def init(folder: Path, language: str | None) -> None:
    """Write a starter organisation to FOLDER, and a key to klankbord.env in the current folder.

    The starter is the example municipality: change its files to your own organisation, then run
    `klankbord check FOLDER` until it is content.
    """
    words = spoken(language, settings_or_exit())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        refuse("init.not_empty", words, folder=folder)
    try:
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        made = _key_file(Path(ENV_FILE))
    except OSError as error:
        refuse("init.cannot_write", words, folder=folder, reason=error.strerror or "")
    click.echo(say("init.written", words, folder=folder))
    click.echo(say("init.key_made" if made else "init.key_kept", words, file=ENV_FILE))
    click.echo(say("init.next", words, folder=folder))


def _key_file(path: Path) -> bool:
    """A fresh key, readable by the owner only; an existing file is left alone."""
    from bot.store.ballots import Keyring

    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Seals the ballots of open rounds. Keep it safe and out of backups.\n")
        file.write(f"KLANKBORD_KEYS={Keyring.new_key()}\n")
    return True
