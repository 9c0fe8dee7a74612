"""Slack over HTTP: signed taps from request to acknowledgement, and the invitations of 10,000 people.

A tap is stored, durably, before it is acknowledged; what is drawn comes after and is not in these figures. It is held
to its parts, measured in the same run: hearing alone, and acknowledging with nothing heard. Invitations go to the fake
Slack of the tests, in a thread of this process, which refuses whoever is faster than its limit.
"""

import asyncio
import json
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from bot.core.pacing import Pace, Rate
from bot.core.platform import Asked, Card, Chosen, Event, Hear, Tap
from bot.flow.delivery import Sender
from bot.flow.hearing import hearing
from bot.flow.roles import Roles
from bot.platforms.slack import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH
from bot.store.database import Database
from bot.web.server import application, listening, server
from tests.platforms.slack import rates
from tests.platforms.slack.bridge import signed
from tests.platforms.slack.samples import sample
from tests.platforms.slack.server import FakeSlack, fake_slack
from tests.platforms.slack.workspace import BOT_TOKEN, SECRET, Workspace
from tests.scenarios.town import Town, town

from .crowd import KEYS, ROUND, crowd, opened
from .rows import Row

CALLERS, TAPS, RUNS = 32, 8, 7
LEAST = 0.35  # taps a second, of what hearing and acknowledging would do one after the other
SLOWEST, TYPICAL = 250.0, 15.0  # ms: of 99 in 100 among 32, and of the median of one at a time
MESSAGES = 10_000
FULL = Rate(100, burst=4)  # 26 times what Slack takes: a round in two minutes instead of three quarters of an hour
SPARE = 12  # messages: the fake runs in this process and is late by as much as we are
ROLE = "sender"

Request = tuple[bytes, bytes]  # headers and body


def measured() -> Iterator[Row]:
    """First the taps, then the invitations."""
    with TemporaryDirectory() as folder:
        yield from asyncio.run(_taps(Path(folder)))
    with TemporaryDirectory() as folder, _a_slack() as slack:
        yield from asyncio.run(_invitations(Path(folder) / "klankbord.sqlite3", slack))


# --- taps --------------------------------------------------------------------------------------------------------


async def _taps(folder: Path) -> list[Row]:
    people = {f"p{number}": f"UP{number}" for number in range(CALLERS)}
    full, bare = _bot(), _bot()
    made = town(folder, people, "slack", lambda _database, _now: full)
    durable = Database(folder / "klankbord.sqlite3")
    hear = hearing(durable, made.klankbord.keyring, made.clock)
    ticks = await _at_the_departments(made, hear, people)
    card = await hear(Chosen("slack", people["p0"], ticks["p0"][0].rpartition(":t:")[0] + ":ticks", ()))

    async def nothing(_event: Event) -> Card | None:
        return card

    async with _served(full, hear) as everything, _served(bare, nothing) as acknowledged:
        heard, acked, both = [], [], []
        latencies: list[float] = []
        for _ in range(RUNS):
            heard.append(await _heard(hear, people, ticks))
            acked.append(await _posted(acknowledged, people, ticks, []))
            both.append(await _posted(everything, people, ticks, latencies))
        alone: list[float] = []
        for name in list(people)[:CALLERS]:
            await _posted(everything, {name: people[name]}, ticks, alone)
    await made.klankbord.close()
    durable.close()
    each = 1000 / (CALLERS * TAPS)
    parts = each * (median(heard) + median(acked))
    return [
        Row(
            f"a signed tap among {CALLERS} at once",
            "hearing and acknowledging",
            each * median(both),
            parts,
            "ms",
            1 / LEAST,
        ),
        Row("99 of 100 of them within", f"{SLOWEST:.0f} ms", 1000 * quantiles(latencies, n=100)[98], SLOWEST, "ms", 1),
        Row("a signed tap alone, the median", f"{TYPICAL:.0f} ms", 1000 * median(alone), TYPICAL, "ms", 1),
    ]


def _bot(**others: Any) -> Slack:
    given = {"bot_token": BOT_TOKEN, "signing_secret": SECRET, "api_url": "http://127.0.0.1:9/api/"} | others
    return Slack(SlackSettings(_env_file=None, **given))


async def _at_the_departments(made: Town, hear: Hear, people: dict[str, str]) -> dict[str, list[str]]:
    """Everybody stands before the departments. What ticks each of them."""
    made.clock.now = made.times.opens_at + timedelta(seconds=1)
    await made.klankbord.keep_roles()
    await made.klankbord.tick()
    found = {}
    for name, address in people.items():
        card = await hear(Asked("slack", address))
        while card is not None and not card.several:
            card = await hear(Tap("slack", address, next(iter((*card.steps, *card.choices[-1:]))).action))
        assert card is not None
        found[name] = [button.action for button in card.choices][:TAPS]
    return found


