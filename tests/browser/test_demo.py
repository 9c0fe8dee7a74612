"""A newcomer in the demonstration: answers a card in Chromium, closes the round, reads a department's message.

With KLANKBORD_PICTURES=FOLDER every step is also kept as a picture, as they stand in the README.
"""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import chromium, keep, needs_chromium

pytestmark = needs_chromium

CARD = ".chat:not(.is-channel) .card"  # of one's own conversation; those below a message in a channel are others
BELOW = "#channel .card"
PROMISE = "Elke storing krijgt binnen een uur antwoord."


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address that a running `klankbord demo` shows."""
    command = [sys.executable, "-m", "bot.cli", "demo", "--port", "0", "--language", "nl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        shown = next(found for line in process.stdout if (found := re.search(r"http://\S+/start/\S+", line)))
        yield shown[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as launched:
        yield launched


def tap(page: Page, label: str) -> None:
    """Tap a button of the card once the card has settled (the second half of a double tap is ignored)."""
    page.wait_for_timeout(400)
    page.locator(CARD).get_by_role("button", name=label, exact=True).click()


def see(page: Page, words: str) -> None:
    """Wait until the card says these words."""
    expect(page.locator(CARD).last).to_contain_text(words, timeout=30_000)


def test_a_newcomer_answers_closes_and_reads(address: str, browser: Browser) -> None:
    """One department ticked, five taps, and after closing its message: nothing is left of who said it."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(address)
    see(page, "ik ben Klankbord")
    assert page.locator(".demo-steps").get_attribute("data-lit") == "1"
    keep(page, "demo-begin")

    tap(page, "Begin, 1 minuut")
    see(page, "Met welke afdelingen had je te maken")
    tap(page, "ICT")
    expect(page.locator(CARD).get_by_role("button", name="ICT")).to_have_attribute("aria-pressed", "true")
    keep(page, "demo-card")
    tap(page, "Verder")
    see(page, "Hoe goed heeft ICT je geholpen?")
    keep(page, "demo-question")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(CARD).scroll_into_view_if_needed()
    keep(page, "demo-question-phone")
    page.set_viewport_size({"width": 1280, "height": 860})
    tap(page, "4 goed")
    see(page, "hoe goed moest het zijn")
    tap(page, "5 uitstekend")
    see(page, "Waar ging het vooral over?")
    tap(page, "Iets anders")
    see(page, "Wat miste je het meest?")
    tap(page, "Snelheid")
    see(page, "Hoeveel werktijd")
    tap(page, "Niets")
    see(page, "Dat was het.")
    tap(page, "Klaar")
    see(page, "Dank je wel, Robin.")
    expect(page.locator(".demo-steps")).to_have_attribute("data-lit", "2")
    assert page.locator(".known code").is_visible()  # the sealed envelope, in its real bytes
    assert "uitstekend" not in page.locator(".demo-columns section").first.inner_text()

    page.get_by_role("button", name="Sluit de ronde").click()
    expect(page.locator(".demo-steps")).to_have_attribute("data-lit", "3")
    expect(page.locator(".known")).to_contain_text("De envelop en zijn sleutel zijn vernietigd")
    assert page.locator(".known code").count() == 0

    see(page, "hoeveel van de tien collega's gaven jullie een 4 of 5?")
    keep(page, "demo-estimate")
    tap(page, "Ruim 6 (60–69 %)")
    tap(page, "Regels")
    page.get_by_role("button", name="Volgende ochtend").click()
    expect(page.locator("#channel .post")).to_have_count(0)
    expect(page.locator(".chat:not(.is-channel)")).to_contain_text("Jij leest dit als eerste")
    tap(page, "Eén zin toevoegen")
    page.locator(CARD).get_by_role("textbox").fill("Bedankt voor jullie antwoorden.")
    keep(page, "demo-lead")
    tap(page, "Bewaren")
    page.get_by_role("button", name="Volgende ochtend").click()
    page.locator(".demo-tabs").get_by_role("link", name="ICT").click()
    expect(page.locator("#channel .post").first).to_contain_text("Bedankt voor jullie antwoorden.")
    expect(page.locator("#channel .post").first).to_contain_text("collega's gaven antwoord")
    keep(page, "demo-message")
    page.locator("#channel summary").last.click()
    expect(page.locator("#channel .chart")).to_be_visible()
    page.locator("#channel .chart").scroll_into_view_if_needed()
    source = page.locator("#channel .chart").get_attribute("src") or ""
    assert page.request.get(f"{address.split('/start/')[0]}{source}").headers["content-type"] == "image/png"
    keep(page, "demo-details")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Lees het bericht").click()
    expect(page.locator("#channel .post").first).to_be_in_viewport()
    keep(page, "demo-message-phone")
    page.close()


