"""Days and moments in words, as people say them."""

from datetime import date, datetime

from config.texts import say
from config.words import Language


def day(local: date, language: Language) -> str:
    """A day, or that of a moment given in the zone of who reads it: 4 augustus."""
    return say("date.day", language, day=local.day, month=say(f"month.m{local.month}", language))


def in_words(local: datetime, language: Language) -> str:
    """A moment, given in the zone of who reads it: weekday, day, month and time."""
    month, weekday = say(f"month.m{local.month}", language), say(f"weekday.d{local.weekday()}", language)
    return say("date.moment", language, weekday=weekday, day=local.day, month=month, clock=f"{local:%H.%M}")
