"""The chat servers of the crash tests are strict and count well, and their adapters tell every failure by its name."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from bot.core.platform import Button, Card, Event, LooksUp, Outgoing, Polls, ReplyLost, SendFailed, Tap
from bot.web.server import Serves, application, listening, server

from .adapter import Askable, Mute
from .chatserver import IN_FLIGHT, OVERALL, AskableServer, MuteServer, Stage, serving

NOBODY = "http://127.0.0.1:9"  # listens there
AT_ONCE = OVERALL.burst + IN_FLIGHT  # what arrives together though it was sent in time


@pytest.fixture
def askable() -> AskableServer:
    """One that can be asked."""
    return AskableServer("askable")


@pytest.fixture
def mute() -> MuteServer:
    """One that cannot."""
    return MuteServer("mute")


@pytest.fixture
def stage(askable: AskableServer, mute: MuteServer) -> Iterator[Stage]:
    """Both serve."""
    with serving(askable, mute) as stage:
        yield stage


def message(number: int, chat: str = "") -> Outgoing:
    """One with a button."""
    card = Card(lines=("Hoe goed?",), choices=(Button("goed", f"i{number}:a:hr:received:4"),))
    return Outgoing(f"i{number}:invitation", chat or f"p{number}", card=card, invitation=f"i{number}")


@asynccontextmanager
async def platforms(*servers: AskableServer | MuteServer) -> AsyncIterator[list[Askable | Mute]]:
    """The platform of each server."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                aclosing((Askable if isinstance(one, AskableServer) else Mute)(one.address))
            )
            for one in servers
        ]


async def send_all(platform: Askable | Mute, messages: Iterable[Outgoing]) -> None:
    """One after another."""
    for one in messages:
        await platform.send(one)


def test_the_adapters_are_what_the_bot_knows() -> None:
    """One can be asked, and one has to be polled."""
    assert [issubclass(Askable, kind) for kind in (LooksUp, Polls, Serves)] == [True, False, True]
    assert [issubclass(Mute, kind) for kind in (LooksUp, Polls, Serves)] == [False, True, False]


def test_messages_are_counted_by_our_id(askable: AskableServer, mute: MuteServer, stage: Stage) -> None:
    """Twice is twice; the askable one tells what it has."""

    async def send() -> None:
        async with platforms(askable, mute) as found:
            for platform in found:
                assert [await platform.send(message(number)) for number in (1, 2, 2)] == ["1", "2", "3"]
            assert isinstance(found[0], Askable)
            assert [await found[0].look_up(message(number)) for number in (1, 2, 3)] == ["1", "2", None]

    stage.have(send())
    for one in (askable, mute):
        assert one.counts() == {"i1:invitation": 1, "i2:invitation": 2}
        assert [found.chat for found in one.messages] == ["p1", "p2", "p2"]
        assert one.messages[0].buttons[0].action == "i1:a:hr:received:4"
        assert one.violations == []


def test_a_lost_reply_is_not_a_failure(askable: AskableServer, mute: MuteServer, stage: Stage) -> None:
    """The message is there, and who sent it does not know."""
    askable.lose = mute.lose = 1.0

    async def send() -> None:
        async with platforms(askable, mute) as found:
            for platform in found:
                with pytest.raises(ReplyLost):
                    await platform.send(message(1))

    stage.have(send())
    for one in (askable, mute):
        assert one.lost == ["i1:invitation"]
        assert one.counts() == {"i1:invitation": 1}


def test_down_and_gone_are_failures_that_pass(askable: AskableServer, mute: MuteServer, stage: Stage) -> None:
    """503, and nobody who listens there; nor can be told then what it has."""
    askable.go_down(60)
    mute.address = NOBODY

    async def send() -> None:
        async with platforms(askable, mute) as found:
            for platform in found:
                with pytest.raises(SendFailed) as failed:
                    await platform.send(message(1))
                assert (failed.value.permanent, failed.value.retry_after) == (False, None)
            assert isinstance(found[0], Askable)
            with pytest.raises(SendFailed):
                await found[0].look_up(message(1))

    stage.have(send())
    assert askable.counts() == {}


