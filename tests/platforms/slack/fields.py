"""What a field of Slack's JSON may hold: checks that say what is wrong with a value, and where.

Problems read as in `response_metadata.messages`: `[ERROR] must be less than 76 characters [json-pointer:/blocks/0/…]`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any, str], Iterator[str]]  # a value and its place -> what is wrong with it
Fields = dict[str, Check]


def problem(words: str, at: str) -> str:
    """As in `response_metadata.messages`."""
    return f"[ERROR] {words} [json-pointer:{at}]"


def string(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", at)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", at)

    return check


def number(least: int, most: int) -> Check:
    """A whole number."""

    def check(value: Any, at: str) -> Iterator[str]:
        if type(value) is not int or not least <= value <= most:
            yield problem(f"must be an integer from {least} to {most}", at)

    return check


def flag(value: Any, at: str) -> Iterator[str]:
    """true or false."""
    if not isinstance(value, bool):
        yield problem("must be a boolean", at)


def word(*known: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in known:
            yield problem(f"must be one of {', '.join(known)}", at)

    return check


def several(check_one: Check, most: int, least: int = 1) -> Check:
    """A list of so many."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", at)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", at)
        for index, one in enumerate(value):
            yield from check_one(one, f"{at}/{index}")

    return check


@dataclass(frozen=True)
class Shape:
    """An object: what it must have, what it may have, and what must hold of the whole where that is right."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]
    whole: Check | None = None

    def __call__(self, value: Any, at: str) -> Iterator[str]:
        """What is wrong with it."""
        if not isinstance(value, dict):
            yield problem("must be an object", at)
            return
        wrong = list(self._fields(value, at))
        yield from wrong or (self.whole(value, at) if self.whole is not None else ())

    def _fields(self, value: dict[str, Any], at: str) -> Iterator[str]:
        known = {**self.required, **self.optional}
        for name in self.required:
            if name not in value:
                yield problem(f"missing required field: {name}", at)
        for name, one in value.items():
            if name in known:
                yield from known[name](one, f"{at}/{name}")
            elif name != "type":
                yield problem(f"invalid additional property: {name}", at)


def kinds(known: Mapping[str, Check]) -> Check:
    """An object that says in `type` which of these it is."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in known:
            yield from known[kind](value, at)
        else:
            yield problem(f"unsupported type: {kind}", f"{at}/type")

    return check
