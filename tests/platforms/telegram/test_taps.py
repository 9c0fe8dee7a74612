"""What people do in their private chats, and what they see: one card, edited in place, whatever comes twice or late."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.platforms.telegram import polling, screen
from bot.store import inbox
from bot.store.ballots import SealedBallot
from bot.store.people import Account

from .faults import BAD_GATEWAY, LOST, SERVER_ERROR, flooded
from .people import Person
from .stage import BROUGHT, FETCHING, Stage, on_stage
from .updates import FIRST
from .world import Call

Play = Callable[[Stage], Awaitable[None]]

TO_THE_SCALE = "Begin, 1 minuut > Geen van deze > HR > Verder"


def play(folder: Path, scene: Play, *names: str, way: str = FETCHING) -> None:
    """A scene with these people, who have a card before them."""

    async def whole() -> None:
        async with on_stage(folder, names or ("anna",), way) as stage:
            await stage.moment("the round opens")
            await scene(stage)

    asyncio.run(whole())


def cards(person: Person) -> int:
    """How many messages of the bot have buttons."""
    return sum(bool(message.labels) for message in person.chat.visible())


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_a_card_is_one_message_that_changes(tmp_path: Path, way: str) -> None:
    """From the first question to the thanks; nothing that was answered stands in it, nor ever did in a message."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        card = anna.newest
        await stage.taps("anna", f"{TO_THE_SCALE} > 2 matig > 4 goed > Iets anders > Snelheid > Niets > Klaar")
        assert "Dank je wel, Anna." in card.text
        assert anna.newest is card
        assert len(card.versions) > 8
        assert not re.search("matig|HR|Snelheid", await stage.read("anna"))

    play(tmp_path, scene, way=way)


def test_each_button_of_a_choice_of_several_sets_it_on_or_off(tmp_path: Path) -> None:
    """A double tap of the same button, from two impatient fingers, leaves it on."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await stage.taps("anna", "Begin, 1 minuut > Geen van deze")
        for query in (anna.press("⬜ HR"), anna.press("⬜ HR")):
            await query.answered()
        await stage.settled()
        assert "✅ HR" in anna.newest.labels
        await stage.tap("anna", "✅ HR")
        assert "⬜ HR" in anna.newest.labels

    play(tmp_path, scene)


def test_a_double_tap_answers_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The second one shows the card as it is, and does not answer the next one. That nothing changed is no error."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await stage.taps("anna", TO_THE_SCALE)
        for query in (anna.press("4 goed"), anna.press("4 goed")):
            await query.answered()
        await stage.settled()
        assert "En hoe goed moest het zijn" in anna.newest.text
        await stage.tap("anna", "4 goed")
        assert "Waar ging het vooral over?" in anna.newest.text
        assert any(call.refused is not None for call in stage.telegram.called("editMessageText"))

    play(tmp_path, scene)
    assert "not drawn" not in caplog.text


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_the_same_update_twice_takes_effect_once(tmp_path: Path, way: str) -> None:
    """Also long after, when the answer was changed since: an old update does not bring the old answer back."""

    async def scene(stage: Stage) -> None:
        await stage.taps("anna", f"{TO_THE_SCALE} > 2 matig")
        (old,) = [update for update in stage.telegram.updates.fetched if update.kind == "callback_query"][-1:]
        await stage.taps("anna", "Terug > 5 uitstekend > 4 goed")
        stage.telegram.updates.repeat(old)
        await stage.ask("anna", "antwoorden")
        assert "Gekregen: 5 uitstekend" in await stage.read("anna")
        assert stage.refused == []

    play(tmp_path, scene, way=way)


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_updates_in_another_order_lead_to_the_same(tmp_path: Path, way: str) -> None:
    """Two ticks that overtake each other are both on."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await stage.taps("anna", "Begin, 1 minuut > Geen van deze")
        with stage.telegram.updates.held_back() as back:
            for label in ("⬜ HR", "⬜ ICT", "⬜ Inkoop"):
                anna.press(label)
            back.reverse()
        await stage.settled()
        assert {"✅ HR", "✅ ICT", "✅ Inkoop"} <= set(anna.newest.labels)

    play(tmp_path, scene, way=way)