async def _heard(hear: Hear, people: dict[str, str], ticks: dict[str, list[str]]) -> float:
    async def taps(name: str) -> None:
        for action in ticks[name]:
            await hear(Tap("slack", people[name], action))

    await _off(hear, people, ticks)
    return await _together(taps, people)


async def _off(hear: Hear, people: dict[str, str], ticks: dict[str, list[str]]) -> None:
    for name, address in people.items():
        await hear(Chosen("slack", address, ticks[name][0].rpartition(":t:")[0] + ":ticks", ()))


async def _posted(
    port: tuple[int, Hear], people: dict[str, str], ticks: dict[str, list[str]], latencies: list[float]
) -> float:
    """Over a connection each that is kept open, as Slack's own senders keep theirs."""
    number, hear = port
    await _off(hear, people, ticks)
    requests = {name: [_request(people[name], action) for action in ticks[name]] for name in people}
    streams = {name: await asyncio.open_connection("127.0.0.1", number) for name in people}

    async def taps(name: str) -> None:
        reader, writer = streams[name]
        for headers, body in requests[name]:
            begin = time.perf_counter()
            writer.write(headers + body)
            status = await _answered(reader)
            latencies.append(time.perf_counter() - begin)
            assert status == 200, status

    seconds = await _together(taps, people)
    for _, writer in streams.values():
        writer.close()
        await writer.wait_closed()
    return seconds


async def _together(taps: Callable[[str], Coroutine[Any, Any, None]], people: dict[str, str]) -> float:
    begin = time.perf_counter()
    await asyncio.gather(*(taps(name) for name in people))
    return time.perf_counter() - begin


def _request(user: str, action: str) -> Request:
    """A tap in a message that cannot be redrawn, so that nothing is drawn; no two are alike."""
    payload = sample("button_in_message")
    payload["user"]["id"], payload["response_url"] = user, ""
    payload["container"] |= {"is_ephemeral": True}
    payload["actions"][0] |= {"value": action, "action_ts": f"{time.time()}{random.random()}"}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = {"Host": "klankbord", "Content-Type": "application/x-www-form-urlencoded", **signed(body)}
    lines = [f"POST {PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode(), body


async def _answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    await reader.readexactly(int(length.partition(b":")[2]))
    return int(head.split()[1])


@asynccontextmanager
async def _served(slack: Slack, hear: Hear) -> AsyncIterator[tuple[int, Hear]]:
    await slack.listen(hear)
    bound = listening("127.0.0.1", 0)
    serving = server(application([slack]))
    running = asyncio.create_task(serving.serve(sockets=[bound]))
    try:
        yield bound.getsockname()[1], hear
    finally:
        serving.should_exit = True
        await running
        await slack.close()


# --- invitations -------------------------------------------------------------------------------------------------


class _Fast(Slack):
    """Slack at this pace."""

    pace = Pace(overall=FULL, person=Rate(1))


async def _invitations(where: Path, slack: FakeSlack) -> list[Row]:
    database = crowd(where, MESSAGES, "slack")
    with database.transaction() as session:
        opened(session)
    roles = Roles(database, [ROLE])
    await roles.keep()
    bot = _Fast(SlackSettings(_env_file=None, bot_token=BOT_TOKEN, signing_secret=SECRET, api_url=slack.api, away=""))
    await bot.listen(hearing(database, KEYS, lambda: ROUND.opens_at))
    space, begin = slack.workspace, time.monotonic()
    sender = Sender(roles.duty(ROLE), bot, KEYS, lambda: ROUND.opens_at + timedelta(seconds=time.monotonic() - begin))
    sent = 0
    while sent < MESSAGES:
        await roles.keep()
        sent += await sender.send_due()
    seconds = time.monotonic() - begin
    await bot.close()
    database.close()
    late = sum(at > begin + 1 for at in space.limited_at)
    floor, what = MESSAGES / FULL.messages, f"{MESSAGES} invitations at {FULL.messages}/s"
    return [
        Row(what, "the clock alone", seconds, floor, "s", at_most=1 / 0.97),
        Row(f"{what}: not refused", "a Slack that enforces it", 100 * (1 - late / MESSAGES), 100.0, "%", least=100),
    ]


@contextmanager
def _a_slack() -> Iterator[FakeSlack]:
    """In a thread of its own."""
    space = Workspace(overall=rates.Rate(FULL.burst + SPARE, 1 / FULL.messages))
    for number in range(MESSAGES):
        space.user(f"Up{number:06}", "Colleague")
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), []
    over = asyncio.Event()

    async def serve() -> None:
        async with fake_slack(space) as slack:
            found.append(slack)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()
