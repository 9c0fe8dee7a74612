"""What Telegram tells, one kind after another: what somebody did, or none of our business. Nothing that came shows."""

from typing import Any

import pytest
from telegram import Update

from bot.platforms.telegram.updates import (
    Added,
    Back,
    Commanded,
    Gone,
    Happening,
    InGroup,
    Pressed,
    Upgraded,
    Wordless,
    Wrote,
    read,
)
from config.words import Language

NAME = "klankbord_bot"
ME, HR, NEWS = 4_503_599_627_000_001, -1_002_000_000_001, -1_003_000_000_001
ANNA = {"id": ME, "is_bot": False, "first_name": "Anna", "language_code": "en-GB"}
BOT = {"id": 7, "is_bot": True, "first_name": "Klankbord", "username": NAME}
PRIVATE = {"id": ME, "type": "private", "first_name": "Anna"}
GROUP = {"id": HR, "type": "supergroup", "title": "HR"}
CHANNEL = {"id": NEWS, "type": "channel", "title": "Nieuws"}
KEYBOARD = {"inline_keyboard": [[{"text": "✏️", "callback_data": "a"}], [{"text": "x", "url": "https://x.nl"}]]}


def heard(kind: str, **payload: Any) -> Happening | None:
    update = Update.de_json({"update_id": 9, kind: payload}, None)
    return read(update, NAME)


def message(chat: dict[str, Any] = PRIVATE, sender: dict[str, Any] | None = ANNA, **more: Any) -> Happening | None:
    return heard("message", message_id=5, date=0, chat=chat, **({"from": sender} if sender else {}), **more)


EN: Language = "en"
WHERE = ("9", ME, EN, "en-GB")


def test_words() -> None:
    """With what they reply to, and what its buttons say."""
    assert message(text="hallo") == Wrote(*WHERE, 5, "hallo")
    card = {"message_id": 4, "date": 0, "chat": PRIVATE, "from": BOT, "text": "?", "reply_markup": KEYBOARD}
    assert message(text="hallo", reply_to_message=card) == Wrote(*WHERE, 5, "hallo", 4, ("a",))


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("/start", "start", ""),
        ("/start abc-_123", "start", "abc-_123"),
        ("/Department  Interne zaken ", "department", "Interne zaken"),
        ("/help@klankbord_bot", "help", ""),
        ("/help@another_bot", "help", ""),
        ("/feedback\nhr", "feedback", "hr"),
    ],
)
def test_commands(text: str, word: str, rest: str) -> None:
    """In a private chat there is one bot that they can be for."""
    assert message(text=text) == Commanded(*WHERE, 5, word, rest)


@pytest.mark.parametrize("text", ["/", "//help", "/ help", "help", "and/or", f"/{'x' * 33}"])
def test_what_is_no_command_is_words(text: str) -> None:
    """As Telegram itself has it."""
    assert isinstance(message(text=text), Wrote)


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "caption": "geheim"},
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
        {"text": "geheim", "forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": "x"}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": PRIVATE, "text": "x"}},
    ],
)
def test_what_is_no_word_of_their_own(content: dict[str, Any]) -> None:
    """Pictures, voices, and what somebody else said."""
    assert message(**content) == Wordless(*WHERE)


def test_buttons() -> None:
    """Also below a message that is too old to be shown, and in a group."""
    query = {"id": "q", "from": ANNA, "chat_instance": "1", "data": "x"}
    shown = {"message_id": 4, "date": 1, "chat": PRIVATE, "from": BOT, "text": "?"}
    pressed = Pressed(*WHERE, ME, 4, "q", "x")
    assert heard("callback_query", **query, message=shown) == pressed
    assert heard("callback_query", **query, message={"message_id": 4, "date": 0, "chat": PRIVATE}) == pressed
    found = heard("callback_query", **query, message={**shown, "chat": GROUP})
    assert found == Pressed("9", HR, EN, "en-GB", ME, 4, "q", "x")


