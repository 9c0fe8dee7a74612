"""`klankbord restore`: a backup into an empty database, and what was made safe by it."""

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.settings import Settings
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.flow.restoring import MadeSafe
    from bot.store.backup import Contents, Opened


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@language_option
def restore(file: Path, language: str | None) -> None:
    """Put the backup FILE back into an empty database, so that nothing is asked, published or said twice.

    What may have been done after the backup is not done again: rounds that had begun end, answers that were not
    published yet are deleted, messages that waited are not sent. What is left to do is printed.
    """
    from bot.store import backup

    settings = settings_or_exit()
    words = spoken(language, settings)
    try:
        with backup.opened(file) as found:
            done = _put_back(settings, found, words)
    except OSError as error:
        refuse("restore.no_file", words, file=file, reason=error.strerror or error)
    except backup.NotABackup:
        refuse("restore.not_a_backup", words, file=file)
    except backup.Damaged:
        refuse("restore.damaged", words, file=file)
    except backup.NewerBackup as newer:
        refuse("restore.newer", words, file=file, version=newer)
    for line in _screen(found.contents, done, words):
        click.echo(line)


def _put_back(settings: Settings, found: "Opened", words: Language) -> "MadeSafe":
    """Copied and made safe in one transaction: a restore that fails has changed nothing."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    from bot.app import system_now
    from bot.flow import restoring
    from bot.store import backup

    with closing(database_or_exit(settings, words, create=True, migrate=True)) as database:
        hidden, label = not sys.stderr.isatty(), say("restore.copying", words)
        try:
            with (
                database.transaction() as session,
                click.progressbar(length=found.contents.total, label=label, file=sys.stderr, hidden=hidden) as bar,
            ):
                if not backup.is_empty(session):
                    refuse("restore.not_empty", words)
                found.put_back(session, bar.update)
                done = restoring.make_safe(session, system_now())
                backup.number_on(session)
        except OperationalError as error:  # such as a full disk
            refuse("restore.failed", words, reason=error.orig)
        except DatabaseError as error:  # its text may hold values of a row
            refuse("restore.failed", words, reason=type(error.orig).__name__)
        database.scrub_now()
    return done


def _screen(contents: "Contents", done: "MadeSafe", words: Language) -> Iterator[str]:
    zone = done.edition.organisation.zone if done.edition is not None else UTC
    yield say("restore.done", words, rows=contents.total, moment=_moment(contents.taken_at, zone))
    yield say("restore.safe", words)
    for round_ in done.rounds:
        key = "restore.round_counted" if round_.was_counted else "restore.round_open"
        yield say(key, words, survey=round_.survey, number=round_.number)
    if not done.rounds:
        yield say("restore.no_round", words)
    if done.departments:
        yield say("restore.unreleased", words, departments=", ".join(done.departments))
    if done.unsaid:
        yield say("restore.unsaid", words, channels=", ".join(done.unsaid))
    for survey, opens in done.opens.items():
        yield say("restore.opens", words, survey=survey, moment=_moment(opens, zone))
    yield say("restore.lost", words)
    if done.edition is not None:
        values = {"edition": done.edition.number, "moment": _moment(done.edition.written_at, zone)}
        yield say("restore.lost_edition", words, **values)
    for what in ("people", "wishes", "links", "figures"):
        yield say(f"restore.lost_{what}", words)
    yield say("restore.once", words)


def _moment(when: datetime, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M %Z}"
