"""A moment in words, as people say it: weekday, day, month and time."""

from datetime import datetime

from config.texts import say
from config.words import Language


def in_words(local: datetime, language: Language) -> str:
    """A moment, given in the zone of who reads it."""
    month, weekday = say(f"month.m{local.month}", language), say(f"weekday.d{local.weekday()}", language)
    return say("date.moment", language, weekday=weekday, day=local.day, month=month, clock=f"{local:%H.%M}")
