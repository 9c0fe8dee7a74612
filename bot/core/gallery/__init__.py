"""Every card that a configuration can lead to, at its longest: to see beforehand whether a platform can show it."""

from collections.abc import Iterator

from bot.core.gallery.outside import of_admins, of_departments, of_searches, of_somebody
from bot.core.gallery.picture import Picture
from bot.core.gallery.rounds import of_survey, walk
from bot.core.gallery.speaking import of_leads, of_promises
from config.organisation import Organisation
from config.words import LANGUAGES, Language

__all__ = ["Picture", "gallery", "in_language", "walk"]


def gallery(organisation: Organisation, platform: str) -> Iterator[Picture]:
    """In both languages: the cards of every survey, then those that are about a person or a department."""
    for language in LANGUAGES:
        yield from in_language(organisation, language, platform)


def in_language(organisation: Organisation, language: Language, platform: str) -> Iterator[Picture]:
    """The same in one language."""
    for survey in organisation.surveys:
        yield from of_survey(organisation, survey, language, platform)
    yield from of_somebody(organisation, language, platform)
    yield from of_departments(organisation, language)
    yield from of_promises(organisation, language)
    yield from of_searches(organisation, language)
    yield from of_admins(organisation, language)
    yield from of_leads(organisation, language)
