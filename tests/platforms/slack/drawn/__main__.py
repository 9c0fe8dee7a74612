"""Writes golden/ and the pictures of docs/pictures anew; the pictures need Debian's package chromium."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.platforms.slack.drawn import album, page

GOLDEN = Path(__file__).parent / "golden"
PICTURES = Path(__file__).parents[4] / "docs/pictures"
DESK, MODAL, TELEPHONE = 700, 560, 375  # CSS pixels


def pages() -> dict[str, tuple[str, int]]:
    """The pictures: name -> page and width."""
    question = page.page(page.message(album.drawn(album.card("ask"))["blocks"]))
    post, thread = album.digest()
    return {
        "slack-departments": (page.page(page.message(album.drawn(album.card("tick"))["blocks"])), DESK),
        "slack-question": (question, DESK),
        "slack-question-phone": (question, TELEPHONE),
        "slack-who": (page.page(page.modal(album.drawn(album.card("who")))), MODAL),
        "slack-answers": (page.page(page.modal(album.drawn(album.answered()))), MODAL),
        "slack-home": (page.page(page.home(album.home_screen())), DESK),
        "slack-digest": (page.page(page.message(post, page.message(thread))), DESK),
    }


def main() -> None:
    """Write everything."""
    for name, language in album.GOLDENS.items():
        (GOLDEN / name).write_text("\n".join(album.as_lines(language)), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name, (content, width) in pages().items():
            shown = browser.new_page(viewport={"width": width, "height": 100})
            shown.set_content(content)
            shown.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
