"""The fake refuses what Telegram refuses, in the same words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .desk import PICTURE, Desk, at_a_desk, crowd, keyboard, send_photo
from .people import Group, Person
from .world import Answer

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)

# --- words and buttons: what no correct adapter sends ---------------------------------------------------------------

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
@at_a_desk
async def test_what_no_correct_adapter_sends_is_refused_and_fails_the_test(
    desk: Desk, given: dict[str, Any], words: str
) -> None:
    body = await desk.call("sendMessage", **({"chat_id": desk.anna.chat.id} | given))
    assert body == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
    desk.expects(f"sendMessage: 400 Bad Request: {words}")


FITS: list[dict[str, Any]] = [
    {"text": "x" * 4096},
    {"text": "<b>" + "&lt;" * 4096 + "</b>", "parse_mode": "HTML"},
    {"text": '<b>a</b> <i>b</i> <a href="https://voorbeeld.nl/?a=1&amp;b=2">c</a> 2 &lt; 3', "parse_mode": "HTML"},
    {"text": "x", "reply_markup": keyboard([("x", "é" * 32)])},
    {"text": "x", "reply_markup": keyboard(*[[("x", "x")] * 8] * 12)},
    {"text": "x", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 64}},
]


@pytest.mark.parametrize("given", FITS)
@at_a_desk
async def test_what_just_fits_is_taken(desk: Desk, given: dict[str, Any]) -> None:
    assert (await desk.result("sendMessage", chat_id=desk.anna.chat.id, **given))["message_id"] == 2


@at_a_desk
async def test_marks_are_told_in_utf_16_code_units(desk: Desk) -> None:
    text = " 😀 <b>Hoi <i>Anna</i></b>"
    sent = await desk.result("sendMessage", chat_id=desk.anna.chat.id, text=text, parse_mode="HTML")
    assert sent["text"] == "😀 Hoi Anna"
    assert sent["entities"] == [
        {"type": "bold", "offset": 3, "length": 8},
        {"type": "italic", "offset": 7, "length": 4},
    ]


PICTURES = [
    ({"caption": "x" * 1025}, "message caption is too long"),
    ({"caption": "<i>x", "parse_mode": "HTML"}, 'Can\'t find end tag corresponding to start tag "i"'),
]


@pytest.mark.parametrize(("given", "words"), PICTURES)
@at_a_desk
async def test_a_caption_has_limits_of_its_own(desk: Desk, given: dict[str, Any], words: str) -> None:
    assert words in (await send_photo(desk, desk.anna.chat.id, **given))["description"]
    desk.expects(words)


@at_a_desk
async def test_a_picture_is_sent_as_a_file_with_a_caption_or_none(desk: Desk) -> None:
    assert (await send_photo(desk, desk.anna.chat.id, caption="x" * 1024))["ok"]
    assert desk.anna.newest.photo == PICTURE
    assert (await send_photo(desk, desk.anna.chat.id))["ok"]
    await desk.call("sendPhoto", chat_id=desk.anna.chat.id, caption="geen plaatje")
    desk.expects("there is no photo in the request")


@pytest.mark.parametrize(
    ("marks", "fits"),
    [({}, True), ({"message_id": 99}, False), ({"message_id": 99, "allow_sending_without_reply": True}, True)],
)
@at_a_desk
async def test_a_reply_needs_what_it_replies_to(desk: Desk, marks: dict[str, Any], fits: bool) -> None:
    number = await desk.says()
    given = {"chat_id": desk.anna.chat.id, "text": "x", "reply_parameters": {"message_id": number, **marks}}
    body = await desk.call("sendMessage", **given)
    assert body["ok"] == fits
    assert fits or body["description"] == "Bad Request: message to be replied not found"


# --- whom a bot may write to ----------------------------------------------------------------------------------------

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
@at_a_desk
async def test_who_does_not_want_the_bot_does_not_get_it(desk: Desk, who: str, code: int, words: str) -> None:
    """And that is nobody's mistake: no limit was broken."""
    people = crowd(desk.world)
    body = await desk.call("sendMessage", chat_id=people[who].chat.id, text="Hoi")
    assert (body["error_code"], body["description"]) == (code, words)
    moved = {"migrate_to_chat_id": people["moved"].chat.id} if who == "old" else None
    assert body.get("parameters") == moved


