"""A department: what it is for, its services, channel and lead, and the themes with its influence on each."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from config.texts import say
from config.words import Address, Key, Language, Model, Phrase, Share, Words

THEMES = ("promises", "speed", "expertise", "thinking", "clarity", "systems")
"""The six themes, the same for every department, in catalogue order (ties break by it)."""

ThemeKey = Literal["promises", "speed", "expertise", "thinking", "clarity", "systems"]
SOMETHING_ELSE = "else"
MOST_WORDS = 40


def _one(need: str) -> str:
    if "," in need or ";" in need:
        raise PydanticCustomError("several_needs", "a comma")
    return need


Need = Annotated[Phrase, StringConstraints(max_length=60), AfterValidator(_one)]
"""What somebody may call it who looks for it, in any language: `kapotte laptop`. A form has commas between them."""


class Service(Model):
    """One thing colleagues come for, what they may expect of it, and in which words they look for it."""

    key: Key
    name: Words
    expect: Words | None = None
    words: Annotated[tuple[Need, ...], Field(max_length=MOST_WORDS)] = ()


Services = Annotated[tuple[Service, ...], Field(min_length=3, max_length=8)]
"""What a department is asked about, in the order of the buttons."""


class Influence(Model):
    """Who can change this theme: the department itself, together with somebody, or only a rule or system."""

    by: Literal["own", "together", "rule"] = "own"
    with_: Words | None = Field(default=None, alias="with")


class Theme(Model):
    """A department's own wording of a theme, and its influence on it."""

    name: Words | None = None
    influence: Influence = Influence()


class DepartmentCard(Model):
    """What a department shows of itself."""

    what_for: Words
    expect: Words
    working_on: Words
    first: Words
    bound_by: Words
    need_from_you: Words
    reach: Words | None = None  # how to reach us


class Department(Model):
    """A staff department that serves colleagues."""

    key: Key
    name: Words
    channel: Address | None = None
    lead: Phrase | None = None  # a person's key
    deputies: tuple[Phrase, ...] = ()  # keys of who may promise something in its name, beside the lead
    language: Language | None = None  # of its digests; else the organisation's
    share: Share  # of all people, who deal with it within one cycle
    card: DepartmentCard | None = None
    services: Services
    themes: dict[ThemeKey, Theme] = Field(default_factory=dict)

    def is_led_by(self, person: str) -> bool:
        """Whether the person with this key speaks for it."""
        return person == self.lead or person in self.deputies

    def service_name(self, key: str, language: Language) -> str:
        """The name of one of its services, or "something else"."""
        names = {service.key: service.name.in_(language) for service in self.services}
        return names.get(key) or say("service.else", language)

    def theme_name(self, key: str, language: Language) -> str:
        """The theme in the department's own words, else in the catalogue's."""
        theme = self.themes.get(key)  # type: ignore[call-overload]
        if theme is not None and theme.name is not None:
            return str(theme.name.in_(language))
        return say(f"theme.{key}", language)

    def influence(self, theme: str) -> Influence:
        """Its influence on a theme; its own where it does not say."""
        found: Theme | None = self.themes.get(theme)  # type: ignore[call-overload]
        return found.influence if found else Influence()
