"""What each of our pages minds of a browser: its headers, its language, and whether another site sent a form."""

from urllib.parse import urlsplit

from starlette.requests import Request

from config.words import LANGUAGES, Language

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def root(request: Request) -> str:
    """The path that we are mounted under; empty at /."""
    return str(request.scope.get("root_path", ""))


def preferred(request: Request) -> Language:
    """The browser's choice among our languages, where nobody tells the person's own."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        found = [language for language in LANGUAGES if part.strip().startswith(language)]
        if found:
            return found[0]
    return LANGUAGES[0]


def is_foreign(request: Request) -> bool:
    """Whether another site made the browser send this, as far as the browser tells.

    "Origin: null" tells nothing: that is what our own Referrer-Policy makes of a form on plain http, where there
    is no Sec-Fetch-Site either. Then the form's token decides alone.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host", "")
