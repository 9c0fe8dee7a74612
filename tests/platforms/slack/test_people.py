"""Who there is on Slack: through the real SDK, over HTTP, and through `klankbord people sync slack`."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.core.platform import Listed, Refusal, SendFailed
from bot.platforms.slack import Slack
from bot.platforms.slack.people import askable, one
from bot.platforms.slack.settings import SlackSettings
from bot.store import editions
from bot.store.database import Database
from tests.test_people import NOW, ORGANISATION

from .records import TEAM
from .rights import provoked
from .server import FakeSlack, fake_slack
from .workspace import APP_TOKEN, BOT_TOKEN

ENTERPRISE = "E0KLANK"
ANNA = {"id": "U0ANNA", "team_id": TEAM, "is_restricted": False}


def slack_at(slack: FakeSlack) -> Slack:
    """The adapter, in Socket Mode."""
    settings = SlackSettings(_env_file=None, bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api)
    return Slack(settings)


def read(fill: Callable[[FakeSlack], object], only: str = "") -> tuple[list[list[Listed]], FakeSlack]:
    """Every page, of a workspace that is filled like this. Raises what `listed` raises."""

    async def whole() -> tuple[list[list[Listed]], FakeSlack]:
        async with fake_slack() as slack:
            fill(slack)
            with provoked(slack):
                return [page async for page in slack_at(slack).listed(only)], slack

    return asyncio.run(whole())


def staff(slack: FakeSlack) -> None:
    """Two colleagues, and everybody else that Slack lists."""
    space = slack.workspace
    space.user("U0ANNA", "Anna de Vries", email="anna@example.nl", locale="en-US", tz="Europe/Brussels")
    space.user("W0BRAM", "Bram", locale="de-DE", tz="")
    space.user("U0GUEST", "Gast", email="gast@example.com", guest=True)
    space.user("U0BOT", "Een bot", is_bot=True)
    space.user("U0GONE", "Weg", email="weg@example.nl", deleted=True)
    space.user("USLACKBOT", "Slackbot")
    space.channel("C0HR", "U0ANNA", "U0GUEST")
    space.groups["S0IT"] = ["W0BRAM", "U0GONE"]


PEOPLE = [
    ({}, True),
    ({"team_id": None}, True),
    ({"is_bot": True}, False),
    ({"is_workflow_bot": True}, False),
    ({"id": "USLACKBOT"}, False),
    ({"is_restricted": True}, False),
    ({"is_ultra_restricted": True}, False),
    ({"deleted": True}, False),
    ({"is_invited_user": True}, False),
    ({"is_stranger": True}, False),
    ({"team_id": "T0OTHER"}, False),
    ({"id": "W0ANNA", "team_id": "T0OTHER", "enterprise_user": {"enterprise_id": ENTERPRISE}}, True),
    ({"id": "W0ANNA", "team_id": ENTERPRISE}, True),
    ({"id": "W0ANNA", "team_id": "T0OTHER", "enterprise_user": {"enterprise_id": "E0OTHER"}}, False),
]


def test_outside_an_enterprise_another_workspace_is_another_organisation() -> None:
    """Whatever Slack leaves empty."""
    assert not askable(ANNA | {"team_id": "T0OTHER", "enterprise_user": {"enterprise_id": ""}}, TEAM, "")
    assert askable(ANNA | {"team_id": "T0OTHER"}, "", "")  # nobody told which workspace this is


@pytest.mark.parametrize(("differs", "expected"), PEOPLE)
def test_only_colleagues_with_an_account_of_their_own_can_be_asked(differs: dict[str, Any], expected: bool) -> None:
    """Nobody of another organisation, also where several workspaces are one enterprise."""
    assert askable(ANNA | differs, TEAM, ENTERPRISE) is expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("nl-NL", "nl"), ("en-US", "en"), ("en-GB", "en"), ("nl", "nl"), ("de-DE", ""), ("", ""), (None, "")],
)
def test_the_language_is_that_of_the_locale(locale: str | None, expected: str) -> None:
    assert one(ANNA | {"locale": locale}).language == expected


def test_a_name_is_found_where_slack_has_one() -> None:
    """The real name before the one on display, and that before the handle."""
    profile = {"real_name": "", "display_name": "An"}
    assert one(ANNA | {"profile": profile, "real_name": "Anna", "name": "anna"}).name == "Anna"
    assert one(ANNA | {"profile": profile, "name": "anna"}).name == "An"
    assert one(ANNA | {"name": "anna"}).name == "anna"
    assert one(ANNA).name == ""


def test_everybody_who_can_be_asked_with_what_slack_tells() -> None:
    """No guests, no bots, nobody who left; ids of an enterprise (W…) like any other."""
    pages, _ = read(staff)
    anna = Listed("U0ANNA", "Anna de Vries", "anna@example.nl", "en", "Europe/Brussels")
    assert [one for page in pages for one in page] == [anna, Listed("W0BRAM", "Bram", "", "", "")]


@pytest.mark.parametrize(("only", "expected"), [("C0HR", ["U0ANNA"]), ("S0IT", ["W0BRAM"])])
def test_only_the_members_of_a_channel_or_a_user_group(only: str, expected: list[str]) -> None:
    """Who among them is no colleague with an account stays out."""
    pages, _ = read(staff, only)
    assert [one.address for page in pages for one in page] == expected


@pytest.mark.parametrize("only", ["C0NOWHERE", "S0NOWHERE", "#hr"])
def test_a_channel_or_group_that_is_not_there_is_unknown(only: str) -> None:
    with pytest.raises(SendFailed) as failed:
        read(staff, only)
    assert failed.value.reason == Refusal.UNKNOWN


def test_a_user_group_needs_a_right_of_its_own() -> None:
    """Which nothing else needs."""

    def without(slack: FakeSlack) -> None:
        staff(slack)
        slack.workspace.scopes.discard("usergroups:read")

    assert read(without)
    with pytest.raises(SendFailed) as failed:
        read(without, "S0IT")
    assert failed.value.reason == Refusal.SCOPE


def test_many_are_read_in_pages_with_one_call_for_each_page() -> None:
    """Never a call for each person."""

    def many(slack: FakeSlack) -> None:
        for number in range(450):
            slack.workspace.user(f"U{number:04}", f"P{number}")
        slack.workspace.channel("C0ALL", *slack.workspace.users)

    pages, slack = read(many, "C0ALL")
    assert (len(pages), sum(map(len, pages))) == (3, 450)
    calls = slack.workspace.calls
    assert (calls["users.list"], calls["conversations.members"], calls["users.info"]) == (3, 3, 0)


def test_it_waits_when_slack_says_so() -> None:
    """As long as Slack says, and then goes on with the same page."""

    def busy(slack: FakeSlack) -> None:
        staff(slack)
        slack.workspace.fails("users.list", "ratelimited", 1)

    began = time.monotonic()
    pages, slack = read(busy)
    assert time.monotonic() - began >= 1
    assert sum(map(len, pages)) == 2
    assert slack.workspace.calls["users.list"] == 2


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an edition in its database."""
    monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path))
    monkeypatch.setenv("KLANKBORD_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    database = Database(tmp_path / "klankbord.sqlite3", durable=False)
    database.migrate()
    with database.transaction() as session:
        editions.write(session, ORGANISATION, live=True, author="test", note="", now=NOW)
    database.close()
    return tmp_path


def sync(
    monkeypatch: pytest.MonkeyPatch, *options: str, fill: Callable[[FakeSlack], object] = staff
) -> tuple[int, str, str]:
    """`klankbord people sync slack` beside a Slack that runs."""

    async def whole() -> tuple[int, str, str]:
        async with fake_slack() as slack:
            fill(slack)
            for name, value in (("BOT_TOKEN", BOT_TOKEN), ("APP_TOKEN", APP_TOKEN), ("API_URL", slack.api)):
                monkeypatch.setenv(f"KLANKBORD_SLACK_{name}", value)
            command = ["people", "sync", "slack", *options]
            with provoked(slack):
                result = await asyncio.to_thread(CliRunner().invoke, main, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return asyncio.run(whole())


@pytest.mark.usefixtures("folder")
def test_sync_reads_slack_and_changes_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = sync(monkeypatch, "--yes")
    assert (code, "Read: 2 people." in err) == (0, True), err
    assert "anna@example.nl  Anna de Vries" in out
    assert "W0BRAM  Bram" in out
    code, out, _ = sync(monkeypatch)
    assert (code, "There is nothing to change." in out) == (0, True)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("breaks", "options", "said"),
    [
        (lambda slack: slack.workspace.scopes.discard("users:read"), "", "a permission is missing"),
        (lambda slack: slack.workspace.scopes.discard("usergroups:read"), "--only S0IT", "a permission is missing"),
        (
            lambda slack: setattr(slack.workspace, "token_error", "token_revoked"),
            "",
            "does not accept the token any more",
        ),
        (lambda slack: None, "--only C0NOWHERE", "I cannot find “C0NOWHERE” on slack"),
        (lambda slack: slack.workspace.fails("users.list", "http500"), "", "did not give the list of people"),
    ],
)
def test_what_slack_refuses_changes_nothing_and_is_said(
    monkeypatch: pytest.MonkeyPatch, breaks: Callable[[FakeSlack], object], options: str, said: str
) -> None:
    """In a sentence, and never with a token in it."""

    def broken(slack: FakeSlack) -> None:
        staff(slack)
        breaks(slack)

    code, out, err = sync(monkeypatch, "--yes", *options.split(), fill=broken)
    assert (code, out) == (2, "")
    assert said in err
    assert "xoxb" not in err
