"""What calls do in the fake Slack, by the SDK's own client: messages, pages, people, pictures, rates and faults."""

import asyncio
import time
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from .rates import Rate
from .server import FakeSlack
from .trials import error_of, played, refused

# --- what calls do ---------------------------------------------------------------------------------------------------


def test_a_message_is_posted_edited_and_read_back() -> None:
    """By its metadata, which is told to who asks; every version is kept."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        metadata = {"event_type": "klankbord", "event_payload": {"id": "abc"}}
        posted = await client.chat_postMessage(channel="UANNA", text="Een", metadata=metadata)
        assert posted["channel"] == "DANNA"
        await client.chat_update(channel="DANNA", ts=posted["ts"], text="Twee")
        reply = await client.chat_postMessage(channel="DANNA", text="Erbij", thread_ts=posted["ts"])
        await client.chat_postEphemeral(channel="DANNA", user="UANNA", text="Alleen jij")
        told = await client.conversations_history(channel="DANNA", include_all_metadata=True)
        assert [(one["text"], one.get("metadata")) for one in told["messages"]] == [("Twee", metadata)]
        assert "metadata" not in (await client.conversations_history(channel="DANNA"))["messages"][0]
        thread = await client.conversations_replies(channel="DANNA", ts=posted["ts"])
        assert [one["ts"] for one in thread["messages"]] == [posted["ts"], reply["ts"]]
        assert [version.text for version in slack.workspace.messages[0].history] == ["Een", "Twee"]

    played(steps)


def test_pages() -> None:
    """Each has a cursor to the next, until the last."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.per_channel = None
        sent = [(await client.chat_postMessage(channel="CHR", text=f"{n}"))["ts"] for n in range(5)]
        found: list[str] = []
        cursor: str | None = None
        while cursor != "":
            page = await client.conversations_history(channel="CHR", limit=2, cursor=cursor)
            found += [one["ts"] for one in page["messages"]]
            cursor = page["response_metadata"]["next_cursor"]
            assert page["has_more"] == bool(cursor)
        assert found == sent[::-1]
        between = await client.conversations_history(channel="CHR", oldest=sent[1], latest=sent[3])
        assert [one["ts"] for one in between["messages"]] == [sent[2]]
        ends = await client.conversations_history(channel="CHR", oldest=sent[1], latest=sent[3], inclusive=True)
        assert len(ends["messages"]) == 3

    played(steps)


def test_people_are_told_of_in_pages() -> None:
    """With their locale where it is asked for, their address where the scope allows it; who left has no zone."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        members: list[dict[str, Any]] = []
        async for page in await client.users_list(limit=2, include_locale=True):
            assert len(page["members"]) <= 2
            members += page["members"]
        by_id = {one["id"]: one for one in members}
        assert set(by_id) == set(slack.workspace.users)
        anna = by_id["UANNA"]
        assert (anna["locale"], anna["tz"], anna["profile"]["email"]) == (
            "nl-NL",
            "Europe/Amsterdam",
            "anna@example.nl",
        )
        assert (anna["profile"]["status_text"], anna["profile"]["status_emoji"]) == ("Vakantie", ":palm_tree:")
        assert by_id["UGAST"]["is_restricted"]
        assert by_id["UROBOT"]["is_bot"]
        assert by_id["UCHRIS"]["deleted"]
        assert "tz" not in by_id["UCHRIS"]
        slack.workspace.scopes.remove("users:read.email")
        user = (await client.users_info(user="UANNA"))["user"]
        assert "email" not in user["profile"]
        assert "locale" not in user

    played(steps)


def test_a_picture_is_shared_some_time_after_it_was_uploaded() -> None:
    """Uploaded in three steps by the SDK; it stands in its thread later, and in files.info not before that."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.shares_after = 1.0
        posted = await client.chat_postMessage(channel="CHR", text="Bericht")
        done = await client.files_upload_v2(
            channel="CHR", thread_ts=posted["ts"], content=b"png", filename="a.png", title="Grafiek", alt_txt="Staven"
        )
        file = done["files"][0]["id"]
        assert not (await client.files_info(file=file))["file"]["shares"]
        await asyncio.gather(*slack.workspace.tasks)
        shares = (await client.files_info(file=file))["file"]["shares"]["private"]["CHR"]
        assert shares[0]["thread_ts"] == posted["ts"]
        replies = (await client.conversations_replies(channel="CHR", ts=posted["ts"]))["messages"]
        assert [one.get("files") for one in replies] == [None, [{"id": file, "name": "a.png"}]]
        anna = slack.person("UANNA")
        anna.goes_to("CHR")
        assert "(Grafiek: Staven)" in anna.sees()

    played(steps)


