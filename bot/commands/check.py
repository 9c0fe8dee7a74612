"""`klankbord check FOLDER`: every mistake with its place and remedy, or one screen that says what will happen."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from config.load import Problem
    from config.words import Language


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    envvar="KLANKBORD_LANGUAGE",
    default="nl",
    show_default=True,
    show_envvar=True,
    help="The language of what is printed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--platform", help="Also try every card on this chat platform, and name each text it would cut short.")
def check(folder: Path, language: "Language", as_json: bool, platform: str | None) -> None:
    """Check the organisation described in FOLDER.

    Prints every mistake as file:line: key: what is wrong and how to mend it (exit code 2), or, when there is none,
    one screen with the departments, the questions, the next rounds and what to mind (exit code 0).
    """
    from bot.platforms import PLATFORMS

    if platform is not None:
        from bot.commands.platform import kind_or_exit

        kind_or_exit(platform, language)
    from config.load import Refused, read

    try:
        organisation = read(folder, PLATFORMS)
    except Refused as refused:
        _refuse(refused.problems, language, as_json)
        sys.exit(2)
    from bot.commands.overview import document, lines, look
    from bot.commands.trying import tried

    overview = look(organisation, language, datetime.now(UTC))
    cut = tried(folder, organisation, platform, language) if platform is not None else None
    if as_json:
        more = cut.document() if cut is not None else {}
        click.echo(json.dumps({**document(overview), **more}, indent=2))
    else:
        click.echo("\n".join([*lines(overview), *(cut.lines() if cut is not None else ())]))


def _refuse(problems: Sequence["Problem"], language: "Language", as_json: bool) -> None:
    from config.texts import say

    if as_json:
        told = [
            {"file": p.file, "line": p.line, "key": p.key, "what": p.what.partition(".")[2], "said": p.said(language)}
            for p in problems
        ]
        click.echo(json.dumps({"good": False, "problems": told}, indent=2))
        return
    for problem in problems:
        click.echo(problem.said(language), err=True)
    number = "one" if len(problems) == 1 else "many"
    click.echo(say(f"overview.wrong_{number}", language, count=len(problems)), err=True)
