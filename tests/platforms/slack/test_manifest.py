"""The manifest of the Slack app against the program: every right that something needs, and none that nothing needs."""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack import payloads, scopes
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.web import PATH

from . import webapi
from .workspace import Workspace

ROOT = Path(__file__).parents[3]
ADAPTER = sorted((ROOT / "bot" / "platforms" / "slack").glob("*.py"))
MANIFEST = ROOT / "deploy" / "slack-manifest.yaml"
TEXT = MANIFEST.read_text("utf-8")
CLIENT = {
    name
    for name, member in inspect.getmembers(AsyncWebClient, inspect.isfunction)
    if "_" in name and not name.startswith("_") and name != "api_call"
}
OPTION = re.compile(r"^( *)# (- [a-z:.]+|url: \S+|request_url: \S+)(  #.*)?$", re.MULTILINE)


def manifest(text: str = TEXT) -> Any:
    """As Slack reads it."""
    return importlib.import_module("yaml").safe_load(text)


def with_options() -> Any:
    """With everything that is offered behind a #."""
    return manifest(OPTION.sub(r"\1\2", TEXT))


# --- what is called --------------------------------------------------------------------------------------------------


@cache
def web_api(name: str) -> frozenset[str]:
    """The methods of the Web API that a method of the SDK's client calls, by itself or through another one."""
    source = inspect.getsource(getattr(AsyncWebClient, name))
    inner = [found for found in re.findall(r"self\.(\w+)\(", source) if found != "api_call"]
    called = set(re.findall(r"api_call\(\s*\"([\w.]+)\"", source))
    return frozenset(called).union(*(web_api(one) for one in inner if not one.startswith("_") and one != name))


def calls(source: str) -> set[str]:
    """Every method of the Web API that stands in a source: of the client by its name, and by a name in `api_call`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLIENT:
            found |= web_api(node.attr)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "api_call":
            name = node.args[0]
            assert isinstance(name, ast.Constant), "a method with a name that is made up"
            found.add(str(name.value))
    return found


def called() -> set[str]:
    """All of them."""
    return set().union(*(calls(path.read_text("utf-8")) for path in ADAPTER))


def test_the_scan_finds_what_is_called() -> None:
    """Also what the SDK calls by itself, and what is only handed on."""
    source = """
        await client.files_upload_v2(channel=channel)
        await patiently(client.users_list)
        await client.api_call("chat.delete", params={})
    """
    upload = {"files.getUploadURLExternal", "files.completeUploadExternal"}
    assert calls(inspect.cleandoc(source)) == {*upload, "users.list", "chat.delete"}
    assert len(called()) > 10


def test_what_every_method_needs_is_known() -> None:
    """A method that is called has its line in scopes.py, and each line a method that is called."""
    assert called() == set(scopes.METHODS)


def test_what_it_needs_is_what_slack_asks_for() -> None:
    """As the fake Slack has it, which refuses a call without; of conversations the kind decides which of them."""
    for method, needed in scopes.METHODS.items():
        demanded = webapi.METHODS[method].scope.replace("connections:write", "")  # of the app token
        assert demanded in needed or not demanded, method
        assert demanded or not needed or method.startswith("conversations."), method


def test_whatever_is_played_here_is_played_with_these_rights() -> None:
    """The fake Slack refuses a call without its right, and gives what the manifest offers, optional ones too."""
    assert Workspace().scopes == set(with_options()["oauth_config"]["scopes"]["bot"])


# --- the manifest ----------------------------------------------------------------------------------------------------


def test_the_manifest_asks_for_what_is_needed_and_nothing_else() -> None:
    """Each once; with do-not-disturb on, and for user groups, what is offered behind a # besides."""
    bare, full = (one["oauth_config"]["scopes"]["bot"] for one in (manifest(), with_options()))
    assert sorted(bare) == sorted(scopes.needed(dnd=False))
    assert sorted(full) == sorted({*scopes.needed(dnd=True), *scopes.OPTIONAL})
    assert set(full) - set(bare) == set(scopes.OPTIONAL)
    assert set(manifest()["oauth_config"]["scopes"]) == {"bot"}, "nothing in the name of a person"


def test_every_scope_says_what_for() -> None:
    """On its own line, for whoever has to allow it."""
    lines = re.findall(r"^ +(?:# )?- ([a-z]+:[a-z:.]+|commands)(.*)$", TEXT, re.MULTILINE)
    assert {name for name, _ in lines} == set(with_options()["oauth_config"]["scopes"]["bot"])
    assert [name for name, why in lines if not re.fullmatch(r"  # .{5,}", why)] == []


def test_the_events_are_those_that_are_heard() -> None:
    """And what they need is among the scopes."""
    assert set(manifest()["settings"]["event_subscriptions"]["bot_events"]) == set(scopes.EVENTS)
    source = inspect.getsource(payloads)
    for event in scopes.EVENTS:
        assert f'"{event.partition(".")[0]}"' in source


def test_people_can_see_it_write_to_it_and_tap() -> None:
    """Home screen, messages tab, buttons and the command are on; no second token appears by itself."""
    made = manifest()
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    assert made["features"]["app_home"] == home
    assert made["settings"]["interactivity"]["is_enabled"]
    assert made["settings"]["socket_mode_enabled"]
    assert not made["settings"]["token_rotation_enabled"]
    assert [one["command"] for one in made["features"]["slash_commands"]] == ["/klankbord"]


def test_over_http_everything_goes_to_one_address() -> None:
    """The three that are offered behind a #."""
    made = with_options()
    addresses = [
        made["features"]["slash_commands"][0]["url"],
        made["settings"]["interactivity"]["request_url"],
        made["settings"]["event_subscriptions"]["request_url"],
    ]
    assert set(addresses) == {f"https://klankbord.example.nl{PATH}"}


def test_texts_fit() -> None:
    """docs.slack.dev/reference/app-manifest: what is longer is refused when somebody pastes it."""
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    for command in made["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert max(len(command["description"]), len(command["usage_hint"])) <= 2000


@pytest.mark.parametrize("dnd", [False, True])
def test_the_doctor_asks_for_what_the_manifest_gives(dnd: bool) -> None:
    """Nobody who followed the page is told that something is missing."""
    given = (with_options() if dnd else manifest())["oauth_config"]["scopes"]["bot"]
    assert scopes.needed(dnd=SlackSettings(_env_file=None, dnd=dnd).dnd) <= set(given)
