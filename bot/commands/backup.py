"""`klankbord backup`: a copy of the database in one file, and what is not in it."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.store.backup import Contents
    from bot.store.database import Database

NOTES = ("left_out", "left_sealed", "left_waiting", "left_asked", "left_links", "keep")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@language_option
def backup(file: Path, as_json: bool, language: str | None) -> None:
    """Copy the database, as it is at one moment, to the new file FILE; the bot may run meanwhile.

    Left out are sealed ballots, the keys of rounds, answers that are not published yet, who was asked, and personal
    links. FILE is a SQLite file, whatever database Klankbord runs on; `klankbord restore FILE` puts it back.
    """
    settings = settings_or_exit()
    words = spoken(language, settings)
    file = file.absolute()
    if file.exists():
        refuse("backup.exists", words, file=file)
    if not file.parent.is_dir():
        refuse("backup.no_folder", words, folder=file.parent)
    with closing(database_or_exit(settings, words)) as database:
        contents = _written(database, file, words)
    if as_json:
        click.echo(json.dumps(_plain(file, contents), indent=2))
        return
    moment = f"{contents.taken_at:%Y-%m-%d %H:%M} UTC"
    click.echo(say("backup.written", words, file=file, rows=contents.total, moment=moment))
    for note in NOTES:
        click.echo(say(f"backup.{note}", words))


def _written(database: "Database", file: Path, words: Language) -> "Contents":
    from sqlalchemy.exc import OperationalError

    from bot.app import system_now
    from bot.store import backup

    bar = click.progressbar(
        length=1, label=say("backup.copying", words), file=sys.stderr, hidden=not sys.stderr.isatty()
    )

    def began(rows: int) -> "backup.Progress":
        bar.length = max(rows, 1)
        return bar.update

    def cannot(reason: object) -> NoReturn:
        refuse("backup.cannot_write", words, file=file, reason=reason)

    try:
        with bar:
            return backup.write(database, file, system_now(), began)
    except FileExistsError:
        refuse("backup.exists", words, file=file)
    except OSError as error:
        cannot(error.strerror or error)
    except OperationalError as error:
        cannot(error.orig)


def _plain(file: Path, contents: "Contents") -> dict[str, object]:
    from bot.store.backup import LEFT_OUT

    return {
        "file": str(file),
        "taken_at": contents.taken_at.isoformat(),
        "rows": contents.rows,
        "left_out": [*LEFT_OUT, "unreleased answers"],
    }
