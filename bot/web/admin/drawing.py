"""Templates -> responses, with the headers that every page carries. The look is that of the web chat."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.browsers import HEADERS, root
from bot.core import moments
from config.texts import say
from config.words import Language

HERE = Path(__file__).parent
STATIC = HERE / "static"
STATIC_URL = "/static/admin"
LOOK = "/static/webchat"

_COMMAND = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*(.+?)\*\*")


def html(template: str, request: Request, language: Language, status: int = 200, **context: object) -> HTMLResponse:
    """A page or a fragment."""
    page = _environment().get_template(template).render(_words(request, language), **context)
    return HTMLResponse(page, status, HEADERS)


class Clock:
    """Moments as people say them, in the organisation's zone."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self._language, self._zone = language, zone

    def day(self, moment: datetime) -> str:
        """Day and month."""
        return moments.day(moment.astimezone(self._zone), self._language)

    def __call__(self, moment: datetime) -> str:
        """Weekday, day, month and time."""
        return moments.in_words(moment.astimezone(self._zone), self._language)


def _words(request: Request, language: Language) -> dict[str, object]:
    """What every template needs."""

    def spoken(key: str, **values: object) -> str:
        return say(key, language, **values)

    at = root(request)
    return {"language": language, "say": spoken, "root": at, "static": at + STATIC_URL, "look": at + LOOK}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["strong"] = _strong
    return made


def _strong(text: str) -> Markup:
    """`**strong**` words and `commands` as HTML. Everything else is escaped first, so nothing else can be HTML."""
    escaped = _COMMAND.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_STRONG.sub(r"<strong>\1</strong>", escaped))  # noqa: S704  escaped just before