@pytest.mark.parametrize("who", ["group", "supergroup", "moved"])
@at_a_desk
async def test_a_group_that_has_the_bot_gets_its_messages(desk: Desk, who: str) -> None:
    group = crowd(desk.world)[who]
    await desk.result("sendMessage", chat_id=group.chat.id, text="Hoi allemaal")
    assert group.newest.text == "Hoi allemaal"


# --- editing and deleting -------------------------------------------------------------------------------------------

EDITS: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "editMessageText",
        "card",
        {"text": "Hoi Anna", "reply_markup": keyboard([("A", "a")])},
        "message is not modified",
    ),
    ("editMessageText", "card", {"text": "Hoi Anna"}, ""),
    ("editMessageText", "card", {"text": "Hoi Anna", "reply_markup": keyboard([("A", "b")])}, ""),
    ("editMessageText", "none", {"text": "x"}, "message to edit not found"),
    ("editMessageText", "hers", {"text": "x"}, "message can't be edited"),
    ("editMessageText", "prompt", {"text": "x"}, "message can't be edited"),
    ("editMessageText", "photo", {"text": "x"}, "there is no text in the message to edit"),
    ("editMessageCaption", "card", {"caption": "x"}, "there is no caption in the message to edit"),
    ("editMessageCaption", "photo", {"caption": "Grafiek"}, "message is not modified"),
    ("editMessageCaption", "photo", {"caption": "Kaart"}, ""),
    ("editMessageReplyMarkup", "card", {}, ""),
    ("editMessageReplyMarkup", "photo", {}, "message is not modified"),
    ("editMessageReplyMarkup", "photo", {"reply_markup": keyboard([("A", "a")])}, ""),
    ("deleteMessage", "card", {}, ""),
    ("deleteMessage", "hers", {}, ""),
    ("deleteMessage", "none", {}, "message to delete not found"),
]


@pytest.mark.parametrize(("method", "which", "given", "words"), EDITS)
@at_a_desk
async def test_what_can_be_changed(desk: Desk, method: str, which: str, given: dict[str, Any], words: str) -> None:
    """An empty cell is a change that is taken. None of these is a mistake."""
    chat = desk.anna.chat.id
    prompt = await desk.result("sendMessage", chat_id=chat, text="Wat?", reply_markup={"force_reply": True})
    photo = (await send_photo(desk, chat, caption="Grafiek"))["result"]
    numbers = {"card": await desk.says("Hoi Anna", [("A", "a")]), "hers": 1, "none": 99}
    numbers |= {"prompt": prompt["message_id"], "photo": photo["message_id"]}
    body = await desk.call(method, chat_id=chat, message_id=numbers[which], **given)
    assert body["ok"] == (not words), body
    assert words in body.get("description", "")


@at_a_desk
async def test_a_message_can_be_edited_into_buttons_but_not_into_a_prompt(desk: Desk) -> None:
    number = await desk.says()
    prompt = {"text": "x", "reply_markup": {"force_reply": True}}
    body = await desk.call("editMessageText", chat_id=desk.anna.chat.id, message_id=number, **prompt)
    assert body["description"] == "Bad Request: inline keyboard expected"
    desk.expects("inline keyboard expected")


@pytest.mark.parametrize(("hours", "fits"), [(47, True), (48, False)])
@at_a_desk
async def test_a_message_can_be_deleted_for_two_days(desk: Desk, hours: int, fits: bool) -> None:
    desk.world.now = lambda: NOON
    message = desk.anna.writes("Bel me terug.")
    desk.world.now = lambda: NOON + timedelta(hours=hours)
    body = await desk.call("deleteMessage", chat_id=desk.anna.chat.id, message_id=message.id)
    assert body["ok"] == fits
    assert fits or body["description"] == "Bad Request: message can't be deleted for everyone"
    assert ("Bel me terug." in desk.anna.reads()) != fits
    assert "Bel me terug." in desk.anna.chat.kept()


@at_a_desk
async def test_in_a_group_a_bot_deletes_its_own_messages_alone(desk: Desk) -> None:
    group = Group(desk.world, "HR", [desk.anna])
    group.adds_bot(desk.anna)
    chat = group.chat.id
    hers = group.writes(desk.anna, "/help").id
    its = (await desk.result("sendMessage", chat_id=chat, text="x"))["message_id"]
    body = await desk.call("deleteMessage", chat_id=chat, message_id=hers)
    assert body["description"] == "Bad Request: message can't be deleted for everyone"
    assert await desk.result("deleteMessage", chat_id=chat, message_id=its)


# --- answering who pressed a button ---------------------------------------------------------------------------------


