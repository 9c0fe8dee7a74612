"""Somebody in the demonstration looks for what they need, in Chromium: at the bottom of the chat, and on the card."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from .chromium import chromium, needs_chromium

pytestmark = needs_chromium


@pytest.fixture
def address() -> Iterator[str]:
    """The address that a running `klankbord demo` shows."""
    command = [sys.executable, "-m", "bot.cli", "demo", "--port", "0", "--language", "nl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+/start/\S+", line)))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_need_is_found_and_stands_in_no_address(address: str) -> None:
    """A return sends it; no address that the browser asks for holds a word of it."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        page.get_by_label("Waar moet je zijn?").fill("kapotte laptop")
        page.keyboard.press("Enter")
        card = page.locator(".card").last
        expect(card).to_contain_text("Hiermee ga je naar ICT", timeout=30_000)
        page.wait_for_timeout(400)
        card.get_by_role("button", name="Iets anders zoeken").click()
        page.get_by_label("Wat heb je nodig?").fill("bonetje")
        page.wait_for_timeout(400)  # a card that has just moved on is not meant yet
        page.keyboard.press("Enter")
        expect(card).to_contain_text("Hiermee ga je naar Financiën", timeout=30_000)
        asked = page.evaluate("() => [location.href, ...performance.getEntries().map((one) => one.name)].join()")
        assert "laptop" not in asked
        assert "bonetje" not in asked