@pytest.mark.parametrize(
    "query",
    [
        {"id": "q", "from": ANNA, "chat_instance": "1", "data": "x", "inline_message_id": "1"},
        {"id": "q", "from": ANNA, "chat_instance": "1", "game_short_name": "x",
         "message": {"message_id": 4, "date": 1, "chat": PRIVATE}},
    ],
)  # fmt: skip
def test_buttons_that_are_not_ours(query: dict[str, Any]) -> None:
    """Below a message that was forwarded by inline mode, and of a game."""
    assert heard("callback_query", **query) is None


def standing(chat: dict[str, Any], old: str, new: str) -> Happening | None:
    def member(status: str) -> dict[str, Any]:
        extra = {"until_date": 0} if status == "kicked" else {}
        rights = dict.fromkeys(
            (
                *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
                *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
                *("can_post_stories", "can_edit_stories", "can_delete_stories"),
            ),
            True,
        )
        return {"user": BOT, "status": status, **extra, **(rights if status == "administrator" else {})}

    return heard(
        "my_chat_member", chat=chat, date=0, **{"from": ANNA}, old_chat_member=member(old), new_chat_member=member(new)
    )


def test_coming_and_going() -> None:
    """Of the bot: in a private chat that is somebody who blocks it, in a group somebody who adds it."""
    assert standing(PRIVATE, "member", "kicked") == Gone(*WHERE)
    assert standing(PRIVATE, "kicked", "member") == Back(*WHERE)
    where = ("9", HR, EN, "en-GB")
    assert standing(GROUP, "left", "member") == Added(*where)
    assert standing(GROUP, "left", "administrator") == Added(*where)
    assert standing(GROUP, "member", "administrator") is None
    assert standing(GROUP, "member", "kicked") is None
    assert standing(CHANNEL, "left", "administrator") == Added("9", NEWS, EN, "en-GB")


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("/help", True),
        ("/help@Klankbord_Bot", True),
        ("/help@another_bot", False),
        ("hallo", False),
        ("hr /help", False),
    ],
)
def test_in_a_group_only_commands_for_us(text: str, ours: bool) -> None:
    """Whatever else is said there is not looked at, also where the bot can read it."""
    found = message(GROUP, text=text)
    assert found == (InGroup("9", HR, EN, "en-GB") if ours else None)


def test_a_group_that_moves() -> None:
    """It says where to; the new one, which says where from, tells nothing more."""
    assert message(GROUP, migrate_to_chat_id=-100) == Upgraded("9", HR, EN, "en-GB", -100)
    assert message(GROUP, migrate_from_chat_id=-1) is None


@pytest.mark.parametrize(
    ("chat", "sender"), [(PRIVATE, BOT), (PRIVATE, None), (GROUP, BOT), (CHANNEL, None), (CHANNEL, ANNA)]
)
def test_what_no_person_wrote_to_us(chat: dict[str, Any], sender: dict[str, Any] | None) -> None:
    """Bots, and posts in channels."""
    assert message(chat, sender, text="/help") is None


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post", "business_message"])
def test_what_was_not_asked_for_does_nothing(kind: str) -> None:
    """Should it come all the same."""
    payload = {"message_id": 5, "date": 0, "edit_date": 1, "chat": PRIVATE, "from": ANNA, "text": "/help"}
    assert heard(kind, **payload) is None


@pytest.mark.parametrize(
    ("code", "language"), [("nl", "nl"), ("en-GB", "en"), ("EN", "en"), ("pl", "nl"), (None, "nl")]
)
def test_the_language_of_the_app(code: str | None, language: str) -> None:
    """Ours first, where it is none that we speak."""
    sender = {key: value for key, value in {**ANNA, "language_code": code}.items() if value is not None}
    found = message(PRIVATE, sender, text="x")
    assert found is not None
    assert found.language == language


def test_nothing_that_was_said_shows_in_a_repr() -> None:
    """Of whatever was heard."""
    query = {"id": "q", "from": ANNA, "chat_instance": "1", "data": "geheim"}
    shown = {"message_id": 4, "date": 1, "chat": PRIVATE, "from": BOT, "text": "?"}
    for found in (
        message(text="geheim"),
        message(text="/start geheim"),
        heard("callback_query", **query, message=shown),
    ):
        assert found is not None
        assert "geheim" not in repr(found)
