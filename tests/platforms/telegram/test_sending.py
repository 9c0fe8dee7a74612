"""Questions and digests going out: whom Telegram refuses, what it holds, what it loses, and what moves."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.core.pacing import Pace
from bot.core.platform import Attachment, Button, Card, Outgoing, ReplyLost, SendFailed
from bot.flow.delivery import AT_ONCE
from bot.platforms.telegram import messages, sending
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account

from .faults import BAD_GATEWAY, LOST, SERVER_ERROR, Fault, failing, flooded
from .stage import ADMINS, BROUGHT, FETCHING, Stage, on_stage

Play = Callable[[Stage], Awaitable[None]]
THREE = ("anna", "bram", "chris")
A_WHILE = timedelta(seconds=30)  # after which a group, which takes a message every few seconds, takes another
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def play(folder: Path, scene: Play, *names: str, way: str = FETCHING) -> None:
    """A scene with these people, who have joined; the round opens in an hour."""

    async def whole() -> None:
        async with on_stage(folder, names or THREE, way) as stage:
            await scene(stage)

    asyncio.run(whole())


def rows(stage: Stage, kind: Kind) -> dict[str, OutgoingState]:
    """Address and state of every message of a kind."""
    with stage.klankbord.database.transaction(reading=True) as session:
        return {row.address: row.state for row in session.exec(select(OutgoingRow).where(OutgoingRow.kind == kind))}


def notices(stage: Stage) -> list[str]:
    """What admins were told."""
    with stage.klankbord.database.transaction(reading=True) as session:
        found = session.exec(select(OutgoingRow).where(OutgoingRow.kind == Kind.NOTICE).order_by(col(OutgoingRow.id)))
        return [line for row in found for line in row.lines]


async def to_the_digests(stage: Stage) -> None:
    """The round passes without an answer."""
    for moment in ("the round opens", "the round closes", "the digests go out"):
        await stage.moment(moment)


async def all_arrived(stage: Stage) -> None:
    """Whatever had to give way to another message to the same group is sent, too."""
    for _ in range(3):
        await stage.at(stage.town.clock.now + A_WHILE)


# --- questions -----------------------------------------------------------------------------------------------------


def test_who_blocked_the_bot_is_marked_once_and_the_others_are_asked(tmp_path: Path) -> None:
    """Also who deleted their account. They get no reminder; an admin is told of each, once."""

    async def scene(stage: Stage) -> None:
        stage.people["anna"].chat.bot = "kicked"  # without a word: blocked while nobody listened
        stage.people["bram"].deletes_account()
        for moment in ("the round opens", "the reminder goes out"):
            await stage.moment(moment)
        with stage.klankbord.database.transaction(reading=True) as session:
            found = {one.person: one.reachable for one in session.exec(select(Account))}
        assert found == {"anna": False, "bram": False, "chris": True}
        assert "Klankbord sluit" in await stage.read("chris")
        told = notices(stage)
        assert len(told) == 2
        assert all("niet meer te bereiken" in line for line in told)
        assert {"Reden: blocked." in line for line in told} == {True, False}
        tried = [call for call in stage.telegram.called("sendMessage") if call.values["chat_id"] in found]
        assert len(tried) <= 2

    play(tmp_path, scene)


def test_who_blocks_the_bot_in_mid_round_loses_nothing_for_the_others(tmp_path: Path) -> None:
    """What they had answered is destroyed at once, and the round goes on."""

    async def scene(stage: Stage) -> None:
        await stage.moment("the round opens")
        for name in ("anna", "bram"):
            await stage.taps(name, "Begin, 1 minuut > Geen van deze > HR > Verder > 2 matig > 4 goed")
        stage.people["anna"].blocks()
        await stage.settled()
        await stage.taps("bram", "Iets anders > Snelheid > Niets > Klaar")
        await stage.moment("the reminder goes out")
        assert "Dank je wel, Bram." in await stage.read("bram")
        assert "Klankbord sluit" not in await stage.read("anna")
        assert not notices(stage)

    play(tmp_path, scene)


@pytest.mark.parametrize("fault", [LOST, BAD_GATEWAY], ids=["lost", "proxy"])
def test_a_question_whose_answer_was_lost_is_repeated(tmp_path: Path, fault: Fault) -> None:
    """Better read twice than not at all; the others come once."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("sendMessage", fault)
        await stage.moment("the round opens")
        await stage.klankbord.send("telegram")
        await stage.klankbord.send("telegram")
        later = stage.town.clock.now.replace(minute=5)
        await stage.at(later)
        found = [stage.people[name].reads().count("ik ben Klankbord van") for name in THREE]
        assert sorted(found) == ([1, 1, 2] if fault is LOST else [1, 1, 1])
        assert set(rows(stage, Kind.INVITATION).values()) == {OutgoingState.SENT}

    play(tmp_path, scene)


