"""The kit: what has to be sent to whom before colleagues are asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.documents.deployment import Deployment
from bot.documents.rendering import markdown, page, places_to_fill_in
from config.organisation import Organisation
from config.words import LANGUAGES, Language

KIT = ("intranet", "leads", "council", "it")
"""Article for the intranet, letter to the leads, memo for the works council, request to the IT department."""


@dataclass(frozen=True)
class Document:
    """One text in one language, in Markdown."""

    name: str
    language: Language
    text: str

    @property
    def open_places(self) -> int:
        """How many places nobody can fill in but the reader."""
        return places_to_fill_in(self.text, self.language)

    def as_page(self) -> str:
        """The same as a page."""
        return page(self.text, self.language)


def kit(organisation: Organisation, here: Deployment, today: date, edition: int | None) -> Iterator[Document]:
    """Each document in each language."""
    for name in KIT:
        for language in LANGUAGES:
            yield Document(name, language, markdown(name, organisation, here, language, today, edition))