@pytest.mark.parametrize("number", [1_000, FIRST - 1, FIRST + 1])
def test_numbering_that_begins_anew_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """After a quiet week the next update may have a lower number than the last, also one that was used before; and it
    may come while nobody is fetching.
    """
    monkeypatch.setattr(polling, "FETCHING", 1)

    async def scene(stage: Stage) -> None:
        await stage.taps("anna", "Begin, 1 minuut")
        await until(stage, lambda calls: len(calls) > 2)  # a quiet week
        stage.telegram.inject("getUpdates", SERVER_ERROR)
        await until(stage, lambda calls: any(call.refused for call in calls))
        await stage.klankbord.database.write(inbox.forget, stage.town.clock.now.date() + timedelta(days=7))
        stage.telegram.updates.restart(number)
        await stage.taps("anna", "Geen van deze > HR > Verder")
        assert "Hoe goed heeft HR je geholpen?" in await stage.read("anna")

    async def until(stage: Stage, happened: Callable[[list[Call]], bool]) -> None:
        before, end = len(stage.telegram.called("getUpdates")), time.monotonic() + 20
        while not happened(stage.telegram.called("getUpdates")[before:]):
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    play(tmp_path, scene)


def test_a_button_that_is_pressed_late_is_heard_all_the_same(tmp_path: Path) -> None:
    """Its answer comes too late for the app, which harms nobody."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        real = stage.telegram.now
        query = anna.press("Begin, 1 minuut")
        stage.telegram.now = lambda: real() + timedelta(minutes=2)
        await anna.sees("Bij welke afdeling werk je zelf?")
        await stage.settled()
        assert query.answer is None

    play(tmp_path, scene)


def test_every_button_that_is_pressed_is_answered(tmp_path: Path) -> None:
    """No app goes on waiting, whatever was pressed."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await stage.taps("anna", f"{TO_THE_SCALE} > Wie ziet dit? > Terug naar mijn kaart")
        anna.forges("nonsense", anna.newest)
        await stage.settled()
        assert stage.telegram.unanswered() == []

    play(tmp_path, scene)


# --- forged and foreign buttons ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
def test_a_forged_button_does_nothing_and_is_counted(tmp_path: Path, way: str) -> None:
    """An instruction as it is written inside, one sign changed, and somebody else's button."""

    async def scene(stage: Stage) -> None:
        anna, bram = stage.people["anna"], stage.people["bram"]
        await stage.taps("anna", TO_THE_SCALE)
        before, row = anna.newest.shown(), ballots(stage)
        data = anna.newest.now.markup["inline_keyboard"][0][0]["callback_data"]
        others = bram.newest.now.markup["inline_keyboard"][0][0]["callback_data"]
        forged = [
            "0:stop!",
            "0:resend:digest:1:hr",
            data[:-1] + ("a" if data[-1] != "a" else "b"),
            others,
            data.upper(),
        ]
        for one in forged:
            anna.forges(one, anna.newest)
        bram.forges(data, bram.newest)
        await stage.settled()
        assert stage.refused == ["button"] * (len(forged) + 1)
        assert (anna.newest.shown(), ballots(stage)) == (before, row)

    play(tmp_path, scene, "anna", "bram", way=way)


def ballots(stage: Stage) -> list[bytes]:
    """What is sealed now."""
    with stage.klankbord.database.transaction(reading=True) as session:
        return [one.sealed for one in session.exec(select(SealedBallot).order_by(SealedBallot.invitation))]


def test_the_button_of_a_group_below_which_somebody_else_taps_it(tmp_path: Path) -> None:
    """A button of Anna's chat that is sent from a group is none of that group's."""

    async def scene(stage: Stage) -> None:
        anna, group = stage.people["anna"], stage.groups["hr"]
        group.writes(anna, "/help")
        await group.sees("privéchat")
        anna.forges(anna.newest.now.markup["inline_keyboard"][0][0]["callback_data"], group.newest)
        await stage.settled()
        assert stage.refused == ["button"]

    play(tmp_path, scene)


