"""Personal links on paper: a card for each, with a QR code, to print and to cut. One file, without any script."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.commands.people.entrances import Way
from bot.core import moments
from bot.store.directory import Door
from bot.store.people import first_name
from config.organisation import Organisation
from config.texts import say
from config.words import LANGUAGES, Language

TEMPLATE = Path(__file__).with_suffix(".html")
STEPS = 3


@dataclass(frozen=True)
class Slip:
    """One card, in the language of who gets it."""

    language: Language
    key: str
    heading: str
    of: str
    steps: tuple[str, ...]
    note: str
    link: str
    code: Markup


def page(made: Iterable[tuple[Door, Way]], platform: str, organisation: Organisation, until: date | None) -> str:
    """The whole page. `until` is the last day of the links, where they have one."""
    loader = FileSystemLoader(TEMPLATE.parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    slips = list(_slips(made, platform, organisation, until))
    language, title = organisation.language, say("slip.title", organisation.language, organisation=organisation.name)
    return environment.get_template(TEMPLATE.name).render(slips=slips, language=language, title=title)


def _slips(
    made: Iterable[tuple[Door, Way]], platform: str, organisation: Organisation, until: date | None
) -> Iterator[Slip]:
    for door, way in made:
        language = next((one for one in LANGUAGES if one == door.language), organisation.language)
        yield Slip(
            language=language,
            key=door.key,
            heading=say("slip.heading", language, first_name=first_name(door.name)),
            of=say("slip.of", language, organisation=organisation.name),
            steps=tuple(say(f"slip.{platform}_{step}", language, code=way.code) for step in range(1, STEPS + 1)),
            note=_note(until, language),
            link=way.link,
            code=_code(way.link),
        )


def _note(until: date | None, language: Language) -> str:
    """What one has to know of the link."""
    if until is None:
        return say("slip.own", language)
    return say("slip.once", language, until=f"{moments.day(until, language)} {until.year}")


def _code(link: str) -> Markup:
    """It grows with its place; a quarter of it may be unreadable."""
    drawn = segno.make_qr(link, error="q").svg_inline(border=0, omitsize=True)
    return Markup(drawn)  # noqa: S704  drawn just now, of squares alone
