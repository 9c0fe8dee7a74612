"""`klankbord doctor matrix`, on a real homeserver: each thing that can be wrong is found, with its remedy."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.core.platform import Checked
from bot.platforms.matrix import checks
from bot.platforms.matrix.checks import Checks
from bot.platforms.matrix.settings import MatrixSettings
from bot.simulation.memory import MemoryPlatform
from bot.web.server import listening
from config.texts import say
from config.words import LANGUAGES
from tests.commands.desk import Desk
from tests.scenarios.town import town

from .stage import ROOMS
from .synapse import Homeserver, Registered, needs_synapse

WELL = ["server", "clock", "token", "name", "limit"]
ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


class Office:
    """A bot, and somebody who makes rooms for it."""

    def __init__(self, server: Homeserver) -> None:
        self.server = server
        self.bot, self.host = (server.register(server.unique(name)) for name in ("klankbord", "olga"))

    def room(self, *state: Mapping[str, Any], bot: int = 0, **more: Any) -> str:
        """A room with the bot in it, which has this power there."""
        power = {"users": {self.bot.address: bot}}
        made = self.asks(
            self.host,
            "POST",
            "createRoom",
            **{"preset": "private_chat", "invite": [self.bot.address], "initial_state": state}
            | {"power_level_content_override": power}
            | more,
        )
        self.asks(self.bot, "POST", f"rooms/{made['room_id']}/join")
        return str(made["room_id"])

    def asks(self, who: Registered, method: str, path: str, **content: Any) -> Any:
        """One call of the client API."""
        headers = {"Authorization": f"Bearer {who.token}"}
        url = f"{self.server.url}/_matrix/client/v3/{path}"
        answer = httpx.request(method, url, headers=headers, json=content, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def found(self, *channels: str, **changed: Any) -> list[Checked]:
        """What is found, with these channels."""
        return found(MatrixSettings(server=self.server.url, token=SecretStr(self.bot.token)), *channels, **changed)


def found(settings: MatrixSettings, *channels: str, **changed: Any) -> list[Checked]:
    """What is found of a bot that is set up so."""

    async def whole() -> list[Checked]:
        looks = Checks(settings.model_copy(update=changed))
        return [one async for one in looks.checked(dict.fromkeys(channels, "HR"))]

    return asyncio.run(whole())


def problems(checked: list[Checked]) -> list[str]:
    """What is wrong, but for the limit that only an administrator sees; and everything can be said."""
    for one in checked:
        for language in LANGUAGES:
            key = f"doctor.matrix.{one.what}" + (f"_{one.problem}" if one.problem else "")
            assert say(key, language, **one.values)
    told = [f"{one.what} {one.problem}" for one in checked if one.problem]
    return [one for one in told if one != "limit unseen"]


@pytest.fixture(scope="module")
def office(server: Homeserver) -> Office:
    return Office(server)


@needs_synapse
def test_all_is_well(office: Office) -> None:
    """One line for each, in an order that one mends things in."""
    checked = office.found(office.room(bot=50), user=office.bot.address)
    assert [one.what for one in checked] == [*WELL, "channel"]
    assert problems(checked) == []


@needs_synapse
def test_a_token_that_is_refused_ends_it(office: Office) -> None:
    """Nothing else can be asked then."""
    checked = office.found(office.room(), token=SecretStr("syt_of_nobody"))
    assert problems(checked) == ["token refused"]
    assert checked[-1].what == "token"


@needs_synapse
def test_another_bot_than_was_said(office: Office) -> None:
    """Codes would lead to somebody else."""
    assert problems(office.found(user="@other:example.nl")) == ["name other"]


@needs_synapse
def test_a_clock_that_is_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the server says in its headers."""
    monkeypatch.setattr(checks, "SKEW", -1)
    assert problems(office.found()) == ["clock skewed"]


@needs_synapse
def test_the_limit_is_seen_by_who_may_administer(office: Office, server: Homeserver) -> None:
    """Who is told that it may, too: a bot need not."""
    assert [one.problem for one in office.found() if one.what == "limit"] == ["unseen"]
    admin = server.register(server.unique("admin"), admin=True)
    token = SecretStr(admin.token)
    assert problems(office.found(token=token)) == ["rights admin", "limit slowed"]
    server.limit(admin.address, 1, 10)
    assert problems(office.found(token=token)) == ["rights admin", "limit slowed"]
    server.limit(admin.address, 0, 0)
    assert problems(office.found(token=token)) == ["rights admin"]


