"""What commands need before they begin: language, database, keys. Each says what is missing and what to do."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from config.settings import ENV_FILE, Settings
from config.texts import say
from config.words import LANGUAGES, Language

if TYPE_CHECKING:
    from socket import socket

    from bot.store.ballots import Keyring
    from bot.store.database import Database

language_option = click.option("--language", type=click.Choice(LANGUAGES), help="Of what is printed: nl or en.")


def settings_or_exit() -> Settings:
    """The deployment settings; every wrong one is named."""
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as refused:
        for error in refused.errors():
            name = "KLANKBORD_" + str(error["loc"][0]).upper()
            click.echo(say("command.setting_wrong", "en", name=name, message=error["msg"]), err=True)
        raise SystemExit(2) from None
    except (OSError, UnicodeDecodeError):
        refuse("command.env_unreadable", "en", file=ENV_FILE)


def spoken(language: str | None, settings: Settings) -> Language:
    """The language of the option, else of the settings."""
    return next((known for known in LANGUAGES if known == language), settings.language)


def refuse(key: str, language: Language, **values: object) -> NoReturn:
    """Say what is wrong and how to mend it, and end with exit code 2."""
    click.echo(say(key, language, **values), err=True)
    raise SystemExit(2)


def author() -> str:
    """Who runs this command, for the history of editions; a number where the system has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # KeyError before Python 3.13
        return f"user {os.getuid()}"


def listening_or_exit(host: str, port: int, language: Language) -> "socket":
    """A socket that listens there."""
    from bot.web.server import CannotListen, listening

    try:
        return listening(host, port)
    except CannotListen as refused:
        refuse("command.port_in_use" if refused.in_use else "command.no_address", language, host=host, port=port)


def agreed(question: str) -> bool:
    """Whether somebody says yes, in either language; anything else is no."""
    answer = click.prompt(question, default="n", show_default=False, prompt_suffix=" ")
    return str(answer).strip().casefold() in ("j", "ja", "y", "yes")


def database_or_exit(
    settings: Settings, language: Language, *, create: bool = False, migrate: bool = False
) -> "Database":
    """The database: on the server of KLANKBORD_DATABASE_URL, else a file.

    `migrate` brings its tables up to date; else one of another version is refused, so that a command of a new version
    changes nothing under a bot that still runs the old one.
    """
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import DatabaseError, OperationalError

    from bot.store import schema

    where = _where_or_exit(settings, language, create=create)
    try:
        database = _database(settings, where)
        if migrate:
            database.migrate()
        with database.transaction(reading=True) as session:
            age = schema.age(session)
    except (OSError, OperationalError, DatabaseError) as error:
        if isinstance(where, str):
            refuse("command.database_unreachable", language, reason=_reason(error))
        refuse("command.database_broken", language, path=where)
    except CommandError:
        refuse("command.database_newer", language, path=_shown(where))
    if age is not schema.Age.CURRENT:
        refuse(f"command.database_{age}", language, path=_shown(where))
    return database


def _where_or_exit(settings: Settings, language: Language, *, create: bool) -> Path | str:
    """A file, or the URL of a PostgreSQL database."""
    url = settings.database_url.get_secret_value()
    if url:
        if not url.startswith(("postgresql://", "postgresql+psycopg://")):
            refuse("command.database_url_wrong", language)
        return url
    path = settings.data / "klankbord.sqlite3"
    if not path.exists() and not create:
        refuse("command.no_database", language, path=path)
    return path


def _database(settings: Settings, where: Path | str) -> "Database":
    from bot.store.database import Database

    if isinstance(where, Path):
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        where.touch(mode=0o600)  # SQLite gives its log the same rights
    return Database(where)


def _shown(where: Path | str) -> str:
    """Where it is, without a password."""
    return str(where) if isinstance(where, Path) else where.rpartition("@")[2].partition("?")[0]


def _reason(error: Exception) -> str:
    """The first line of what the server or the driver says: it was asked to connect or to make tables, no more."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def keyring_or_exit(settings: Settings, language: Language) -> "Keyring":
    """The keys that seal ballots."""
    from bot.store.ballots import Keyring, WrongKeys

    if not settings.key_list:
        refuse("command.no_keys", language)
    try:
        return Keyring(settings.key_list)
    except WrongKeys:
        refuse("command.keys_malformed", language)
