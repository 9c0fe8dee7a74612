"""Debian's Chromium, and the pictures that it is asked to keep.

With KLANKBORD_PICTURES=FOLDER what a test looks at is also kept as a picture.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """It runs as long as the block."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of the page, when asked to."""
    folder = os.environ.get("KLANKBORD_PICTURES")
    if folder:
        page.wait_for_timeout(1000)  # until nothing scrolls or fades any more
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
