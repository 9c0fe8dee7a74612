"""What every configured thing is made of: strict frozen models, keys, and words in two languages."""

import re
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,15}$")]
"""At most 16 characters: a button's instruction has to fit the 64 bytes of Telegram's callback_data."""


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")  # control, new line, turn around


def _printable(value: str) -> str:
    if _UNSEEN.search(value):
        raise PydanticCustomError("not_printable", "invisible characters")
    return value


Phrase = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_printable)
]


class Model(BaseModel):
    """A configured thing: unknown keys are refused and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Model):
    """One text for people, in Dutch, in English or in both: `"HR"` or `{ nl = "Inkoop", en = "Purchasing" }`."""

    nl: Phrase | None = None
    en: Phrase | None = None

    @model_validator(mode="before")
    @classmethod
    def _same_in_both(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"nl": data, "en": data}
        if not isinstance(data, dict | Words):
            raise PydanticCustomError("words_type", "neither a text nor a table of languages")
        return data

    @model_validator(mode="after")
    def _says_something(self) -> "Words":
        if not (self.nl or self.en):
            raise PydanticCustomError("words_empty", "no words in any language")
        return self

    def in_(self, language: Language) -> str:
        """The words in this language, else in the other one."""
        return getattr(self, language) or self.nl or self.en or ""


Address = Annotated[str, Field(pattern=r"^[a-z]+:[^\s:][^\s]{0,79}$")]
"""A place on a platform, `platform:address`, such as `webchat:#hr` or `slack:C024BE91L`."""


def _no_count(value: Any) -> Any:
    """Pydantic reads 9 as nine seconds past midnight, or past 1970; nobody means that."""
    if isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdigit()):
        raise PydanticCustomError("count_of_seconds", "a number is not a date or a time")
    return value


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise PydanticCustomError("time_with_zone", "a time of day has no zone")
    return value


def _near(value: date) -> date:
    if not 2000 <= value.year < 2100:
        raise PydanticCustomError("date_far_off", "not a year of this century")
    return value


Clock = Annotated[time, BeforeValidator(_no_count), AfterValidator(_local)]
"""A time of day, in the zone of whoever reads it."""

Day = Annotated[date, BeforeValidator(_no_count), AfterValidator(_near)]
Whole = Annotated[int, Field(strict=True)]
Share = Annotated[float, Field(strict=True, gt=0, le=1)]
