"""A card in Block Kit: whatever it says, Slack takes it, and it holds nothing that somebody said."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.platform import Button, Card, Entry
from bot.platforms.slack import limits
from bot.platforms.slack.blocks import CHOSEN, card_blocks, fallback, lines_blocks, plainly
from bot.platforms.slack.fits import misfits
from bot.platforms.slack.views import closing, home, modal
from config.words import LANGUAGES
from tests.core.chat import EXAMPLE, Chat, setting_of
from tests.platforms.slack import kit

SIGNS = st.characters(exclude_categories=("C", "Z"), include_characters="&<>*_~`:@#éß€🌴 ")
SHORT = st.text(SIGNS, min_size=1, max_size=90).filter(lambda words: words.strip())
REPEATED = st.builds(
    lambda words, times: words * times, st.sampled_from(["&", "a b & ", "woord ", "<"]), st.integers(1, 4000)
)
LONG = st.one_of(SHORT, REPEATED)
VERBS = st.sampled_from(["a", "pass", "show", "home", "next", "erase", "stop!"])
ACTIONS = st.builds(lambda verb, n: f"inv2345678:{verb}:hr:{n}", VERBS, st.integers(0, 9999))
BUTTONS = st.builds(Button, SHORT, ACTIONS)
STRONG = st.builds(lambda before, words, after: f"{before}**{words}**{after}", SHORT, SHORT, SHORT)
LINES = st.lists(st.one_of(LONG, STRONG, STRONG.map(lambda line: f"**{plainly(line)}**")), min_size=1, max_size=60)


@st.composite
def listed(draw: st.DrawFn) -> tuple[Button, ...]:
    """A choice of several."""
    labels = draw(st.lists(SHORT, min_size=1, max_size=25))
    ticked = draw(st.lists(st.booleans(), min_size=len(labels), max_size=len(labels)))
    return tuple(
        Button(label, f"inv2345678:t:d{n}:on", on, f"d{n}")
        for n, (label, on) in enumerate(zip(labels, ticked, strict=True))
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Any card that the core could make of any configuration."""
    several = draw(st.booleans())
    entry = st.builds(Entry, SHORT, ACTIONS, SHORT, st.integers(1, 5000), st.text(SIGNS, max_size=1200))
    return Card(
        lines=tuple(draw(LINES)),
        language=draw(st.sampled_from(LANGUAGES)),
        heading=draw(st.one_of(st.just(""), SHORT, st.text(SIGNS, min_size=151, max_size=400))),
        hint=draw(st.one_of(st.just(""), LONG)),
        choices=draw(listed() if several else st.lists(BUTTONS, max_size=26).map(tuple)),
        steps=tuple(draw(st.lists(BUTTONS, max_size=4))),
        asides=tuple(draw(st.lists(BUTTONS, max_size=6))),
        entry=draw(st.one_of(st.none(), entry)),
        several=f"inv2345678:ticks:{draw(st.integers(0, 10**6))}" if several else "",
        apart=draw(st.booleans()),
    )


@given(cards(), st.lists(LONG, max_size=2))
def test_slack_takes_any_card(card: Card, above: list[str]) -> None:
    """In a message, below a reminder, as a modal: within every limit, and each button is there."""
    drawn = card_blocks(card, above)
    kit.message(drawn)
    expected = [button.action for button in (*card.choices, *card.steps, *card.asides) if button.ticked is None]
    assert sorted(one["value"] for one in kit.buttons(drawn)) == sorted(expected)
    kit.view(modal(card, "m" * 3000))


@given(st.lists(cards(), min_size=1, max_size=5, unique_by=lambda card: card.several or id(card)))
def test_slack_takes_any_home_screen(several: list[Card]) -> None:
    """Up to five cards below each other: within the blocks of a view, no id twice."""
    shown = home(several)
    kit.view(shown)
    ids = [one["action_id"] for one in kit.buttons(shown["blocks"])]
    assert len(ids) == len(set(ids))


@given(LINES)
def test_slack_takes_any_digest(lines: list[str]) -> None:
    """Within every limit."""
    kit.message(lines_blocks(lines))


@given(st.lists(SHORT, min_size=1, max_size=60))
def test_a_digest_is_said_in_full(lines: list[str]) -> None:
    """Also where there are more lines than a message has blocks."""
    assert kit.said(lines_blocks(lines)) == "\n".join(plainly(line) for line in lines)


@given(cards())
@example(Card(("**a**b",), choices=(Button("x" * 76, "i:a"),)))
def test_what_is_cut_short_is_a_misfit(card: Card) -> None:
    """A text that Slack shows with an ellipsis of ours is named, and nothing else is."""
    card = replace(card, apart=False, entry=None, hint="", heading="")
    shown = {text for text in kit.leaves(card_blocks(card)) if text.endswith(limits.ELLIPSIS)}
    ours = {button.label for button in (*card.choices, *card.steps, *card.asides)} | set(card.lines)
    if not any(limits.ELLIPSIS in text for text in ours):
        assert bool(shown) == bool(list(misfits(card)))


