"""The web chat as a browser meets it: real routes, the real conversation, and rooms kept in memory."""

import re

import pytest

from bot.core.platform import Asked, Attachment, Button, Card, Entry, Event, Outgoing
from bot.platforms.webchat.cards import face, strong

from .webchat_site import Site

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


def linked(address: str) -> str:
    """As HTML."""
    return f'<a href="{address}" rel="noreferrer">{address}</a>'


# --- one card --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** b **c**", "<strong>a</strong> b <strong>c</strong>"),
        ("**<img src=x>**", "<strong>&lt;img src=x&gt;</strong>"),
        ("5 ** 3", "5 ** 3"),
        ("<script>", "&lt;script&gt;"),
        ("\"'&", "&#34;&#39;&amp;"),
        ("Kijk op https://k.nl/a?b=1&c=2.", f"Kijk op {linked('https://k.nl/a?b=1&amp;c=2')}."),
        ("**http://k.nl/**", f"<strong>{linked('http://k.nl/')}</strong>"),
        ('https://k.nl/"onclick="x', f"{linked('https://k.nl/')}&#34;onclick=&#34;x"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://", "https://"),
    ],
)
def test_strong_words_and_addresses_are_the_only_markup(text: str, html: str) -> None:
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


def test_details_and_picture_are_for_who_may_read_the_channel(site: Site) -> None:
    async def drawn() -> bytes:
        return b"\x89PNG"

    picture = Attachment("Gekregen 3,7; <nodig> 4,2", drawn)
    number = site.send(Outgoing("d1", "#hr", ("**HR**",), ("**In getallen:** 3,7",), (picture,)))
    page = site.browser().get("/channel/hr").text
    assert "<summary>Details</summary>" in page
    assert 'alt="Gekregen 3,7; &lt;nodig&gt; 4,2"' in page
    shown = site.browser().get(f"/picture/{number}")
    assert (shown.status_code, shown.headers["content-type"], shown.content) == (200, "image/png", b"\x89PNG")
    assert site.browser("link-bram").get(f"/picture/{number}").status_code == 404
    assert site.browser("").get(f"/picture/{number}").status_code == 401
    assert site.browser().get("/picture/999").status_code == 404