@needs_synapse
@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({}, ["channel keeps"]),
        ({"initial_state": [ENCRYPTED]}, ["channel encrypted"]),
        ({"preset": "public_chat"}, ["channel public"]),
        ({"power_level_content_override": {"events_default": 10}}, ["channel not_allowed"]),
    ],
)
def test_a_room_that_is_not_as_it_should_be(office: Office, more: dict[str, Any], problem: list[str]) -> None:
    """Each for one reason."""
    assert problems(office.found(office.room(**more))) == problem


@needs_synapse
def test_a_room_that_is_not_to_be_reached(office: Office) -> None:
    """Not there, not called so, not with the bot in it, or replaced by another."""
    there = office.room(bot=50, room_alias_name=office.server.unique("hr"))
    alias = office.asks(office.host, "GET", f"rooms/{there}/aliases")["aliases"][0]
    assert problems(office.found(alias)) == []
    assert problems(office.found("#nowhere:example.nl", "hr", "!nowhere:example.nl")) == [
        *("channel unknown", "channel no_id", "channel removed")
    ]
    new = office.asks(office.host, "POST", f"rooms/{there}/upgrade", new_version="11")["replacement_room"]
    (moved,) = [one for one in office.found(there) if one.what == "channel"]
    assert (moved.problem, moved.values["to"]) == ("moved", new)
    office.asks(office.bot, "POST", f"rooms/{there}/leave")
    assert problems(office.found(there)) == ["channel removed"]


@needs_synapse
def test_the_command_says_it(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`klankbord doctor matrix`: a line for each thing and each room, and an exit code; a warning is no mistake."""
    monkeypatch.chdir(tmp_path)
    rooms = dict.fromkeys(ROOMS, office.room(bot=50)) | {"hr": office.room()}
    town(tmp_path, {}, "matrix", lambda *_: MemoryPlatform("matrix"), rooms).klankbord.database.close()
    monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path))
    monkeypatch.setenv("KLANKBORD_MATRIX_SERVER", office.server.url)
    monkeypatch.setenv("KLANKBORD_MATRIX_TOKEN", office.bot.token)
    command = Desk(tmp_path).command
    well = command("doctor", "matrix", "--json")
    told = {one["what"]: one for one in json.loads(well.out)["checks"]}
    assert (well.code, well.err) == (0, "")
    assert told["limit"]["good"]
    assert told["limit"]["problem"] == "unseen"
    said = command("doctor", "matrix")
    assert f"! HR: ik mag schrijven in {rooms['hr']}, maar geen reacties van anderen weghalen" in said.out
    office.asks(office.bot, "POST", f"rooms/{rooms['hr']}/leave")
    ill = command("doctor", "matrix", "--language", "en")
    assert ill.code == 1
    assert f"✗ HR: I am not in {rooms['hr']}" in ill.out
    assert office.bot.token not in ill.out + ill.err + said.out + well.out


# --- servers that are none ------------------------------------------------------------------------------------------


@asynccontextmanager
async def answering(answer: Response) -> AsyncIterator[str]:
    """A web server that says this to everybody; it must not be told the token."""
    asked: list[Request] = []

    async def respond(request: Request) -> Response:
        asked.append(request)
        return answer

    bound = listening("127.0.0.1", 0)
    routes = [Route("/{rest:path}", respond)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        assert [one.url.path for one in asked] == ["/_matrix/client/versions"]
        assert "authorization" not in asked[0].headers


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (PlainTextResponse("hello"), "no_matrix"),
        (PlainTextResponse("hello", media_type="application/json"), "no_matrix"),
        (JSONResponse({"versions": ["v1.11"]}, 502), "no_matrix"),
        (JSONResponse(["v1.11"]), "no_matrix"),
        (JSONResponse({}), "no_matrix"),
        (JSONResponse({"versions": ["r0.6.1", "v1.2"]}), "old"),
    ],
)
def test_who_answers_is_no_homeserver(answer: Response, problem: str) -> None:
    """Then the token is for nobody there, and nothing else is asked."""

    async def whole() -> None:
        async with answering(answer) as url:
            looks = Checks(MatrixSettings(server=url, token=SecretStr("secret")))
            assert problems([one async for one in looks.checked({"!a:b": "HR"})]) == [f"server {problem}"]

    asyncio.run(whole())


def test_a_server_that_is_not_there() -> None:
    """One line, and no more."""
    checked = found(MatrixSettings(server="http://127.0.0.1:9", token=SecretStr("secret")), "!a:b")
    assert problems(checked) == ["server unreachable"]
    assert len(checked) == 1
