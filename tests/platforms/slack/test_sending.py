"""Messages to people and channels over real HTTP: each is there once, whole, whatever breaks on the way."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.core.platform import Outgoing, Refusal, ReplyLost, SendFailed
from bot.platforms.slack.sending import opaque
from tests.platforms.slack.faults import Kind
from tests.platforms.slack.mail import ALT, HR, PNG, PostOffice, digest, post_office, question

WHOLE = (1, 1, 1)  # first posts, posts with details, pictures


async def until(ready: Callable[[], bool]) -> None:
    """Looked at between any two steps of this process, of which the fake is a part."""
    async with asyncio.timeout(10):
        while not ready():  # noqa: ASYNC110  nothing tells a test
            await asyncio.sleep(0)


async def delivered(office: PostOffice, outgoing: Outgoing) -> str:
    """As delivery does with what is in doubt: looked up, and sent where it is not there whole."""
    sending = office.begins_anew()
    return await sending.look_up(bare(outgoing)) or await sending.send(outgoing)


def bare(outgoing: Outgoing) -> Outgoing:
    """What delivery knows of a message in doubt."""
    return Outgoing(outgoing.id, outgoing.address, invitation=outgoing.invitation)


# --- to a person -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["UANNA", "W0123"])
def test_a_question(user: str) -> None:
    """One post in the chat with this person, also in an Enterprise; the reference is of the chat, not of the person."""

    async def walk() -> None:
        async with post_office() as office:
            office.workspace.user(user, "Somebody")
            reference = await office.sending.send(question(user))
            (post,) = office.posts(f"D{user[1:]}")
            assert reference == f"D{user[1:]}:{post.ts}"
            assert "HR" in json.dumps(post.blocks)
            assert post.metadata == {"event_type": "klankbord", "event_payload": {"id": opaque("i-1:invitation")}}
            assert await office.begins_anew().look_up(bare(question(user))) == reference

    asyncio.run(walk())


def test_what_was_lost_on_the_way_back_is_found() -> None:
    """Slack took it, the answer broke off: it is there, and another message is not."""

    async def walk() -> None:
        async with post_office() as office:
            office.workspace.fails("chat.postMessage", "lost")
            with pytest.raises(ReplyLost):
                await office.sending.send(question())
            assert await delivered(office, question()) == f"DANNA:{office.posts('DANNA')[0].ts}"
            assert len(office.posts("DANNA")) == 1
            assert await office.sending.look_up(bare(question(cause="i-2:invitation"))) is None

    asyncio.run(walk())


@pytest.mark.parametrize(
    ("code", "permanent", "everywhere"),
    [
        ("channel_not_found", True, False),
        ("user_disabled", True, False),
        ("account_inactive", True, False),  # of this person: our token still works
        ("restricted_action", False, False),
        ("invalid_blocks", False, False),
        ("missing_scope", True, True),
        ("messages_tab_disabled", True, True),
    ],
)
def test_who_cannot_be_reached(code: str, permanent: bool, everywhere: bool) -> None:
    """Only where it is they who cannot be reached; never for a mistake of ours, of the app or of the workspace."""

    async def walk() -> None:
        async with post_office() as office:
            office.workspace.fails("chat.postMessage", "error", code)
            with pytest.raises(SendFailed) as failed:
                await office.sending.send(question())
            assert (failed.value.permanent, failed.value.everywhere) == (permanent, everywhere)

    asyncio.run(walk())


def test_a_revoked_token_is_about_everybody() -> None:
    """The person has nothing to do with it."""

    async def walk() -> None:
        async with post_office() as office:
            office.workspace.token = "xoxb-another"
            for outgoing in (question(), digest()):
                with pytest.raises(SendFailed) as failed:
                    await office.sending.send(outgoing)
                error = failed.value
                assert (error.reason, error.permanent, error.everywhere) == (Refusal.REVOKED, True, True)

    asyncio.run(walk())


# --- to a channel ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outgoing", "there"),
    [
        (digest(), WHOLE),
        (digest(pictures=0), (1, 1, 0)),
        (digest(pictures=0, details=0), (1, 0, 0)),
        (digest(pictures=2, details=120), (1, 3, 2)),
    ],
    ids=["whole", "no picture", "only lines", "a long one"],
)
@pytest.mark.parametrize("delay", [0.0, 0.15])
def test_a_digest(outgoing: Outgoing, there: tuple[int, int, int], delay: float) -> None:
    """The lines in the channel, all else in the thread; sending it again changes nothing, in any process."""

    async def walk() -> None:
        async with post_office(shares_after=delay, per_channel=None) as office:
            reference = await office.sending.send(outgoing)
            assert office.digest_in() == there
            assert await delivered(office, outgoing) == reference
            assert await office.begins_anew().send(outgoing) == reference
            assert office.digest_in() == there
            assert {one.thread for one in office.posts()} <= {"", reference.partition(":")[2]}

    asyncio.run(walk())


def test_a_picture_says_what_it_shows() -> None:
    """To who cannot see it; its name tells nothing."""

    async def walk() -> None:
        async with post_office() as office:
            await office.sending.send(digest())
            (file,) = office.workspace.files.values()
            assert (file.alt, file.content) == (ALT, PNG)
            assert file.name == f"klankbord-{opaque('digest:17:hr')}-0.png"

    asyncio.run(walk())


def test_metadata_is_opaque() -> None:
    """Other apps may read it: no department, no number of a block, no invitation."""

    async def walk() -> None:
        async with post_office() as office:
            for outgoing in (digest(), question()):
                await office.sending.send(outgoing)
            told = json.dumps([one.metadata for one in office.workspace.messages])
            assert "hr" not in told.replace(opaque("digest:17:hr"), "")
            assert not any(word in told for word in ("digest", "17", "i-1", "invitation"))

    asyncio.run(walk())


def test_a_notice_with_buttons_goes_to_a_channel() -> None:
    """The question whether a digest arrived: lines and a card, in the channel of the administrators."""

    async def walk() -> None:
        async with post_office() as office:
            card = question().card
            await office.sending.send(Outgoing("notice:unknown:1", HR, ("**Did it arrive?**",), card=card))
            (post,) = office.posts()
            assert "Did it arrive?" in json.dumps(post.blocks)
            assert "i-1:begin" in json.dumps(post.blocks)

    asyncio.run(walk())


KILLS: dict[str, Callable[[PostOffice], bool]] = {
    "before anything": lambda office: office.workspace.calls["conversations.info"] > 0,
    "posted": lambda office: len(office.workspace.at(HR)) == 1,
    "details": lambda office: len(office.workspace.at(HR)) == 2,
    "upload asked for": lambda office: bool(office.workspace.files),
    "uploaded": lambda office: any(file.content for file in office.workspace.files.values()),
    "completed": lambda office: office.workspace.calls["files.completeUploadExternal"] > 0,
    "looked at": lambda office: office.workspace.calls["files.info"] > 0,
}


@pytest.mark.parametrize("delay", [0.0, 0.15], ids=["shared at once", "shared later"])
@pytest.mark.parametrize("kill", KILLS)
def test_killed_at_any_moment_it_is_there_once_and_whole(kill: str, delay: float) -> None:
    """Whoever goes on posts what is missing; a picture that is on its way is waited for."""

    async def walk() -> None:
        async with post_office(shares_after=delay) as office:
            task = asyncio.create_task(office.sending.send(digest()))
            await until(lambda: KILLS[kill](office))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await delivered(office, digest())
            await asyncio.sleep(2 * delay)
            assert office.digest_in() == WHOLE
            assert await office.begins_anew().look_up(bare(digest())) is not None

    asyncio.run(walk())


@pytest.mark.parametrize(
    "method", ["chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal", "files.info"]
)
@pytest.mark.parametrize("kind", ["lost", "http500", "ratelimited"])
def test_whatever_breaks_it_is_there_once_and_whole(method: str, kind: Kind) -> None:
    """An answer lost, an error of Slack's, a 429: delivery tries again, and nothing is there twice."""

    async def walk() -> None:
        async with post_office(shares_after=0.05) as office:
            office.workspace.fails(method, kind)
            with suppress(ReplyLost, SendFailed):
                await office.sending.send(digest())
            assert len(office.workspace.faults) == 0
            await delivered(office, digest())
            await asyncio.sleep(0.1)
            assert office.digest_in() == WHOLE

    asyncio.run(walk())


