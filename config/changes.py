"""What differs between two versions of an organisation, and from when a difference holds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.organisation import Organisation

_WAITS = re.compile(
    r"^(threshold|departments\.[^.]+(\.key|\.share)?|departments\.[^.]+\.services\.[^.]+(\.key)?|surveys(?!\.[^.]+\.paused$)(\..*)?)$"
)
"""What decides who is in a cell is frozen while a cycle runs (measurement: §3 rule 1)."""

LONGEST = 40  # characters of a value that are shown


@dataclass(frozen=True)
class Change:
    """One difference. `waits`: it holds from the next cycle; else at once."""

    place: str
    before: str
    after: str
    waits: bool


def changes(before: Organisation, after: Organisation) -> list[Change]:
    """Every difference, in the order of the document."""
    old, new = dict(_flat(before)), dict(_flat(after))
    places = [*old, *(place for place in new if place not in old)]
    found = [
        Change(place, _short(old.get(place)), _short(new.get(place)), bool(_WAITS.match(place)))
        for place in _outermost(place for place in places if old.get(place) != new.get(place))
    ]
    return [*found, *_reordered(list(old), list(new))]


def _reordered(old: list[str], new: list[str]) -> Iterator[Change]:
    """Lists of services, extra questions and options that hold the same in another order: part of a cycle's form."""
    before, after = _lists(old), _lists(new)
    for place, keys in before.items():
        kept = [key for key in keys if key in after.get(place, [])]
        now = [key for key in after.get(place, []) if key in kept]
        if kept != now:
            yield Change(place, _short(", ".join(kept)), _short(", ".join(now)), waits=True)


def _lists(places: list[str]) -> dict[str, list[str]]:
    """The keys in each list of things with a key, in their order."""
    found: dict[str, list[str]] = {}
    for place in places:
        outer, _, last = place.rpartition(".")
        if last == "key":
            where, _, key = outer.rpartition(".")
            found.setdefault(where, []).append(key)
    return found


def _outermost(places: Iterator[str]) -> list[str]:
    """A department or service that came or went is one change, not one for each of its keys."""
    kept: list[str] = []
    for place in places:
        if not any(place.startswith(f"{outer}.") for outer in kept):
            kept.append(place)
    return kept


def _flat(organisation: Organisation) -> Iterator[tuple[str, object]]:
    yield from _walk("", organisation.model_dump(mode="json", by_alias=True, exclude_none=True))


def _walk(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(f"{prefix}.{key}" if prefix else str(key), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            name = inner.get("key", index) if isinstance(inner, Mapping) else index
            place = f"{prefix}.{name}"
            if isinstance(inner, Mapping) and "key" in inner:
                yield place, "✓"
            yield from _walk(place, inner)
    else:
        yield prefix, value


def _short(value: object) -> str:
    text = "—" if value is None or value is False else "✓" if value is True else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