def test_an_answer_of_no_brings_it_once(tmp_path: Path) -> None:
    """A server that says that it failed has not sent it."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("sendMessage", SERVER_ERROR)
        await stage.moment("the round opens")
        await stage.at(stage.town.clock.now.replace(minute=5))
        assert [stage.people[name].reads().count("ik ben Klankbord van") for name in THREE] == [1, 1, 1]

    play(tmp_path, scene)


def test_429_holds_the_whole_bot(tmp_path: Path) -> None:
    """Nothing is sent to anybody while Telegram wants to be left alone: the fake fails this test otherwise."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("sendMessage", flooded(2))
        began = time.monotonic()
        await stage.moment("the round opens")
        assert time.monotonic() - began >= 2
        assert [call.refused for call in stage.telegram.called("sendMessage") if call.refused] != []
        await stage.at(stage.town.clock.now.replace(minute=5))
        assert all("ik ben Klankbord van" in stage.people[name].reads() for name in many)

    many = [f"p{number}" for number in range(2 * AT_ONCE)]
    play(tmp_path, scene, *many)


def test_a_token_that_is_refused_is_nobodys_fault(tmp_path: Path) -> None:
    """Nobody is marked unreachable; the messages wait until there is a token that works."""

    async def scene(stage: Stage) -> None:
        token, stage.telegram.token = stage.telegram.token, "7000000001:another_token_than_the_one_that_is_"[:46]
        stage.town.clock.now = stage.town.times.opens_at
        await stage.klankbord.tick()
        await stage.klankbord.send("telegram")
        stage.telegram.token = token
        with stage.klankbord.database.transaction(reading=True) as session:
            assert all(one.reachable for one in session.exec(select(Account)))
        assert set(rows(stage, Kind.INVITATION).values()) == {OutgoingState.WAITING}

    play(tmp_path, scene)


# --- digests -------------------------------------------------------------------------------------------------------


def test_a_digest_goes_to_its_group(tmp_path: Path) -> None:
    """And nothing is asked there."""

    async def scene(stage: Stage) -> None:
        await to_the_digests(stage)
        assert "te weinig mensen" in await stage.read("#hr")
        assert stage.groups["hr"].newest.labels == []

    play(tmp_path, scene)


def test_a_digest_whose_answer_was_lost_is_not_repeated_and_an_admin_decides(tmp_path: Path) -> None:
    """With one button in the admin group; whoever is in that group may press it, and it is pressed once."""

    async def scene(stage: Stage) -> None:
        admins, anna = stage.groups[ADMINS], stage.people["anna"]
        for moment in ("the round opens", "the round closes"):
            await stage.moment(moment)
        stage.telegram.inject("sendMessage", LOST)
        await stage.moment("the digests go out")
        (doubtful,) = [a for a, state in rows(stage, Kind.DIGEST).items() if state is OutgoingState.UNKNOWN]
        await all_arrived(stage)
        group = next(one for one in stage.groups.values() if one.address == doubtful)
        (asked,) = [message for message in admins.chat.visible() if message.labels]
        assert asked.labels == ["Het staat er", "Stuur het opnieuw"]
        data = asked.now.markup["inline_keyboard"][0][1]["callback_data"]
        for _ in range(2):
            await anna.forges(data, asked).answered()
        await stage.settled()
        assert "gaat al opnieuw" in asked.text
        assert asked.labels == []
        await stage.klankbord.send("telegram")
        await anna.forges(data, asked).answered()
        await stage.settled()
        assert rows(stage, Kind.DIGEST)[doubtful] is OutgoingState.SENT
        assert len([m for m in group.chat.visible() if "te weinig mensen" in m.text]) == 2

    play(tmp_path, scene)


