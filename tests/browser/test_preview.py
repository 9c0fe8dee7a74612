"""The live preview in Chromium: it follows what is typed, and stays as it is where something fails.

With KLANKBORD_PICTURES=FOLDER it is also kept as pictures: on a telephone and on a desk, light and dark.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.platforms.webchat.drawing import STATIC as LOOK
from bot.web.admin.drawing import STATIC
from bot.web.server import application, listening, server
from tests.browser.chromium import chromium, needs_chromium
from tests.web.admin.test_preview import page, reworded

pytestmark = needs_chromium

HEAD = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Voorbeeld</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/static/webchat/chat.css"><link rel="stylesheet" href="/static/admin/admin.css">
<link rel="stylesheet" href="/static/admin/preview.css"><script src="/static/admin/preview.js" defer></script></head>
<body><main class="desk"><form data-preview="/preview"><label for="ask">Vraag</label>
<input id="ask" name="ask"></form>"""
FALSE = "Fout"
WATCH = """window.drawn = 0;
new MutationObserver(() => { window.drawn += 1; })
    .observe(document.querySelector("[data-preview-cards]"), {childList: true})"""
CUT = """[...document.querySelectorAll(".seen *")]
    .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"""


@dataclass
class Desk:
    """A page with a form of one field, and the preview below it."""

    def routes(self) -> list[BaseRoute]:
        """The page, what the script asks, and the files."""
        return [
            Route("/", self._page),
            Route("/preview", self._preview, methods=["POST"]),
            Mount("/static/admin", StaticFiles(directory=STATIC)),
            Mount("/static/webchat", StaticFiles(directory=LOOK)),
        ]

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(f"{HEAD}{page()}</main></body></html>")

    async def _preview(self, request: Request) -> Response:
        words = str((await request.form())["ask"])
        return HTMLResponse(page(reworded(words)), 422 if words == FALSE else 200)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of the desk."""
    bound = listening("127.0.0.1", 0)
    serving = server(application([Desk()]))
    running = threading.Thread(target=lambda: asyncio.run(serving.serve(sockets=[bound])))
    running.start()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    serving.should_exit = True
    running.join()


def test_the_preview_follows_what_is_typed(address: str, browser: Browser) -> None:
    """Other words on every platform, said once to who cannot see it; what is refused leaves it as it was."""
    tab = browser.new_page()
    tab.goto(address)
    cards, status = tab.locator("[data-preview-cards]"), tab.locator("[data-preview-status]")
    tab.fill("#ask", "Hoe snel was het?")
    expect(cards.get_by_text("Hoe snel was het?")).to_have_count(4, timeout=10_000)
    expect(status).to_have_text("Het voorbeeld is bijgewerkt.", timeout=10_000)
    tab.evaluate(WATCH)
    with tab.expect_response("**/preview"):
        tab.fill("#ask", FALSE)
    tab.route("**/preview", lambda route: route.abort())
    with tab.expect_event("requestfailed"):
        tab.fill("#ask", "Niet bereikt")
    expect(cards.get_by_text("Hoe snel was het?")).to_have_count(4)
    tab.unroute("**/preview")
    tab.fill("#ask", "Hoe goed was het?")
    expect(cards.get_by_text("Hoe goed was het?")).to_have_count(4, timeout=10_000)
    assert tab.evaluate("window.drawn") == 1
    tab.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_page(address: str, browser: Browser, width: int, scheme: str) -> None:
    """On a telephone and on a desk: nothing scrolls sideways."""
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    tab.goto(address)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert tab.evaluate(CUT) == []
    folder = os.environ.get("KLANKBORD_PICTURES")
    if folder:
        tab.screenshot(path=Path(folder) / f"preview_{width}_{scheme}.png", full_page=True)
    tab.close()
