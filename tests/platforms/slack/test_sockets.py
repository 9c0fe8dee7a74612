"""Socket Mode: two connections, of which one is always there; what comes in is heard, and then acknowledged."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text
from starlette.websockets import WebSocket

from bot.core.ballot import At, Place
from bot.core.platform import WrongSetting
from bot.platforms.slack import Slack
from bot.platforms.slack.sockets import SOCKETS, Sockets

from .office import Office, office, settings, until
from .samples import sample
from .server import fake_slack
from .workspace import APP_TOKEN

Walk = Callable[[Office], Awaitable[None]]


def connected(folder: Path, walk: Walk) -> None:
    """What happens once both sockets are there."""

    async def whole() -> None:
        async with office(folder, over_http=False) as made:
            await until(lambda: len(made.slack.bridge.sockets) == SOCKETS)
            await walk(made)

    asyncio.run(whole())


async def over(made: Office, socket: WebSocket, action: str, name: str) -> "asyncio.Future[Any]":
    """A button that Slack brings over this socket. Returns what becomes the acknowledgement."""
    payload = made.payload(f"{await made.invitation()}:{action}")
    return await sent(made, socket, {"envelope_id": name, "type": "interactive", "payload": payload})


async def sent(made: Office, socket: WebSocket, envelope: dict[str, Any]) -> "asyncio.Future[Any]":
    """An envelope as it is. Returns what becomes the acknowledgement."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    made.slack.bridge.sockets._waiting[envelope["envelope_id"]] = answer
    await socket.send_json(envelope)
    return answer


def oldest(made: Office) -> WebSocket:
    """The socket that was opened first."""
    return made.slack.bridge.sockets._open[0]


# --- coming and going --------------------------------------------------------------------------------------------


def test_a_socket_is_renewed_before_it_is_closed(tmp_path: Path) -> None:
    """What Slack brings over the old one meanwhile is heard, and acknowledged over it."""

    async def walk(made: Office) -> None:
        old = oldest(made)
        await old.send_json(sample("transport/disconnect_warning"))
        await until(lambda: len(made.slack.bridge.sockets) == SOCKETS + 1)
        await asyncio.wait_for(await over(made, old, "begin", "late"), 10)
        assert (await made.ballot()).place == Place(At.WORKPLACE)
        await made.drawn()
        await made.slack.bridge.sockets._end(old, sample("transport/disconnect_refresh"))
        await until(lambda: len(made.slack.bridge.sockets) == SOCKETS)
        await made.taps("Geen van deze", "ICT")

    connected(tmp_path, walk)


def test_sockets_that_break_are_opened_again(tmp_path: Path) -> None:
    """Both at once, and more than once."""

    async def walk(made: Office) -> None:
        for label in ("Begin, 1 minuut", "Geen van deze"):
            await made.slack.bridge.drop()
            await until(lambda: len(made.slack.bridge.sockets) == SOCKETS)
            await made.taps(label)

    connected(tmp_path, walk)


def test_slack_that_is_away_is_asked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it answers meanwhile, and with one line in the log."""

    async def walk(made: Office) -> None:
        made.slack.workspace.fails("apps.connections.open", "http500", times=2)
        made.slack.workspace.fails("apps.connections.open", "error", "internal_error", times=2)
        await made.slack.bridge.drop()
        await until(lambda: len(made.slack.bridge.sockets) == SOCKETS)
        await made.taps("Begin, 1 minuut")

    connected(tmp_path, walk)
    told = [record for record in caplog.records if "not connected" in str(record.msg)]
    assert len(told) == 1


def test_a_socket_that_says_nothing_is_given_up() -> None:
    """One that takes what it is sent and answers no ping, as where a firewall forgot it."""
    opened: list[aiohttp.web.WebSocketResponse] = []

    async def link(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        opened.append(socket)
        async for _ in socket:
            pass
        return socket

    async def whole() -> None:
        async with listening_at(link) as address, fake_slack() as slack, aiohttp.ClientSession() as session:
            client: Any = Slack(settings(app_token=APP_TOKEN, api_url=slack.api))._client
            client.session, slack.workspace.address = session, address
            kept = Sockets(_no_app(), APP_TOKEN, client, lambda reason: None, silent=0.2)
            await kept.open()
            await until(lambda: len(opened) >= 2 * SOCKETS)
            await kept.close()

    asyncio.run(whole())


@asynccontextmanager
async def listening_at(link: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server of sockets alone."""
    application = web.Application()
    application.router.add_get("/link/", link)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _no_app() -> Any:
    return None


# --- the start ---------------------------------------------------------------------------------------------------


async def _deaf(event: object) -> None:
    raise AssertionError(event)


