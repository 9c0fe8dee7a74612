"""Days and moments in words, as people say them."""

from datetime import date, datetime, timedelta

from config.texts import say
from config.words import Language

CLEAR = timedelta(weeks=26)  # so far a day is nobody's guess without its year


def day(local: date, language: Language) -> str:
    """A day, or that of a moment given in the zone of who reads it: 4 augustus."""
    return say("date.day", language, day=local.day, month=say(f"month.m{local.month}", language))


def dated(when: date, today: date, language: Language) -> str:
    """A day, with its year where it could be taken for one of another year: 3 maart 2026."""
    if abs(when - today) <= CLEAR:
        return day(when, language)
    return say("date.day_of_year", language, day=when.day, month=say(f"month.m{when.month}", language), year=when.year)


def in_words(local: datetime, language: Language) -> str:
    """A moment, given in the zone of who reads it: weekday, day, month and time."""
    month, weekday = say(f"month.m{local.month}", language), say(f"weekday.d{local.weekday()}", language)
    return say("date.moment", language, weekday=weekday, day=local.day, month=month, clock=f"{local:%H.%M}")
