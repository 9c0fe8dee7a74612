"""The web chat as a browser meets it: real routes, the real conversation, and a room kept in memory."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from bot.core import conversation, home
from bot.core.actions import decode
from bot.core.ballot import Ballot
from bot.core.platform import Asked, Button, Card, Entry, Event, Outgoing, Tap, Typed
from bot.core.setting import Setting
from bot.platforms.webchat import WebChat
from bot.platforms.webchat.cards import face, strong
from bot.platforms.webchat.rooms import Channel, Message
from config.load import read

EXAMPLE = read(Path(__file__).parents[2] / "config" / "example")
NINE = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)  # nine o'clock in Amsterdam


class Memory:
    """Rooms in memory."""

    def __init__(self) -> None:
        self.links = {"link-anna": "anna", "link-bram": "bram", "link-hr": "#hr"}
        self.sessions: dict[str, str] = {}
        self.kept: dict[str, tuple[str, Message]] = {}
        self.allowed = {"anna": [Channel("#hr", "HR")], "bram": []}

    async def enter(self, token: str) -> str | None:
        if token not in self.links:
            return None
        session = f"session-{len(self.sessions)}-of-{self.links[token]}"
        self.sessions[session] = self.links[token]
        return session

    async def who(self, session: str) -> str | None:
        return self.sessions.get(session)

    async def leave(self, session: str) -> None:
        self.sessions.pop(session, None)

    async def post(self, outgoing_id: str, address: str, lines: tuple[str, ...], invitation: str | None) -> str:
        number = len(self.kept) + 1
        message = Message(number, lines, invitation, NINE + timedelta(minutes=5 * number))
        return str(self.kept.setdefault(outgoing_id, (address, message))[1].number)

    async def messages(self, address: str, after: int = 0) -> list[Message]:
        return [message for where, message in self.kept.values() if where == address and message.number > after]

    async def channels(self, address: str) -> list[Channel]:
        return self.allowed.get(address, [])


class Office:
    """Hears as the flow does, for one person with one invitation."""

    def __init__(self, person: str = "anna", invitation: str = "inv1") -> None:
        survey = EXAMPLE.survey("staff")
        self.person, self.heard = person, list[Event]()
        self.setting = Setting(
            invitation=invitation,
            organisation=EXAMPLE,
            survey=survey,
            extra=survey.extra[0],
            first_name="Anna",
            language="nl",
            workplace="",
            since=date(2026, 8, 4),
            opens_at=NINE,
            closes_at=NINE + timedelta(days=10),
            next_turn=date(2026, 10, 27),
            weights={},
            platform="deze webchat",
        )
        self.step = conversation.begin(7, self.setting, introduce=True)

    async def hear(self, event: Event) -> Card | None:
        self.heard.append(event)
        if isinstance(event, Asked):
            return self._asked(event)
        if event.address != self.person or not isinstance(event, Tap | Typed):
            return None
        action = decode(event.action)
        if action is None or action.invitation not in ("0", self.setting.invitation):
            return None
        if action.verb in home.PERSONAL:
            return home.pause_menu("nl") if action.verb == "pause" else conversation.current(*self._now())
        text = event.text if isinstance(event, Typed) else None
        self.step = conversation.hear(self.step.ballot, action, self.setting, text)
        return self.step.card

    def _asked(self, event: Asked) -> Card | None:
        if event.word == "card":
            own = event.address == self.person and event.rest == self.setting.invitation
            return conversation.current(*self._now()) if own else None
        if event.word == "":
            return home.nothing_open("nl", "Anna")
        return home.help_card("nl", "Anna", "Sanne, tel. 2210") if event.word == "help" else None

    def _now(self) -> tuple[Ballot, Setting]:
        return self.step.ballot, self.setting


@dataclass
class Form:
    """One form of a page: where it goes, what it carries, and its buttons by their words."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values["action"]))
        elif tag == "input":
            self.found[-1].fields[values["name"]] = values.get("value", "")
        elif tag == "button":
            self._button, self._words = (values.get("name", ""), values.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button:
            self.found[-1].buttons[" ".join(self._words.split())] = self._button
            self._button = None


class Browser:
    """A browser without JavaScript."""

    def __init__(self, chat: WebChat, runner: asyncio.Runner) -> None:
        app = Starlette(routes=chat.routes())
        self.client = AsyncClient(transport=ASGITransport(app), base_url="http://chat.test")
        self.runner = runner
        self.page = ""

    def get(self, path: str, **headers: str) -> Response:
        return self._shown(self.runner.run(self.client.get(path, headers=headers)))

    def post(self, path: str, fields: dict[str, str] | bytes, **headers: str) -> Response:
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        sent = {"content-type": "application/x-www-form-urlencoded"} | headers
        return self._shown(self.runner.run(self.client.post(path, content=body, headers=sent)))

    def tap(self, label: str, **headers: str) -> Response:
        form = next(form for form in Forms(self.page).found if label in form.buttons)
        name, value = form.buttons[label]
        return self.post(form.action, form.fields | ({name: value} if name else {}), **headers)

    def write(self, label: str, text: str, **headers: str) -> Response:
        form = next(form for form in Forms(self.page).found if label in form.buttons)
        return self.post(form.action, form.fields | {"text": text}, **headers)

    @property
    def csrf(self) -> str:
        return Forms(self.page).found[0].fields["csrf"]

    def _shown(self, response: Response) -> Response:
        if response.status_code == 200:
            self.page = response.text
        return response


@dataclass
class Site:
    """The web chat with an office behind it and Anna's browser before it."""

    rooms: Memory
    office: Office
    chat: WebChat
    runner: asyncio.Runner

    def browser(self, link: str = "link-anna") -> Browser:
        browser = Browser(self.chat, self.runner)
        if link:
            assert browser.get(f"/join/{link}").status_code == 303
        return browser

    def send(self, outgoing: Outgoing) -> str:
        return self.runner.run(self.chat.send(outgoing))

    def invite(self, outgoing_id: str = "o1", *lines: str) -> str:
        return self.send(Outgoing(outgoing_id, "anna", lines, self.office.step.card, "inv1"))


@pytest.fixture
def site() -> Iterator[Site]:
    with asyncio.Runner() as runner:
        rooms, office = Memory(), Office()
        chat = WebChat(rooms)
        runner.run(chat.listen(office.hear))
        yield Site(rooms, office, chat, runner)


# --- coming in -------------------------------------------------------------------------------------------------


def test_a_personal_link_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(site: Site) -> None:
    joined = site.browser(link="").get("/join/link-anna")
    cookie = joined.headers["set-cookie"].lower()
    assert (joined.status_code, joined.headers["location"]) == (303, "/chat")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host(site: Site) -> None:
    browser = Browser(WebChat(site.rooms, secure=True), site.runner)
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


# --- the conversation ------------------------------------------------------------------------------------------


def test_who_was_sent_nothing_sees_the_home_card(site: Site) -> None:
    assert "Er staat niets voor je open" in site.browser().get("/chat").text


def test_an_invitation_shows_its_card_at_its_newest_message_only(site: Site) -> None:
    site.invite("o1", "Het eerste bericht")
    site.invite("o2", "De herinnering")
    page = site.browser().get("/chat").text
    assert "dinsdag 1 september 2026" in page
    assert "09:05" in page
    assert page.index("Het eerste bericht") < page.index("De herinnering") < page.index("ik ben Klankbord van")
    assert page.count("<article") == 1


def test_sending_twice_is_kept_once(site: Site) -> None:
    assert site.invite("o1", "Hallo") == site.invite("o1", "Hallo")
    assert len(site.rooms.kept) == 1


def test_a_walk_without_javascript_and_nothing_of_it_in_the_history(site: Site) -> None:
    site.invite("o1", "Er is een nieuwe ronde.")
    browser = site.browser()
    browser.get("/chat")
    browser.tap("Begin, 1 minuut")
    browser.tap("HR")
    assert re.search(r'aria-pressed="true"[^>]*>\s*<span>HR', browser.page)
    browser.tap("Verder")
    assert "Hoe goed heeft HR je geholpen?" in browser.page
    browser.tap("Wie ziet dit?")
    assert "De afdeling ziet:" in browser.page
    browser.tap("Terug naar mijn kaart")
    for answer in ("2 matig", "4 goed", "Verlof", "Snelheid", "Niets", "Tip voor HR"):
        assert browser.tap(answer).status_code == 200, answer
    browser.write("Bekijken", "Bel <b>terug</b>.\r\nGraag.")
    assert "“Bel &lt;b&gt;terug&lt;/b&gt;.\nGraag.”" in browser.page
    assert site.office.heard[-1].delivery
    browser.tap("Versturen")
    browser.tap("Klaar")
    assert "Dank je wel, Anna." in browser.get("/chat").text
    assert [message.lines for _, message in site.rooms.kept.values()] == [("Er is een nieuwe ronde.",)]
    assert not re.search("matig|Verlof|Snelheid|Bel ", browser.page)


def test_a_fragment_is_the_card_alone(site: Site) -> None:
    site.invite()
    browser = site.browser()
    browser.get("/chat")
    fragment = browser.tap("Begin, 1 minuut", **{"x-klankbord": "fragment"}).text
    assert fragment.startswith("<article")
    assert "Met welke afdelingen" in fragment


def test_the_address_of_an_answer_leads_back_to_the_chat(site: Site) -> None:
    answer = site.browser().get("/chat/tap")
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")


@pytest.mark.parametrize("word", ["hulp", "Help!", " help ", "/help"])
def test_a_word_brings_a_card_and_shows_what_was_asked(site: Site, word: str) -> None:
    site.invite()
    browser = site.browser()
    browser.get("/chat")
    browser.write("Stuur", word)
    assert site.office.heard[-2] == Asked("webchat", "anna", "help", "")
    assert "Ik vraag eens in de zoveel weken" in browser.page
    browser.tap("Een tijd niet")
    assert "Hoe lang zal ik je met rust laten?" in browser.page
    browser.tap("Terug naar mijn kaart")
    assert browser.page.count("ik ben Klankbord van") == 1  # the round's card is in one place


def test_a_word_that_nobody_knows_gets_an_honest_answer(site: Site) -> None:
    browser = site.browser()
    browser.get("/chat")
    browser.write("Stuur", "<script>alert(1)</script>")
    assert "Daar heb ik nu geen antwoord op" in browser.page
    assert "<script>alert" not in browser.page


def test_news_comes_as_a_fragment_once(site: Site) -> None:
    browser = site.browser()
    assert browser.get("/chat/messages?after=0").status_code == 204
    number = site.invite("o1", "Nieuw")
    news = browser.get("/chat/messages?after=0").text
    assert f'data-number="{number}"' in news
    assert "ik ben Klankbord van" in news
    assert browser.get(f"/chat/messages?after={number}").status_code == 204


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


# --- channels --------------------------------------------------------------------------------------------------


def test_a_channel_is_read_by_who_may(site: Site) -> None:
    site.send(Outgoing("d1", "#hr", ("**HR** · 23 collega's", "**Gaat goed:** <i>alles</i>")))
    for path in ("/channel/hr", "/channel/%23hr"):
        page = site.browser().get(path).text
        assert "<strong>Gaat goed:</strong> &lt;i&gt;alles&lt;/i&gt;" in page
        assert "<article" in page
    assert site.browser("link-bram").get("/channel/hr").status_code == 404
    assert site.browser().get("/channel/ict").status_code == 404
    assert site.browser().get("/channel/anna").status_code == 404


def test_a_channel_has_news_too(site: Site) -> None:
    browser = site.browser()
    number = site.send(Outgoing("d1", "#hr", ("Eerste",)))
    fragment = {"x-klankbord": "fragment"}
    assert browser.get(f"/channel/hr?after={number}", **fragment).status_code == 204
    site.send(Outgoing("d2", "#hr", ("Tweede",)))
    news = browser.get(f"/channel/hr?after={number}", **fragment).text
    assert "Tweede" in news
    assert "Eerste" not in news


def test_a_reader_of_a_channel_reads_that_channel_and_nothing_else(site: Site) -> None:
    browser = site.browser("link-hr")
    assert browser.get("/chat").headers["location"] == "/channel/hr"
    assert browser.get("/channel/hr").status_code == 200
    assert browser.get("/channel/ict").status_code == 404
    assert browser.get("/chat/messages").status_code == 403
    assert browser.post("/chat/ask", {"csrf": browser.csrf, "text": "help"}).status_code == 403


# --- one card --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** b **c**", "<strong>a</strong> b <strong>c</strong>"),
        ("**<img src=x>**", "<strong>&lt;img src=x&gt;</strong>"),
        ("5 ** 3", "5 ** 3"),
        ("<script>", "&lt;script&gt;"),
        ("\"'&", "&#34;&#39;&amp;"),
    ],
)
def test_strong_is_the_only_markup(text: str, html: str) -> None:
    assert strong(text) == html


def test_a_scale_is_recognised_by_its_numbers() -> None:
    def is_scale(*labels: str) -> bool:
        return face(Card(("?",), choices=tuple(Button(label, "i:a") for label in labels)), "i").is_scale

    assert is_scale("1 slecht", "2 matig", "3 goed", "Weet ik niet")
    assert not is_scale("1 maand", "3 maanden", "6 maanden")
    assert not is_scale("1–2 uur", "2–4 uur", "Halve dag")


def test_a_draft_stays_in_the_field_as_it_was_typed(site: Site) -> None:
    async def hear(event: Event) -> Card:
        return Card(("Tip",), entry=Entry("Je tip", "i:tip:hr", "Bekijken", 1000, "\n</textarea><b>\nrest"))

    site.runner.run(site.chat.listen(hear))
    page = site.browser().get("/chat").text
    assert 'maxlength="1000"' in page
    assert ">\n\n&lt;/textarea&gt;&lt;b&gt;\nrest</textarea>" in page
