"""HTTP mode: what is not signed now, by Slack, for the first time, or cannot be read, is counted and has no effect."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import text

from bot.platforms.slack.web import LARGEST, PATH, SKEW

from .bridge import signed
from .office import JSON, Office, office
from .samples import sample

Attempt = Callable[[Office, bytes], Awaitable[int]]


async def tap(made: Office) -> bytes:
    """A tap that would have an effect, as Slack sends it."""
    return form(made.payload(f"{await made.invitation()}:begin"))


def form(payload: dict[str, Any]) -> bytes:
    """As Slack sends interactions."""
    return urlencode({"payload": json.dumps(payload)}).encode()


async def _unsigned(office: Office, body: bytes) -> int:
    return await office.send(body)


async def _other_secret(office: Office, body: bytes) -> int:
    return await office.send(body, signed(body, secret="guessed"))


async def _other_body(office: Office, body: bytes) -> int:
    return await office.send(body, signed(body + b"&x=1"))


async def _later_timestamp(office: Office, body: bytes) -> int:
    fresh = {"X-Slack-Request-Timestamp": str(int(time.time()))}
    return await office.send(body, signed(body, time.time() - 60) | fresh)


async def _odd_timestamp(office: Office, body: bytes) -> int:
    return await office.send(body, signed(body) | {"X-Slack-Request-Timestamp": "1e9"})


async def _odd_signature(office: Office, body: bytes) -> int:
    return await office.send(body, signed(body) | {"X-Slack-Signature": "v0="})


async def _not_utf8(office: Office, body: bytes) -> int:
    return await office.send(body + b"\xff", signed(body + b"\xff"))


async def _old(office: Office, body: bytes) -> int:
    return await office.send(body, signed(body, time.time() - SKEW - 5))


async def _ahead(office: Office, body: bytes) -> int:
    return await office.send(body, signed(body, time.time() + SKEW + 5))


async def _giant(office: Office, body: bytes) -> int:
    large = body + b"&x=" + b"x" * LARGEST
    return await office.send(large, signed(large))


async def _not_json(office: Office, body: bytes) -> int:
    return await office.send(body[:-30], signed(body[:-30]))


async def _nothing(office: Office, body: bytes) -> int:
    return await office.send(b"", signed(b""))


async def _a_list(office: Office, body: bytes) -> int:
    return await office.send(b"[1, 2]", signed(b"[1, 2]"), JSON)


async def _deep(office: Office, body: bytes) -> int:
    deep = b'{"a":' * 50_000
    return await office.send(deep, signed(deep), JSON)


async def _odd_event(office: Office, body: bytes) -> int:
    odd = json.dumps({"type": "event_callback", "event": 5, "authorizations": 3}).encode()
    return await office.send(odd, signed(odd), JSON)


async def _unknown_kind(office: Office, body: bytes) -> int:
    odd = form({"type": "interactive_message"})
    return await office.send(odd, signed(odd))


async def _no_user(office: Office, body: bytes) -> int:
    payload = {key: value for key, value in sample("button_in_message").items() if key != "user"}
    odd = form(payload)
    return await office.send(odd, signed(odd))


@pytest.mark.parametrize(
    ("attempt", "status", "reason"),
    [
        (_unsigned, 401, "signature"),
        (_other_secret, 401, "signature"),
        (_other_body, 401, "signature"),
        (_later_timestamp, 401, "signature"),
        (_odd_timestamp, 401, "signature"),
        (_odd_signature, 401, "signature"),
        (_not_utf8, 401, "signature"),
        (_old, 401, "clock"),
        (_ahead, 401, "clock"),
        (_giant, 400, "too_large"),
        (_not_json, 400, "malformed"),
        (_nothing, 400, "malformed"),
        (_a_list, 400, "malformed"),
        (_deep, 400, "malformed"),
        (_odd_event, 400, "malformed"),
        (_unknown_kind, 400, "malformed"),
        (_no_user, 400, "malformed"),
    ],
)
def test_what_is_forged_or_broken_is_refused(tmp_path: Path, attempt: Attempt, status: int, reason: str) -> None:
    """A status, a counter, and nothing in the database; the same tap, signed, then has its effect."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            body = await tap(made)
            before = made.stored()
            assert await attempt(made, body) == status
            assert made.refused() == {reason: 1}
            assert made.stored() == before
            assert await made.send(body, signed(body)) == 200
            assert made.stored() != before

    asyncio.run(whole())


