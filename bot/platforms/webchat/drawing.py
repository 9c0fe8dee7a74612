"""Templates -> responses, with the headers that every page carries. The demonstration draws with this too."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.browsers import HEADERS, root
from bot.platforms.webchat.cards import strong
from config.texts import say
from config.words import Language

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
STATIC_URL = "/static/webchat"


def environment(*folders: Path) -> Environment:
    """Where templates come from: these folders first, then ours. Everything is escaped."""
    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["strong"] = strong
    return made


def html(template: str, request: Request, language: Language, status: int = 200, **context: object) -> HTMLResponse:
    """A page or a fragment."""
    return HTMLResponse(
        _own_environment().get_template(template).render(words(request, language), **context), status, HEADERS
    )


def fragment(template: str, language: Language, **context: object) -> str:
    """A fragment that no request asked for."""
    return _own_environment().get_template(template).render(_spoken(language), **context)


def words(request: Request, language: Language) -> dict[str, object]:
    """What every template needs: the language, its words, and where the static files are."""
    at = root(request)
    return {**_spoken(language), "static": at + STATIC_URL, "pictures": f"{at}/picture"}


def _spoken(language: Language) -> dict[str, object]:
    def spoken(key: str, **values: object) -> str:
        return say(key, language, **values)

    return {"language": language, "say": spoken}


def is_fragment(request: Request) -> bool:
    """Whether our script asks, which puts the answer in its place by itself."""
    return request.headers.get("x-klankbord") == "fragment"


@cache
def _own_environment() -> Environment:
    return environment()
