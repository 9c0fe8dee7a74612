"""Templates -> Markdown -> HTML.

Whatever a template puts in is escaped, so that configured words are words and never Markdown; what stands in the
template itself is Markdown. Macros would be escaped too: templates use `include` instead.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.documents.deployment import Deployment
from bot.documents.facts import day, facts
from bot.documents.gaps import from_example
from bot.documents.inventory import categories
from bot.documents.terms import terms
from config.organisation import Organisation
from config.texts import say
from config.words import Language

TEMPLATES = Path(__file__).parent / "templates"
FILL_IN: Mapping[Language, str] = {"nl": "[nog invullen:", "en": "[fill in:"}
"""How a place begins that nobody can fill in but the reader."""

_SIGNS = re.compile(r"[\\`*\[\]<|]|&(?=#?\w+;)|(?<!\w)[_~]|[_~](?!\w)")
_BLANK_LINES = re.compile(r"\n{3,}")


def markdown(
    name: str, organisation: Organisation, here: Deployment, language: Language, today: date, edition: int | None = None
) -> str:
    """The document `name` in Markdown; `edition` is None where the organisation comes from files."""
    text = (
        _templates()
        .get_template(f"{name}.{language}.md")
        .render(
            facts=facts(organisation, here, language),
            terms=terms(),
            categories=categories(language),
            today=day(today, language),
            edition=edition,
            example=[say(f"documents.{part}", language) for part in from_example(organisation)],
        )
    )
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


def fragment(text: str) -> str:
    """Markdown as HTML, to be put in a page. HTML in it is shown as words."""
    return str(_reader().render(text))


def page(text: str, language: Language) -> str:
    """Markdown as a page of its own, which needs nothing beside it and prints well."""
    body = Markup(fragment(text))  # noqa: S704  the reader escapes all HTML
    title = body.partition("</h1>")[0].striptags()
    return _pages().get_template("page.html").render(title=title, body=body, language=language)


def places_to_fill_in(text: str, language: Language) -> int:
    """How many places in Markdown nobody can fill in but the reader."""
    return text.count(FILL_IN[language])


def _escaped(value: object) -> object:
    """Words in which Markdown finds no sign. No template begins a line with a value, where more would be one."""
    return _SIGNS.sub(r"\\\g<0>", value) if isinstance(value, str) else value


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701  these make Markdown, which has signs of its own
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _pages() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
