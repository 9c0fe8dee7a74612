"""What buttons say: 64 bytes for any legal configuration, and nothing that we did not close ourselves is opened."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.actions import LONGEST, Action
from bot.platforms.telegram.seal import ENTRY, Opened, Seal

SEAL = Seal("7000000001:a-token")
CHAT = 2**52 - 1  # the longest there is

keys = st.from_regex(r"[a-z][a-z0-9-]{0,15}", fullmatch=True)
longest_keys = st.from_regex(r"[a-z][a-z0-9-]{15}", fullmatch=True)
invitations = st.text("abcdefghijkmnpqrstuvwxyz23456789", min_size=10, max_size=10)
values = keys | st.sampled_from(["missed.expertise", "helped.promises", "as-expected", "-", "1"])
arguments = st.lists(keys | longest_keys | values, max_size=3).map(tuple)
verbs = st.sampled_from(["a", "t", "+", "-", "w", "to", "at", "tip", "pass", "explain", "erase?", "pause!", "when?"])
legal = st.builds(Action, invitations | st.just("0"), verbs, arguments).map(str).filter(lambda a: len(a) <= LONGEST)
chats = st.integers(-(2**52) + 1, 2**52 - 1)


@given(legal, chats, st.integers(0, ENTRY))
def test_whatever_a_button_says_fits_and_comes_back(action: str, chat: int, page: int) -> None:
    """Also where every key is as long as a key may be."""
    closed = SEAL.close(chat, action, page)
    assert len(closed.encode()) <= LONGEST
    assert SEAL.open(chat, closed) == Opened(action, page)


@given(st.tuples(invitations, *[longest_keys] * 3))
def test_the_longest_instruction_fits(parts: tuple[str, ...]) -> None:
    """An answer, with three keys of sixteen signs."""
    action = str(Action(parts[0], "a", parts[1:]))
    assert len(action) > LONGEST - 3
    assert len(SEAL.close(CHAT, action, ENTRY).encode()) <= LONGEST


@given(st.text(string.ascii_lowercase + string.digits + "-:.+?!", min_size=LONGEST - 11, max_size=LONGEST - 11))
def test_anything_that_is_an_instruction_fits(rest: str) -> None:
    """Whatever else a later version may say with the signs that are used today."""
    assert len(SEAL.close(-CHAT, f"zzzzzzzzzz:{rest}", ENTRY).encode()) <= LONGEST


@given(st.text(max_size=70) | st.text(string.printable, max_size=64), chats)
def test_what_we_did_not_close_is_not_opened(data: str, chat: int) -> None:
    """Whatever it is, it does not raise."""
    assert SEAL.open(chat, data) is None


@given(legal, chats, st.data())
def test_one_sign_changed_is_not_opened(action: str, chat: int, data: st.DataObject) -> None:
    """Nor one left out, nor one added."""
    closed = SEAL.close(chat, action)
    at = data.draw(st.integers(0, len(closed) - 1))
    sign = data.draw(st.characters(min_codepoint=0x21, max_codepoint=0x7E).filter(lambda c: c != closed[at]))
    for forged in (closed[:at] + sign + closed[at + 1 :], closed[:at] + closed[at + 1 :], closed + sign, closed + "!"):
        assert SEAL.open(chat, forged) is None


@given(legal, chats, chats, st.integers(0, ENTRY))
def test_the_button_of_another_chat_is_not_opened(action: str, chat: int, other: int, page: int) -> None:
    """A button that was seen over somebody's shoulder is of no use."""
    closed = SEAL.close(chat, action, page)
    assert (SEAL.open(other, closed) is not None) == (other == chat)


def test_the_button_of_another_bot_is_not_opened() -> None:
    """Nor one from before the token was changed."""
    assert SEAL.open(CHAT, Seal("7000000001:another").close(CHAT, "k7:next")) is None


@pytest.mark.parametrize("action", ["k7:næxt", "k7:Next", "k 7:next", "k7:a_b"])
def test_what_is_no_instruction_of_ours_is_not_closed(action: str) -> None:
    """It would not come back as it was."""
    with pytest.raises(ValueError, match="substring not found"):
        SEAL.close(CHAT, action)


def test_nothing_of_it_can_be_read() -> None:
    """An answer does not stand in a button as it is, nor in what a mistake would print."""
    closed = SEAL.close(CHAT, "k7:a:hr:received:4")
    assert "received" not in closed
    assert "received" not in repr(SEAL.open(CHAT, closed))