@given(listed(), st.data())
def test_ticks_are_drawn_nowhere(choices: tuple[Button, ...], data: st.DataObject) -> None:
    """The same blocks whichever departments are ticked, save for the line that says that some are."""
    others = tuple(replace(button, ticked=data.draw(st.booleans())) for button in choices)
    drawn = [
        [block for block in card_blocks(Card(("x",), choices=some, several="i:ticks")) if block["type"] != "context"]
        for some in (choices, others)
    ]
    assert drawn[0] == drawn[1]


def test_of_a_few_departments_each_is_a_box_and_of_many_a_menu() -> None:
    """Ten boxes at most; more stand in a menu, which Slack takes beside a text only."""
    chat = Chat()
    menu = next(block for block in card_blocks(chat.card) if "block_id" in block)
    assert menu["block_id"] == f"several:{chat.card.several}"
    assert menu["accessory"]["type"] == "multi_static_select"
    assert [option["value"] for option in menu["accessory"]["options"]] == list(EXAMPLE.by_key)
    few = replace(chat.card, choices=chat.card.choices[:10])
    (boxes,) = next(block for block in card_blocks(few) if "block_id" in block)["elements"]
    assert (boxes["type"], boxes["action_id"], len(boxes["options"])) == ("checkboxes", CHOSEN, 10)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scale_is_one_row(language: str) -> None:
    """Five buttons beside each other, "don't know" below them, and what is not an answer below a line."""
    chat = Chat(setting_of(language="nl" if language == "nl" else "en"))
    chat.chooses("hr")
    chat.hears("inv2345678:next")
    kinds = [block["type"] for block in card_blocks(chat.card)]
    assert kinds == ["context", "rich_text", "rich_text", "actions", "actions", "divider", "actions"]
    rows = [block["elements"] for block in card_blocks(chat.card) if block["type"] == "actions"]
    assert [one["text"]["text"][0] for one in rows[0]] == list("12345")
    assert [len(row) for row in rows[:2]] == [5, 1]


def test_only_what_leads_on_stands_out() -> None:
    """The first step is green, unless it leads back; what cannot be undone is red."""
    steps = (Button("on", "i:next"), Button("none", "i:none"), Button("wipe", "i:erase"), Button("back", "i:show"))
    styles = {
        first.label: kit.buttons(card_blocks(Card(("x",), steps=(first, *steps))))[0].get("style") for first in steps
    }
    assert styles == {"on": "primary", "none": "primary", "wipe": "danger", "back": None}


def test_strong_words_are_strong_and_signs_are_words() -> None:
    """Rich text holds what people wrote as they wrote it."""
    (block,) = lines_blocks(["a **b & c** <!here> *d* :palm_tree:"])
    runs = [(run["text"], "style" in run) for run in block["elements"][0]["elements"]]
    assert runs == [("a ", False), ("b & c", True), (" <!here> *d* :palm_tree:", False)]


def test_a_digest_has_a_header() -> None:
    """Its title, how many answered in small print, then its lines; a notice has none."""
    drawn = lines_blocks(["**HR · van 1 mei tot 3 juni** · 23 collega's gaven antwoord.", "", "**Oordeel:** goed."])
    assert [block["type"] for block in drawn] == ["header", "context", "rich_text"]
    assert drawn[0]["text"]["text"] == "HR · van 1 mei tot 3 juni"
    assert [block["type"] for block in lines_blocks(["**Let op:** dit."])] == ["rich_text"]


def test_a_notification_is_one_short_line() -> None:
    """The first line, escaped, without marks."""
    assert fallback(["", "**A & B** <x>", "more"]) == "A &amp; B &lt;x&gt;"
    assert fallback([]) == "Klankbord"
    assert len(fallback(["a" * 500])) == 150


def test_a_modal_hands_in_the_step_that_does_something() -> None:
    """Back is its close button; the first other step, or what is typed, its submit button."""
    back, wipe = Button("Terug", "i:show"), Button("Wis", "i:erase")
    shown = modal(Card(("x",), heading="Kort", steps=(wipe, back), apart=True), "m")
    assert (shown["title"]["text"], shown["close"]["text"], shown["submit"]["text"]) == ("Kort", "Terug", "Wis")
    assert shown["callback_id"] == "tap:i:erase"
    typed = modal(Card(("x",), entry=Entry("Tip", "i:tip:hr", "Bekijk", 1000, "nog niet"), apart=True), "m")
    assert (typed["callback_id"], typed["submit"]["text"]) == ("typed:i:tip:hr", "Bekijk")
    assert typed["blocks"][-1]["element"]["initial_value"] == "nog niet"
    kit.view(closing("nl", "m"))
