"""Forms <-> parts of the organisation: a field's name is its place, as in `services.0.name.nl`.

What is sent is validated with the same models as the files, and what is wrong is said at the field. A share is a
percentage in a form. A blank field says nothing, and a row of blank fields is no row.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from config.contradictions import Contradiction, contradictions
from config.organisation import Head, Organisation
from config.refusals import Place, Refusal, mistakes, refused
from config.texts import catalogue, fill
from config.words import Language, Model

Kind = TypeVar("Kind", bound=Model)

OURS = frozenset(("csrf", "edition", "seen", "note", "do"))
"""Fields that are about the form itself."""

MOST_ROWS = 60
_NAME = re.compile(r"[a-z_]+(\.([a-z_]+|\d{1,3})){0,6}")


class Malformed(Exception):
    """No page of ours sends such a form."""


class Mistaken(Exception):
    """What is wrong, by the name of the field; "" where it is about no field of this form."""

    def __init__(self, mistakes: Mapping[str, Refusal]) -> None:
        super().__init__(f"{len(mistakes)} mistakes in a form")
        self.mistakes = mistakes


def mistake(name: str, what: str, **values: object) -> Mistaken:
    """One thing that is wrong with a field."""
    pairs = tuple((key, str(value)) for key, value in values.items())
    return Mistaken({name: Refusal(tuple(name.split(".")), what, pairs)})


@dataclass(frozen=True)
class Sheet:
    """The fields of a form as they stand, and what is wrong with which."""

    content: Mapping[str, Any]
    mistakes: Mapping[str, str] = field(default_factory=dict)

    def at(self, name: str) -> Any:
        """What stands at a place; "" where nothing does."""
        found: Any = self.content
        for part in name.split("."):
            found = _inside(found, part)
        return "" if found is None else found

    def rows(self, name: str, least: int = 0) -> range:
        """The rows of a list; `least` of them, if need be blank."""
        found = self.at(name)
        return range(max(len(found) if isinstance(found, list) else 0, least))

    def wrong(self, name: str) -> str:
        """What is wrong with a field, or with the table of which it is a part."""
        return self.mistakes.get(name, "")


def _inside(found: Any, part: str) -> Any:
    if isinstance(found, Mapping):
        return found.get(part)
    if isinstance(found, list) and part.isdigit() and int(part) < len(found):
        return found[int(part)]
    return None


# --- from a model to a form ------------------------------------------------------------------------------------


def filled(model: Model, kind: type[Model] | None = None) -> Sheet:
    """The form of a model, or of what `kind` has of it."""
    content = model.model_dump(mode="json", by_alias=True, exclude_none=True, include=_names(kind))
    return Sheet(_shown(content))


def _names(kind: type[Model] | None) -> set[str] | None:
    return set(kind.model_fields) if kind is not None else None


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    if isinstance(value, float):
        return f"{(Decimal(repr(value)) * 100).normalize():f}"
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value).removesuffix(":00") if re.fullmatch(r"\d\d:\d\d:00", str(value)) else str(value)


# --- from a form to a model ------------------------------------------------------------------------------------


def sent(fields: Iterable[tuple[str, object]]) -> Sheet:
    """What somebody sent, as it stands. Raises Malformed."""
    tree: dict[str, Any] = {}
    for name, value in fields:
        if name in OURS:
            continue
        if not _NAME.fullmatch(name) or not isinstance(value, str):
            raise Malformed
        _put(tree, name.split("."), value.replace("\r\n", " ").strip())
    return Sheet(_listed(tree))


def _put(tree: dict[str, Any], path: Sequence[str], value: str) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise Malformed
    if isinstance(tree.get(path[-1]), dict):
        raise Malformed
    tree[path[-1]] = value


def _listed(value: Any) -> Any:
    """Tables whose keys are all numbers are lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        if len(inner) > MOST_ROWS:
            raise Malformed
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def rearranged(sheet: Sheet, do: str) -> Sheet:
    """With a row more, a row less, or a row moved up: `add:services`, `drop:services.2`, `up:services.2`; or the same,
    drawn anew: `show`. Raises Malformed.
    """
    if do == "show":
        return sheet
    what, _, place = do.partition(":")
    path, _, last = place.rpartition(".")
    where = place if what == "add" else path
    rows = sheet.at(where) or []
    if not _NAME.fullmatch(where) or not isinstance(rows, list):
        raise Malformed
    return Sheet(_replaced(sheet.content, where.split("."), _moved(list(rows), what, last)))


def split_at_commas(sheet: Sheet, name: str) -> Sheet:
    """With what somebody typed in one field, commas between, as the list that it is."""
    typed = sheet.at(name)
    if not isinstance(typed, str) or not typed:
        return sheet
    parts = [part.strip() for part in re.split("[,;]", typed)]
    return Sheet(_replaced(sheet.content, name.split("."), [part for part in parts if part]))


def _moved(rows: list[Any], what: str, last: str) -> list[Any]:
    if what == "add" and len(rows) < MOST_ROWS:
        return [*rows, {}]
    index = int(last) if last.isdigit() else -1
    if what not in ("drop", "up") or not 0 <= index < len(rows):
        raise Malformed
    row = rows.pop(index)
    if what == "up":
        rows.insert(max(index - 1, 0), row)
    return rows