@at_a_desk
async def test_a_press_is_answered_once(desk: Desk) -> None:
    await desk.says("Kies", [("A", "a")])
    query = desk.anna.press("A")
    assert desk.world.unanswered() == [query]
    assert await desk.result("answerCallbackQuery", callback_query_id=query.id, text="Goed zo", show_alert=True)
    assert await query.answered() == Answer("Goed zo", alert=True)
    assert desk.world.unanswered() == []
    body = await desk.call("answerCallbackQuery", callback_query_id=query.id)
    assert "query is too old and response timeout expired or query ID is invalid" in body["description"]


@at_a_desk
async def test_a_press_cannot_be_answered_late(desk: Desk) -> None:
    await desk.says("Kies", [("A", "a")])
    query, pressed = desk.anna.press("A"), desk.world.now()
    desk.world.now = lambda: pressed + timedelta(hours=1)
    body = await desk.call("answerCallbackQuery", callback_query_id=query.id)
    assert body["description"].startswith("Bad Request: query is too old")


@at_a_desk
async def test_a_toast_is_short(desk: Desk) -> None:
    await desk.says("Kies", [("A", "a")])
    await desk.call("answerCallbackQuery", callback_query_id=desk.anna.press("A").id, text="x" * 201)
    desk.expects("MESSAGE_TOO_LONG")


# --- what a bot tells of itself, and who is where -------------------------------------------------------------------

HELP = [{"command": "help", "description": "Wat kan ik hier?"}]
MENUS: list[tuple[dict[str, Any], str]] = [
    ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ({"commands": [{"command": "help", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ({"commands": [{"command": "help", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ({"commands": HELP * 101}, "expected an Array of BotCommand"),
    ({"commands": HELP, "language_code": "nl-NL"}, "invalid language code specified"),
    ({"commands": HELP, "scope": {"type": "everywhere"}}, "unsupported type specified"),
]


@pytest.mark.parametrize(("given", "words"), MENUS)
@at_a_desk
async def test_a_menu_has_limits(desk: Desk, given: dict[str, Any], words: str) -> None:
    assert words in (await desk.call("setMyCommands", **given))["description"]
    desk.expects(words)


@at_a_desk
async def test_there_is_a_menu_for_each_scope_and_language(desk: Desk) -> None:
    alone = {"scope": {"type": "all_private_chats"}}
    await desk.result("setMyCommands", commands=HELP, language_code="nl", **alone)
    assert await desk.result("getMyCommands", language_code="nl", **alone) == HELP
    assert await desk.result("getMyCommands", language_code="en", **alone) == []
    assert await desk.result("getMyCommands", language_code="nl") == []
    await desk.result("deleteMyCommands", language_code="nl", **alone)
    assert await desk.result("getMyCommands", language_code="nl", **alone) == []


@at_a_desk
async def test_a_description_is_kept_for_each_language(desk: Desk) -> None:
    await desk.result("setMyDescription", description="Hoi", language_code="nl")
    assert await desk.result("getMyDescription", language_code="nl") == {"description": "Hoi"}
    assert await desk.result("getMyDescription") == {"description": ""}
    await desk.call("setMyShortDescription", short_description="x" * 121)
    desk.expects("BOT_DESCRIPTION_TOO_LONG")


@at_a_desk
async def test_who_is_in_a_group(desk: Desk) -> None:
    bram, group = Person(desk.world, "Bram"), Group(desk.world, "HR", [desk.anna])
    chat = group.chat.id
    assert (await desk.call("getChat", chat_id=chat))["description"] == "Bad Request: chat not found"
    group.adds_bot(desk.anna)
    assert (await desk.result("getChat", chat_id=chat))["title"] == "HR"
    assert await desk.result("getChatMemberCount", chat_id=chat) == 2
    assert (await desk.result("getChatMember", chat_id=chat, user_id=desk.world.bot.id))["status"] == "member"
    assert (await desk.result("getChatMember", chat_id=chat, user_id=desk.anna.user.id))["status"] == "member"
    nobody = await desk.call("getChatMember", chat_id=chat, user_id=bram.user.id)
    assert nobody["description"] == "Bad Request: member not found"
    assert await desk.result("leaveChat", chat_id=chat)
    assert (await desk.result("getChatMember", chat_id=chat, user_id=desk.world.bot.id))["status"] == "left"
    assert (await desk.call("getChat", chat_id=chat))["error_code"] == 403
    assert (await desk.call("leaveChat", chat_id=desk.anna.chat.id))["error_code"] == 400
