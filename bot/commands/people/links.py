"""`klankbord people links`: the personal links with which people come in, as a list or as a page to print."""

import csv
import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot.commands.people.office import Office, open_office
from bot.commands.ready import language_option

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.commands.people.entrances import Entrance, Way
    from bot.store.directory import Door


@click.command()
@click.option("--platform", type=click.Choice(("webchat", "telegram", "matrix")), default="webchat", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this new file, which only you can read.")
@click.option("--page", type=click.Path(path_type=Path), help="Write a page to print to this new file, with QR codes.")
@click.option("--renew", metavar="KEY", help="Make a new link for one person or channel; the old one stops working.")
@click.option("--revoke", metavar="KEY", help="End the link of one person or channel, and log out who used it.")
@language_option
def links(
    platform: str, out: Path | None, page: Path | None, renew: str | None, revoke: str | None, language: str | None
) -> None:
    """Make a personal link for everybody who needs one, as CSV: key, name, link, code; or as a page to print.

    Into the web chat: for everybody there who has none yet. The channels for admins and for the pilot get one too, when
    they are in the web chat: it reads that one channel. To Telegram or Matrix: for everybody who has not joined there.
    Such a link works once, within 30 days; to end it is to end the account that was tied with it, too. On Matrix the
    link leads to the bot, and a code that is sent there says who somebody is.

    A link is shown only here and only once. Who has it can read and answer as that person, so send everybody only
    their own.
    """
    with open_office(language) as office:
        if renew is not None and revoke is not None:
            office.refuse("renew_or_revoke")
        if revoke is not None:
            _revoke(office, platform, revoke)
        else:
            _issue(office, _entrance(office, platform), renew, out, page)


def _issue(office: Office, entrance: "Entrance", renew: str | None, out: Path | None, page: Path | None) -> None:
    """Make links, and write them to the files that are asked for; else to standard output."""
    files = [file for file in (out, page) if file is not None]
    try:
        with ExitStack() as opened:
            table = opened.enter_context(_stream(office, out)) if out is not None or page is None else None
            sheet = opened.enter_context(_stream(office, page)) if page is not None else None
            made = _made(office, entrance, renew)
            _hand_over(office, entrance, made, table, sheet)
    except OSError as error:
        where = " ".join(map(str, files)) or "stdout"
        click.echo(office.say("out_failed", file=where, reason=error.strerror or error), err=True)
        if error.errno == errno.EPIPE:
            raise  # click knows how to end when nobody reads
        raise SystemExit(2) from None
    for file in files if not made else ():
        file.unlink()
    click.echo(office.say(f"{entrance.name}_made" if made else f"{entrance.name}_none", count=len(made)), err=True)


@contextmanager
def _stream(office: Office, out: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a new file for the owner only, which goes again when something fails."""
    if out is None:
        yield sys.stdout
        return
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        office.refuse("out_exists", file=out)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _entrance(office: Office, platform: str, *, named: bool = True) -> "Entrance":
    """Where links lead; how the bot is called there is asked for only where that is `named` in them."""
    from bot.commands.people.entrances import Matrix, Telegram, WebChat
    from bot.commands.people.matrix_name import bot_id_or_exit
    from bot.commands.people.telegram_name import bot_name_or_exit

    if platform == "webchat":
        return WebChat(office.organisation, office.words, office.address)
    if platform == "matrix":
        return Matrix(bot_id_or_exit(office.words) if named else "")
    return Telegram(bot_name_or_exit(office.words) if named else "")


def _revoke(office: Office, platform: str, key: str) -> None:
    entrance = _entrance(office, platform, named=False)
    with office.database.transaction() as session:
        for door in _doors(office, session, entrance, key):
            entrance.end(session, door)
    click.echo(office.say(f"{platform}_revoked", who=key))


def _doors(office: Office, session: "Session", entrance: "Entrance", key: str) -> "Sequence[Door]":
    """What belongs to one key."""
    found = [door for door in entrance.all(session) if door.key == key]
    if not found:
        office.refuse("key_unknown", who=key, platform=entrance.name)
    return found


def _made(office: Office, entrance: "Entrance", key: str | None) -> list[tuple["Door", "Way"]]:
    """New links: of one key, else of everybody who needs one."""
    from bot.app import system_now

    now = system_now()
    with office.database.transaction() as session:
        wanted = list(entrance.without(session, now) if key is None else _doors(office, session, entrance, key))
        with office.bar("linking", len(wanted)) as bar:
            made = []
            for door in wanted:
                made.append((door, entrance.way(session, door, now)))
                bar.update(1)
    return made


def _hand_over(
    office: Office,
    entrance: "Entrance",
    made: "Sequence[tuple[Door, Way]]",
    table: IO[str] | None,
    sheet: IO[str] | None,
) -> None:
    """Write the links; when that fails they are taken back, because nobody knows them."""
    try:
        if table is not None:
            csv.writer(table, lineterminator="\n").writerows(_rows(made))
            table.flush()
        if sheet is not None:
            sheet.write(_page(office, entrance, made))
            sheet.flush()
    except OSError:
        with office.database.transaction() as session:
            for door, _ in made:
                entrance.take_back(session, door)
        raise


def _rows(made: "Sequence[tuple[Door, Way]]") -> Iterator[Sequence[str]]:
    """A column for codes only where there are any."""
    columns = 4 if any(way.code for _, way in made) else 3
    yield ("key", "name", "link", "code")[:columns]
    for door, way in made:
        yield (door.key, door.name, *way)[:columns]


def _page(office: Office, entrance: "Entrance", made: "Sequence[tuple[Door, Way]]") -> str:
    from bot.app import system_now
    from bot.commands.people.links_page import page

    ends = system_now() + entrance.valid if entrance.valid is not None else None
    last = ends.astimezone(office.organisation.zone).date() - timedelta(days=1) if ends is not None else None
    return page(made, entrance.name, office.organisation, last)