def test_a_giant_is_refused_before_it_was_read(tmp_path: Path) -> None:
    """Also where nothing says how long it will be: of an endless body little more than the limit is taken."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 100 * LARGEST:
            taken += 65_536
            yield b"x" * 65_536

    async def whole() -> None:
        async with office(tmp_path) as made:
            with suppress(httpx.TransportError):  # it answers and hangs up while we still write
                await made.http.post(PATH, content=endless())
            assert made.refused() == {"too_large": 1}
        assert taken < 10 * LARGEST

    asyncio.run(whole())


def test_the_same_request_twice_is_a_replay(tmp_path: Path) -> None:
    """Whoever listened in cannot send it again; a new request with the same words is another one."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            body = await tap(made)
            headers = signed(body)
            assert await made.send(body, headers) == 200
            before = made.stored()
            assert await made.send(body, headers) == 401
            assert made.refused() == {"replay": 1}
            assert made.stored() == before
            assert await made.send(body, signed(body, time.time() - 1)) == 200

    asyncio.run(whole())


def test_a_request_that_had_no_effect_may_come_again(tmp_path: Path) -> None:
    """What could not be stored is not acknowledged, so that Slack says it failed; the same is not a replay then."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            body = await tap(made)
            headers = signed(body)
            database = made.town.klankbord.database
            await database.write(lambda session: session.execute(text("ALTER TABLE invitation RENAME TO gone")))
            assert await made.send(body, headers) == 500
            await database.write(lambda session: session.execute(text("ALTER TABLE gone RENAME TO invitation")))
            assert await made.send(body, headers) == 200
            assert made.refused() == {}

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("team", "enterprise", "status"),
    [
        ({"id": "T0KLANK"}, None, 200),
        (None, None, 200),
        (None, {"id": "E0GRID"}, 200),
        ({"id": "T0OTHER"}, {"id": "E0GRID"}, 200),
        ({"id": "T0OTHER"}, None, 401),
        ({"id": "T0OTHER"}, {"id": "E0OTHER"}, 401),
        (None, {"id": "E0OTHER"}, 401),
    ],
)
def test_another_workspace_is_refused(tmp_path: Path, team: object, enterprise: object, status: int) -> None:
    """A payload that says that it comes from elsewhere. Of one's own enterprise, and where it does not say: taken."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            made.bot._dispatching.enterprise = "E0GRID"
            before = made.stored()
            body = form(made.payload(f"{await made.invitation()}:begin") | {"team": team, "enterprise": enterprise})
            assert await made.send(body, signed(body)) == status
            assert made.refused() == ({"team": 1} if status == 401 else {})
            assert (made.stored() == before) is (status == 401)

    asyncio.run(whole())


def test_slack_asks_whether_we_are_there(tmp_path: Path) -> None:
    """With a challenge when the address is filled in, and by a certificate check; both signed."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).encode()
            answer = await made.http.post(PATH, content=body, headers={"content-type": JSON} | signed(body))
            assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})
            body = b"ssl_check=1&token=x"
            assert await made.send(body, signed(body)) == 200
            assert made.refused() == {}

    asyncio.run(whole())


@pytest.mark.parametrize("name", ["tokens_revoked", "app_uninstalled"])
def test_access_that_was_taken_back_is_counted(tmp_path: Path, name: str) -> None:
    """And nothing falls over."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            assert (await made.slack.bridge.event(sample(name))).status == 200
            assert made.refused() == {name: 1}

    asyncio.run(whole())


def test_there_is_one_door(tmp_path: Path) -> None:
    """Nothing is read with GET."""

    async def whole() -> None:
        async with office(tmp_path) as made:
            assert (await made.http.get(PATH)).status_code == 405

    asyncio.run(whole())
