"""A page of docs/ as its tests read it: its tables, its commands, and the settings it names."""

import re
import shlex
from collections.abc import Iterator

import click
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.cli import main


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table whose heading begins so."""
    lines = text.partition(f"\n| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    assert lines, heading
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of every command of ours, between back quotes or on a line of its own."""
    for found in re.finditer(r"(?:`|\n +)klankbord ((?:[a-z]+)\b[^`\n#]*)", text):
        yield shlex.split(found[1])


def assert_is_a_command(arguments: list[str]) -> None:
    """With its options."""
    command: click.Command = main
    context, left = click.Context(main), list(arguments)
    while isinstance(command, click.Group) and left and (found := command.get_command(context, left[0])):
        command, left = found, left[1:]
    assert command is not main
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    assert {word for word in left if word.startswith("--")} <= known


def told_settings(text: str) -> dict[str, str]:
    """What the table of settings says: variable -> default."""
    return {name.strip("`"): default.strip("`") for name, default, _ in rows(text, "variable")}


def settings(kind: type[BaseSettings], prefix: str) -> dict[str, str]:
    """What it has to say; KLANKBORD_ADDRESS is on the page of operations."""
    fields = {name: field.default for name, field in kind.model_fields.items() if name != "address"}
    plain = {n: value.get_secret_value() if isinstance(value, SecretStr) else value for n, value in fields.items()}
    return {prefix + name.upper(): str(value).replace("False", "false") or "empty" for name, value in plain.items()}
