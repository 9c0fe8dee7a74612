"""The preview on a page: every card on every platform, in order, with nothing to tap; also of what is only proposed."""

import html
import re
from typing import Any

import pytest
from starlette.requests import Request

from bot.core.platform import Previews
from bot.core.preview import Preview
from bot.platforms.matrix import Matrix
from bot.platforms.slack import Slack
from bot.platforms.telegram import Telegram
from bot.platforms.webchat import WebChat
from bot.web.admin import drawing
from bot.web.admin.preview import shown
from config.organisation import Organisation
from config.words import LANGUAGES, Language, Words
from tests.scenarios.town import organisation

PLATFORMS: dict[str, type[Previews]] = {
    "webchat": WebChat,
    "slack": Slack,
    "telegram": Telegram,
    "matrix": Matrix,
}
TOWN = organisation("webchat")
SURVEY = TOWN.surveys[0].key


def page(given: Organisation = TOWN, language: Language = "nl", spoken: Language = "nl") -> str:
    """The partial as a page gets it."""
    request = Request({"type": "http", "headers": [], "root_path": ""})
    cards = shown(given, SURVEY, spoken, PLATFORMS)
    drawn = drawing.html("_preview.html", request, language, shown=cards, spoken=spoken)
    return bytes(drawn.body).decode()


def reworded(words: str) -> Organisation:
    """A proposal: the first question in other words."""
    survey = TOWN.surveys[0]
    asked = survey.received.model_copy(update={"ask": Words(nl=words, en=words)})
    changed: dict[str, Any] = {name: getattr(TOWN, name) for name in Organisation.model_fields}
    return Organisation(**changed | {"surveys": (survey.model_copy(update={"received": asked}),)})


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_word_of_every_preview_is_on_the_page(spoken: Language) -> None:
    """In the language of the cards, whatever the page speaks; the platforms side by side at each card."""
    drawn = page(spoken=spoken).split('<section class="seen ')[1:]
    texts = iter(" ".join(html.unescape(re.sub(r"<[^>]+>", "", one)).split()) for one in drawn)
    cards = shown(TOWN, SURVEY, spoken, PLATFORMS)
    assert [card.number for card in cards if card.number] == list(range(1, 8 + len(TOWN.surveys[0].extra)))
    for card in cards:
        assert [one.platform for one in card.seen] == list(PLATFORMS)
        for one in card.seen:
            preview, text = Preview(tuple(part for _, part in one.parts)), next(texts)
            assert [words for words in preview.said() if " ".join(words.split()) not in text] == []


def test_nothing_in_it_can_be_tapped_or_typed_in() -> None:
    """It stands inside a form: a button of it would send that."""
    assert re.findall(r"<(?:button|input|textarea|select|a|form)\b", page()) == []


def test_each_card_on_each_platform_has_a_name() -> None:
    """Who cannot see it hears which card it is, and where; no name comes twice."""
    names = re.findall(r'<section class="seen [^"]*" aria-label="([^"]*)"', page())
    assert "Vraag 1, Slack" in names
    assert len(set(names)) == len(names) == len(shown(TOWN, SURVEY, "nl", PLATFORMS)) * len(PLATFORMS)


def test_a_proposal_is_shown_and_is_no_html() -> None:
    """Words that nobody accepted yet, on all platforms; a mark of HTML in them is a sign like any other."""
    seen = page(reworded("Hoe <b>snel</b> & goed was {department}?"))
    assert seen.count("Hoe &lt;b&gt;snel&lt;/b&gt; &amp; goed was") == len(PLATFORMS)
    assert "<b>snel" not in seen


def test_a_survey_that_is_not_there() -> None:
    """The page says so; here it is a KeyError."""
    with pytest.raises(KeyError):
        shown(TOWN, "no-such-survey", "nl", PLATFORMS)
