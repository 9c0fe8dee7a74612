"""How the fake is spoken to, how fast, and what it does wrong when it is asked to; with the real library."""

import asyncio
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from .desk import PICTURE, Desk, at_a_desk, crowd, library, send_photo
from .faults import BAD_GATEWAY, LOST, SERVER_ERROR, Fault, failing, flooded, slow
from .people import Person
from .rates import Limit, Limits, Meter
from .refusals import Refused
from .server import fake_telegram


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns at every RetryAfter unless it may tell the time in its new way."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


# --- requests -------------------------------------------------------------------------------------------------------


@at_a_desk
async def test_parameters_come_in_four_ways(desk: Desk) -> None:
    """core.telegram.org/bots/api#making-requests."""
    url = f"/bot{desk.world.token}/sendmessage"
    given: dict[str, Any] = {"chat_id": str(desk.anna.chat.id), "text": "<b>Hoi</b>", "parse_mode": "HTML"}
    parts = {name: (None, value) for name, value in given.items()}
    for how in ({"params": given}, {"json": given}, {"data": given}, {"files": parts}):
        answer = await desk.client.request("POST", url, **how)
        assert answer.json()["result"]["text"] == "Hoi", how
    assert (await desk.client.get(url, params=given)).json()["ok"]


ADDRESSES = [
    ("/bot7000000001:AAF-a_token_of_no_bot_that_is_ALIVE/getMe", 401, "Unauthorized", False),
    ("/botsomething/getMe", 404, "Not Found", True),
    ("/bot{token}/sendPigeon", 404, "Not Found", True),
]


@pytest.mark.parametrize(("address", "code", "words", "slip"), ADDRESSES)
@at_a_desk
async def test_a_wrong_address_is_refused(desk: Desk, address: str, code: int, words: str, slip: bool) -> None:
    answer = await desk.client.post(address.format(token=desk.world.token))
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": words}
    desk.expects(*[f"{code} {words}"] * slip)


def test_a_broken_limit_fails_the_test_at_its_end() -> None:
    async def careless() -> None:
        async with fake_telegram() as telegram, library(telegram) as bot:
            anna = Person(telegram, "Anna")
            anna.starts()
            with pytest.raises(BadRequest):
                await bot.send_message(anna.chat.id, "x" * 4097)

    with pytest.raises(AssertionError, match="sendMessage: 400 Bad Request: message is too long"):
        asyncio.run(careless())


@at_a_desk
async def test_the_library_is_understood(desk: Desk) -> None:
    """Words, buttons, a picture, an edit, a reply, a menu and a deletion, as python-telegram-bot writes them."""
    chat, menu = desk.anna.chat.id, InlineKeyboardMarkup([[InlineKeyboardButton("Begin", callback_data="é")]])
    async with library(desk.world) as bot:
        card = await bot.send_message(chat, "Hoi <b>Anna</b>", "HTML", reply_markup=menu)
        await card.edit_text("Zullen we?", reply_markup=menu)
        picture = await bot.send_photo(chat, PICTURE, caption="Grafiek", reply_markup=menu)
        answer = await bot.send_message(chat, "Ja", reply_parameters=ReplyParameters(card.message_id))
        assert answer.reply_to_message is not None
        await picture.edit_caption("Kaart")
        await bot.delete_message(chat, 1)
        await bot.set_my_commands([("help", "Wat kan ik hier?")], language_code="nl")
        assert (await bot.get_my_commands(language_code="nl"))[0].command == "help"
        assert (await bot.get_chat(chat)).first_name == "Anna"
    assert desk.anna.reads() == "Zullen we?\n[Begin]\n\n(picture) Kaart\n\nJa"
    assert desk.world.called("deleteMessage")[0].refused is None


UNWILLING: list[tuple[str, type[TelegramError]]] = [
    ("blocked", Forbidden),
    ("kicked", Forbidden),
    ("nobody", BadRequest),
    ("old", ChatMigrated),
]


@pytest.mark.parametrize(("who", "error"), UNWILLING)
@at_a_desk
async def test_the_library_understands_a_refusal(desk: Desk, who: str, error: type[TelegramError]) -> None:
    people = crowd(desk.world)
    async with library(desk.world) as bot:
        with pytest.raises(error) as raised:
            await bot.send_message(people[who].chat.id, "Hoi")
    if isinstance(raised.value, ChatMigrated):
        assert raised.value.new_chat_id == people["moved"].chat.id


# --- faults ---------------------------------------------------------------------------------------------------------

FAULTS: list[tuple[Fault, type[TelegramError], bool]] = [
    (LOST, NetworkError, True),
    (slow(1.0), TimedOut, True),
    (BAD_GATEWAY, NetworkError, False),
    (SERVER_ERROR, NetworkError, False),
    (failing(403, "Forbidden: user is deactivated"), Forbidden, False),
    (failing(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100), ChatMigrated, False),
    (flooded(7), RetryAfter, False),
]


