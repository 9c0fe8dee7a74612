"""The search in the web chat: one line to type on, in a form that is posted, and shown so beforehand."""

from bot.core import pointing
from bot.core.home import NO_ROUND
from bot.core.platform import Entry
from bot.core.preview import Input
from bot.platforms.webchat.cards import face
from bot.platforms.webchat.drawing import fragment
from bot.platforms.webchat.preview import preview
from bot.platforms.webchat.stream import Forms

from .webchat_site import Forms as Read

FORMS = Forms(csrf="c", tap="/chat/tap", type="/chat/type", ask="/chat/ask", news="/chat/messages")


def test_a_search_is_typed_on_one_line_and_posted() -> None:
    """A return sends it, which in a larger field would only begin a new line."""
    card = pointing.to_search("nl")
    assert card.entry is not None
    drawn = fragment("_card.html", "nl", face=face(card, NO_ROUND), forms=FORMS)
    assert "<textarea" not in drawn
    typed = Read(drawn).found[0]
    assert typed.action.startswith("/chat/type")
    assert "Zoek" in typed.buttons
    assert (typed.fields["text"], typed.fields["action"]) == ("", card.entry.action)
    assert Input("Wat heb je nodig?", pointing.LONGEST, "") in preview(card).parts


def test_a_few_words_go_on_one_line() -> None:
    """A tip does not."""
    assert Entry("", "", "", pointing.LONGEST).on_one_line
    assert not Entry("", "", "", 1000).on_one_line