@pytest.mark.parametrize("chat", ["", "p1"])
def test_told_to_wait(askable: AskableServer, stage: Stage, chat: str) -> None:
    """For one chat or for all, and whoever comes back too early is found out."""
    askable.hold(2, chat)

    async def send() -> None:
        async with platforms(askable) as (platform,):
            for known in (0, 1):
                with pytest.raises(SendFailed) as failed:
                    await platform.send(message(1))
                assert (failed.value.retry_after, failed.value.everywhere) == (timedelta(seconds=2), not chat)
                assert len(askable.violations) == known
                await asyncio.sleep(0.4)

    stage.have(send())


def test_too_fast_is_found_out(askable: AskableServer, mute: MuteServer, stage: Stage) -> None:
    """What may be in flight passes; more does not, and neither does a third message in one chat."""

    async def send() -> None:
        async with platforms(askable, mute) as (one, other):
            await send_all(one, (message(number) for number in range(AT_ONCE)))
            await send_all(other, (message(number, "p1") for number in range(2)))
            assert askable.violations == mute.violations == []
            with pytest.raises(SendFailed) as failed:
                await send_all(one, (message(AT_ONCE + number) for number in range(20)))
            assert failed.value.everywhere
            with pytest.raises(SendFailed) as failed:
                await other.send(message(2, "p1"))
            assert not failed.value.everywhere

    stage.have(send())
    assert (len(askable.violations), len(mute.violations)) == (1, 1)


async def hear(event: Event) -> Card:
    """The next card of anybody."""
    assert isinstance(event, Tap)
    assert event.delivery is not None
    return Card(lines=("Dank je wel",), steps=(Button("klaar", event.action + ":next"),))


def test_a_tap_is_brought_until_it_is_acknowledged(askable: AskableServer, stage: Stage) -> None:
    """To the next replica when one is dead; the answer holds the next buttons."""
    bound = listening("127.0.0.1", 0)
    askable.taps_to = [NOBODY, f"http://127.0.0.1:{bound.getsockname()[1]}"]

    async def tap() -> None:
        async with platforms(askable) as (platform,):
            await platform.listen(hear)
            replica = server(application([platform]))
            running = asyncio.create_task(replica.serve(sockets=[bound]))
            await platform.send(message(1))
            for _ in range(2):
                buttons = await askable.tap(askable.messages[0], "i1:begin")
                assert [button.action for button in buttons] == ["i1:begin:next"]
            replica.should_exit = True
            await running

    stage.have(tap())
    assert askable.redelivered == 1


def test_an_update_comes_again_until_it_is_acknowledged(mute: MuteServer, stage: Stage) -> None:
    """By a higher offset; until then whoever fetches gets it, but two may not fetch at once."""

    async def fetch() -> None:
        async with platforms(mute) as (platform,), httpx.AsyncClient(base_url=mute.address, verify=False) as client:
            await platform.send(message(1))
            tapping = asyncio.create_task(mute.tap(mute.messages[0], "i1:begin"))
            await asyncio.sleep(0)
            for _ in range(2):
                found = (await client.get("/updates?offset=0")).json()["updates"]
                assert found == [{"update": 1, "chat": "p1", "message": 1, "action": "i1:begin"}]
            first = asyncio.create_task(client.get("/updates?offset=2"))
            assert await tapping == mute.messages[0].buttons
            assert (await client.get("/updates?offset=2")).status_code == 409
            assert (await first).json() == {"updates": []}

    stage.have(fetch())
    assert mute.conflicts == 1


def test_polling_hears_and_edits(mute: MuteServer, stage: Stage) -> None:
    """The card is another one by the time that the tap is acknowledged, and that is no message."""

    async def poll() -> None:
        async with platforms(mute) as (platform,):
            assert isinstance(platform, Mute)
            polling = asyncio.create_task(platform.poll(hear))
            await platform.send(message(1))
            buttons = await mute.tap(mute.messages[0], "i1:begin")
            assert [button.action for button in buttons] == ["i1:begin:next"]
            polling.cancel()
            await asyncio.wait([polling])

    stage.have(poll())
    assert (len(mute.messages), mute.edits) == (1, 1)
