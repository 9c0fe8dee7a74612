"""`klankbord doctor`: whether a chat platform is set up as it should be, one line per thing that was looked at."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

import click

from bot.commands.platform import platform_or_exit
from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.settings import Settings
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.core.platform import Checked, Checks
    from config.organisation import Organisation

GOOD, WARNS, BAD = "✓", "!", "✗"


@click.command()
@click.argument("platform")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@language_option
def doctor(platform: str, as_json: bool, language: str | None) -> None:
    """Check whether PLATFORM, such as slack, is set up as it should be: token, rights, people, every channel.

    One line for each thing; for one that is wrong (✗), or could be better (!), how to mend it. Sends nothing. Exit
    code 0 when nothing is wrong, 1 when something is, 2 when the settings or the configuration are such that nothing
    can be looked at.
    """
    from bot.core.platform import Checks

    settings = settings_or_exit()
    words = spoken(language, settings)
    channels = channels_on(platform, _organisation(settings, words), words)
    checks = platform_or_exit(platform, Checks, words)  # type: ignore[type-abstract]
    found = asyncio.run(_looked(checks, platform, channels, words, aloud=not as_json))
    if as_json:
        click.echo(json.dumps(_document(platform, found, words), indent=2, ensure_ascii=False))
    if any(map(_is_wrong, found)):
        raise SystemExit(1)


def _organisation(settings: Settings, words: Language) -> "Organisation":
    from bot.store import editions

    with closing(database_or_exit(settings, words)) as database, database.transaction(reading=True) as session:
        edition = editions.latest_or_none(session)
    if edition is None:
        refuse("command.no_edition", words)
    return edition.organisation


def channels_on(platform: str, organisation: "Organisation", language: Language) -> dict[str, str]:
    """The address of every channel that gets messages on a platform, and what for."""
    named = [
        (organisation.admin_channel, say("people.admin_channel", language)),
        (organisation.test_channel, say("people.test_channel", language)),
        (organisation.report.channel, say("people.report_channel", language)),
        (organisation.report.everyone, say("people.report_everyone", language)),
        *((department.channel, department.name.in_(language)) for department in organisation.departments),
    ]
    found: dict[str, list[str]] = {}
    for channel, purpose in named:
        where, _, address = (channel or "").partition(":")
        if where == platform:
            found.setdefault(address, []).append(purpose)
    return {address: ", ".join(purposes) for address, purposes in found.items()}


async def _looked(
    checks: "Checks", platform: str, channels: Mapping[str, str], language: Language, *, aloud: bool
) -> "list[Checked]":
    """Everything that was looked at, each said as soon as it is known."""
    from bot.core.platform import Closes

    found = []
    async for one in checks.checked(channels):
        found.append(one)
        if aloud:
            mark = BAD if _is_wrong(one) else WARNS if one.warns else GOOD
            click.echo(f"{mark} {said(platform, one, language)}")
    if isinstance(checks, Closes):
        await checks.close()
    return found


def _is_wrong(one: "Checked") -> bool:
    return bool(one.problem) and not one.warns


def said(platform: str, one: "Checked", language: Language) -> str:
    """How it is, and when it is wrong how to mend it."""
    what = f"{one.what}_{one.problem}" if one.problem else one.what
    return say(f"doctor.{platform}.{what}", language, **one.values)


def _document(platform: str, found: "list[Checked]", language: Language) -> dict[str, object]:
    checks = [
        {"what": one.what, "good": not _is_wrong(one), "problem": one.problem, "said": said(platform, one, language)}
        for one in found
    ]
    return {"platform": platform, "good": not any(map(_is_wrong, found)), "checks": checks}