def test_every_question_to_admins_stays_until_it_is_answered(tmp_path: Path) -> None:
    """A second digest in doubt does not push the first one's buttons out of the group."""

    async def scene(stage: Stage) -> None:
        admins = stage.groups[ADMINS]
        for moment in ("the round opens", "the round closes"):
            await stage.moment(moment)
        stage.telegram.inject("sendMessage", LOST, LOST)
        await stage.moment("the digests go out")
        await all_arrived(stage)
        assert [bool(m.labels) for m in admins.chat.visible() if "aangekomen" in m.text] == [True, True]

    play(tmp_path, scene)


def test_the_card_of_another_round_stays(tmp_path: Path) -> None:
    """Two surveys may ask the same person at once; a reminder of one takes the place of its own card alone."""

    def card(invitation: str) -> Card:
        return Card(lines=("?",), steps=(Button("Begin", f"{invitation}:begin"),))

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        for number, invitation in enumerate(("aaaaaaaaaa", "bbbbbbbbbb", "bbbbbbbbbb")):
            await stage.platform.send(
                Outgoing(f"o{number}", anna.address, card=card(invitation), invitation=invitation)
            )
        await stage.settled()
        assert len([message for message in anna.chat.visible() if message.labels == ["Begin"]]) == 2

    play(tmp_path, scene)


def test_the_button_of_an_admin_works_in_the_admin_group_alone(tmp_path: Path) -> None:
    """Who copies what it says to another chat, or to a group of their own, decides nothing."""

    async def scene(stage: Stage) -> None:
        anna, hr, admins = stage.people["anna"], stage.groups["hr"], stage.groups[ADMINS]
        for moment in ("the round opens", "the round closes"):
            await stage.moment(moment)
        stage.telegram.inject("sendMessage", LOST)
        await stage.moment("the digests go out")
        await all_arrived(stage)
        (asked,) = [message for message in admins.chat.visible() if message.labels]
        data = asked.now.markup["inline_keyboard"][0][1]["callback_data"]
        anna.forges(data, hr.newest)
        anna.forges(data, anna.newest)
        await stage.settled()
        assert stage.refused == ["button", "button"]
        assert OutgoingState.UNKNOWN in rows(stage, Kind.DIGEST).values()

    play(tmp_path, scene)


@pytest.mark.parametrize("way", [FETCHING, BROUGHT])
@pytest.mark.parametrize("told", [True, False], ids=["told", "found out"])
def test_a_group_that_became_a_supergroup_is_followed(tmp_path: Path, way: str, told: bool) -> None:
    """Its digest arrives; an admin is told once of the address that the configuration needs."""

    async def scene(stage: Stage) -> None:
        hr = stage.groups["hr"]
        if not told:
            stage.telegram.updates.allowed = frozenset()
        old = hr.upgrades(stage.people["anna"])
        await to_the_digests(stage)
        await all_arrived(stage)
        assert "te weinig mensen" in await stage.read("#hr")
        moved = [line for line in notices(stage) if "nieuw adres" in line]
        assert len(moved) == 1
        assert f"telegram:{old.id}" in moved[0]
        assert f"telegram:{hr.address}" in moved[0]
        assert "nieuw adres" in await stage.read(f"#{ADMINS}")

    play(tmp_path, scene, way=way)


