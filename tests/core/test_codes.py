"""Codes that are typed: what somebody makes of one is still that code, and nothing else is one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.codes import CLEAR, SIGNS, code_in, is_like_a_code, new_code

CODE = "k7m2-90rt-x14d-h3vw"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "K7M2-90RT-X14D-H3VW",
        "k7m290rtx14dh3vw",
        "k7m2 90rt x14d h3vw",
        "k7m2–90rt–x14d–h3vw",
        "k7m2-9ort-xl4d-h3vw",
        "K7M2-9ORT-XI4D-H3VW",
        f"  {CODE}\n",
        f"Hoi, mijn code is {CODE}.",
        f"Deze code: “{CODE}”",
    ],
)
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    """From paper, on a telephone that begins with a capital, or copied with half a sentence."""
    assert code_in(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        *("", "hallo", "wie ben jij dan wel", CODE[:-1], f"{CODE}x", f"x{CODE}", "u" * 16),
        *("verantwoordelijk", "Verantwoordelijk!", "gemeentesecretaris", "arbeidsmarktkrap", "week-eind-taak-plan"),
        *("verantwoordelijk4", "0000-0000-0000-0000", "k7m2-gort-x14d-h3vw"),
    ],
)
def test_words_are_no_code(typed: str) -> None:
    """Who says hello does not guess."""
    assert code_in(typed) is None


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzOIL01-– ")))
def test_without_a_clear_digit_nothing_is_a_code(text: str) -> None:
    """However long it is, and whatever stands between its words."""
    assert code_in(text) is None


@pytest.mark.parametrize(
    ("typed", "is_like"),
    [
        *((CODE, True), (CODE[:-1], True), (f"Mijn code is {CODE.upper()}x!", True), ("k7m2-gort-x14d", True)),
        *(("k7m290rtx1adh3vw", True), ("", False), ("hallo", False), ("verantwoordelijk", False)),
        *(("ik zit op kamer 12 in gebouw B2", False), ("week-eind-taak-plan", False), ("om 10:30", False)),
    ],
)
def test_what_was_meant_as_a_code_is_seen(typed: str, is_like: bool) -> None:
    """Also where a part of it is lost or misread; a sentence with a number is none."""
    assert is_like_a_code(typed) is is_like


@given(st.integers())
def test_every_code_is_found_again(seed: int) -> None:
    """None of it can be misread for another."""
    code = new_code(random.Random(seed))
    assert code_in(code) == code_in(code.upper()) == code_in(code.replace("-", "")) == code
    assert set(code) <= {*SIGNS, "-"}
    assert all(set(four) & set(CLEAR) for four in code.split("-"))
    assert is_like_a_code(code)


@given(st.text())
def test_whatever_is_typed(text: str) -> None:
    """It is a code or none; a code that is found is found in itself."""
    found = code_in(text)
    assert found is None or code_in(found) == found
    is_like_a_code(text)


@pytest.mark.parametrize("part", ["a", "a-", "-", "a ", "1-", "é"])
def test_a_text_without_end_is_read_once(part: str) -> None:
    """A stranger may type as much as they like, and holds up nobody: read anew at each letter it would take minutes."""
    text = part * 300_000
    assert code_in(text) is None
    assert is_like_a_code(text) is (part == "1-")
