"""The places of the configuration that a lead changes, in the words of their form."""

import re

from config.organisation import Organisation
from config.texts import say
from config.words import Language

_PLACE = re.compile(
    r"departments\.(?P<key>[^.]+)\.(?:deputies(?:\.\d+)?|card\.(?P<part>[a-z_]+)(?:\.(?P<code>nl|en))?)"
)


def in_words(place: str, organisation: Organisation, language: Language) -> str:
    """Such as “ICT: What comes first (English)”; "" for a place that only admins change, which is known by its keys."""
    found = _PLACE.fullmatch(place)
    department = organisation.by_key.get(found["key"]) if found is not None else None
    if found is None or department is None:
        return ""
    label = say(f"admin.card_{found['part']}" if found["part"] else "admin.deputies", language)
    tongue = f" ({say('warning.' + found['code'], language)})" if found["code"] else ""
    return f"{department.name.in_(language)}: {label}{tongue}"
