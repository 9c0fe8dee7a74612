"""The fake refuses what Telegram refuses, in the same words, and does what Telegram does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from .desk import Desk, crowd, desk, keyboard
from .rates import Limits

Act = Callable[[Desk], Awaitable[None]]


def at_a_desk(act: Act, limits: Limits | None = None) -> None:
    """Play it."""

    async def whole() -> None:
        async with desk(limits) as made:
            await act(made)

    asyncio.run(whole())


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns at every RetryAfter unless it may tell the time in its new way."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


# --- words and buttons: what no correct adapter sends ---------------------------------------------------------------

LONG_LABEL = {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]}

SLIPS: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n"}, "message text is empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "<b>" + "x" * 4097 + "</b>", "parse_mode": "HTML"}, "message is too long"),
    ({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
    (
        {"text": "é<p>x</p>", "parse_mode": "HTML"},
        'can\'t parse entities: Unsupported start tag "p" at byte offset 2',
    ),
    (
        {"text": "<b>x", "parse_mode": "HTML"},
        'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
    ),
    ({"text": "x</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 1"),
    ({"text": "2 < 3", "parse_mode": "HTML"}, 'can\'t parse entities: Unclosed start tag at byte offset 2'),
    (
        {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
        'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    ({"text": "x", "reply_markup": keyboard([("x", "é" * 33)])}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": keyboard([("x", "")])}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": keyboard([(" ", "x")])}, "inline keyboard button text must be non-empty"),
    ({"text": "x", "reply_markup": keyboard([("x", "x")] * 9)}, "reply markup is too long"),
    ({"text": "x", "reply_markup": keyboard(*[[("x", "x")]] * 101)}, "reply markup is too long"),
    (
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "x", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 65}},
        "input field placeholder is too long",
    ),
    ({"text": "x", "chat_id": 2**52}, "chat not found"),
    ({"text": "x", "colour": "red"}, "sendMessage has no parameter colour"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "words"), SLIPS)
def test_what_no_correct_adapter_sends_is_refused_and_fails_the_test(given: dict[str, Any], words: str) -> None:
    async def act(desk: Desk) -> None:
        body = await desk.call("sendMessage", **({"chat_id": desk.anna.chat.id} | given))
        assert body == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
        desk.expects(words)

    at_a_desk(act)


FITS: list[dict[str, Any]] = [
    {"text": "x" * 4096},
    {"text": "<b>" + "&lt;" * 4096 + "</b>", "parse_mode": "HTML"},
    {"text": "<b>a</b> <i>b</i> <a href=\"https://voorbeeld.nl/?a=1&amp;b=2\">c</a> 2 &lt; 3", "parse_mode": "HTML"},
    {"text": "x", "reply_markup": keyboard([("x", "é" * 32)])},
    {"text": "x", "reply_markup": keyboard(*[[("x", "x")] * 8] * 12)},
    {"text": "x", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 64}},
]  # fmt: skip


@pytest.mark.parametrize("given", FITS)
def test_what_just_fits_is_taken(given: dict[str, Any]) -> None:
    async def act(desk: Desk) -> None:
        assert (await desk.result("sendMessage", chat_id=desk.anna.chat.id, **given))["message_id"] == 2

    at_a_desk(act)


def test_marks_are_told_in_utf_16_code_units() -> None:
    async def act(desk: Desk) -> None:
        text = " 😀 <b>Hoi <i>Anna</i></b>"
        sent = await desk.result("sendMessage", chat_id=desk.anna.chat.id, text=text, parse_mode="HTML")
        assert sent["text"] == "😀 Hoi Anna"
        assert sent["entities"] == [
            {"type": "bold", "offset": 3, "length": 8},
            {"type": "italic", "offset": 7, "length": 4},
        ]

    at_a_desk(act)


# --- whom a bot may write to ------------------------------------------------------------------------------------------

UNWILLING = [
    ("blocked", 403, "Forbidden: bot was blocked by the user"),
    ("gone", 403, "Forbidden: user is deactivated"),
    ("silent", 403, "Forbidden: bot can't initiate conversation with a user"),
    ("nobody", 400, "Bad Request: chat not found"),
    ("kicked", 403, "Forbidden: bot was kicked from the supergroup chat"),
    ("left", 403, "Forbidden: bot is not a member of the group chat"),
    ("old", 400, "Bad Request: group chat was upgraded to a supergroup chat"),
]


@pytest.mark.parametrize(("who", "code", "words"), UNWILLING)
def test_who_does_not_want_the_bot_does_not_get_it(who: str, code: int, words: str) -> None:
    """And that is nobody's mistake: no limit was broken."""

    async def act(desk: Desk) -> None:
        people = crowd(desk.world)
        body = await desk.call("sendMessage", chat_id=people[who].chat.id, text="Hoi")
        assert (body["error_code"], body["description"]) == (code, words)
        moved = {"migrate_to_chat_id": people["moved"].chat.id} if who == "old" else None
        assert body.get("parameters") == moved

    at_a_desk(act)