def test_admins_still_decide_after_their_group_moved(tmp_path: Path) -> None:
    """The configuration has the old address until they change it."""

    async def scene(stage: Stage) -> None:
        admins, anna = stage.groups[ADMINS], stage.people["anna"]
        for moment in ("the round opens", "the round closes"):
            await stage.moment(moment)
        admins.upgrades(anna)
        await stage.settled()
        await all_arrived(stage)
        stage.telegram.inject("sendMessage", LOST)
        await stage.moment("the digests go out")
        await all_arrived(stage)
        asked = next(m for m in admins.chat.visible() if m.labels)
        data = asked.now.markup["inline_keyboard"][0][0]["callback_data"]
        await anna.forges(data, asked).answered()
        await stage.settled()
        assert "Genoteerd" in asked.text
        assert OutgoingState.UNKNOWN not in rows(stage, Kind.DIGEST).values()

    play(tmp_path, scene)


# --- one message, straight to the adapter --------------------------------------------------------------------------


def digest(address: str, length: int = 200, *, details: tuple[str, ...] = ()) -> Outgoing:
    """With a picture."""

    async def content() -> bytes:
        return PNG

    picture = Attachment("Van een tot vijf: gekregen 3,7; nodig 4,2.", content)
    return Outgoing("digest:1:hr", address, ("**HR**", "x" * length), details, (picture,))


def test_a_short_digest_is_a_picture_with_its_text_below(tmp_path: Path) -> None:
    """One message, details folded."""

    async def scene(stage: Stage) -> None:
        hr = stage.groups["hr"]
        reference = await stage.platform.send(digest(hr.address, details=("Meer",)))
        assert reference == f"{hr.address}:{hr.newest.id}"
        assert hr.newest.photo == PNG
        assert hr.newest.text.startswith("HR\n\nxxx")
        assert hr.newest.text.endswith("Meer")

    play(tmp_path, scene)


