"""One card of the gallery, and the words that make one as long as it can be."""

from dataclasses import dataclass
from datetime import date

from bot.core import promises
from bot.core.platform import Card

INVITATION = "inv2345678"  # as long as those of bot/core/ids.py
SOMEBODY = "Maximiliaan"
LONGEST_DAY = date(2026, 9, 30)
TIP = "Een tip van duizend tekens. " * 40
PROMISE = (
    "Elke aanvraag krijgt binnen twee werkdagen antwoord, ook als iets nog niet kan: dan staat erin wie ermee bezig "
    "is, wat er nog nodig is, hoe lang dat duurt, en wanneer je weer iets van ons hoort."
).ljust(promises.LONGEST, ".")


@dataclass(frozen=True)
class Picture:
    """One card, and what it is about: a survey and a department by their keys, or neither."""

    name: str  # in the words of the conversation: `ask`, `answers`, `pause`
    card: Card
    survey: str = ""
    department: str = ""
