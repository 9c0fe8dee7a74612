"""The fake Slack refuses what Slack refuses of a call: by the SDK's own client, one case for each error and limit."""

from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from .server import FakeSlack
from .trials import played, refused
from .workspace import APP_TOKEN, BOT_TOKEN

TEXT = {"text": "Hoi"}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Klankbord"},
    "blocks": [{"type": "divider"}],
}
HOME = {"type": "home", "blocks": [{"type": "divider"}]}

# --- errors: what is refused, whether a correct bot may meet it, and what Slack says ---------------------------------

MET: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "CNERGENS", **TEXT}, "channel_not_found"),
    ("chat.postMessage", {"channel": "UNIEMAND", **TEXT}, "channel_not_found"),
    ("chat.postMessage", {"channel": "UCHRIS", **TEXT}, "channel_not_found"),
    ("chat.postMessage", {"channel": "UROBOT", **TEXT}, "cannot_dm_bot"),
    ("chat.postMessage", {"channel": "UTHUIS", **TEXT}, "messages_tab_disabled"),
    ("chat.postMessage", {"channel": "COUD", **TEXT}, "is_archived"),
    ("chat.postMessage", {"channel": "CVREEMD", **TEXT}, "channel_not_found"),
    ("chat.postMessage", {"channel": "COPEN", **TEXT}, "not_in_channel"),
    ("chat.postMessage", {"channel": "CLEES", **TEXT}, "restricted_action"),
    ("chat.postMessage", {"channel": "CHR", "thread_ts": "1.1", **TEXT}, "thread_not_found"),
    ("chat.postEphemeral", {"channel": "CHR", "user": "UGAST", **TEXT}, "user_not_in_channel"),
    ("chat.update", {"channel": "CHR", "ts": "1.1", **TEXT}, "message_not_found"),
    ("conversations.history", {"channel": "CVREEMD"}, "channel_not_found"),
    ("conversations.history", {"channel": "COPEN"}, "not_in_channel"),
    ("conversations.replies", {"channel": "CHR", "ts": "1.1"}, "thread_not_found"),
    ("conversations.info", {"channel": "CNERGENS"}, "channel_not_found"),
    ("conversations.members", {"channel": "CVREEMD"}, "channel_not_found"),
    ("conversations.open", {"users": "UNIEMAND"}, "user_not_found"),
    ("conversations.open", {"users": "UCHRIS"}, "user_disabled"),
    ("users.info", {"user": "UNIEMAND"}, "user_not_found"),
    ("usergroups.users.list", {"usergroup": "SGEEN"}, "no_such_subteam"),
    ("views.open", {"trigger_id": "1.2.3", "view": MODAL}, "invalid_trigger_id"),
    ("views.update", {"view_id": "VGEEN", "view": MODAL}, "not_found"),
    ("files.info", {"file": "FGEEN"}, "file_not_found"),
]

SLIPS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.post", {}, "unknown_method"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
    ("chat.postMessage", {"channel": "CHR"}, "no_text"),
    ("chat.postMessage", {**TEXT}, "invalid_arguments"),
    ("chat.postMessage", {"channel": 7, **TEXT}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "CHR", "blocks": {"type": "divider"}, **TEXT}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "CHR", "blocks": "[{", **TEXT}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "CHR", "colour": "red", **TEXT}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "CHR", "blocks": [{"type": "carousel"}], **TEXT}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "CHR", "metadata": {"event_type": "a"}, **TEXT}, "invalid_metadata_format"),
    (
        "chat.postMessage",
        {"channel": "CHR", "metadata": {"event_type": "", "event_payload": {}}, **TEXT},
        "invalid_metadata_format",
    ),
    (
        "chat.postMessage",
        {"channel": "CHR", "metadata": {"event_type": "a", "event_payload": []}, **TEXT},
        "invalid_metadata_schema",
    ),
    (
        "chat.postMessage",
        {"channel": "CHR", "metadata": {"event_type": "a", "event_payload": {"id": "x" * 9000}}, **TEXT},
        "metadata_too_large",
    ),
    ("conversations.history", {"channel": "CHR", "limit": "veel"}, "invalid_arguments"),
    ("conversations.history", {"channel": "CHR", "limit": 1000}, "invalid_limit"),
    ("conversations.history", {"channel": "CHR", "cursor": "verder"}, "invalid_cursor"),
    ("conversations.history", {"channel": "CHR", "include_all_metadata": "ja"}, "invalid_arguments"),
    ("users.list", {"limit": 1000}, "invalid_limit"),
    ("dnd.teamInfo", {"users": ",".join(f"U{n}" for n in range(51))}, "too_many_users"),
    ("views.open", {"trigger_id": "1.2.3", "view": HOME}, "invalid_arguments"),
    ("views.update", {"view": MODAL}, "invalid_arguments"),
    ("views.publish", {"user_id": "UANNA", "view": MODAL}, "invalid_arguments"),
    ("views.publish", {"user_id": "UNIEMAND", "view": HOME}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a.png", "length": 0}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "FGEEN"}]}, "file_not_found"),
]


