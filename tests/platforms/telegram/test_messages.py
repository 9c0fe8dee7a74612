"""Cards and digests as Telegram's HTML: within its limits whatever they say, as the fake reads it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.platform import Card, Entry, Outgoing
from bot.platforms.telegram import messages
from bot.platforms.telegram.messages import LONGEST_CAPTION, LONGEST_TEXT

from .texts import parsed

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
odd = st.text("<>&\"'*_`~|\\😀é\n a", min_size=1, max_size=2000)


def shown(html: str) -> str:
    """As somebody reads it; whatever Telegram would not take fails."""
    return parsed(html, "HTML").text


def card(*lines: str, heading: str = "", hint: str = "", entry: Entry | None = None) -> Card:
    return Card(language="nl", heading=heading, hint=hint, lines=lines, entry=entry)


def test_strong_words_and_nothing_else() -> None:
    """What looks like a mark of Telegram's is words."""
    text = messages.of_card(card("**Hoe goed?** <b>1 & 2</b> _x_ `y`", heading="HR · 1 van 5", hint="Let op"))
    assert text == ("<i>HR · 1 van 5</i>\n\n<i>Let op</i>\n\n<b>Hoe goed?</b> &lt;b&gt;1 &amp; 2&lt;/b&gt; _x_ `y`")
    assert shown(text) == "HR · 1 van 5\n\nLet op\n\nHoe goed? <b>1 & 2</b> _x_ `y`"


@given(st.lists(words | odd, min_size=1, max_size=30))
def test_any_card_is_taken(lines: Sequence[str]) -> None:
    """Nothing in it is read as a mark, and it is never too long; what is left out is told by `misfits`."""
    made = card(*lines, heading=lines[0], hint=lines[-1])
    text = parsed(messages.of_card(made), "HTML").text
    assert messages.units(text) <= LONGEST_TEXT
    whole = "\n\n".join((lines[0], lines[-1], *lines)).replace("**", "")
    assert ("…" in text and len(text) < len(whole)) or not list(messages.too_long(made))


def test_what_does_not_fit_ends_with_an_ellipsis() -> None:
    """The beginning is what matters: heading, hint, and the first lines."""
    made = card("a" * 3000, "**" + "b" * 3000 + "**", "c", heading="HR")
    text = shown(messages.of_card(made))
    assert len(text) == LONGEST_TEXT
    assert text.startswith("HR\n\naaa")
    assert text.endswith("bbb…")
    assert [(one.text, one.most) for one in messages.too_long(made)] == [("b" * 3000, 1090), ("c", 0)]


def test_an_emoji_counts_as_two() -> None:
    """As Telegram counts; none is cut in half."""
    text = shown(messages.of_card(card("😀" * 3000)))
    assert messages.units(text) <= LONGEST_TEXT
    assert text.strip("😀") == "…"


def test_a_place_to_type_says_what_becomes_of_it() -> None:
    """Telegram has seen it; a draft can be copied, and cannot be marked."""
    entry = Entry("Jouw tip", "k7:tip:hr", "Bekijken", 1000, "Bel <mij>, **nu**")
    text = messages.of_card(card("Wat?", entry=entry))
    assert "<code>Bel &lt;mij&gt;, nu</code>" in text
    assert "Telegram zelf heeft hem dan wel gezien" in text


def digest(length: int, details: tuple[str, ...] = ()) -> Outgoing:
    return Outgoing("digest:1:hr", "-100", ("**HR**", "x" * (length - 4)), details)


@pytest.mark.parametrize(("length", "fits"), [(LONGEST_CAPTION, True), (LONGEST_CAPTION + 1, False)])
def test_a_digest_fits_below_its_picture_or_it_does_not(length: int, fits: bool) -> None:
    """To the sign, without the marks."""
    text = messages.of_digest(digest(length), LONGEST_CAPTION)
    assert (text is not None) == fits
    if text is not None:
        assert len(shown(text)) == LONGEST_CAPTION


def test_details_are_folded_below() -> None:
    """For who wants to know more."""
    text = messages.of_lines(digest(20, ("**In getallen:** 3,7", "Marge")))
    assert text.endswith("<blockquote expandable><b>In getallen:</b> 3,7\nMarge</blockquote>")


@given(st.text(max_size=3000))
def test_any_description_fits_below_a_picture(alt: str) -> None:
    """Also one that is far too long."""
    assert messages.units(shown(messages.caption(alt))) <= LONGEST_CAPTION