def test_other_bytes_than_were_announced() -> None:
    """An upload that is not what was announced fails."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        told = await client.files_getUploadURLExternal(filename="a.png", length=3)
        async with httpx.AsyncClient() as http:
            assert (await http.post(told["upload_url"], content=b"p")).status_code == 400

    played(steps, "were not announced")


# --- rates and faults ------------------------------------------------------------------------------------------------


def test_a_channel_takes_a_message_a_second() -> None:
    """Or whatever a test says, a few more at once; then 429 with Retry-After. Another channel is not held."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        assert slack.workspace.per_channel == (4, 1.0)
        slack.workspace.per_channel = (4, 60.0)
        for _ in range(4):
            await client.chat_postMessage(channel="CHR", text="Hoi")
        answer = await refused(client.chat_postMessage(channel="CHR", text="Hoi"))
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "60")
        await client.chat_postMessage(channel="UANNA", text="Hoi")
        assert (slack.workspace.throttled, dict(slack.workspace.limited)) == (1, {"CHR": 1})

    played(steps)


def test_a_workspace_has_a_limit_of_its_own() -> None:
    """Over all channels together, as a test sets it."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.overall = Rate(2, 30.0)
        for channel in ("CHR", "UANNA"):
            await client.chat_postMessage(channel=channel, text="Hoi")
        assert (await refused(client.chat_postMessage(channel="UGAST", text="Hoi"))).status_code == 429
        assert dict(slack.workspace.limited) == {"overall": 1}

    played(steps)


@pytest.mark.parametrize(
    ("method", "arguments", "most"), [("users.list", {}, 20), ("users.info", {"user": "UANNA"}, 100)]
)
def test_a_method_has_a_tier(method: str, arguments: dict[str, Any], most: int) -> None:
    """So many at once; then as many a minute."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        began, taken = time.monotonic(), 0
        async with aiohttp.ClientSession() as client.session:
            while await error_of(client.api_call(method, params=arguments)) != "ratelimited":
                taken += 1
        assert most <= taken <= most + (time.monotonic() - began) * most / 60

    played(steps)


def test_who_does_not_wait_fails_the_test() -> None:
    """Trying again at once may have been under way; half a second later it was not."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.per_channel = (1, 60.0)
        await client.chat_postMessage(channel="CHR", text="Hoi")
        call = client.chat_postMessage
        await asyncio.gather(*(refused(call(channel="CHR", text="Hoi")) for _ in range(2)))
        assert not slack.workspace.broken()
        await asyncio.sleep(0.6)
        await refused(client.chat_postMessage(channel="CHR", text="Hoi"))

    with pytest.raises(AssertionError, match="CHR was tried before Retry-After was over"):
        played(steps)


def test_faults_come_one_after_the_other() -> None:
    """As often as told, in the order in which they were put; then all is well."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        space = slack.workspace
        space.fails("chat.postMessage", "ratelimited", 7)
        space.fails("chat.postMessage", "error", "fatal_error", times=2)
        space.fails("chat.postMessage", "http500")
        space.fails("chat.postMessage", "slow", 0.05)
        answers = [await refused(client.chat_postMessage(channel="CHR", text="Hoi")) for _ in range(3)]
        assert answers[0].headers["Retry-After"] == "7"
        assert [answer["error"] for answer in answers] == ["ratelimited", "fatal_error", "fatal_error"]
        assert (await refused(client.chat_postMessage(channel="CHR", text="Hoi"))).status_code == 500
        assert space.messages == []
        assert (await client.chat_postMessage(channel="CHR", text="Hoi"))["ok"]

    played(steps)


def test_a_lost_reply() -> None:
    """The message is there, and whoever sent it does not know."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.fails("chat.postMessage", "lost")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.chat_postMessage(channel="CHR", text="Hoi")
        assert [message.text for message in slack.workspace.messages] == ["Hoi"]

    played(steps)


def test_an_enterprise() -> None:
    """auth.test tells of it; people may be called W… ."""

    async def steps(slack: FakeSlack, client: AsyncWebClient) -> None:
        slack.workspace.enterprise = True
        slack.workspace.user("WBRAM", "Bram")
        told = await client.auth_test()
        assert (told["enterprise_id"], told["is_enterprise_install"]) == ("E0GRID", True)
        assert (await client.chat_postMessage(channel="WBRAM", text="Hoi"))["channel"] == "DBRAM"

    played(steps)
