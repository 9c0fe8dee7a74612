"""What follows from the configuration: the privacy pack, and the kit to begin with; read here or taken along."""

from markupsafe import Markup
from starlette.responses import Response

from bot.browsers import HEADERS
from bot.documents.gaps import gaps
from bot.documents.kit import KIT
from bot.documents.rendering import fragment, markdown, page
from bot.web.admin.door import Refused
from bot.web.admin.visit import Visit
from config.words import LANGUAGES, Language

NAMES = ("privacy", *KIT)


async def shown(visit: Visit) -> Response:
    """Which there are, and what the configuration still lacks to fill them."""
    organisation = (await visit.edition()).organisation
    missing = gaps(organisation, visit.house.deployment, visit.language)
    return visit.html("documents.html", {"names": NAMES, "languages": LANGUAGES, "missing": missing})


async def one(visit: Visit) -> Response:
    """One of them."""
    name, language, text = await _text(visit)
    body = Markup(fragment(text))  # noqa: S704  the reader escapes all HTML
    return visit.html("document.html", {"name": name, "spoken": language, "body": body})


async def taken(visit: Visit) -> Response:
    """One of them as a page of its own, to keep, to print or to send."""
    name, language, text = await _text(visit)
    disposition = {"Content-Disposition": f'attachment; filename="klankbord-{name}-{language}.html"'}
    return Response(page(text, language), headers={**HEADERS, **disposition}, media_type="text/html; charset=utf-8")


async def _text(visit: Visit) -> tuple[str, Language, str]:
    name = visit.part("name")
    language = next((known for known in LANGUAGES if known == visit.part("language")), None)
    if name not in NAMES or language is None:
        raise Refused(404)
    edition = await visit.edition()
    today = visit.now.astimezone(edition.organisation.zone).date()
    text = markdown(name, edition.organisation, visit.house.deployment, language, today, edition.number)
    return name, language, text
