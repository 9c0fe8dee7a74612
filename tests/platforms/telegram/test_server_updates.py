"""How the fake hands out what happened: to who fetches it, or to a webhook, until it is confirmed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import Conflict

from bot.web.server import listening

from .desk import WANTED, Desk, at_a_desk, library
from .people import Group, Person
from .updates import FIRST, KINDS, Bell

PUBLIC = "https://klankbord.example"
SECRET = "een-geheim_van-1-bot"


def test_nobody_sleeps_through_what_happens() -> None:
    """Though somebody else begins to wait again between its happening and their waking."""

    async def whole() -> None:
        bell = Bell()
        one, other = bell.next(), bell.next()
        bell.ring()
        again = bell.next()
        bell.ring()
        await asyncio.wait_for(asyncio.gather(one, other, again), 10)

    asyncio.run(whole())


def texts(updates: Sequence[dict[str, Any]]) -> list[str]:
    """What was written."""
    return [update["message"]["text"] for update in updates]


# --- fetching -------------------------------------------------------------------------------------------------------


@at_a_desk
async def test_an_update_comes_until_a_higher_offset_confirms_it(desk: Desk) -> None:
    desk.anna.writes("een")
    desk.anna.writes("twee")
    first, second = await desk.updates()
    assert second["update_id"] == first["update_id"] + 1
    assert await desk.updates(first["update_id"]) == [first, second]
    assert await desk.updates(second["update_id"], limit=1) == [second]
    assert await desk.updates() == [second]
    assert await desk.updates(second["update_id"] + 1) == []
    await desk.world.settled()


@at_a_desk
async def test_a_negative_offset_forgets_all_but_the_last(desk: Desk) -> None:
    for word in ("een", "twee", "drie"):
        desk.anna.writes(word)
    assert texts(await desk.updates(-1)) == ["drie"]
    assert texts(await desk.updates()) == ["drie"]


@at_a_desk
async def test_numbers_may_start_anew_below_the_offset(desk: Desk) -> None:
    """An offset far ahead of the queue confirms nothing, so that what comes then is not lost."""
    desk.world.updates.restart(17)
    desk.anna.writes("na een week")
    assert [one["update_id"] for one in await desk.updates(FIRST + 1)] == [17]
    assert await desk.updates(18) == []


@at_a_desk
async def test_a_long_poll_waits(desk: Desk) -> None:
    coming = asyncio.create_task(desk.updates(FIRST + 1, timeout=30))
    await asyncio.sleep(0.1)
    desk.anna.writes("eindelijk")
    assert texts(await coming) == ["eindelijk"]
    assert await desk.updates(FIRST + 2, timeout=0) == []


@at_a_desk
async def test_of_two_who_fetch_the_first_is_sent_away(desk: Desk) -> None:
    async with library(desk.world) as bot, library(desk.world) as other:
        first = asyncio.create_task(bot.get_updates(FIRST + 1, timeout=30, allowed_updates=WANTED))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(other.get_updates(FIRST + 1, timeout=30, allowed_updates=WANTED))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        desk.anna.writes("voor de tweede")
        assert len(await second) == 1
    assert desk.world.updates.conflicts == 1


@at_a_desk
async def test_who_hung_up_is_no_consumer(desk: Desk) -> None:
    first = asyncio.create_task(desk.updates(FIRST + 1, timeout=30))
    await asyncio.sleep(0.1)
    first.cancel()
    await asyncio.sleep(0.2)
    assert await desk.updates(FIRST + 1) == []
    assert desk.world.updates.conflicts == 0


@at_a_desk
async def test_only_what_is_wanted_comes(desk: Desk) -> None:
    await desk.result("getUpdates", offset=FIRST + 1, allowed_updates=["message"])
    desk.anna.edits(desk.anna.writes("een"), "twee")
    assert [sorted(update)[0] for update in await desk.updates()] == ["message"]
    assert desk.world.updates.unwanted == ["edited_message"]


@pytest.mark.parametrize("wanted", [None, [], ["letters"]])
@at_a_desk
async def test_what_is_wanted_must_be_said(desk: Desk, wanted: list[str] | None) -> None:
    await desk.result("getUpdates", allowed_updates=wanted)
    desk.expects("allowed_updates should name what is wanted")


def test_the_library_knows_the_same_kinds_of_updates() -> None:
    from telegram import Update

    assert set(Update.ALL_TYPES) >= KINDS


@at_a_desk
async def test_a_test_can_bring_updates_in_another_order_and_twice(desk: Desk) -> None:
    with desk.world.updates.held_back() as waiting:
        desk.anna.writes("een")
        desk.anna.writes("twee")
        assert await desk.updates(FIRST + 1) == []
        waiting.reverse()
        waiting.append(waiting[0])
    assert texts(await desk.updates(FIRST + 1)) == ["twee", "een", "twee"]
    await desk.updates(FIRST + 3)
    desk.world.updates.repeat(desk.world.updates.fetched[-1])
    assert texts(await desk.updates()) == ["twee"]


# --- a webhook ------------------------------------------------------------------------------------------------------


class Hook:
    """A bot that hears by webhook: what came, and what to answer."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, list[Response]] = {}  # to come, by what was written; then 200

    async def hear(self, request: Request) -> Response:
        """Take an update."""
        update = await request.json()
        self.heard.append((request.headers.get("x-telegram-bot-api-secret-token", ""), update))
        answers = self.answers.get(update["message"]["text"])
        return answers.pop(0) if answers else Response()

    @asynccontextmanager
    async def at(self, desk: Desk) -> AsyncIterator[None]:
        """Serve behind the public address."""
        bound = listening("127.0.0.1", 0)
        app = Starlette(routes=[Route("/telegram", self.hear, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        running = asyncio.create_task(server.serve(sockets=[bound]))
        desk.world.webhook.hosts[PUBLIC] = f"http://127.0.0.1:{bound.getsockname()[1]}"
        try:
            yield
        finally:
            server.should_exit = server.force_exit = True
            await running

    def texts(self) -> list[str]:
        """What was written."""
        return texts([update for _, update in self.heard])


@at_a_desk
async def test_a_webhook_gets_every_update_with_its_secret(desk: Desk) -> None:
    hook = Hook()
    async with hook.at(desk), library(desk.world) as bot:
        await bot.set_webhook(f"{PUBLIC}/telegram", allowed_updates=WANTED, secret_token=SECRET)
        desk.anna.writes("een")
        desk.anna.writes("twee")
        await desk.world.settled()
        info = await bot.get_webhook_info()
    assert [secret for secret, _ in hook.heard] == [SECRET, SECRET]
    assert hook.texts() == ["een", "twee"]
    assert (info.url, info.pending_update_count, info.last_error_message) == (f"{PUBLIC}/telegram", 0, None)


@at_a_desk
async def test_an_update_is_brought_until_it_is_taken_and_holds_up_its_own_chat_alone(desk: Desk) -> None:
    hook, bram = Hook(), Person(desk.world, "Bram")
    hook.answers = {"een": [Response(status_code=500), Response(status_code=404)]}
    async with hook.at(desk):
        await desk.result("setWebhook", url=f"{PUBLIC}/telegram", allowed_updates=WANTED, secret_token=SECRET)
        desk.anna.writes("een")
        desk.anna.writes("twee")
        bram.writes("van Bram")
        await desk.world.settled()
        assert (await desk.result("getWebhookInfo"))["last_error_message"].endswith("404")
    assert sorted(hook.texts()) == ["een", "een", "een", "twee", "van Bram"]
    assert hook.texts().index("van Bram") < 2
    assert hook.texts()[-1] == "twee"


@at_a_desk
async def test_with_a_webhook_nobody_may_fetch_and_without_it_what_waits_is_fetched(desk: Desk) -> None:
    desk.world.webhook.hosts[PUBLIC] = "http://127.0.0.1:9"  # nobody there
    await desk.result("setWebhook", url=f"{PUBLIC}/telegram", allowed_updates=WANTED, secret_token=SECRET)
    desk.anna.writes("een")
    body = await desk.call("getUpdates", allowed_updates=WANTED)
    assert body["error_code"] == 409
    assert body["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    await desk.result("deleteWebhook")
    assert texts(await desk.updates()) == ["een"]
    await desk.result("deleteWebhook", drop_pending_updates=True)
    assert await desk.updates() == []


HOOKS: list[tuple[dict[str, Any], str]] = [
    ({"url": "http://klankbord.example/t"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ({"url": "https://klankbord.example:8080/t"}, "Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ({"url": "https://elders.example/t"}, "Failed to resolve host"),
    ({"url": f"{PUBLIC}/t", "secret_token": "met spaties"}, "secret token contains unallowed characters"),
    ({"url": f"{PUBLIC}/t", "secret_token": ""}, "without a secret_token anybody can send updates"),
]


@pytest.mark.parametrize(("given", "words"), HOOKS)
@at_a_desk
async def test_a_webhook_has_limits(desk: Desk, given: dict[str, Any], words: str) -> None:
    desk.world.webhook.hosts[PUBLIC] = "http://127.0.0.1:9"
    await desk.call("setWebhook", allowed_updates=WANTED, **({"secret_token": SECRET} | given))
    desk.expects(words)


@at_a_desk
async def test_an_answer_of_a_webhook_calls_no_method(desk: Desk) -> None:
    hook = Hook()
    hook.answers["een"] = [Response('{"method": "sendMessage"}', media_type="application/json")]
    async with hook.at(desk):
        await desk.result("setWebhook", url=f"{PUBLIC}/telegram", allowed_updates=WANTED, secret_token=SECRET)
        desk.anna.writes("een")
        await desk.world.settled()
    desk.expects("webhook: an answer that calls a method")


# --- what happens in a group ----------------------------------------------------------------------------------------


@at_a_desk
async def test_in_a_group_the_bot_hears_what_is_meant_for_it(desk: Desk) -> None:
    """Privacy mode: commands, replies to it, and what happens to the group; no other word."""
    group = Group(desk.world, "HR", [desk.anna])
    group.writes(desk.anna, "/help")
    group.adds_bot(desk.anna)
    number = (await desk.result("sendMessage", chat_id=group.chat.id, text="Het bericht"))["message_id"]
    group.writes(desk.anna, "Wat vinden jullie?")
    group.writes(desk.anna, "/help@klankbord_test_bot")
    group.writes(desk.anna, "Daar werken we aan.", reply_to=group.chat.message(number))
    heard = await desk.updates()
    assert "my_chat_member" in heard[0]
    assert "new_chat_members" in heard[1]["message"]
    assert texts(heard[2:]) == ["/help@klankbord_test_bot", "Daar werken we aan."]


@at_a_desk
async def test_a_group_moves(desk: Desk) -> None:
    group = Group(desk.world, "HR", [desk.anna])
    group.adds_bot(desk.anna)
    old = group.upgrades(desk.anna)
    left, came = (update["message"] for update in (await desk.updates())[2:])
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (old.id, group.chat.id)
    assert (came["chat"]["id"], came["migrate_from_chat_id"]) == (group.chat.id, old.id)
    assert came["chat"]["type"] == "supergroup"
