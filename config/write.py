"""Organisation -> TOML files: what `load.read` reads back is the same organisation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from config.department import Influence
from config.organisation import Head, Organisation
from config.questions import Option
from config.survey import FIXED
from config.words import Model, Words

_INLINE = (Words, Influence, Option)


def files(organisation: Organisation) -> dict[str, str]:
    """Every file of a configuration folder: its path in the folder -> its text."""
    found = {"organisation.toml": _text(organisation, tuple(Head.model_fields))}
    for department in organisation.departments:
        found[f"departments/{department.key}.toml"] = _text(department, _unkeyed(department))
    for survey in organisation.surveys:
        found[f"surveys/{survey.key}.toml"] = _text(survey, _unkeyed(survey))
    return found


def write(organisation: Organisation, folder: Path) -> None:
    """Write every file. Raises OSError."""
    for name, text in files(organisation).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _text(model: Model, fields: tuple[str, ...]) -> str:
    document = tomlkit.document()
    _fill(document, model, fields)
    return tomlkit.dumps(document)


def _unkeyed(model: Model) -> tuple[str, ...]:
    """Its fields; its key is the name of its file."""
    return tuple(name for name in type(model).model_fields if name != "key")


def _fill(table: Any, model: Model, fields: tuple[str, ...]) -> None:
    """What stands on one line comes before what is a table of its own, as TOML has it."""
    items = [(_name(model, field), _item(field, getattr(model, field))) for field in fields]
    said = [(name, item) for name, item in items if item is not None]
    for name, item in sorted(said, key=lambda one: isinstance(one[1], Table | AoT)):
        table.add(name, item)


def _name(model: Model, field: str) -> str:
    return type(model).model_fields[field].alias or field


def _item(field: str, value: Any) -> Any:
    """What stands for a value; None where it says nothing."""
    if value is None or value is False or value == () or value == {}:
        return None
    if isinstance(value, dict):
        return _tables(value)
    if isinstance(value, _INLINE):
        return _inline(value)
    if isinstance(value, Model):
        return _table(value, known=field in FIXED) or None
    if isinstance(value, tuple):
        return _array(value)
    return tomlkit.item(value)


def _table(model: Model, *, known: bool = False) -> Table:
    """A table; what a fixed question is called and of which kind it is, is known by its place."""
    table = tomlkit.table()
    left_out = ("key", "kind") if known else ()
    _fill(table, model, tuple(name for name in type(model).model_fields if name not in left_out))
    return table


def _tables(models: dict[str, Model]) -> Table:
    table = tomlkit.table(is_super_table=True)
    for name, model in models.items():
        table.add(name, _table(model))
    return table


def _array(values: tuple[Any, ...]) -> Array | AoT:
    if isinstance(values[0], Model) and not isinstance(values[0], _INLINE):
        several = tomlkit.aot()
        for value in values:
            several.append(_table(value))
        return several
    array = tomlkit.array()
    array.extend(_inline(value) if isinstance(value, Model) else value for value in values)
    return array.multiline(isinstance(values[0], Model))


def _inline(value: Model) -> InlineTable | str:
    if isinstance(value, Words) and value.nl is not None and value.nl == value.en:
        return value.nl
    table = tomlkit.inline_table()
    for name, inner in _said(value):
        table.append(name, _inline(inner) if isinstance(inner, Model) else inner)
    return table


def _said(model: Model) -> Iterator[tuple[str, Any]]:
    for field in type(model).model_fields:
        if getattr(model, field) is not None:
            yield _name(model, field), getattr(model, field)