def _replaced(content: Any, path: Sequence[str], rows: list[Any]) -> Any:
    if not path:
        return rows
    inner = _replaced(_inside(content, path[0]) or {}, path[1:], rows)
    if isinstance(content, list):
        return [inner if str(index) == path[0] else one for index, one in enumerate(content)]
    return {**content, path[0]: inner}


def read(kind: type[Kind], sheet: Sheet, **known: object) -> Kind:
    """The model that a form describes; `known` is what the form does not ask. Raises Mistaken."""
    kept: dict[str, str] = {}  # where a row that is left stood in the form
    content = {**(_pruned(sheet.content, "", "", kept) or {}), **known}
    try:
        return kind.model_validate(_typed(content, {kind}))
    except ValidationError as error:
        refusals = [refused(kind, one, lambda place: _known(content, place)) for one in mistakes(error)]
        raise Mistaken({_name(_place(content, one.place), kept): one for one in reversed(refusals)}) from None


def _pruned(value: Any, place: str, now: str, kept: dict[str, str]) -> Any:
    """Without what is blank; None where nothing is left."""
    kept[now] = place
    if isinstance(value, Mapping):
        inner = {name: _pruned(one, _join(place, name), _join(now, name), kept) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one is not None} or None
    if isinstance(value, list):
        rows: list[Any] = []
        for index, one in enumerate(value):
            row = _pruned(one, _join(place, index), _join(now, len(rows)), kept)
            rows += [row] if row is not None else []
        return rows or None
    return value or None


def _join(place: str, part: object) -> str:
    return f"{place}.{part}" if place else str(part)


def _name(place: Place, kept: Mapping[str, str]) -> str:
    """The field of a place; rows before it may have been blank."""
    name = ".".join(map(str, place))
    outer, _, last = name.rpartition(".")
    return kept.get(name) or (_join(kept.get(outer, outer), last) if outer else name)


def _known(content: Any, place: Place) -> Place:
    """The part of a place that is in the form: pydantic adds parts of its own, such as the kind of a question."""
    known: Place = ()
    for part in place:
        inner = _inside(content, str(part))
        if inner is not None:
            known, content = (*known, part), inner
    return known


def _place(content: Any, place: Place) -> Place:
    """Where a form has it: what is missing has its field where the rest of its table is."""
    known = _known(content, place)
    return (*known, *(place[-1:] if place[-1:] != known[-1:] else ()))


def _typed(value: Any, kinds: Collection[Any], leaf: Any = None) -> Any:
    """Numbers where the model has numbers; what is none stays as it is, and is refused by the model."""
    if isinstance(value, Mapping):
        return {name: _typed_field(name, inner, kinds) for name, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner, kinds, leaf) for inner in value]
    if not isinstance(value, str) or leaf is None:
        return value
    if float in leaf and re.fullmatch(r"\d{1,3}([.,]\d{1,40})?", value):
        return float(Decimal(value.replace(",", ".")) / 100)
    if int in leaf and re.fullmatch(r"\d{1,9}", value):
        return int(value)
    return value


def _typed_field(name: str, value: Any, kinds: Collection[Any]) -> Any:
    fields = [one for kind in kinds for known, one in kind.model_fields.items() if name in (known, one.alias)]
    inside = {one for found in fields for one in _types(found.annotation)}
    models = {one for one in inside if isinstance(one, type) and issubclass(one, Model)}
    if isinstance(value, Mapping) and not fields:
        models = set(kinds)  # a table whose names are keys, such as themes
    if isinstance(value, Mapping) and models and not (value.keys() & _fields(models)):
        return {key: _typed(inner, models) for key, inner in value.items()}
    return _typed(value, models, inside)


def _fields(models: Collection[Any]) -> set[str]:
    return {
        one for model in models for known, found in model.model_fields.items() for one in (known, found.alias or known)
    }


def _types(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, type):
        yield annotation
    for argument in get_args(annotation):
        yield from _types(argument)


# --- the whole -------------------------------------------------------------------------------------------------


def agreed(organisation: Organisation, place: Place, platforms: Collection[str]) -> Organisation:
    """The same, unless its parts contradict each other. Raises Mistaken, with the names of the form at `place`."""
    head = Head(**{name: getattr(organisation, name) for name in Head.model_fields})
    found = contradictions(head, organisation.departments, organisation.surveys, platforms)
    if found:
        raise Mistaken({_within(one, place): Refusal(one.place, f"problem.{one.what}", one.values) for one in found})
    return organisation


def _within(found: Contradiction, place: Place) -> str:
    inside = found.place[: len(place)] == place
    return ".".join(map(str, found.place[len(place) :])) if inside else ""


def explained(mistakes: Mapping[str, Refusal], language: Language) -> dict[str, str]:
    """The sentences that stand at the fields."""
    words = catalogue(language)
    return {name: fill(words[one.what], **dict(one.values)) for name, one in mistakes.items()}
