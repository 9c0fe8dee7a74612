"""`klankbord people`: who there is. One file per subcommand."""

import click

from bot.commands.people.importing import import_
from bot.commands.people.links import links
from bot.commands.people.sync import sync


@click.group()
def people() -> None:
    """Import people or read them from a chat platform, and make their personal links."""


for command in (import_, sync, links):
    people.add_command(command)
