"""What Telegram brings, and brings again: after a crash, after a failure of ours, and when it is no Telegram at all."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlmodel import select
from telegram import Update

from bot.core.platform import Card, Event
from bot.platforms.telegram import Fetching, polling
from bot.platforms.telegram.webhook import LARGEST, PATH, SECRET_HEADER
from bot.store.ballots import SealedBallot

from .faults import BAD_GATEWAY, LOST, SERVER_ERROR, Fault, failing, flooded
from .people import Person
from .server import fake_telegram
from .stage import ADDRESS, BROUGHT, FETCHING, SECRET, Stage, on_stage, settings

Play = Callable[[Stage], Awaitable[None]]
TO_THE_SCALE = "Begin, 1 minuut > Geen van deze > HR > Verder"


def play(folder: Path, scene: Play, way: str = FETCHING) -> None:
    """A scene with Anna, who has a card before her."""

    async def whole() -> None:
        async with on_stage(folder, ("anna",), way) as stage:
            await stage.moment("the round opens")
            await scene(stage)

    asyncio.run(whole())


class Broken:
    """A database that is away for some events, and then hears; notes what it was asked to hear."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.heard: list[Event] = []

    async def hear(self, event: Event) -> Card | None:
        """Fail, or take it."""
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        self.heard.append(event)
        return None


# --- fetching ------------------------------------------------------------------------------------------------------


def test_what_waits_at_a_start_is_heard_and_nothing_twice(tmp_path: Path) -> None:
    """The bot was down: people tapped and wrote meanwhile. It was killed after a tap, before that was confirmed."""

    async def scene(stage: Stage) -> None:
        anna, klankbord = stage.people["anna"], stage.klankbord
        await stage.taps("anna", TO_THE_SCALE)
        await klankbord.stop()
        klankbord._fetching.clear()
        anna.press("2 matig")
        tap = stage.telegram.updates.waiting[0]
        await stage.platform._hearing.heard(_update(stage, tap.shown()))  # heard, and not confirmed
        anna.press("Terug")
        await klankbord.keep_roles()
        await anna.sees("Hoe goed heeft HR je geholpen?")
        await stage.settled()
        assert stage.telegram.updates.waiting == []

    play(tmp_path, scene)


def _update(stage: Stage, payload: dict[str, object]) -> Update:
    return Update.de_json(payload, stage.platform._api.bot)


def test_an_update_is_confirmed_after_its_effect_and_not_before() -> None:
    """While the database is away nothing is confirmed; then everything is heard, in order, once."""

    async def whole() -> None:
        async with fake_telegram() as telegram:
            anna, broken = Person(telegram, "Anna"), Broken(failures=2)
            platform = Fetching(settings(telegram))
            for word in ("/one", "/two", "/three"):
                anna.writes(word)
            for _ in range(2):
                with pytest.raises(OSError, match="away"):
                    await platform.poll(broken.hear)
                assert len(telegram.updates.waiting) == 3
            fetching = asyncio.create_task(platform.poll(broken.hear))
            await telegram.settled()
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)
            assert [event.word for event in broken.heard] == ["one", "two", "three"]  # type: ignore[union-attr]
            await platform.settled()
            await platform.close()

    asyncio.run(whole())


