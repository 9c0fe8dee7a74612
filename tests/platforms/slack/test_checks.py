"""`klankbord doctor slack`: each thing that can be wrong is found, and each has its remedy in both languages."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.cli import main
from bot.commands.doctor import channels_on, said
from bot.core.platform import Checked
from bot.platforms.slack import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH
from bot.store import editions
from bot.store.database import Database
from bot.web.server import listening, server
from config.words import LANGUAGES
from tests.test_people import NOW, ORGANISATION

from .rights import provoked
from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN, BOT_TOKEN, SECRET

ALL_WELL = ["token", "clock", "scopes", "socket", "people", "direct", "channel"]
SOCKETS: dict[str, Any] = {"app_token": APP_TOKEN}
Break = Callable[[FakeSlack], object]


def adapter(slack: FakeSlack, clock: Callable[[], float] = time.time, **changed: Any) -> Slack:
    """Slack as it is set up; `changed` is what differs."""
    settings: dict[str, Any] = {"bot_token": BOT_TOKEN, "api_url": slack.api, **(changed or SOCKETS)}
    address = settings.pop("address", "")
    made = SlackSettings(_env_file=None, **settings)
    return Slack(made.model_copy(update={"address": address}), clock)


def well(slack: FakeSlack) -> None:
    """A workspace in which nothing is wrong: what nothing needs is not allowed."""
    slack.workspace.user("U0ANNA", "Anna", email="anna@example.nl")
    slack.workspace.channel("C0HR", "U0ANNA")
    slack.workspace.scopes -= {"usergroups:read", "dnd:read"}


def look(breaks: Break, *channels: str, clock: Callable[[], float] = time.time, **changed: Any) -> list[Checked]:
    """What is found in a workspace that is broken like this, with these channels."""

    async def whole() -> list[Checked]:
        async with fake_slack() as slack:
            well(slack)
            breaks(slack)
            checks = adapter(slack, clock, **changed).checked(dict.fromkeys(channels or ("C0HR",), "HR"))
            with provoked(slack):
                return [one async for one in checks]

    return asyncio.run(whole())


def problems(found: list[Checked]) -> list[str]:
    """What is wrong; and everything can be said, in both languages, without a token."""
    for one in found:
        for language in LANGUAGES:
            text = said("slack", one, language)
            assert text
            assert not any(secret in text for secret in (BOT_TOKEN, APP_TOKEN, SECRET))
    return [f"{one.what} {one.problem}" for one in found if one.problem]


def test_all_is_well() -> None:
    """One line for each, in an order that one mends things in; and nothing was sent."""
    found = look(lambda slack: None)
    assert [one.what for one in found] == ALL_WELL
    assert problems(found) == []


def scope(name: str) -> Break:
    """This right is missing."""
    return lambda slack: slack.workspace.scopes.discard(name)


def channel(**changed: Any) -> Break:
    """The channel is like this."""

    def change(slack: FakeSlack) -> None:
        for name, value in changed.items():
            setattr(slack.workspace.channels["C0HR"], name, value)

    return change


def fails(method: str, error: str, times: int = 1) -> Break:
    """A method answers with this error."""
    return lambda slack: slack.workspace.fails(method, "error", error, times)


def guest(slack: FakeSlack) -> None:
    """In the channel."""
    slack.workspace.user("U0GAST", "Gast", guest=True)
    slack.workspace.channels["C0HR"].members.add("U0GAST")


BROKEN: list[tuple[Break, list[str]]] = [
    (fails("auth.test", "token_revoked"), ["token refused"]),
    (lambda slack: setattr(slack.workspace, "token_error", "account_inactive"), ["token refused"]),
    (lambda slack: slack.workspace.fails("auth.test", "http500"), ["token unreachable"]),
    (scope("chat:write"), ["scope chat_write"]),
    (scope("commands"), ["scope commands"]),
    (scope("users:read.email"), ["scope users_read_email", "people without_email"]),
    (scope("users:read"), ["scope users_read", "people unread", "channel scope"]),
    (scope("files:write"), ["scope files_write"]),
    (scope("files:read"), ["scope files_read"]),
    (scope("im:write"), ["scope im_write", "direct failed"]),
    (scope("im:history"), ["scope im_history"]),
    (scope("channels:read"), ["scope channels_read"]),
    (scope("groups:read"), ["scope groups_read", "channel scope"]),
    (scope("channels:history"), ["scope channels_history"]),
    (scope("groups:history"), ["scope groups_history"]),
    (fails("apps.connections.open", "invalid_auth"), ["socket revoked"]),
    (fails("apps.connections.open", "missing_scope"), ["socket scope"]),
    (fails("apps.connections.open", "forbidden_team"), ["socket failed"]),
    (lambda slack: slack.workspace.users.clear(), ["people nobody"]),
    (fails("users.list", "invalid_cursor"), ["people unread"]),
    (fails("conversations.open", "messages_tab_disabled"), ["direct closed"]),
    (channel(archived=True), ["channel archived"]),
    (channel(private=False), ["channel public"]),
    (channel(members={"U0ANNA"}), ["channel unknown"]),
    (channel(shared=True), ["channel guests"]),
    (guest, ["channel guests"]),
    (fails("conversations.info", "not_in_channel"), ["channel removed"]),
    (fails("conversations.info", "team_access_not_granted"), ["channel not_allowed"]),
    (fails("conversations.info", "token_revoked"), ["channel revoked"]),
    (fails("conversations.info", "fatal_error"), ["channel unread"]),
]


@pytest.mark.parametrize(("breaks", "expected"), BROKEN)
def test_what_is_wrong_is_found(breaks: Break, expected: list[str]) -> None:
    """That, and what follows from it; nothing else."""
    assert problems(look(breaks)) == expected


def test_without_a_token_that_works_nothing_else_is_asked() -> None:
    """One clear line, also where Slack cannot be reached at all."""

    async def whole() -> list[Checked]:
        async with fake_slack() as slack:
            gone = adapter(slack)
        return [one async for one in gone.checked({"C0HR": "HR"})]

    assert problems(asyncio.run(whole())) == ["token unreachable"]
    assert len(look(fails("auth.test", "invalid_auth"))) == 1


def test_it_waits_when_slack_says_so() -> None:
    """A channel is looked at later, not called wrong."""
    assert problems(look(lambda slack: slack.workspace.fails("conversations.info", "ratelimited", 1))) == []


@pytest.mark.parametrize(("address", "expected"), [("hr", "channel no_id"), ("C0HRR", "channel unknown")])
def test_a_channel_is_named_by_its_id(address: str, expected: str) -> None:
    """A name is no address: it may change."""
    assert problems(look(lambda slack: None, address)) == [expected]


@pytest.mark.parametrize(("off", "expected"), [(50, []), (-50, []), (90, ["clock skewed"]), (-400, ["clock skewed"])])
def test_the_clock_is_held_against_slacks(off: int, expected: list[str]) -> None:
    assert problems(look(lambda slack: None, clock=lambda: time.time() + off)) == expected


def test_do_not_disturb_needs_its_right_only_when_it_is_on() -> None:
    found = look(lambda slack: None, dnd=True, **SOCKETS)
    assert problems(found) == ["scope dnd_read"]


# --- the way in, over HTTP -------------------------------------------------------------------------------------------


@asynccontextmanager
async def serving(routes: list[BaseRoute]) -> AsyncIterator[str]:
    """A web server with these routes: its address."""
    bound = listening("127.0.0.1", 0)
    serves = server(Starlette(routes=routes))
    running = asyncio.create_task(serves.serve(sockets=[bound]))
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        serves.should_exit = True
        await running


def over_http(routes: Callable[[Slack], list[BaseRoute]], **changed: Any) -> list[str]:
    """What is wrong with a web server with these routes."""

    async def whole() -> list[Checked]:
        async with fake_slack() as slack:
            well(slack)
            async with serving(routes(adapter(slack, signing_secret=SECRET))) as address:
                made = adapter(slack, signing_secret=SECRET, **{"address": address} | changed)
                return [one async for one in made.checked({"C0HR": "HR"})]

    return problems(asyncio.run(whole()))


def test_our_address_is_looked_at_as_slack_would_come_there() -> None:
    """It has to be our route, and nothing else at that address; no app token is needed."""
    assert over_http(lambda bot: bot.routes()) == []
    assert over_http(lambda bot: [Route(PATH, lambda request: Response("hello"))]) == ["address elsewhere"]
    assert over_http(lambda bot: []) == ["address elsewhere"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://", "", "klankbord.example.nl"])
def test_an_address_where_nothing_answers(address: str) -> None:
    """Or which is none."""
    assert over_http(lambda bot: bot.routes(), address=address) == ["address unreachable"]


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`klankbord doctor slack`, in a folder with an edition whose admin channel is on Slack."""
    monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path))
    monkeypatch.setenv("KLANKBORD_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    database = Database(tmp_path / "klankbord.sqlite3", durable=False)
    database.migrate()
    named = {"admin_channel": "slack:C0HR", "test_channel": "slack:C0HR"}
    with database.transaction() as session:
        organisation = ORGANISATION.model_copy(update=named)
        editions.write(session, organisation, live=True, author="test", note="", now=NOW)
    database.close()

    async def whole(breaks: Break, options: tuple[str, ...]) -> Result:
        async with fake_slack() as slack:
            well(slack)
            breaks(slack)
            for name, value in (("BOT_TOKEN", BOT_TOKEN), ("APP_TOKEN", APP_TOKEN), ("API_URL", slack.api)):
                monkeypatch.setenv(f"KLANKBORD_SLACK_{name}", value)
            with provoked(slack):
                return await asyncio.to_thread(CliRunner().invoke, main, ["doctor", "slack", *options])

    return lambda breaks, *options: asyncio.run(whole(breaks, options))


def test_a_line_for_each_and_exit_code_1_when_something_is_wrong(at_slack: Callable[..., Result]) -> None:
    """A tick or a cross before it; a channel with two purposes has one line."""
    good = at_slack(lambda slack: None)
    lines = good.stdout.splitlines()
    assert (good.exit_code, [line[0] for line in lines]) == (0, ["✓"] * len(ALL_WELL)), good.output
    assert lines[-1] == "✓ Channel for admins, Channel for the pilot: C0HR is private, without guests, and I am in it."
    bad = at_slack(channel(archived=True))
    assert (bad.exit_code, [line[0] for line in bad.stdout.splitlines()]) == (1, ["✓"] * (len(ALL_WELL) - 1) + ["✗"])
    assert bad.stdout.splitlines()[-1].startswith("✗ Channel for admins, Channel for the pilot: C0HR is archived.")


def test_one_object_says_the_same(at_slack: Callable[..., Result]) -> None:
    found = at_slack(scope("files:write"), "--json")
    document = json.loads(found.stdout)
    assert (found.exit_code, document["platform"], document["good"]) == (1, "slack", False)
    assert [(one["what"], one["problem"]) for one in document["checks"] if not one["good"]] == [
        ("scope", "files_write")
    ]
    assert "OAuth & Permissions" in document["checks"][2]["said"]


def test_settings_that_cannot_be_right_end_it(at_slack: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2: nothing was looked at."""
    monkeypatch.setenv("KLANKBORD_SLACK_DND", "maybe")
    found = at_slack(lambda slack: None)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "KLANKBORD_SLACK_DND" in found.stderr


def test_only_channels_of_the_platform_are_looked_at() -> None:
    """Each once, with all that it is for."""
    first, second = ORGANISATION.departments[:2]
    departments = [
        first.model_copy(update={"channel": "slack:C1"}),
        second.model_copy(update={"channel": "webchat:#x"}),
    ]
    named = {"admin_channel": "slack:C1", "test_channel": "slack:C2", "departments": departments}
    found = channels_on("slack", ORGANISATION.model_copy(update=named), "en")
    assert found == {"C1": f"Channel for admins, {first.name.in_('en')}", "C2": "Channel for the pilot"}
