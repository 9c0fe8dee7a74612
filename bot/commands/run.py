"""`klankbord run`: the bot itself."""

import asyncio
from typing import TYPE_CHECKING

import click

from bot.commands.ready import (
    database_or_exit,
    keyring_or_exit,
    language_option,
    listening_or_exit,
    refuse,
    settings_or_exit,
    spoken,
)
from config.settings import Settings
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.store.ballots import Keyring
    from bot.store.database import Database


@click.command()
@click.option("--abandon-round", is_flag=True, help="Give up open rounds whose key cannot be opened: ballots are lost.")
@language_option
def run(abandon_round: bool, language: str | None) -> None:
    """Run the bot: open rounds, ask, hear, count and post, until Ctrl-C.

    Needs an edition (`klankbord apply FOLDER`) and KLANKBORD_KEYS (`klankbord init` makes one).
    """
    settings = settings_or_exit()
    words = spoken(language, settings)
    keyring = keyring_or_exit(settings, words)
    database = database_or_exit(settings, words, migrate=True)

    from bot.store import editions
    from bot.store.running import AlreadyRunning

    with database.transaction(reading=True) as session:
        edition = editions.latest_or_none(session)
    if edition is None:
        refuse("command.no_edition", words)
    try:
        with database.alone():
            _run(settings, database, keyring, words, live=edition.live, abandon_round=abandon_round)
    except AlreadyRunning:
        refuse("run.already", words, folder=settings.data)
    click.echo(say("run.stopped", words))


def _run(
    settings: Settings, database: "Database", keyring: "Keyring", words: Language, *, live: bool, abandon_round: bool
) -> None:
    from bot import app, logs
    from bot.core.platform import WrongSetting
    from bot.flow import launch

    with database.transaction(reading=True) as session:
        lost, lost_early = launch.unopenable(session, keyring), launch.unopenable_early(session, keyring)
    if (lost or lost_early) and not abandon_round:
        for one in lost:
            values = {"survey": one.survey, "number": one.number, "ballots": one.ballots}
            click.echo(say("run.cannot_open", words, **values), err=True)
        if lost_early:
            click.echo(say("run.cannot_open_early", words), err=True)
        refuse("run.abandon", words)
    bound = listening_or_exit(settings.host, settings.port, words)
    if lost or lost_early:
        with database.transaction() as session:
            launch.abandon(session, lost, lost_early, app.system_now())
    logs.configure(json=settings.log == "json")

    def ready() -> None:
        click.echo(say("run.running", words, address=settings.public_address))
        if not live:
            click.echo(say("run.pilot", words))

    try:
        asyncio.run(app.serve(app.assembled(settings, database), bound, ready))
    except WrongSetting as wrong:
        refuse("settings.wrong", words, name=wrong.name, problem=say(wrong.problem, words))
