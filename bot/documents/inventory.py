"""Every table and column, in categories with a purpose and a term: `inventory.toml`, the one list there is.

The privacy pack prints it, and tests/privacy/test_schema.py holds it against the database.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.documents.terms import terms
from config.texts import fill
from config.words import Language, Model, Words


class Category(Model):
    """What tables of one kind are there for."""

    name: Words
    purpose: Words


class Table(Model):
    """One table: its category, how long it is kept, what is in it, and the reason of each column."""

    category: str
    kept: str
    what: Words
    columns: Mapping[str, str]


class Inventory(Model):
    """The whole file."""

    categories: Mapping[str, Category]
    kept: Mapping[str, Words]
    tables: Mapping[str, Table]


@dataclass(frozen=True)
class TableShown:
    """One table in the words of a language."""

    name: str
    what: str
    kept: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class CategoryShown:
    """One category with its tables, in the words of a language."""

    name: str
    purpose: str
    tables: tuple[TableShown, ...]


@cache
def inventory() -> Inventory:
    """What the file says."""
    text = (files(__package__) / "inventory.toml").read_text(encoding="utf-8")
    return Inventory.model_validate(tomllib.loads(text))


def categories(language: Language) -> tuple[CategoryShown, ...]:
    """Every category with its tables, in the order of the file."""
    found = inventory()
    return tuple(
        CategoryShown(one.name.in_(language), one.purpose.in_(language), _tables(found, key, language))
        for key, one in found.categories.items()
    )


def _tables(found: Inventory, category: str, language: Language) -> tuple[TableShown, ...]:
    return tuple(
        TableShown(
            name,
            table.what.in_(language),
            fill(found.kept[table.kept].in_(language), **terms()),
            tuple(table.columns),
        )
        for name, table in found.tables.items()
        if table.category == category
    )
