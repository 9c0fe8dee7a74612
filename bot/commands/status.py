"""`klankbord status`: what runs, what comes, what needs attention."""

import json
from datetime import datetime

import click

from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from config.organisation import Organisation
from config.texts import say
from config.words import Language


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@language_option
def status(as_json: bool, language: str | None) -> None:
    """Show the edition, the rounds under way, the next rounds, and what needs attention.

    The response of an open round is rounded down to ten, so that nobody can be seen to answer.
    """
    from bot.app import system_now
    from bot.flow.standing import standing
    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    database = database_or_exit(settings, words)
    with database.transaction(reading=True) as session:
        edition = editions.latest_or_none(session)
        if edition is None:
            refuse("command.no_edition", words)
        found = standing(session, system_now())
    database.close()
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
        return
    organisation = edition.organisation
    stage = say("status.live" if edition.live else "status.pilot", words)
    click.echo(say("status.title", words, organisation=organisation.name, edition=edition.number, stage=stage))
    click.echo(say("status.people", words, people=found.people, unreachable=found.unreachable, stopped=found.stopped))
    for row in found.open_rounds:
        closes = _moment(row.closes_at, organisation, words)
        values = {"number": row.number, "invited": row.invited, "finished": row.finished, "closes": closes}
        click.echo(say("status.round", words, **values))
    if not found.open_rounds:
        click.echo(say("status.no_round", words))
    for opens_at in found.next_rounds:
        click.echo(say("status.next", words, opens=_moment(opens_at, organisation, words)))
    click.echo(say("status.outbox", words, waiting=found.waiting, failed=found.failed))


def _moment(when: datetime, organisation: Organisation, words: Language) -> str:
    local = when.astimezone(organisation.zone)
    month = say(f"month.m{local.month}", words)
    day = say(f"weekday.d{local.weekday()}", words)
    return say("date.moment", words, weekday=day, day=local.day, month=month, clock=f"{local:%H.%M}")