def test_a_long_digest_is_a_text_and_its_picture_in_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text first: it is what must arrive; what the picture says stands below it."""
    monkeypatch.setattr(sending, "PACES", {"telegram": Pace()})

    async def scene(stage: Stage) -> None:
        hr = stage.groups["hr"]
        reference = await stage.platform.send(digest(hr.address, 1100))
        text, picture = [message for message in hr.chat.visible() if message.sender.is_bot]
        assert reference == f"{hr.address}:{text.id}"
        assert (text.photo, picture.photo) == (None, PNG)
        assert picture.reply_to is text
        assert picture.text == "Van een tot vijf: gekregen 3,7; nodig 4,2."

    play(tmp_path, scene)


NO_PICTURES = failing(400, "Bad Request: not enough rights to send photos to the chat")
REPAIRED = [NO_PICTURES, failing(400, "Bad Request: IMAGE_PROCESS_FAILED")]


@pytest.mark.parametrize("fault", REPAIRED, ids=["rights", "picture"])
def test_where_no_picture_is_taken_the_words_are(tmp_path: Path, fault: Fault) -> None:
    """A digest does not fail for its picture."""

    async def scene(stage: Stage) -> None:
        hr = stage.groups["hr"]
        stage.telegram.inject("sendPhoto", fault)
        await stage.platform.send(digest(hr.address))
        assert hr.newest.photo is None
        assert hr.newest.text.startswith("HR")

    play(tmp_path, scene)


@pytest.mark.parametrize("fault", [*REPAIRED, LOST, BAD_GATEWAY, flooded(1)])
def test_a_picture_that_fails_after_its_text_does_not_bring_the_text_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    """The digest has arrived by then."""
    monkeypatch.setattr(sending, "PACES", {"telegram": Pace()})

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("sendPhoto", fault)
        await stage.platform.send(digest(stage.groups["hr"].address, 1100))

    play(tmp_path, scene)


REFUSALS = [
    (failing(403, "Forbidden: bot was kicked from the supergroup chat"), "removed", True, False),
    (failing(403, "Forbidden: bot is not a member of the channel chat"), "removed", True, False),
    (failing(403, "Forbidden: the group chat was deleted"), "unknown", True, False),
    (failing(400, "Bad Request: chat not found"), "unknown", True, False),
    (failing(400, "Bad Request: not enough rights to send text messages to the chat"), "not_allowed", True, False),
    (failing(400, "Bad Request: need administrator rights in the channel chat"), "not_allowed", True, False),
    (failing(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), "not_allowed", True, False),
    (failing(400, "Bad Request: something new"), "telegram_badrequest", False, False),
    (failing(401, "Unauthorized"), "revoked", True, True),
    (SERVER_ERROR, "server_error", False, False),
]


@pytest.mark.parametrize(("fault", "reason", "permanent", "everywhere"), REFUSALS, ids=lambda one: str(one)[:40])
def test_a_refusal_in_words_that_all_platforms_share(
    tmp_path: Path, fault: Fault, reason: str, permanent: bool, everywhere: bool
) -> None:
    """Whether it is for good, and whether it is this group or everything; never Telegram's own words."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("sendMessage", fault)
        with pytest.raises(SendFailed) as failed:
            await stage.platform.send(Outgoing("o", stage.groups["hr"].address, ("geheim",)))
        assert (failed.value.reason, failed.value.permanent, failed.value.everywhere) == (reason, permanent, everywhere)
        assert "geheim" not in repr(failed.value)

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("address", "reason"), [("@klankbord", "public"), ("#hr", "unknown"), ("-12x", "unknown"), ("٣", "unknown")]
)
def test_an_address_that_is_no_chat_is_refused(tmp_path: Path, address: str, reason: str) -> None:
    """A name is of something that anybody can read."""

    async def scene(stage: Stage) -> None:
        with pytest.raises(SendFailed) as failed:
            await stage.platform.send(Outgoing("o", address, ("x",)))
        assert (failed.value.reason, failed.value.permanent) == (reason, True)

    play(tmp_path, scene)


@pytest.mark.parametrize("fault", [LOST, BAD_GATEWAY])
def test_a_lost_reply_is_said_to_be_lost(tmp_path: Path, fault: Fault) -> None:
    """What a proxy says tells nothing of what was done behind it."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("sendMessage", fault)
        with pytest.raises(ReplyLost):
            await stage.platform.send(Outgoing("o", stage.groups["hr"].address, ("x",)))

    play(tmp_path, scene)


@pytest.mark.parametrize("fault", [LOST, BAD_GATEWAY])
def test_a_lost_reply_before_anything_was_sent_is_a_failure(tmp_path: Path, fault: Fault) -> None:
    """Whether the group is public was not told: the digest is certainly not there."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("getChat", fault)
        with pytest.raises(SendFailed) as failed:
            await stage.platform.send(Outgoing("o", stage.groups["hr"].address, ("x",)))
        assert not failed.value.permanent

    play(tmp_path, scene)


def test_where_nobody_listens_nothing_was_sent(tmp_path: Path) -> None:
    """A connection that is never made is a failure, and no doubt."""

    async def scene(stage: Stage) -> None:
        stage.platform._api.bot._base_url = "http://127.0.0.1:9/bot"
        with pytest.raises(SendFailed) as failed:
            await stage.platform.send(Outgoing("o", stage.people["anna"].address, ("x",)))
        assert not failed.value.permanent

    play(tmp_path, scene)


def test_a_long_text_to_a_group_is_cut_and_not_refused(tmp_path: Path) -> None:
    """There is no digest so long; a notice might be."""

    async def scene(stage: Stage) -> None:
        hr = stage.groups["hr"]
        await stage.platform.send(Outgoing("o", hr.address, ("x" * 5000,)))
        assert len(hr.newest.text) == messages.LONGEST_TEXT

    play(tmp_path, scene)
