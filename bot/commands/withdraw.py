"""`klankbord withdraw`: end the round of a survey before it is counted."""

from contextlib import closing
from typing import TYPE_CHECKING

import click

from bot.commands.ready import agreed, author, database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.flow.withdrawing import OpenRound
    from config.words import Language


@click.command()
@click.argument("survey")
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def withdraw(survey: str, yes: bool, language: str | None) -> None:
    """End the open round of SURVEY, a key, and destroy what was answered, uncounted.

    Everybody who got the question is told so in one sentence, at the next decent hour. They had their turn: they are
    not asked again before the next cycle. It cannot be undone. The rounds after it open as ever; to stop those too,
    see `klankbord pause`.
    """
    from bot.app import system_now
    from bot.flow import withdrawing
    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    with closing(database_or_exit(settings, words)) as database:
        with database.transaction(reading=True) as session:
            edition = editions.latest_or_none(session)
            found = withdrawing.open_rounds(session, survey)
        if edition is None:
            refuse("command.no_edition", words)
        if not found:
            refuse("withdraw.none", words, survey=survey)
        for round_ in found:
            _show(round_, edition.organisation.zone, words)
        if not yes and not agreed(say("withdraw.sure", words)):  # outside a transaction: the bot goes on meanwhile
            refuse("withdraw.nothing_done", words)
        for round_ in found:
            if not database.write_now(withdrawing.withdraw, round_.id, author(), system_now()):
                refuse("withdraw.too_late", words, number=round_.number, survey=survey)
        database.scrub_now()
        click.echo(say("withdraw.done", words))


def _show(round_: "OpenRound", zone: "ZoneInfo", words: "Language") -> None:
    closes = f"{round_.closes_at.astimezone(zone):%Y-%m-%d %H:%M}"
    values = {"survey": round_.survey, "number": round_.number, "invited": round_.invited, "closes": closes}
    click.echo(say("withdraw.round", words, **values))
    click.echo(say("withdraw.means", words))
    if round_.last_of_cycle:
        click.echo(say("withdraw.last", words))
