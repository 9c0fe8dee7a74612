"""What colleagues read of promises above the first question about a department: done, late, moved or stopped."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.core.promises import day, plain
from config.department import SOMETHING_ELSE, Department
from config.texts import say
from config.words import Language

MOST = 2  # of a department


def lines(promised: Iterable[Mapping[str, Any]], department: Department, language: Language) -> list[str]:
    """At the first question about a department: what was said, and what it does or did about it."""
    name = department.name.in_(language)
    found = []
    for one in promised:
        verb, days = _told_how(one, language)
        values = {"department": name, "words": plain(one["words"]), "reason": plain(one["stopped"]), **days}
        if one["theme"] != SOMETHING_ELSE:
            theme = department.theme_name(one["theme"], language)
            found.append(say(f"promise.told_{verb}", language, **values, theme=theme))
        else:
            found.append(say(f"promise.told_{verb}_else", language, **values))
    return found


def _told_how(one: Mapping[str, Any], language: Language) -> tuple[str, dict[str, str]]:
    """How one is told, with the days in it."""
    was, until = one["moved"] or ("", one["late"])
    verb = "did" if one["done"] else "late" if one["late"] else "moved" if was else "does"
    days = {key: day(_day(when), language, _day(one["on"])) for key, when in (("day", until), ("was", was))}
    return "stopped" if one["stopped"] else verb, days


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
