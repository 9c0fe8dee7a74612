"""Signs: what a card is answered with, in each way that somebody may say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.platform import Button, Card
from bot.platforms.matrix import signs

GRADES = tuple(
    Button(label, f"i:a:ict:received:{n}") for n, label in enumerate(("1 slecht", "2 goed", "Weet ik niet"), 1)
)
CARD = Card(
    lines=("Hoe goed?",),
    choices=GRADES,
    steps=(Button("Verder", "i:next"),),
    asides=(Button("Terug", "i:at:tick"), Button("Nee, stop!", "i:notnow")),
)
LABELS = {sign: button.label for sign, button in signs.of_card(CARD).items()}


def test_choices_have_numbers_and_everything_else_a_letter() -> None:
    """In the order of the card; a grade that is its own number is not said twice."""
    found = signs.of_card(CARD)
    assert list(found) == ["1", "2", "3", "a", "b", "c"]
    assert [signs.label(sign, button) for sign, button in found.items()] == [
        *("slecht", "goed", "Weet ik niet"),
        *("Verder", "Terug", "Nee, stop!"),
    ]
    assert signs.label("3", GRADES[0]) == "1 slecht"


@pytest.mark.parametrize(
    ("key", "sign"),
    [
        *[
            ("4️⃣", "4"),
            ("4\u20e3", "4"),
            ("4", "4"),
            ("🔟", "10"),
            ("⑪", "11"),
            ("㉑", "21"),
            ("㊱", "36"),
            ("12", "12"),
        ],
        *[("🇦", "a"), ("🇿", "z"), ("A", "a"), ("👍", ""), ("", ""), ("ja", ""), ("123", "")],
    ],
)
def test_a_reaction_is_read_whatever_a_client_makes_of_it(key: str, sign: str) -> None:
    """With or without what makes an emoji of it; others are none of ours."""
    assert signs.reacted(key) == sign


@given(st.integers(1, 50).map(str) | st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_what_the_bot_puts_below_a_card_it_reads_itself(sign: str) -> None:
    """Every sign is a reaction of its own."""
    assert signs.reacted(signs.reaction(sign)) == sign


@pytest.mark.parametrize(
    ("words", "found"),
    [
        *[("1", ["1"]), (" 2. ", ["2"]), ("3)", ["3"]), ("A", ["a"]), ("b.", ["b"]), ("1 2", ["1", "2"])],
        *[("1, 2 en 3", ["1", "2", "3"]), ("1 and 2 a", ["1", "2", "a"]), ("verder", ["a"]), ("GOED", ["2"])],
        *[("2 goed", ["2"]), ("weet ik niet", ["3"]), ("nee, stop", ["c"]), ("4", []), ("1 4", []), ("en", [])],
        *[("1️⃣", ["1"]), ("2\u20e3", ["2"]), ("🇦", ["a"]), ("1️⃣ 3️⃣", ["1", "3"]), ("①", ["1"]), ("２", ["2"])],
        *[("weet  ik   niet ", ["3"]), ("🔟", []), ("👍", [])],
        *[("", []), ("mijn laptop is kapot", []), ("a b c d", [])],
    ],
)
def test_what_is_typed(words: str, found: list[str]) -> None:
    """A number, a letter, several, or the words of a label; all of it, or it is something else."""
    assert signs.typed(words, LABELS) == found


def test_a_label_that_two_buttons_have_means_neither() -> None:
    """Nobody can tell which was meant."""
    assert signs.typed("terug", {"1": "Terug", "a": "Terug"}) == []


@given(st.text(max_size=40))
def test_anything_can_be_typed(words: str) -> None:
    """It never raises, and finds only signs of the card."""
    assert set(signs.typed(words, LABELS)) <= set(LABELS)
    signs.reacted(words)
