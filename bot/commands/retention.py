"""`klankbord retention`: what is kept long enough, and when something is next."""

import json
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands.ready import database_or_exit, language_option, settings_or_exit, spoken
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.flow.retention import Outlook


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@language_option
def retention(dry_run: bool, as_json: bool, language: str | None) -> None:
    """Delete what was kept long enough, and show on which day something is next.

    `klankbord run` does the same by itself every day. Answers that were not published yet, and figures that were,
    are never touched.
    """
    from bot.app import system_now
    from bot.flow.retention import forget_old, outlook

    settings = settings_or_exit()
    words = spoken(language, settings)
    now = system_now()
    with closing(database_or_exit(settings, words)) as database:
        with database.transaction(reading=dry_run) as session:
            found = outlook(session, now)
            if not dry_run:
                forget_old(session, now)
        if found.due and not dry_run:
            database.scrub_now()
    if as_json:
        click.echo(json.dumps(_plain(found, dry_run), indent=2))
    else:
        click.echo("\n".join(_screen(found, dry_run, words)))


def _plain(found: "Outlook", dry_run: bool) -> dict[str, object]:
    from dataclasses import asdict

    days = {name: day.isoformat() if day else None for name, day in found.next_days().items()}
    return {"dry_run": dry_run, "deleted" if not dry_run else "due": asdict(found.due), "next": days}


def _screen(found: "Outlook", dry_run: bool, words: Language) -> list[str]:
    from bot.flow import retention as terms
    from bot.flow.rounds import FORGET_AFTER

    months = {
        "answers": {"months": terms.ANSWERS_MONTHS},
        "texts": {"months": terms.TEXTS_MONTHS},
        "messages": {"months": terms.DIGESTS_MONTHS, "notices": terms.NOTICES_MONTHS},
        "deeds": {"months": terms.DEEDS_MONTHS},
    }
    lines = [say("retention.would" if dry_run else "retention.deleted", words)]
    for name, day in found.next_days().items():
        values = {"count": getattr(found.due, name), "next": _day(day, words), **months[name]}
        lines.append(say(f"retention.{name}", words, **values))
    return [*lines, say("retention.kept", words, days=FORGET_AFTER.days)]


def _day(day: date | None, words: Language) -> str:
    if day is None:
        return say("retention.nothing_next", words)
    return f"{say('date.day', words, day=day.day, month=say(f'month.m{day.month}', words))} {day.year}"