def test_the_web_chat_alone_on_a_phone(address: str, browser: Browser) -> None:
    """The same person's chat page, narrow and dark: the closed round says so, and nothing of the answers is there."""
    origin = address.split("/start/")[0]
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(address)
    page.goto(f"{origin}/chat")
    expect(page.locator("[data-stream]")).to_be_visible()
    text = page.locator("main").inner_text()
    mine, _, as_lead = text.partition("ICT · vóór de cijfers")
    assert "ICT" not in mine
    assert "ICT" in as_lead
    assert "uitstekend" not in text
    keep(page, "chat-phone-dark")
    page.close()


def below(page: Page, label: str) -> None:
    """Tap a button below a message in the channel."""
    button = page.locator(BELOW).last.get_by_role("button", name=label, exact=True)
    button.wait_for()
    page.wait_for_timeout(400)
    button.click()


def test_the_lead_takes_a_point_up(address: str, browser: Browser) -> None:
    """Right below the digest, step by step in its place; then it stands in the channel, and is done."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(address)
    page.locator(".demo-tabs").get_by_role("link", name="ICT").click()
    expect(page.locator(BELOW)).to_have_count(1)
    page.locator(BELOW).scroll_into_view_if_needed()
    keep(page, "demo-invite")
    below(page, "Dit pakken we op")
    expect(page.locator(BELOW)).to_contain_text("Welk punt pakken jullie op?")
    below(page, "Iets anders")
    page.locator(BELOW).get_by_role("textbox").fill(PROMISE)
    keep(page, "demo-promise-words")
    below(page, "Bekijken")
    below(page, "het hele team")
    expect(page.locator(BELOW)).to_contain_text("Wanneer is het klaar?")
    expect(page.locator(BELOW).locator(".choice")).to_have_count(4)
    page.wait_for_timeout(400)
    page.locator(BELOW).locator(".choice").nth(1).click()
    expect(page.locator(BELOW)).to_contain_text("Zo komt het in jullie kanaal")
    keep(page, "demo-promise-look")
    below(page, "Plaatsen")
    expect(page.locator("#channel .post").last).to_contain_text(PROMISE, timeout=30_000)
    page.locator(BELOW).last.scroll_into_view_if_needed()
    keep(page, "demo-promise")
    below(page, "Klaar")
    below(page, "Ja, het is klaar")
    expect(page.locator("#channel .post").last).to_contain_text("Klaar sinds", timeout=30_000)
    page.close()


def test_the_next_turn_comes_eight_weeks_later(address: str, browser: Browser) -> None:
    """The page says how far it is; a second tap does nothing; then the same person has a new card, in English too."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(address)
    page.get_by_role("button", name="Volgende ronde").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert page.get_by_role("button", name="Sluit de ronde").is_disabled()
    see(page, "Met welke afdelingen had je te maken sinds 1 september?")
    expect(page.locator(".demo-steps")).to_have_attribute("data-lit", "1", timeout=60_000)
    tap(page, "ICT")
    tap(page, "Verder")
    see(page, f"ICT heeft gedaan: “{PROMISE}”")
    keep(page, "demo-told")
    tap(page, "Terug")
    see(page, "Met welke afdelingen had je te maken sinds 1 september?")
    page.get_by_role("button", name="English").click()
    see(page, "since 1 September?")
    page.get_by_role("button", name="Nederlands").click()
    page.close()


def test_the_visitor_looks_as_a_lead(address: str, browser: Browser) -> None:
    """The admin pages in another tab: every digest, and the card of ICT, which can be changed and stays so."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="nl-NL")
    page = context.new_page()
    page.goto(address)
    with context.expect_page() as opened:
        page.get_by_role("button", name="Bekijk dit als leidinggevende van ICT").click()
    admin = opened.value
    admin.get_by_role("button", name="Inloggen").click()
    expect(admin.locator("h1")).to_have_text("Digests")
    assert admin.locator(".tabs a").all_inner_texts() == ["Digests", "Beloftes", "Afdelingen"]
    expect(admin.locator("article").first).to_be_visible()
    keep(admin, "demo-admin")
    admin.get_by_role("link", name="Afdelingen").click()
    admin.get_by_role("link", name="ICT").click()
    admin.get_by_label("Wat voorgaat, in het Nederlands").fill("de publieksbalie")
    admin.get_by_role("button", name="Bekijk wat er verandert").last.click()
    admin.get_by_role("button", name="Opslaan").click()
    expect(admin.get_by_role("status")).to_have_text("Opgeslagen als nieuwe editie.")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Nederlands").click()
    admin.get_by_role("link", name="ICT").click()
    expect(admin.get_by_label("Wat voorgaat, in het Nederlands")).to_have_value("de publieksbalie")
    context.close()
