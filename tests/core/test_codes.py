"""Codes that are typed: what somebody makes of one is still that code, and nothing else is one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.codes import SIGNS, code_in, new_code

CODE = "k7m2-90rt-x1pd-h3vw"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "K7M2-90RT-X1PD-H3VW",
        "k7m290rtx1pdh3vw",
        "k7m2-9ort-xlpd-h3vw",
        "K7M2-9ORT-XIPD-H3VW",
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
    ["", "hallo", "wie ben jij dan wel", CODE[:-1], f"{CODE}x", f"x{CODE}", CODE.replace("-", " "), "u" * 16],
)
def test_words_are_no_code(typed: str) -> None:
    """Who says hello does not guess."""
    assert code_in(typed) is None


@given(st.randoms(use_true_random=False))
def test_every_code_is_found_again(rng: random.Random) -> None:
    """None of it can be misread for another."""
    code = new_code(rng)
    assert code_in(code) == code_in(code.upper()) == code_in(code.replace("-", "")) == code
    assert set(code) <= {*SIGNS, "-"}


@given(st.text())
def test_whatever_is_typed(text: str) -> None:
    """It is a code or none; a code that is found is found in itself."""
    found = code_in(text)
    assert found is None or code_in(found) == found