@pytest.mark.parametrize(("fault", "error", "done"), FAULTS)
@at_a_desk
async def test_a_fault_happens_once(desk: Desk, fault: Fault, error: type[TelegramError], done: bool) -> None:
    """Whether the message was taken all the same, nobody can tell from the error."""
    desk.world.inject("sendMessage", fault)
    async with library(desk.world) as bot:
        assert await bot.get_me()
        with pytest.raises(error):
            await bot.send_message(desk.anna.chat.id, "Hoi", read_timeout=0.3)
        assert ("Hoi" in desk.anna.reads()) == done
        desk.world.meter.held_until = 0
        await bot.send_message(desk.anna.chat.id, "Dag")
    assert desk.anna.newest.text == "Dag"


@at_a_desk
async def test_faults_come_in_turn_and_for_any_method(desk: Desk) -> None:
    desk.world.inject("*", SERVER_ERROR, SERVER_ERROR)
    assert [(await desk.call("getMe"))["ok"] for _ in range(3)] == [False, False, True]


# --- rates ----------------------------------------------------------------------------------------------------------


class Watch:
    """A clock of seconds that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def metered(limits: Limits) -> tuple[Meter, Watch]:
    watch = Watch()
    return Meter(limits, watch), watch


RATES = [
    ("30 a second", [1, 2, 3], 30 + 8, 1.0),
    ("one a second in a chat, with a burst", [1], 5 + 1, 5.0),
    ("20 a minute in a group", [-1], 20 + 1, 60.0),
]


@pytest.mark.parametrize(("chats", "many", "seconds"), [rate[1:] for rate in RATES], ids=[rate[0] for rate in RATES])
def test_so_many_messages_and_no_more(chats: list[int], many: int, seconds: float) -> None:
    """The one that is too many holds the whole bot, until the first of them is so many seconds ago."""
    meter, watch = metered(Limits(chat=Limit(100, 5.0)) if len(chats) > 1 else Limits())
    for number in range(many):
        meter.count(chats[number % len(chats)])
    with pytest.raises(Refused) as refused:
        meter.count(chats[0])
    assert refused.value.slip
    assert refused.value.parameters == {"retry_after": int(seconds)}
    watch.now += seconds - 0.1
    assert meter.refusal(sending=True) is not None
    watch.now += 0.1
    assert meter.refusal(sending=True) is None
    meter.count(chats[0])


def test_a_steady_bot_is_never_too_fast() -> None:
    """At the documented rates, for ten minutes."""
    meter, watch = metered(Limits())
    for second in range(600):
        watch.now += 1
        meter.count(1)
        if second % 3 == 0:
            meter.count(-1)
        for other in range(28):
            meter.count(100 + (second * 28 + other) % 140)


def test_who_was_told_to_wait_has_a_moment_to_hear_it() -> None:
    """What was under way is refused; what is sent after that is a mistake; what is not a message is only refused."""
    meter, watch = metered(Limits())
    meter.hold(2)
    told = meter.refusal(sending=True)
    watch.now += 1
    later, edit = meter.refusal(sending=True), meter.refusal(sending=False)
    assert told is not None
    assert later is not None
    assert edit is not None
    assert (told.slip, later.slip, edit.slip) == (False, True, False)
    assert (told.parameters, later.parameters) == ({"retry_after": 2}, {"retry_after": 1})


def test_limits_keep_up_with_a_bot_that_is_sped_up() -> None:
    """The same numbers, in a hundredth of the time."""
    meter, watch = metered(Limits().faster(100))
    for _ in range(6):
        meter.count(1)
    with pytest.raises(Refused):
        meter.count(1)
    watch.now = meter.held_until
    for _ in range(6):
        meter.count(1)


@at_a_desk
async def test_words_and_pictures_count_and_edits_do_not(desk: Desk) -> None:
    """One too many is refused, and fails the test."""
    desk.world.meter.limits = Limits(chat=Limit(2, 5.0, spare=0))
    chat, number = desk.anna.chat.id, await desk.says()
    for text in ("een", "twee", "drie"):
        await desk.result("editMessageText", chat_id=chat, message_id=number, text=text)
    assert (await send_photo(desk, chat))["ok"]
    body = await desk.call("sendMessage", chat_id=chat, text="te veel")
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 5})
    assert "te veel" not in desk.anna.chat.kept()
    desk.expects("429 Too Many Requests: retry after 5")


@at_a_desk
async def test_the_whole_bot_is_held_and_not_only_the_chat(desk: Desk) -> None:
    number, bram = await desk.says(), Person(desk.world, "Bram")
    bram.starts()
    desk.world.inject("sendMessage", flooded(60))
    assert (await desk.call("sendMessage", chat_id=bram.chat.id, text="x"))["parameters"] == {"retry_after": 60}
    edit = await desk.call("editMessageText", chat_id=desk.anna.chat.id, message_id=number, text="x")
    assert edit["description"] == "Too Many Requests: retry after 60"
    assert (await desk.call("getMe"))["ok"]
