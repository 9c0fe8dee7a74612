"""What pydantic refuses, in our words: the place, the key of a sentence in the catalogue, and its values.

Files and forms are refused alike: both name the place and the remedy.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.texts import catalogue
from config.words import Model

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Refusal:
    """One thing that is wrong."""

    place: Place
    what: str
    values: tuple[tuple[str, str], ...] = ()


def mistakes(error: ValidationError) -> list[ErrorDetails]:
    """What is wrong; not that a list is too short, where it is so only because a part of it was refused."""
    found = error.errors(include_url=False, include_input=False)
    inside = {one["loc"][:length] for one in found for length in range(len(one["loc"]))}
    return [one for one in found if not (one["type"] == "too_short" and one["loc"] in inside)]


def refused(kind: type[Model], error: ErrorDetails, known: Callable[[Place], Place]) -> Refusal:
    """The words for this very key where the catalogue has them, else for the error in general.

    `known` leaves of a place what was said by somebody: pydantic adds parts of its own, such as the kind.
    """
    place = error["loc"] if error["type"] == "missing" else known(error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown_key(kind, place)
    name = next((part for part in reversed(place) if isinstance(part, str)), "")
    values = tuple((name, _shown(value)) for name, value in (error.get("ctx") or {}).items())
    for what in (f"problem.{name}_{error['type']}", f"problem.{error['type']}"):
        if what in catalogue("en"):
            return Refusal(place, what, values)
    return Refusal(place, "problem.other", (("message", error["msg"]),))


def _shown(value: object) -> str:
    """A limit as people write it: 1 instead of 1.0, and `"nl", "en"` instead of `'nl' or 'en'`."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace(" or ", ", ").replace("'", '"')


def _unknown_key(kind: type[Model], place: Place) -> Refusal:
    """With what may be meant; never the key itself, which another kind of the same table may have."""
    keys = _keys_at(kind, place[:-1]) if place else []
    near = get_close_matches(str(place[-1]), keys, 1, cutoff=0.65) if keys and place[-1] not in keys else []
    if near:
        return Refusal(place, "problem.key_unknown_near", (("near", near[0]),))
    return Refusal(place, "problem.key_unknown")


def _keys_at(kind: type[Model], place: Place) -> list[str]:
    """The keys that may stand in this table, or in one of them where it may be of several kinds."""
    kinds: set[type[Model]] = {kind}
    for part in place:
        fields = [(name, field) for one in kinds for name, field in one.model_fields.items()]
        inner = {one for name, field in fields if part in (name, field.alias) for one in _kinds_in(field.annotation)}
        kinds = inner or kinds
    return sorted({field.alias or name for one in kinds for name, field in one.model_fields.items()})


def _kinds_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _kinds_in(argument)
