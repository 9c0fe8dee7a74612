"""`klankbord test-card`: send a card to an admin, to see how it looks on their platform."""

from contextlib import closing

import click

from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.texts import say


@click.command("test-card")
@click.argument("person")
@click.argument("card", required=False, default="")
@click.option("--platform", default="", help="Where, for who has several accounts; else where they are asked.")
@language_option
def test_card(person: str, card: str, platform: str, language: str | None) -> None:
    """Send the CARD of this name to PERSON, the key of an admin; without a name, show which cards there are.

    It looks as it would in a round, and does nothing: no round, invitation or answer comes of it. The bot, which has to
    run, sends it.
    """
    from bot.app import system_now
    from bot.flow import testing
    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    with closing(database_or_exit(settings, words)) as database:
        try:
            with database.transaction(reading=True) as session:
                kinds = testing.kinds(session, words)
            if not card:
                click.echo(say("testing.which", words), err=True)
                click.echo("\n".join(kinds))
                return
            name, where = database.write_now(testing.send, person, card, system_now(), platform)
        except editions.NoEdition:
            refuse("command.no_edition", words)
        except testing.NotSent as why:
            refuse(f"testing.{why.why}", words, person=person, card=card)
    click.echo(say("testing.sent", words, name=name, platform=where))