FAULTS = [
    BAD_GATEWAY,
    SERVER_ERROR,
    LOST,
    flooded(1),
    failing(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=["proxy", "server", "lost", "429", "409"])
def test_fetching_goes_on_after_whatever_goes_wrong(tmp_path: Path, fault: Fault) -> None:
    """With one line in the log, and without asking again at once."""

    async def scene(stage: Stage) -> None:
        anna = stage.people["anna"]
        stage.telegram.inject("getUpdates", fault, fault)
        anna.press("Begin, 1 minuut")
        await anna.sees("Bij welke afdeling werk je zelf?")
        assert len(stage.telegram.called("getUpdates")) < 12

    play(tmp_path, scene)


def test_a_token_that_is_refused_is_not_tried_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is it written down."""
    monkeypatch.setattr(polling, "LONGEST_WAIT", 0.3)

    async def scene(stage: Stage) -> None:
        token, stage.telegram.token = stage.telegram.token, "7000000001:" + "x" * 35
        stage.people["anna"].press("Begin, 1 minuut")
        await asyncio.sleep(0.5)
        stage.telegram.token = token
        stage.people["anna"].press("Begin, 1 minuut")
        await stage.people["anna"].sees("Bij welke afdeling werk je zelf?")
        assert token not in caplog.text

    play(tmp_path, scene)


def test_a_webhook_that_was_set_is_removed_before_fetching(tmp_path: Path) -> None:
    """What waits for it stays."""

    async def whole() -> None:
        async with fake_telegram() as telegram:
            telegram.webhook.hosts[ADDRESS] = "http://127.0.0.1:9"
            telegram.webhook.set(f"{ADDRESS}{PATH}", SECRET)
            anna, broken = Person(telegram, "Anna"), Broken()
            anna.writes("/help")
            platform = Fetching(settings(telegram))
            fetching = asyncio.create_task(platform.poll(broken.hear))
            await telegram.settled()
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)
            assert len(broken.heard) == 1
            assert telegram.webhook.url == ""
            await platform.settled()
            await platform.close()

    asyncio.run(whole())


# --- the webhook ---------------------------------------------------------------------------------------------------


async def post(stage: Stage, content: bytes, secret: str | None = SECRET) -> int:
    """Bring something to the webhook, as anybody can."""
    headers = {} if secret is None else {SECRET_HEADER.encode(): secret.encode()}
    async with httpx.AsyncClient() as client:
        return (
            await client.post(stage.telegram.webhook.hosts[ADDRESS] + PATH, content=content, headers=headers)
        ).status_code


def tap(stage: Stage) -> bytes:
    """A tap that would take effect."""
    with stage.telegram.updates.held_back() as back:
        stage.people["anna"].press("Begin, 1 minuut")
        (update,) = back
        back.clear()
    return json.dumps(update.shown()).encode()


SECRETS = [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "ünicode"]


@pytest.mark.parametrize("secret", SECRETS)
def test_without_the_secret_nothing_is_heard(tmp_path: Path, secret: str | None) -> None:
    """401, a counter, and no effect: whatever is brought."""

    async def scene(stage: Stage) -> None:
        assert await post(stage, tap(stage), secret) == 401
        await stage.settled()
        assert stage.refused == ["secret"]
        assert "Bij welke afdeling" not in await stage.read("anna")

    play(tmp_path, scene, BROUGHT)


MALFORMED = {
    "empty": b"",
    "no json": b"{",
    "no object": b"[1]",
    "a number": b"1",
    "no number of its own": b"{}",
    "a number that is a word": b'{"update_id": "x"}',
    "deep": b"[" * 100_000,
    "no utf-8": b'{"update_id": 1, "x": "\xff"}',
    "a message that is none": b'{"update_id": 1, "message": 7}',
    "giant": b'{"update_id": 1, "x": "' + b"x" * LARGEST + b'"}',
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_update_is_refused(tmp_path: Path, content: bytes) -> None:
    """400 and a counter, and the next one is heard."""

    async def scene(stage: Stage) -> None:
        assert await post(stage, content) == 400
        assert stage.refused == ["malformed"]
        assert await post(stage, tap(stage)) == 200

    play(tmp_path, scene, BROUGHT)


@pytest.mark.parametrize(
    "payload",
    [
        {"update_id": 1},
        {"update_id": 1, "edited_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
        {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": 7}},
        {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "x"},
         "chat_instance": "1", "data": "x"}},
        {"update_id": 1, "inline_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "x"},
         "query": "x", "offset": ""}},
    ],
)  # fmt: skip
def test_what_is_none_of_our_business_is_taken_and_does_nothing(tmp_path: Path, payload: dict[str, object]) -> None:
    """So that Telegram does not bring it again and again."""

    async def scene(stage: Stage) -> None:
        said = len(stage.telegram.called("sendMessage"))
        assert await post(stage, json.dumps(payload).encode()) == 200
        await stage.settled()
        assert len(stage.telegram.called("sendMessage")) == said

    play(tmp_path, scene, BROUGHT)


def test_only_a_post_is_taken(tmp_path: Path) -> None:
    """Somebody who looks sees nothing."""

    async def scene(stage: Stage) -> None:
        async with httpx.AsyncClient() as client:
            assert (await client.get(stage.telegram.webhook.hosts[ADDRESS] + PATH)).status_code == 405

    play(tmp_path, scene, BROUGHT)


def test_it_answers_after_the_effect_is_stored(tmp_path: Path) -> None:
    """503 while the database is away, so that Telegram brings it again; 200 when what was said is sealed."""

    async def scene(stage: Stage) -> None:
        hear, broken = stage.platform._hearing._hear, Broken(failures=1)
        assert hear is not None
        before, update = sealed(stage), tap(stage)
        stage.platform._hearing.listen(broken.hear)
        assert await post(stage, update) == 503
        stage.platform._hearing.listen(hear)
        assert sealed(stage) == before
        assert await post(stage, update) == 200
        assert sealed(stage) != before

    play(tmp_path, scene, BROUGHT)


def sealed(stage: Stage) -> list[bytes]:
    """Every ballot as it is now."""
    with stage.klankbord.database.transaction(reading=True) as session:
        return [one.sealed for one in session.exec(select(SealedBallot))]


def test_drawing_holds_up_no_answer(tmp_path: Path) -> None:
    """Telegram is answered though the card cannot be drawn yet."""

    async def scene(stage: Stage) -> None:
        stage.telegram.inject("editMessageText", flooded(2))
        begun = asyncio.get_running_loop().time()
        assert await post(stage, tap(stage)) == 200
        assert asyncio.get_running_loop().time() - begun < 2
        await stage.people["anna"].sees("Bij welke afdeling werk je zelf?")

    play(tmp_path, scene, BROUGHT)
