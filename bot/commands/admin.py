"""`klankbord admin`: a link with which somebody signs in to the admin pages, and who is signed in."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from bot.commands.ready import author, database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say

if TYPE_CHECKING:
    from bot.store.database import Database
    from config.settings import Settings
    from config.words import Language


@click.group()
def admin() -> None:
    """Make a link to the admin pages, and see who is signed in."""


@admin.command()
@click.option("--for", "person", metavar="KEY", help="Somebody with a role; without this, you: who runs the commands.")
@language_option
def link(person: str | None, language: str | None) -> None:
    """Make a link that signs in once, within ten minutes.

    What somebody may do there is decided by their role: admin and reader in organisation.toml, lead in the file of a
    department. Who can run this command can do everything already.
    """
    from bot.app import system_now
    from bot.flow import signing_in
    from bot.store import editions, signin

    with _office(language) as (settings, database, words):
        try:
            now = system_now()
            token = database.write_now(signing_in.link, person, author(), now)
        except editions.NoEdition:
            refuse("command.no_edition", words)
        except signing_in.NoSuchPerson:
            refuse("admin.no_such_person", words, person=person)
        except signing_in.NoRole:
            refuse("admin.no_role", words, person=person)
        until = f"{(now + signin.LINK_VALID).astimezone():%H:%M}"
        click.echo(say("admin.link_made", words, until=until), err=True)
        click.echo(f"{settings.public_address}/admin/enter/{token}")
        click.echo(say("admin.link_running", words), err=True)


@admin.command()
@click.option("--end", metavar="ID", help="End this session.")
@language_option
def sessions(end: str | None, language: str | None) -> None:
    """Show who is signed in, or end a session."""
    from bot.app import system_now
    from bot.flow import signing_in
    from bot.store import signin

    now = system_now()
    with _office(language) as (_, database, words), database.transaction(reading=end is None) as session:
        found = signin.everyone(session, now)
        if end is None:
            for one in found:
                at, seen = f"{one.began_at.astimezone():%Y-%m-%d %H:%M}", f"{one.seen_at.astimezone():%H:%M}"
                click.echo(say("admin.session_line", words, id=one.id, name=one.name, at=at, seen=seen))
            if not found:
                click.echo(say("admin.nobody_in", words))
            return
        names = [one.name for one in found if one.id == end]
        if not names:
            refuse("admin.no_session", words, id=end)
        signing_in.revoke(session, end, author(), now)
        click.echo(say("admin.session_ended", words, name=names[0]))


@contextmanager
def _office(language: str | None) -> "Iterator[tuple[Settings, Database, Language]]":
    settings = settings_or_exit()
    words = spoken(language, settings)
    with closing(database_or_exit(settings, words)) as database:
        yield settings, database, words
