"""`klankbord people`: who there is, from a CSV file, and the personal links with which they come in."""

import csv
import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from bot.commands.ready import agreed, database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.commands.entrances import Entrance
    from bot.core.directory import Sheet
    from bot.store.database import Database
    from bot.store.directory import Door, Move, Plan
    from config.organisation import Organisation

SHOWN = 5  # of each kind, beforehand


@dataclass(frozen=True)
class _Office:
    """What both commands work with."""

    database: "Database"
    organisation: "Organisation"
    words: Language
    address: str  # of the web chat

    def say(self, key: str, **values: object) -> str:
        return say(f"people.{key}", self.words, **values)

    def refuse(self, key: str, **values: object) -> NoReturn:
        refuse(f"people.{key}", self.words, **values)

    def bar(self, label: str, length: int) -> Any:
        hidden = not sys.stderr.isatty()
        return click.progressbar(length=length, label=self.say(label), file=sys.stderr, hidden=hidden)


@contextmanager
def _office(language: str | None) -> Iterator[_Office]:
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
            yield _Office(database, edition.organisation, words, settings.public_address)
        except OperationalError:
            refuse("people.busy", words)


@click.group()
def people() -> None:
    """Import people, and make their personal links."""


# --- import ----------------------------------------------------------------------------------------------------------


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--skip-bad", is_flag=True, help="Leave out the rows with a problem, and import the others.")
@click.option("--remove-absent", is_flag=True, help="Remove who is not in the file; their open answers are destroyed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def import_(file: Path, dry_run: bool, skip_bad: bool, remove_absent: bool, yes: bool, language: str | None) -> None:
    """Add and change people from FILE.csv, after showing what changes.

    The first line names the columns, in any order: key, name, platform and address, and if you like email, language,
    timezone, department and pilot. Commas, semicolons or tabs, as your spreadsheet saves it.

    An empty cell changes nothing; for somebody new it means: language and time zone of the organisation, department
    unknown, not in the pilot. A hyphen (-) means: no e-mail address, or in none of these departments. A second row
    with the same key adds an account. What people set themselves, such as a pause, stays as it is.
    """
    with _office(language) as office:
        sheet = _read(office, file)
        todo = _planned(office, sheet, remove_absent)
        _judge(office, file, sheet, todo, skip_bad, remove_absent)
        click.echo("\n".join(_preview(office, todo)))
        if not todo.steps:
            click.echo(office.say("nothing"))
        elif dry_run:
            click.echo(office.say("dry_run"))
        else:
            _ask(office, yes)
            _carry_out(office, sheet, todo, remove_absent)


def _read(office: _Office, file: Path) -> "Sheet":
    from bot.core.directory import decode, parse
    from bot.platforms import PLATFORMS

    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        refuse("people.no_file", office.words, file=file, reason=getattr(error, "strerror", None) or error)
    text, old = decode(content)
    if old:
        click.echo(office.say("old_encoding", file=file), err=True)
    return parse(text, office.organisation, PLATFORMS)


def _planned(office: _Office, sheet: "Sheet", remove_absent: bool) -> "Plan":
    from bot.store import directory

    with office.database.transaction(reading=True) as session:
        return directory.plan(session, sheet.entries, office.organisation, remove_absent)


def _judge(office: _Office, file: Path, sheet: "Sheet", todo: "Plan", skip_bad: bool, remove_absent: bool) -> None:
    """Say what is wrong; end here unless bad rows may be skipped."""
    problems = sorted((*sheet.problems, *todo.problems))
    for problem in problems:
        click.echo(replace(problem, file=str(file)).said(office.words), err=True)
    if not sheet.readable:
        office.refuse("not_a_list")
    if problems and not skip_bad:
        office.refuse("bad_one" if len(problems) == 1 else "bad_many", count=len(problems))
    if problems and remove_absent:
        office.refuse("absent_and_bad")
    if problems:
        click.echo(office.say("skipped"), err=True)


def _preview(office: _Office, todo: "Plan") -> Iterator[str]:
    """How many of each kind, and the first few."""
    new = {change.key for change in todo.added}
    kinds = {
        "added": [f"{change.key}  {change.name}" for change in todo.added],
        "changed": [f"{change.key}  {change.name}: {', '.join(change.values)}" for change in todo.changed],
        "accounts": [_place(move) for move in todo.accounts if move.old is None and move.person not in new],
        "moved": [_place(move) for move in todo.accounts if move.old is not None],
        "removed": [f"{change.key}  {change.name}" for change in todo.removed],
    }
    for kind, lines in kinds.items():
        if lines:
            yield office.say(kind, count=len(lines))
            yield from (f"  {line}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield "  " + office.say("more", count=len(lines) - SHOWN)
    yield office.say("unchanged", count=todo.unchanged)


def _place(move: "Move") -> str:
    before = f"{move.platform}:{move.old} → " if move.old else ""
    return f"{move.person}  {before}{move.platform}:{move.new}"


def _interactive() -> bool:
    return sys.stdin.isatty()


def _ask(office: _Office, yes: bool) -> None:
    if yes:
        return
    if not _interactive():
        office.refuse("not_interactive")
    if not agreed(office.say("sure")):
        click.echo(office.say("declined"))
        raise SystemExit(1)


def _carry_out(office: _Office, sheet: "Sheet", todo: "Plan", remove_absent: bool) -> None:
    """In one transaction, and only what was shown."""
    from bot.store import directory, people

    def carry_out(session: "Session") -> None:
        people.hold(session)
        if directory.plan(session, sheet.entries, office.organisation, remove_absent) != todo:
            office.refuse("meanwhile")
        with office.bar("importing", todo.steps) as bar:
            directory.carry_out(session, todo, bar.update)

    office.database.write_now(carry_out)
    if todo.removed:
        office.database.scrub_now()
    click.echo(office.say("done"))
    if any(move.platform == "webchat" and move.fresh for move in todo.accounts):
        click.echo(office.say("links_hint"))
    if {change.key for change in todo.added} - {move.person for move in todo.accounts}:
        click.echo(office.say("joins_hint"))


# --- links -----------------------------------------------------------------------------------------------------------


@people.command()
@click.option("--platform", type=click.Choice(("webchat", "telegram")), default="webchat", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this new file, which only you can read.")
@click.option("--page", type=click.Path(path_type=Path), help="Write a page to print to this new file, with QR codes.")
@click.option("--renew", metavar="KEY", help="Make a new link for one person or channel; the old one stops working.")
@click.option("--revoke", metavar="KEY", help="End the link of one person or channel, and log out who used it.")
@language_option
def links(
    platform: str, out: Path | None, page: Path | None, renew: str | None, revoke: str | None, language: str | None
) -> None:
    """Make a personal link for everybody who needs one, as CSV: key, name, link; or as a page to print.

    Into the web chat: for everybody there who has none yet. The channels for admins and for the pilot get one too, when
    they are in the web chat: it reads that one channel. To Telegram: for everybody who has not joined there. Such a
    link works once, within 30 days; to end it is to end the account that was tied with it, too.

    A link is shown only here and only once. Who has it can read and answer as that person, so send everybody only
    their own.
    """
    with _office(language) as office:
        if renew is not None and revoke is not None:
            office.refuse("renew_or_revoke")
        if revoke is not None:
            _revoke(office, platform, revoke)
            return
        entrance = _entrance(office, platform)
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
        click.echo(office.say(f"{platform}_made" if made else f"{platform}_none", count=len(made)), err=True)


@contextmanager
def _stream(office: _Office, out: Path | None) -> Iterator[IO[str]]:
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


def _entrance(office: _Office, platform: str, *, named: bool = True) -> "Entrance":
    """Where links lead; the bot on Telegram is asked for its name only where that is `named` in them."""
    from bot.commands.entrances import Telegram, WebChat
    from bot.commands.telegram_name import bot_name_or_exit

    if platform == "webchat":
        return WebChat(office.organisation, office.words, office.address)
    return Telegram(bot_name_or_exit(office.words) if named else "")


def _revoke(office: _Office, platform: str, key: str) -> None:
    entrance = _entrance(office, platform, named=False)
    with office.database.transaction() as session:
        for door in _doors(office, session, entrance, key):
            entrance.end(session, door)
    click.echo(office.say(f"{platform}_revoked", who=key))


def _doors(office: _Office, session: "Session", entrance: "Entrance", key: str) -> "Sequence[Door]":
    """What belongs to one key."""
    found = [door for door in entrance.all(session) if door.key == key]
    if not found:
        office.refuse("key_unknown", who=key, platform=entrance.name)
    return found


def _made(office: _Office, entrance: "Entrance", key: str | None) -> list[tuple["Door", str]]:
    """New links: of one key, else of everybody who needs one."""
    from bot.app import system_now

    now = system_now()
    with office.database.transaction() as session:
        wanted = list(entrance.without(session, now) if key is None else _doors(office, session, entrance, key))
        with office.bar("linking", len(wanted)) as bar:
            made = []
            for door in wanted:
                made.append((door, entrance.link(session, door, now)))
                bar.update(1)
    return made


def _hand_over(
    office: _Office,
    entrance: "Entrance",
    made: "Sequence[tuple[Door, str]]",
    table: IO[str] | None,
    sheet: IO[str] | None,
) -> None:
    """Write the links; when that fails they are taken back, because nobody knows them."""
    try:
        if table is not None:
            rows = [("key", "name", "link"), *((door.key, door.name, link) for door, link in made)]
            csv.writer(table, lineterminator="\n").writerows(rows)
            table.flush()
        if sheet is not None:
            sheet.write(_page(office, entrance, made))
            sheet.flush()
    except OSError:
        with office.database.transaction() as session:
            for door, _ in made:
                entrance.take_back(session, door)
        raise


def _page(office: _Office, entrance: "Entrance", made: "Sequence[tuple[Door, str]]") -> str:
    from bot.app import system_now
    from bot.commands.links_page import page

    ends = system_now() + entrance.valid if entrance.valid is not None else None
    last = ends.astimezone(office.organisation.zone).date() - timedelta(days=1) if ends is not None else None
    return page(made, entrance.name, office.organisation, last)
