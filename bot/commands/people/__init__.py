"""`klankbord people`: who there is. One file per subcommand."""

import click

from bot.commands.people.importing import import_
from bot.commands.people.links import links


@click.group()
def people() -> None:
    """Import people, and make their personal links."""


for command in (import_, links):
    people.add_command(command)