def test_who_was_removed_is_not_heard(tmp_path: Path) -> None:
    """Their old card says so when it is tapped, and moves nothing."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        with stage.klankbord.database.transaction() as session:
            session.delete(session.exec(select(Account)).one())
        answer = await anna.presses("Begin, 1 minuut")
        assert "/start" in answer.text
        anna.starts()
        await anna.sees("Ik weet nog niet wie je bent")

    play(tmp_path, scene)


# --- words ---------------------------------------------------------------------------------------------------------


async def to_the_tip(stage: Stage) -> None:
    """Anna is asked for a tip."""
    await stage.taps("anna", f"{TO_THE_SCALE} > 2 matig > 4 goed > Iets anders > Snelheid > Niets > Tip voor HR")


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
@pytest.mark.parametrize("replying", [True, False])
def test_typed_words_are_heard_and_taken_out_of_the_chat(tmp_path: Path, way: str, replying: bool) -> None:
    """In reply to the card or just so: its effect is stored, the card shows it, and the words are gone."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await to_the_tip(stage)
        card = anna.newest
        assert "Telegram zelf heeft hem dan wel gezien" in card.text
        typed = anna.replies("Bel me op 06-12345678.") if replying else anna.writes("Bel me op 06-12345678.")
        await anna.sees("Zo bewaar ik het")
        await stage.settled()
        assert typed.deleted
        assert anna.newest is card
        assert "06-12345678" not in await stage.read("anna")
        await stage.taps("anna", "Versturen > Klaar")
        assert "Bel me" not in await stage.read("anna")

    play(tmp_path, scene, way=way)


def test_a_reply_is_for_the_card_that_it_replies_to(tmp_path: Path) -> None:
    """Whoever has gone on meanwhile does not send their tip to somebody else."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await to_the_tip(stage)
        with stage.telegram.updates.held_back() as back:
            anna.replies("Voor HR")
            anna.press("Terug")
            back.reverse()
        await anna.sees("Die knop hoort bij een eerdere vraag")
        assert "Voor HR" not in await stage.read("anna")

    play(tmp_path, scene)


def test_the_button_at_the_place_to_type_says_how(tmp_path: Path) -> None:
    """It changes nothing."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await to_the_tip(stage)
        before = anna.newest.shown()
        answer = await anna.presses("✏️ Jouw tip")
        assert answer.text == "Typ je tekst hieronder en verstuur hem."
        await stage.settled()
        assert anna.newest.shown() == before

    play(tmp_path, scene)


def test_a_draft_can_be_copied_and_changed(tmp_path: Path) -> None:
    """An app cannot be made to show it in its own line."""

    async def scene(stage: Stage) -> None:
        await to_the_tip(stage)
        await stage.type("anna", "Te traag")
        await stage.tap("anna", "Aanpassen")
        assert "Te traag" in await stage.read("anna")
        await stage.type("anna", "Graag sneller")
        await stage.tap("anna", "Versturen")
        await stage.ask("anna", "antwoorden")
        assert "Graag sneller" in await stage.read("anna")

    play(tmp_path, scene)


@pytest.mark.parametrize("fault", [LOST, BAD_GATEWAY, flooded(1)])
def test_words_are_erased_though_telegram_fails_first(tmp_path: Path, fault: object) -> None:
    """It is tried again."""

    async def scene(stage: Stage) -> None:
        await to_the_tip(stage)
        stage.telegram.inject("deleteMessage", fault)  # type: ignore[arg-type]
        typed = stage.people["anna"].replies("Te traag")
        await stage.settled()
        assert typed.deleted

    play(tmp_path, scene)


