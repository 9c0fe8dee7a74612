"""Each of Slack's words, and what it means for a message to a person and to a channel."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Refusal, ReplyLost, SendFailed
from bot.platforms.slack.errors import asked, of_person, read
from bot.platforms.slack.paging import TIMES, pages
from tests.platforms.slack.faults import Kind
from tests.platforms.slack.mail import post_office
from tests.platforms.slack.server import fake_slack

NEVER = {
    "is_archived": Refusal.ARCHIVED,
    "not_in_channel": Refusal.REMOVED,
    "channel_not_found": Refusal.UNKNOWN,
    "invalid_channel": Refusal.UNKNOWN,
    "restricted_action": Refusal.NOT_ALLOWED,
    "restricted_action_read_only_channel": Refusal.NOT_ALLOWED,
    "restricted_action_thread_only_channel": Refusal.NOT_ALLOWED,
    "posting_to_channel_denied": Refusal.NOT_ALLOWED,
    "no_permission": Refusal.NOT_ALLOWED,
    "team_access_not_granted": Refusal.NOT_ALLOWED,
    "ekm_access_denied": Refusal.NOT_ALLOWED,
    "user_not_found": "user_not_found",
    "user_disabled": "user_disabled",
    "invalid_blocks": "invalid_blocks",
    "metadata_too_large": "metadata_too_large",
}
EVERYWHERE = {
    "invalid_auth": Refusal.REVOKED,
    "not_authed": Refusal.REVOKED,
    "token_revoked": Refusal.REVOKED,
    "token_expired": Refusal.REVOKED,
    "account_inactive": Refusal.REVOKED,
    "missing_scope": Refusal.SCOPE,
    "messages_tab_disabled": "messages_tab_disabled",
}
PASSING = ("org_login_required", "team_added_to_org", "request_timeout", "a_word_of_tomorrow")
PEOPLES = {"channel_not_found", "invalid_channel", "is_archived", "user_not_found", "user_disabled"}
"""Where it is the person who cannot be reached: everything else is never held against them."""


def failing(kind: Kind, value: object = None) -> Exception | None:
    """What comes of a post that Slack answers so."""

    async def walk() -> Exception | None:
        async with post_office() as office:
            office.workspace.fails("chat.postMessage", kind, value)
            return await outcome(asked(office.client.chat_postMessage(channel="CHR", text="x")))

    return asyncio.run(walk())


async def outcome(call: Awaitable[object]) -> Exception | None:
    """What it raised."""
    try:
        await call
    except (SendFailed, ReplyLost) as error:
        return error
    return None


@pytest.mark.parametrize("code", NEVER)
def test_never(code: str) -> None:
    """In the words that all platforms share, where there is one."""
    failed = failing("error", code)
    assert isinstance(failed, SendFailed)
    assert (failed.reason, failed.permanent, failed.everywhere) == (NEVER[code], True, False)
    assert of_person(failed).permanent is (code in PEOPLES)


@pytest.mark.parametrize("code", EVERYWHERE)
def test_everywhere(code: str) -> None:
    """Nothing is wrong with whom it was for."""
    failed = failing("error", code)
    assert isinstance(failed, SendFailed)
    assert (failed.reason, failed.permanent, failed.everywhere) == (EVERYWHERE[code], True, True)
    assert of_person(failed) is failed


@pytest.mark.parametrize("code", PASSING)
def test_passing(code: str) -> None:
    """Tried again, also when nobody has heard of it yet."""
    failed = failing("error", code)
    assert isinstance(failed, SendFailed)
    assert (failed.reason, failed.permanent, failed.retry_after) == (code, False, None)


def test_too_fast() -> None:
    """Slack says how long to wait, and means everybody."""
    failed = failing("ratelimited", 17)
    assert isinstance(failed, SendFailed)
    assert (failed.permanent, failed.everywhere, failed.retry_after) == (False, True, timedelta(seconds=17))


@pytest.mark.parametrize(
    ("kind", "value"), [("lost", None), ("http500", None), ("error", "internal_error"), ("error", "fatal_error")]
)
def test_nobody_knows(kind: Kind, value: object) -> None:
    """Slack may have done it all the same; who only looked has lost nothing."""
    assert isinstance(failing(kind, value), ReplyLost)

    async def walk() -> Exception | None:
        async with post_office() as office:
            office.workspace.fails("conversations.info", kind, value, 2)  # aiohttp looks once more by itself
            return await outcome(read(office.client.conversations_info(channel="CHR")))

    failed = asyncio.run(walk())
    assert isinstance(failed, SendFailed)
    assert not failed.permanent


@pytest.mark.parametrize(
    ("body", "status", "lost"),
    [("", 502, True), ("{oops", 502, True), ("{oops", 200, True), ("{oops", 403, False), ("blocked", 403, False)],
)
def test_an_answer_that_is_not_slacks(body: str, status: int, lost: bool) -> None:
    """Of a proxy in between: a page, half a JSON, plain words."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        kind = "application/json" if body.startswith("{") else "text/plain"
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    async def walk() -> Exception | None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = AsyncWebClient("xoxb-1", base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
        try:
            return await outcome(asked(client.auth_test()))
        finally:
            server.close()

    found = asyncio.run(walk())
    assert isinstance(found, ReplyLost if lost else SendFailed)


def test_a_server_that_is_not_there_got_nothing() -> None:
    """The request never left: it may be sent again without a thought."""

    async def walk() -> Exception | None:
        client = AsyncWebClient("xoxb-1", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
        return await outcome(asked(client.auth_test()))

    found = asyncio.run(walk())
    assert isinstance(found, SendFailed)
    assert not found.permanent


def test_a_server_that_is_too_slow_may_have_it() -> None:
    """It took the request and did not answer within our time-out."""

    async def walk() -> Exception | None:
        async with fake_slack() as slack:
            slack.workspace.fails("auth.test", "slow", 3)
            client = AsyncWebClient("xoxb-fake-bot", base_url=slack.api, retry_handlers=[], timeout=1)
            return await outcome(asked(client.auth_test()))

    assert isinstance(asyncio.run(walk()), ReplyLost)


@pytest.mark.parametrize(
    ("kind", "value", "everywhere"),
    [("error", "missing_scope", False), ("error", "token_revoked", True), ("ratelimited", 5, False)],
)
def test_where_we_may_not_look_we_may_still_post(kind: Kind, value: object, everywhere: bool) -> None:
    """A right to look that is missing, or looking too often, holds nobody else up; a revoked token does."""

    async def walk() -> Exception | None:
        async with post_office() as office:
            office.workspace.fails("users.list", kind, value)
            return await outcome(read(office.client.users_list(limit=5)))

    failed = asyncio.run(walk())
    assert isinstance(failed, SendFailed)
    assert failed.everywhere is everywhere


# --- lists -------------------------------------------------------------------------------------------------------


def listed(limited: int = 0) -> object:
    """Everybody in a workspace of 2,500, and how often Slack was asked; or what it raised."""

    async def walk() -> object:
        async with post_office() as office:
            for number in range(2_498):  # and Anna, and the bot
                office.workspace.user(f"U{number}", f"P{number}")
            if limited:
                office.workspace.fails("users.list", "ratelimited", 1, limited)
            try:
                found = [
                    user["id"]
                    async for page in pages(lambda at: office.client.users_list(limit=999, cursor=at))
                    for user in page["members"]
                ]
            except SendFailed as failed:
                return failed.reason, office.workspace.calls["users.list"]
            return len(found), len(set(found)), office.workspace.calls["users.list"] - limited

    return asyncio.run(walk())


def test_a_list_comes_in_pages() -> None:
    """As few as Slack allows, and nobody twice."""
    assert listed() == (2_500, 2_500, 3)


def test_a_page_that_comes_too_early_is_asked_for_again() -> None:
    """That page alone, when Slack says so."""
    assert listed(limited=2) == (2_500, 2_500, 3)


def test_patience_ends() -> None:
    """A list that Slack never gives is a failure, after some tries."""
    assert listed(limited=TIMES) == ("ratelimited", TIMES)
