"""What a message says on Matrix: words and HTML that say the same, and a note that only ours is."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.gallery import gallery
from bot.core.platform import Button, Card, Entry, Outgoing
from bot.platforms.matrix import messages, signs
from bot.platforms.matrix.api import Json
from bot.platforms.matrix.preview import preview
from config import EXAMPLE
from config.load import read

ORGANISATION = read(EXAMPLE)
SEVERAL = Card(
    lines=("Waarmee?",),
    several="i:ticks",
    choices=(Button("HR", "i:t:hr:on", False, "hr"), Button("ICT", "i:t:ict:off", True, "ict")),
    steps=(Button("Verder", "i:next"),),
)
_TAGS = re.compile(r"<[^>]*>")


def event(content: Json, number: int = 1) -> Json:
    """As the homeserver tells of it."""
    return {"type": "m.room.message", "event_id": f"${number}", "sender": "@bot:example.nl", "content": content}


def test_what_is_on_is_ticked_and_noted() -> None:
    """In the words, and in the note that says what each sign does."""
    content = messages.of_card(SEVERAL)
    assert "☐ 1 HR\n☑ 2 ICT" in content["body"]
    assert messages.read(event(content)) == ("$1", messages.shown(SEVERAL))
    assert messages.shown(SEVERAL).on == ("2",)
    assert messages.shown(SEVERAL).options == {"1": "hr", "2": "ict"}


def test_an_edit_is_of_its_message_and_bears_no_id() -> None:
    """So that it is not found in the place of what was sent."""
    content = messages.edit("$1", messages.of_card(SEVERAL, ours="k:invitation"))
    assert messages.read(event(content, 2)) == ("$1", messages.shown(SEVERAL))
    assert messages.OURS not in content["m.new_content"]
    assert content["m.mentions"] == {}


@pytest.mark.parametrize(
    "content",
    [{}, {"body": "hoi"}, {messages.NOTE: {"colour": "red"}}, {messages.NOTE: {"on": []}}, {messages.NOTE: "1"}],
)
def test_what_has_no_note_of_ours_is_no_card(content: Json) -> None:
    """Also a note of another version."""
    found = messages.read(event(content))
    assert found is None or found[1] is None


def test_no_instruction_shows() -> None:
    """It may be an answer."""
    assert "ict" not in repr(messages.shown(SEVERAL))


def test_details_are_folded_where_a_client_can() -> None:
    """And stand below the lines where it cannot."""
    content = messages.of_lines(Outgoing("digest:1:hr", "!a:b", ("**HR**",), ("Eén & twee", "Drie")))
    assert content["body"] == "HR\n\nEén & twee\nDrie"
    assert "<details><summary>Details</summary><p>Eén &amp; twee<br>Drie</p></details>" in content["formatted_body"]
    assert content[messages.OURS] == "digest:1:hr"


def test_a_draft_is_repeated_where_it_was_typed() -> None:
    """With what to do."""
    card = Card(lines=("Jouw tip?",), entry=Entry("Tip", "i:tip:ict", "Bekijken", 300, "Bel **terug**"), apart=True)
    assert "“Bel terug”" in messages.of_card(card)["body"]
    assert messages.shown(card).entry == "i:tip:ict"


@pytest.mark.parametrize("sign", ["x", "&", "é", "😀"])
def test_what_is_far_too_long_is_repeated_as_far_as_it_fits(sign: str) -> None:
    """A homeserver refuses an event of more than 65,536 bytes, and an edit says its words four times."""
    card = Card(lines=("Jouw tip?",), entry=Entry("Tip", "i:tip:ict", "Bekijken", 300, sign * 20_000), apart=True)
    content = messages.edit("$1", messages.of_card(card))
    assert f"{sign * 1_999}…”" in content["body"]
    assert len(json.dumps(content, ensure_ascii=False).encode()) < 60_000
    exact = replace(card, entry=Entry("Tip", "i:tip:ict", "Bekijken", 300, sign * 2_000))
    assert f"{sign * 2_000}”" in messages.of_card(exact)["body"]


def test_every_card_says_the_same_in_words_and_in_html() -> None:
    """And every sign of it stands there, with a reaction of its own."""
    for picture in gallery(ORGANISATION, "matrix"):
        content = messages.of_card(picture.card)
        broken = content["formatted_body"].replace("<br>", "\n").replace("</p><p>", "\n\n")
        assert unescape(_TAGS.sub("", broken)) == content["body"], picture.name
        parts = [part for line in content["body"].splitlines() for part in line.split(" · ")]
        found = signs.of_card(picture.card)
        for sign, button in found.items():
            assert f"{sign} {signs.label(sign, button)}" in [part.lstrip("☐☑ ") for part in parts], picture.name
        assert len({signs.reaction(sign) for sign in found}) == len(found)
        assert all(words.strip() for words in preview(picture.card).said())


@given(st.text(), st.text())
def test_nothing_that_somebody_typed_is_html(heading: str, line: str) -> None:
    """It is shown as it was typed."""
    html = messages.of_card(Card(lines=(line,), heading=heading))["formatted_body"]
    assert set(re.findall(r"</?([a-z]+)>", html)) <= {"p", "br", "strong"}
    assert not re.search(r"<(?!/?(?:p|br|strong)>)", html)