def test_what_is_no_word_of_ones_own_is_not_heard(tmp_path: Path) -> None:
    """What was changed afterwards, and what is no text; whoever sends it is told."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await to_the_tip(stage)
        before = ballots(stage)
        anna.edits(anna.writes("hulp"), "geheim")
        await stage.settled()
        assert "edited_message" in stage.telegram.updates.unwanted
        assert "geheim" not in anna.newest.text
        del before

    play(tmp_path, scene)


# --- commands ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/start", "ik ben Klankbord van"),
        ("/help", "Vragen?"),
        ("/department ict", "ICT"),
        ("/department", "Waarover wil je meer weten?"),
        ("/pause", "Hoe lang zal ik je met rust laten?"),
        ("/privacy", "De afdeling ziet:"),
        ("/stop", "Wil je helemaal niet meer meedoen?"),
        ("/HELP", "Vragen?"),
        ("/help@klankbord_test_bot", "Vragen?"),
        ("hulp", "Vragen?"),
        ("Hulp!", "Vragen?"),
        ("/boerenkool", "Hoi Anna, ik ben Klankbord"),
        ("boerenkool met worst", "Hoi Anna, ik ben Klankbord"),
    ],
)
def test_a_command_is_answered_in_its_place(tmp_path: Path, command: str, words: str) -> None:
    """With a card of its own. The one before it goes, so that there are not two to choose from; so do the words, which
    may name a department.
    """

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        first, before = anna.newest, cards(anna)
        typed = anna.writes(command)
        await stage.settled()
        assert words in anna.newest.text
        assert anna.newest is not first
        assert first.deleted
        assert typed.deleted
        assert cards(anna) == before
        assert stage.refused == []

    play(tmp_path, scene)


def test_a_card_that_is_too_old_to_go_says_where_the_new_one_is(tmp_path: Path) -> None:
    """A bot may take back what it said within two days."""

    async def scene(stage: Stage) -> None:
        anna, real = stage.people["anna"], stage.telegram.now
        first = anna.newest
        stage.telegram.now = lambda: real() + timedelta(days=3)
        anna.writes("/help")
        await stage.settled()
        assert first.text == "Je kaart staat hieronder."
        assert first.labels == []

    play(tmp_path, scene)


def test_the_menu_is_in_two_languages_and_for_private_chats_alone(tmp_path: Path) -> None:
    """Ours first for who speaks neither; in groups there is nothing to ask."""

    async def scene(stage: Stage) -> None:
        menus = stage.telegram.commands
        private = '{"type": "all_private_chats"}'
        assert set(menus) == {(private, ""), (private, "en")}
        names = [command["command"] for command in menus[private, ""]]
        assert names == ["feedback", "where", "department", "pause", "privacy", "forget", "stop", "help"]
        assert menus[private, ""][0]["description"] == "Geef feedback over een afdeling"
        assert menus[private, "en"][0]["description"] == "Give feedback on a department"

    play(tmp_path, scene)


def test_who_asks_and_asks_keeps_the_pace_of_the_chat(tmp_path: Path) -> None:
    """However many commands come at once; the last one is answered."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        for _ in range(20):
            anna.writes("/help")
        anna.writes("/pause")
        await anna.sees("Hoe lang zal ik je met rust laten?")
        assert len(stage.telegram.called("sendMessage")) < 10

    play(tmp_path, scene)


# --- what does not stay --------------------------------------------------------------------------------------------


def test_answers_that_were_looked_at_are_put_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some minutes, when whoever looked did not go back: a chat is no place to keep them."""
    monkeypatch.setattr(screen, "APART", 0.2)

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        await stage.taps("anna", f"{TO_THE_SCALE} > 2 matig > 4 goed > Iets anders > Snelheid > Niets > Klaar")
        await anna.presses("Mijn antwoorden")
        await anna.sees("Gekregen: 2 matig")
        await anna.sees("Dank je wel, Anna.")
        assert "matig" not in await stage.read("anna")

    play(tmp_path, scene)


def test_a_place_of_the_conversation_stays_however_long_somebody_thinks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tip takes time."""
    monkeypatch.setattr(screen, "APART", 0.05)

    async def scene(stage: Stage) -> None:
        await to_the_tip(stage)
        for _ in range(3):
            await asyncio.sleep(0.1)
            assert "Noem geen namen" in await stage.read("anna")

    play(tmp_path, scene)


# --- when Telegram fails -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [LOST, BAD_GATEWAY, flooded(1)])
def test_a_card_that_could_not_be_drawn_is_drawn_again(tmp_path: Path, fault: object) -> None:
    """An edit may be done twice: it is not modified then."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        before = cards(anna)
        stage.telegram.inject("editMessageText", fault)  # type: ignore[arg-type]
        anna.press("Begin, 1 minuut")
        await anna.sees("Bij welke afdeling werk je zelf?")
        await stage.settled()
        assert cards(anna) == before

    play(tmp_path, scene)


def test_a_card_that_is_gone_comes_anew(tmp_path: Path) -> None:
    """Somebody deleted the message that they have just tapped."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        card = anna.newest
        with stage.telegram.updates.held_back():
            anna.press("Begin, 1 minuut")
            card.deleted = stage.telegram.now()
        await anna.sees("Bij welke afdeling werk je zelf?")
        assert anna.newest is not card

    play(tmp_path, scene)
