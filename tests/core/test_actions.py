"""What a button says: read back as it was written, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import conversation, home
from bot.core.actions import LONGEST, Action, decode

WORD = st.text(st.characters(exclude_characters=":", max_codepoint=127), min_size=1, max_size=12)


@given(WORD, WORD, st.lists(WORD, max_size=3))
def test_round_trip(invitation: str, verb: str, arguments: list[str]) -> None:
    """Every instruction of at most three arguments that fits is read back as it was written."""
    action = Action(invitation, verb, tuple(arguments))
    assert decode(str(action)) == action


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("k7:next", Action("k7", "next")),
        ("k7:t:hr:on", Action("k7", "t", ("hr", "on"))),
        ("k7:a:hr:received:4", Action("k7", "a", ("hr", "received", "4"))),
        ("k7:+:hr:channels:mail", Action("k7", "+", ("hr", "channels", "mail"))),
        ("0:pause!:3", Action("0", "pause!", ("3",))),
    ],
)
def test_written(text: str, action: Action) -> None:
    """An instruction is its invitation, its verb and what it makes true, between colons."""
    assert str(action) == text
    assert decode(text) == action


@pytest.mark.parametrize(
    "text",
    ["", ":", "k7", "k7:", ":next", "k7::hr", "k7:a:hr:received:", "k7:a:b:c:d:e", "k7:t:" + "x" * LONGEST, "x" * 5000],
)
def test_garbage(text: str) -> None:
    """What is not an instruction of ours is None, not an error."""
    assert decode(text) is None


@given(st.text(st.characters(exclude_categories=())))
def test_anything(text: str) -> None:
    """Whatever comes in, reading it does not raise, and what is read is written the same again."""
    action = decode(text)
    assert action is None or str(action) == text


def test_no_verb_means_two_things() -> None:
    """What is about a person or a department is never taken for something about a round."""
    rounds = {*conversation._TAPPED, *conversation._TYPED, *conversation._CHOSEN}
    assert home.PERSONAL & rounds == set()
