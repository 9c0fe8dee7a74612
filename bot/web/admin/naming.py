"""The places of the configuration that a lead changes, in the words of their form."""

import re

from config.department import Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language

_PLACE = re.compile(r"departments\.(?P<key>[^.]+)\.(?P<inside>.+)")
_SHOWN = re.compile(r"(?:deputies(?:\.\d+)?|card\.(?P<part>[a-z_]+)(?:\.(?P<code>nl|en))?)")
_SERVICES = re.compile(
    r"services(?:\.(?P<service>[^.]+)(?:\.(?:(?P<field>name|expect)(?:\.(?P<code>nl|en))?|words\.\d+))?)?"
)


def in_words(place: str, organisation: Organisation, language: Language) -> str:
    """Such as “ICT: What comes first (English)”; "" for a place that only admins change, which is known by its keys."""
    found = _PLACE.fullmatch(place)
    department = organisation.by_key.get(found["key"]) if found is not None else None
    if found is None or department is None:
        return ""
    inside = _shown(found["inside"], language) or _service(found["inside"], department, language)
    return f"{department.name.in_(language)}: {inside}" if inside else ""


def _shown(inside: str, language: Language) -> str:
    found = _SHOWN.fullmatch(inside)
    if found is None:
        return ""
    return say(f"admin.card_{found['part']}" if found["part"] else "admin.deputies", language) + _in(found, language)


def _service(inside: str, department: Department, language: Language) -> str:
    """All of them where their order changed; one that went is known by its key alone."""
    found = _SERVICES.fullmatch(inside)
    if found is None:
        return ""
    names = {one.key: one.name.in_(language) for one in department.services}
    name = names.get(found["service"], found["service"]) if found["service"] else say("admin.services", language)
    if inside == f"services.{found['service']}" or not found["service"]:
        return name
    return f"{name}, {say(_FIELDS[found['field'] or 'words'], language)}{_in(found, language)}"


_FIELDS = {"name": "admin.name", "expect": "admin.expect", "words": "admin.needs"}


def _in(found: re.Match[str], language: Language) -> str:
    return f" ({say('warning.' + found['code'], language)})" if found["code"] else ""
