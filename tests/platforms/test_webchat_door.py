"""Who gets into the web chat, and what is refused at its door."""

import re
from datetime import UTC

import pytest

from bot.platforms.webchat import WebChat

from .webchat_site import Browser, Site

# --- coming in -------------------------------------------------------------------------------------------------


def test_a_personal_link_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(site: Site) -> None:
    joined = site.browser(link="").get("/join/link-anna")
    cookie = joined.headers["set-cookie"].lower()
    assert (joined.status_code, joined.headers["location"]) == (303, "/chat")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host(site: Site) -> None:
    browser = Browser(WebChat(site.rooms, secure=True, zone=UTC), site.runner)
    assert re.match(r"__Host-klankbord=.*; Secure$", browser.get("/join/link-anna").headers["set-cookie"])


def test_an_unknown_link_says_so_and_a_link_scanner_gets_no_session(site: Site) -> None:
    browser = site.browser(link="")
    assert browser.get("/join/guess").status_code == 404
    assert site.runner.run(browser.client.head("/join/link-anna")).status_code == 200
    assert "set-cookie" not in browser.get("/join/guess").headers
    assert not site.rooms.sessions


def test_without_a_cookie_there_is_a_friendly_page_in_the_browsers_language(site: Site) -> None:
    browser = site.browser(link="")
    for path in ("/chat", "/chat/messages", "/channel/hr"):
        assert browser.get(path).status_code == 401
    assert "persoonlijke link" in browser.get("/chat").text
    assert "personal link" in browser.get("/chat", **{"accept-language": "en-GB,en;q=0.9"}).text


def test_signing_out_ends_the_session_for_good(site: Site) -> None:
    browser = site.browser()
    browser.get("/chat")
    assert browser.tap("Uitloggen").status_code == 200
    assert not site.rooms.sessions
    assert browser.get("/chat").status_code == 401


@pytest.mark.parametrize("path", ["/chat", "/channel/hr", "/join/guess", "/channel/none"])
def test_every_page_forbids_foreign_scripts_storing_and_sniffing(site: Site, path: str) -> None:
    headers = site.browser().get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_inline_script_or_style(site: Site) -> None:
    site.invite()
    page = site.browser().get("/chat").text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


# --- what others send ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/chat/tap", "/chat/type", "/chat/ask", "/chat/leave"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.test"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_a_form_on_another_site_is_refused(site: Site, path: str, headers: dict[str, str]) -> None:
    browser = site.browser()
    browser.get("/chat")
    fields = {"csrf": browser.csrf, "action": "inv1:begin", "text": "help"}
    site.office.heard.clear()
    assert browser.post(path, fields, **headers).status_code == 403
    assert not site.office.heard


@pytest.mark.parametrize("token", ["", "x", "é", "0" * 64])
def test_a_form_without_our_token_is_refused(site: Site, token: str) -> None:
    assert site.browser().post("/chat/tap", {"csrf": token, "action": "inv1:begin"}).status_code == 403


def test_the_token_of_one_session_is_worth_nothing_in_another(site: Site) -> None:
    bram = site.browser("link-bram")
    bram.get("/chat")
    assert site.browser().post("/chat/tap", {"csrf": bram.csrf, "action": "inv1:begin"}).status_code == 403


def test_our_own_page_is_let_in_whatever_its_browser_tells(site: Site) -> None:
    browser = site.browser()
    browser.get("/chat")
    fields = {"csrf": browser.csrf, "text": "help"}
    for headers in ({"origin": "http://chat.test"}, {"origin": "null", "sec-fetch-site": "same-origin"}, {}):
        assert browser.post("/chat/ask", fields, **headers).status_code == 200


def test_nobody_acts_for_somebody_else(site: Site) -> None:
    site.invite()
    bram = site.browser("link-bram")
    bram.get("/chat")
    bram.post("/chat/tap", {"csrf": bram.csrf, "action": "inv1:begin", "slot": "inv1", "address": "anna"})
    assert "afdelingen had je te maken" not in bram.page
    assert all(event.address == "bram" for event in site.office.heard)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"csrf=%ff", b"a&" * 50, b"csrf=a&csrf=b", b"action=%00", b"{}"],
)
@pytest.mark.parametrize("path", ["/chat/tap", "/chat/type", "/chat/ask"])
def test_garbage_is_refused_politely(site: Site, path: str, body: bytes) -> None:
    assert site.browser().post(path, body).status_code in (400, 403)


def test_a_form_that_misses_or_bends_a_field_is_malformed(site: Site) -> None:
    browser = site.browser()
    browser.get("/chat")
    csrf = {"csrf": browser.csrf}
    for path in ("/chat/tap", "/chat/type", "/chat/ask"):
        assert browser.post(path, csrf).status_code == 400
    bent = csrf | {"action": "inv1:tip:hr", "text": "x", "nonce": "no spaces please"}
    assert browser.post("/chat/type", bent).status_code == 400
    assert browser.post("/chat/tap", csrf, **{"content-type": "text/plain"}).status_code == 400
    assert browser.post("/chat/tap", csrf | {"action": "x" * 20_000}).status_code == 413
    assert browser.post("/chat/tap", csrf | {"action": "\x00:\n:é", "slot": "<b>"}).status_code == 200
    for after in ("-1", "x", "9" * 30, "١"):
        assert browser.get(f"/chat/messages?after={after}").status_code == 400


def test_a_link_opened_again_leaves_an_open_page_alone(site: Site) -> None:
    """A second tab with the same link keeps the session, so that the first is heard; another's link does not."""
    browser = site.browser()
    browser.get("/chat")
    before = browser.csrf
    assert browser.get("/join/link-anna").status_code == 303
    browser.get("/chat")
    assert browser.csrf == before
    browser.get("/join/link-bram")
    browser.get("/chat")
    assert browser.csrf != before
