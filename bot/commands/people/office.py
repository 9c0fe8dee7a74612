"""What every command about people works with: the database, the organisation, and the language of what is said."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot.commands.ready import database_or_exit, refuse, settings_or_exit, spoken
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.store.database import Database
    from config.organisation import Organisation


@dataclass(frozen=True)
class Office:
    """What each of the commands works with."""

    database: "Database"
    organisation: "Organisation"
    words: Language
    address: str  # of the web chat

    def say(self, key: str, **values: object) -> str:
        """A text of the catalogue below `people`."""
        return say(f"people.{key}", self.words, **values)

    def refuse(self, key: str, **values: object) -> NoReturn:
        """Say what is wrong, and end."""
        refuse(f"people.{key}", self.words, **values)

    def bar(self, label: str, length: int) -> Any:
        """Progress on a terminal."""
        hidden = not sys.stderr.isatty()
        return click.progressbar(length=length, label=self.say(label), file=sys.stderr, hidden=hidden)


@contextmanager
def open_office(language: str | None) -> Iterator[Office]:
    """The office, closed again afterwards."""
    from sqlalchemy.exc import OperationalError

    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    with closing(database_or_exit(settings, words)) as database:
        try:
            with database.transaction(reading=True) as session:
                edition = editions.latest_or_none(session)
            if edition is None:
                refuse("command.no_edition", words)
            yield Office(database, edition.organisation, words, settings.public_address)
        except OperationalError:
            refuse("people.busy", words)