def test_slack_that_cannot_be_reached_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing waits for it; as soon as it is there, it is heard."""

    async def whole() -> None:
        async with fake_slack() as slack:
            bot = Slack(settings(app_token=APP_TOKEN, api_url=slack.api))
            slack.workspace.fails("auth.test", "http500")
            slack.workspace.fails("apps.connections.open", "http500", times=3)
            await bot.listen(_deaf)
            await until(lambda: len(slack.bridge.sockets) == SOCKETS)
            await bot.close()

    asyncio.run(whole())
    assert len(caplog.records) == 2  # who we are, and the connection


@pytest.mark.parametrize(
    ("method", "error", "setting", "problem"),
    [
        ("auth.test", "invalid_auth", "BOT_TOKEN", "bot_token_refused"),
        ("auth.test", "account_inactive", "BOT_TOKEN", "bot_token_refused"),
        ("apps.connections.open", "invalid_auth", "APP_TOKEN", "app_token_refused"),
        ("apps.connections.open", "missing_scope", "APP_TOKEN", "app_token_refused"),
    ],
)
def test_a_token_that_slack_refuses_ends_the_start(method: str, error: str, setting: str, problem: str) -> None:
    """With the name of the setting and what to do, and without the token."""

    async def whole() -> None:
        async with fake_slack() as slack:
            slack.workspace.fails(method, "error", error)
            bot = Slack(settings(app_token=APP_TOKEN, api_url=slack.api))
            with pytest.raises(WrongSetting) as wrong:
                await bot.listen(_deaf)
            await bot.close()
            assert wrong.value.name == f"KLANKBORD_SLACK_{setting}"
            assert wrong.value.problem == f"settings.slack.{problem}"
            assert "xoxb" not in repr(wrong.value)
            assert "xapp" not in repr(wrong.value)

    asyncio.run(whole())


# --- what comes in -----------------------------------------------------------------------------------------------


def test_nothing_is_acknowledged_that_was_not_stored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Slack then tells the person that it did not work; and it works when they tap again."""

    async def walk(made: Office) -> None:
        database, socket = made.town.klankbord.database, oldest(made)
        await database.write(lambda session: session.execute(text("ALTER TABLE ballot RENAME TO gone")))
        answer = await over(made, socket, "begin", "lost")
        await until(lambda: any("not heard" in str(record.msg) for record in caplog.records))
        await asyncio.wait_for(await sent(made, socket, {"envelope_id": "next"}), 10)  # what came before would be here
        assert not answer.done()
        await database.write(lambda session: session.execute(text("ALTER TABLE gone RENAME TO ballot")))
        await made.taps("Begin, 1 minuut")

    connected(tmp_path, walk)


@pytest.mark.parametrize(
    "envelope",
    [
        {"type": "interactive", "payload": {"type": "block_actions"}},
        {"type": "interactive", "payload": [1]},
        {"type": "interactive", "payload": "words"},
        {"type": "events_api", "payload": {"type": "event_callback", "event": 5, "authorizations": 3}},
        {"type": "interactive"},
        {"type": 5, "payload": {}},
    ],
)
def test_a_broken_envelope_is_counted_and_acknowledged(tmp_path: Path, envelope: dict[str, Any]) -> None:
    """It would only come again; and nothing is stored."""

    async def walk(made: Office) -> None:
        before = made.stored()
        answer = await sent(made, oldest(made), {"envelope_id": "e"} | envelope)
        assert await asyncio.wait_for(answer, 10) is None
        assert made.refused() == {"malformed": 1}
        assert made.stored() == before

    connected(tmp_path, walk)


@pytest.mark.parametrize("message", ["", "no JSON", "[]", "5", "[" * 100_000, '{"envelope_id": 5}'])
def test_a_message_that_is_no_envelope_is_counted(tmp_path: Path, message: str) -> None:
    """And the next one is heard."""

    async def walk(made: Office) -> None:
        await oldest(made).send_text(message)
        await until(lambda: made.refused() == {"malformed": 1})
        await made.taps("Begin, 1 minuut")

    connected(tmp_path, walk)


def test_what_came_in_is_answered_before_the_end(tmp_path: Path) -> None:
    """Whoever stops us loses no tap."""

    async def walk(made: Office) -> None:
        with closing(sqlite3.connect(tmp_path / "klankbord.sqlite3", isolation_level=None)) as busy:
            busy.execute("BEGIN IMMEDIATE")
            tapping = asyncio.create_task(made.anna.tap("Begin, 1 minuut"))
            await until(lambda: made.bot._sockets is not None and made.bot._sockets._answers)
            stopping = asyncio.create_task(made.bot.close())
            await asyncio.sleep(0)
            busy.execute("ROLLBACK")
        assert (await tapping).status == 200
        await stopping
        assert (await made.ballot()).place == Place(At.WORKPLACE)

    connected(tmp_path, walk)
