"""`klankbord pause` and `klankbord resume`: no round of a survey opens, or they open again."""

from contextlib import closing
from typing import TYPE_CHECKING

import click

from bot.commands.editing import write, yes_option
from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.flow.editing import Proposal


@click.command()
@click.argument("survey")
@yes_option
@language_option
def pause(survey: str, yes: bool, language: str | None) -> None:
    """Pause SURVEY, a key: from now on no round of it opens. Writes a new edition.

    A round that is open goes on to its end; `klankbord withdraw` ends it. A round that would have opened meanwhile is
    missed: it is not made up for, and whose turn it was is asked in the next cycle.
    """
    _write(survey, language, paused=True, yes=yes)


@click.command()
@click.argument("survey")
@yes_option
@language_option
def resume(survey: str, yes: bool, language: str | None) -> None:
    """Let SURVEY, a key, go on: its next round opens as planned. Writes a new edition."""
    _write(survey, language, paused=False, yes=yes)


def _write(survey: str, language: str | None, *, paused: bool, yes: bool) -> None:
    from bot.flow import pausing
    from bot.store.editions import NoEdition

    settings = settings_or_exit()
    words = spoken(language, settings)

    def proposed(session: "Session") -> "Proposal":
        return pausing.proposed(session, survey, paused=paused)

    with closing(database_or_exit(settings, words)) as database:
        try:
            written = write(database, proposed, pausing.note(survey, paused=paused), words, yes=yes)
        except NoEdition:
            refuse("command.no_edition", words)
        except pausing.NoSuchSurvey as unknown:
            refuse("pausing.no_survey", words, survey=survey, known=", ".join(unknown.known))
    if written is not None:
        click.echo(say("pausing.paused" if paused else "pausing.resumed", words, survey=survey))