def test_a_digest_of_which_half_is_there_is_not_there() -> None:
    """Looked up after a crash: the first post alone does not count, nor does somebody else's picture below it."""

    async def walk() -> None:
        async with post_office() as office:
            office.workspace.fails("files.getUploadURLExternal", "error", "fatal_error")
            with pytest.raises(ReplyLost):
                await office.sending.send(digest())
            ts = office.posts()[0].ts
            await office.client.files_upload_v2(channel=HR, thread_ts=ts, content=b"x", filename="klankbord.png")
            assert await office.begins_anew().look_up(bare(digest())) is None
            await office.sending.send(digest())
            assert office.digest_in() == (1, 1, 2)

    asyncio.run(walk())


def test_it_is_found_in_a_busy_channel() -> None:
    """Hundreds wrote there since; somebody answered in the thread, with a picture of their own."""

    async def walk() -> None:
        async with post_office(per_channel=None, overall=None) as office:
            reference = await office.sending.send(digest())
            for number in range(700):
                others = await office.client.chat_postMessage(channel=HR, text=f"{number}")
            assert others["ok"]
            await office.client.files_upload_v2(
                channel=HR, thread_ts=reference.partition(":")[2], content=b"x", filename="mine.png"
            )
            assert await office.begins_anew().send(digest()) == reference
            assert len(office.posts()) == 1 + 1 + 1 + 700 + 1

    asyncio.run(walk())


def test_a_picture_that_is_never_seen_is_not_sent_twice() -> None:
    """Slack took it and shares it much later: sending ends, and nothing is repeated."""

    async def walk() -> None:
        async with post_office(shares_after=1.0) as office:
            await office.sending.send(digest())
            assert office.digest_in() == (1, 1, 0)
            await asyncio.sleep(1.0)
            assert office.digest_in() == WHOLE

    asyncio.run(walk())
