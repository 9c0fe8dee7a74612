"""`klankbord live`: the end of the pilot."""

import click

from bot.commands.ready import agreed, author, database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def live(yes: bool, language: str | None) -> None:
    """Show a checklist and, when it is complete, ask everybody from the next round on.

    Until now only people marked `pilot` were asked. Their sealed ballots in an open pilot round are destroyed
    uncounted, and what waits of the pilot is deleted.
    """
    from bot.app import system_now
    from bot.flow import launch
    from bot.store import editions, holding, people

    settings = settings_or_exit()
    words = spoken(language, settings)
    database = database_or_exit(settings, words)
    with database.transaction(reading=True) as session:
        edition = editions.latest_or_none(session)
        known = people.keys(session)
    if edition is None:
        refuse("command.no_edition", words)
    if edition.live:
        click.echo(say("live.already", words))
        return
    missing = launch.checklist(edition.organisation, words)
    if missing:
        click.echo("\n".join(missing), err=True)
        refuse("live.not_yet", words, number=len(missing))
    click.echo(say("live.complete", words, people=len(known)))
    for remark in launch.remarks(edition.organisation, known, words):
        click.echo(remark)
    if not yes and not agreed(say("live.sure", words)):  # outside a transaction: the bot goes on meanwhile
        refuse("live.nothing_done", words)
    with database.transaction() as session:
        holding.hold(session, holding.EDITIONS)
        if editions.latest(session).number != edition.number:
            refuse("people.meanwhile", words)
        launch.go_live(session, author(), system_now())
    database.scrub_now()
    database.close()
    click.echo(say("live.done", words))