@pytest.mark.parametrize(
    ("method", "arguments", "error"), MET, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_correct_bot_may_meet(method: str, arguments: dict[str, Any], error: str) -> None:
    """What depends on the workspace is refused, and no violation."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        assert (await refused(client.api_call(method, json=arguments)))["error"] == error
        assert slack.workspace.refusals == {error: 1}

    played(steps)


@pytest.mark.parametrize(
    ("method", "arguments", "error"), SLIPS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_correct_bot_meets(method: str, arguments: dict[str, Any], error: str) -> None:
    """What only a wrong bot does is refused, and fails the test."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        assert (await refused(client.api_call(method, json=arguments)))["error"] == error

    played(steps, f"{method}: {error}")


def test_a_violation_fails_the_test() -> None:
    """At the end, with what was wrong and where."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        await refused(client.chat_postMessage(channel="CHR", text="Hoi", blocks=[{"type": "header", "text": "Kop"}]))

    with pytest.raises(AssertionError, match=r"chat.postMessage: invalid_blocks .*json-pointer:/blocks/0/text"):
        played(steps)


# --- tokens and scopes -----------------------------------------------------------------------------------------------

SCOPES: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "CHR", **TEXT}, "chat:write"),
    ("chat.postEphemeral", {"channel": "CHR", "user": "UANNA", **TEXT}, "chat:write"),
    ("chat.update", {"channel": "CHR", "ts": "1.1", **TEXT}, "chat:write"),
    ("conversations.history", {"channel": "CHR"}, "groups:history"),
    ("conversations.history", {"channel": "COPEN"}, "channels:history"),
    ("conversations.history", {"channel": "DANNA"}, "im:history"),
    ("conversations.replies", {"channel": "CHR", "ts": "1.1"}, "groups:history"),
    ("conversations.open", {"users": "UANNA"}, "im:write"),
    ("conversations.info", {"channel": "CHR"}, "groups:read"),
    ("conversations.info", {"channel": "COPEN"}, "channels:read"),
    ("conversations.members", {"channel": "CHR"}, "groups:read"),
    ("users.list", {}, "users:read"),
    ("users.info", {"user": "UANNA"}, "users:read"),
    ("usergroups.users.list", {"usergroup": "S1"}, "usergroups:read"),
    ("dnd.teamInfo", {"users": "UANNA"}, "dnd:read"),
    ("files.getUploadURLExternal", {"filename": "a.png", "length": 1}, "files:write"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "files:write"),
    ("files.info", {"file": "F1"}, "files:read"),
]


@pytest.mark.parametrize(("method", "arguments", "scope"), SCOPES)
def test_a_scope_is_needed(method: str, arguments: dict[str, Any], scope: str) -> None:
    """Each method by its own, and by the kind of channel: the answer says what is needed and what is there."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.direct("UANNA")
        slack.workspace.scopes.remove(scope)
        answer = await refused(client.api_call(method, json=arguments))
        assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
        assert answer["provided"] == answer.headers["X-OAuth-Scopes"] == ",".join(sorted(slack.workspace.scopes))

    played(steps, "missing_scope")


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), ("xoxp-person", "invalid_auth")])
def test_a_wrong_token(token: str, error: str) -> None:
    """Nobody else's token is taken; that is no slip, since a token may be revoked."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        assert (await refused(client.auth_test()))["error"] == error

    played(steps, token=token)


def test_a_token_is_revoked() -> None:
    """Everything the bot token is for is refused; Socket Mode has its own."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.token_error = "token_revoked"
        assert (await refused(client.users_list()))["error"] == "token_revoked"
        assert (await client.apps_connections_open(app_token=APP_TOKEN))["url"].startswith("ws://127.0.0.1:")

    played(steps)


def test_no_token_or_another_kind() -> None:
    """The app token is for sockets, and for nothing else."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        async with httpx.AsyncClient(base_url=slack.api) as http:
            assert (await http.get("auth.test")).json()["error"] == "not_authed"
            other = await http.get("users.list", headers={"authorization": f"Bearer {APP_TOKEN}"})
            assert other.json()["error"] == "not_allowed_token_type"

    played(steps, "not_authed", "not_allowed_token_type")


def test_arguments_come_in_three_ways() -> None:
    """A query, a form and JSON; the token among them, or in the header."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        async with httpx.AsyncClient(base_url=slack.api) as http:
            said = {"channel": "CHR", "text": "Hoi", "unfurl_links": "0", "blocks": '[{"type": "divider"}]'}
            bearer = {"authorization": f"Bearer {BOT_TOKEN}"}
            answers = [
                await http.get("chat.postMessage", params=said | {"token": BOT_TOKEN}),
                await http.post("chat.postMessage", data=said | {"token": BOT_TOKEN}),
                await http.post("chat.postMessage", json=said | {"unfurl_links": False}, headers=bearer),
            ]
            assert [answer.json()["ok"] for answer in answers] == [True] * 3
            broken = await http.post("auth.test", content="{", headers=bearer | {"content-type": "application/json"})
            assert broken.json()["error"] == "invalid_json"

    played(steps, "invalid_json")
