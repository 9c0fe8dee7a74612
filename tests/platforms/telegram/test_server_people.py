"""What people do and see on the fake."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from .desk import Desk, at_a_desk, send_photo
from .world import Answer


@at_a_desk
async def test_what_somebody_reads_is_what_is_there_and_telegram_keeps_the_rest(desk: Desk) -> None:
    chat = desk.anna.chat.id
    number = await desk.says("Hoi Anna", [("Begin", "a"), ("Later", "b")], [("Stop", "c")])
    assert desk.anna.reads() == "/start\n\nHoi Anna\n[Begin] [Later]\n[Stop]"
    await desk.result("editMessageText", chat_id=chat, message_id=number, text="Dank je wel")
    await desk.result("deleteMessage", chat_id=chat, message_id=1)
    assert desk.anna.reads() == "Dank je wel"
    assert desk.anna.chat.kept() == "/start\n\nHoi Anna\n[Begin] [Later]\n[Stop]\n\nDank je wel"
    assert [message.deleted is None for message in desk.anna.chat.messages] == [False, True]
    await send_photo(desk, chat, caption="Grafiek")
    assert desk.anna.newest.shown() == "(picture) Grafiek"


@at_a_desk
async def test_a_button_is_found_by_its_label_or_the_beginning_of_it(desk: Desk) -> None:
    await desk.says("Eerst", [("Later", "old"), ("Toch", "first")])
    await desk.says("Nu", [("Begin, 1 minuut", "begin"), ("Later", "later"), ("Later vandaag", "today")])
    assert desk.anna.press("Begin").data == "begin"
    assert desk.anna.press("Later").data == "later"
    assert desk.anna.press("Later v").data == "today"
    assert desk.anna.press("Toch").data == "first"
    assert desk.anna.press("Later", desk.anna.chat.message(2)).data == "old"
    for label in ("Stop", "La"):
        with pytest.raises(AssertionError, match=f"Anna has no '{label}' to press"):
            desk.anna.press(label, desk.anna.newest)


@at_a_desk
async def test_somebody_waits_for_the_toast(desk: Desk) -> None:
    await desk.says("Kies", [("A", "a")])
    coming = asyncio.create_task(desk.anna.presses("A"))
    await asyncio.sleep(0)
    (update,) = await desk.updates()
    await desk.result("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Goed zo")
    assert await coming == Answer("Goed zo")
    assert update["callback_query"]["data"] == "a"


@at_a_desk
async def test_somebody_waits_for_words(desk: Desk) -> None:
    coming = asyncio.create_task(desk.anna.sees("Begin"))
    await desk.says("Kies", [("Begin", "a")])
    assert await coming == "/start\n\nKies\n[Begin]"
    with pytest.raises(AssertionError, match="no 'Einde' in:"):
        await desk.anna.sees("Einde", patience=0.05)


@at_a_desk
async def test_a_forged_button_sends_what_it_likes(desk: Desk) -> None:
    await desk.says("Kies", [("A", "a")])
    desk.anna.forges("of everybody", desk.anna.newest)
    (update,) = await desk.updates()
    assert update["callback_query"]["data"] == "of everybody"
    assert update["callback_query"]["message"]["message_id"] == desk.anna.newest.id


@at_a_desk
async def test_who_blocks_the_bot_is_heard_of_and_can_come_back(desk: Desk) -> None:
    desk.anna.blocks()
    with pytest.raises(AssertionError, match="has blocked the bot"):
        desk.anna.writes("Hoi")
    desk.anna.starts("token")
    blocked, unblocked, message = await desk.updates()
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert message["message"]["text"] == "/start token"
    assert await desk.says()


@at_a_desk
async def test_a_reply_tells_what_it_replies_to(desk: Desk) -> None:
    """Written as of a moment that the test has set."""
    moment = datetime(2026, 9, 1, 12, tzinfo=UTC)
    desk.world.now = lambda: moment
    number = await desk.says("Wat mist er?")
    written = desk.anna.replies("Tijd")
    desk.world.now = lambda: moment + timedelta(minutes=1)
    desk.anna.edits(written, "Meer tijd")
    reply, edited = (next(value for key, value in one.items() if key != "update_id") for one in await desk.updates())
    assert reply["reply_to_message"]["message_id"] == number
    assert (reply["text"], edited["text"]) == ("Tijd", "Meer tijd")
    assert edited["edit_date"] == reply["date"] + 60
