"""All words for people, one catalogue per language: `say(key, language, **values)`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_PLACE = re.compile(r"\{([a-z_]+)\}")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every text of a language under its dotted key."""
    text = (files(__name__) / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat("", tomllib.loads(text)))


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flat(f"{prefix}{key}.", value)
        else:
            pairs.append((prefix + key, str(value).strip()))
    return pairs


def say(key: str, language: str, /, **values: object) -> str:
    """The text under `key` with its places filled in. Raises KeyError for an unknown key or a missing value.

    A text may hold `**strong**` words; a value may not, so nobody's words can change how a message looks.
    """
    return fill(catalogue(language)[key], **values)


def fill(template: str, /, **values: object) -> str:
    """The template with each `{name}` replaced; no other syntax, so that configured words cannot reach in."""
    return _PLACE.sub(lambda place: str(values[place[1]]).replace("**", ""), template)


def placeholders(template: str) -> set[str]:
    """The names between braces in a template."""
    return set(_PLACE.findall(template))
