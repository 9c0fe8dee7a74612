"""A homeserver that remembers: rooms with their events in order, who is in them, what relates to what; and its news.

Everybody's clients see what a real one would tell them, and a test can have an answer lost at the worst moment.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from aiohttp import web

from bot.platforms.matrix import Matrix, messages

from .forged import ANNA, ME, Forged, Json, forged, reacting

WAIT = 0.02  # seconds that it keeps a request for news
FIRST = 10**6  # the time of its first event, in milliseconds
LATER = 10**5  # from one event to the next: everybody reads what they react to


class Living(Forged):
    """Rooms that live."""

    def __init__(self, *people: str) -> None:
        super().__init__()
        self.kept = {"m.direct": {}, "nl.klankbord.since": {"since": "s0"}}
        self.rooms: dict[str, list[Json]] = {}
        self.invitations: list[Json] = []  # of the bot, that it is told of next
        self._order: list[tuple[str, Json]] = []  # all that happened, in all rooms
        self._changes: list[tuple[int, str]] = []  # when what was kept was changed: after so many events
        self._sent: dict[str, str] = {}  # transaction -> event
        self._numbers = count(1)
        for person in people:
            self.opens(person)

    # --- what people do --------------------------------------------------------------------------------------------

    def opens(self, person: str) -> str:
        """A room of two that is known to be theirs."""
        room = self._new(person, ME)
        self.kept["m.direct"].setdefault(person, []).insert(0, room)
        return room

    def says(self, room: str, words: str, person: str = ANNA) -> str:
        """Somebody types."""
        return self.happens(room, "m.room.message", {"msgtype": "m.text", "body": words}, person)

    def reacts(self, room: str, message: str, key: str, person: str = ANNA) -> str:
        """Somebody reacts."""
        return self.happens(room, "m.reaction", reacting(message, key), person)

    def leaves(self, room: str, person: str) -> str:
        """Somebody goes."""
        return self.happens(room, "m.room.member", {"membership": "leave"}, person, state_key=person)

    def happens(self, room: str, kind: str, content: Any, sender: str, **more: Any) -> str:
        """One event more; its id."""
        number = next(self._numbers)
        event = {"type": kind, "content": content, "event_id": f"$e{number}", "sender": sender, **more}
        event["origin_server_ts"] = FIRST + number * LATER
        self.rooms[room].append(event)
        self._order.append((room, event))
        return str(event["event_id"])

    # --- what there is to see --------------------------------------------------------------------------------------

    def members(self, room: str, *memberships: str) -> dict[str, Json]:
        """Who is there, or was asked in."""
        found = {e["state_key"]: e["content"] for e in self.rooms[room] if e["type"] == "m.room.member"}
        return {who: content for who, content in found.items() if content["membership"] in memberships}

    def now(self, room: str) -> dict[str, Json]:
        """The messages of the bot in a room, oldest first, with what they say now."""
        found: dict[str, Json] = {}
        for event in self.rooms[room]:
            what = messages.read(event) if event["sender"] == ME else None
            if what is not None:
                found[what[0]] = event["content"].get("m.new_content", event["content"])
        return found

    def stand(self, room: str) -> list[str]:
        """The words of the cards of a room that something can be chosen from, as they are now, oldest first."""
        now = self.now(room).values()
        return [content["body"] for content in now if content.get(messages.NOTE, {}).get("actions")]

    def asked(self, what: str) -> int:
        """How often it was, by method and a part of an address."""
        return sum(what in call for call in self.calls)

    def keeps(self, name: str, content: Json) -> None:
        """What is kept under a name is this from now on, whoever wrote it."""
        self.kept[name] = content
        self._changes.append((len(self._order), name))

    # --- what it answers -------------------------------------------------------------------------------------------

    def _new(self, creator: str, *others: str, direct: bool = True) -> str:
        room = f"!room{next(self._numbers)}:example.nl"
        self.rooms[room] = []
        self.happens(room, "m.room.create", {"room_version": "11"}, creator, state_key="")
        self.happens(room, "m.room.member", {"membership": "join"}, creator, state_key=creator)
        for other in others:
            membership = {"membership": "join" if other == ME else "invite", "is_direct": direct}
            self.happens(room, "m.room.member", membership, creator, state_key=other)
        return room

    def _dull(self, request: web.Request, path: str, content: Json) -> web.Response:
        parts = path.removeprefix("/_matrix/client/").split("/")
        if path.endswith("/createRoom"):
            self.made.append(content)
            return web.json_response({"room_id": self._new(ME, *content["invite"], direct=content["is_direct"])})
        if path.endswith("/joined_rooms"):
            return web.json_response({"joined_rooms": [one for one in self.rooms if ME in self.members(one, "join")]})
        if len(parts) > 3 and parts[1] == "rooms" and parts[2] in self.rooms:
            return self._in(parts[2], parts[3:], request, content)
        if request.method == "PUT" and "/account_data/" in path:
            self.keeps(parts[-1], content)
        return super()._dull(request, path, content)

    def _in(self, room: str, what: list[str], request: web.Request, content: Json) -> web.Response:
        """A call about one room."""
        here = self.rooms[room]
        if what[0] == "send" and self._is_there(room, what[1], what[2], content):
            return web.json_response({"errcode": "M_DUPLICATE_ANNOTATION", "error": "It is there."}, status=400)
        if what[0] == "send":
            return web.json_response({"event_id": self._said(room, what[1], what[2], content)})
        if what[0] == "redact":
            self._redacted(room, what[1])
            return web.json_response({"event_id": "$redaction"})
        if what[0] in ("leave", "join"):
            self.happens(room, "m.room.member", {"membership": what[0]}, ME, state_key=ME)
            return web.json_response({})
        if what[0] == "messages":
            return web.json_response({"chunk": here if request.query["dir"] == "f" else here[::-1]})
        if what[0] == "joined_members":
            return web.json_response({"joined": self.members(room, "join")})
        if what[0] == "relations":
            return web.json_response({"chunk": [one for one in here[::-1] if _relates(one, what[1], what[2])]})
        if what[0] == "event":
            return web.json_response(next(one for one in here if one["event_id"] == what[1]))
        state = [one["content"] for one in here if (one["type"], one.get("state_key")) == (what[1], what[2])]
        return web.json_response(state[-1] if state else {"errcode": "M_NOT_FOUND"}, status=200 if state else 404)

    def _is_there(self, room: str, kind: str, transaction: str, content: Json) -> bool:
        """Whether the bot reacted so before; saying the same a second time is no second reaction."""
        mine = [one["content"] for one in self.rooms[room] if (one["type"], one["sender"]) == (kind, ME)]
        return kind == "m.reaction" and transaction not in self._sent and content in mine

    def _said(self, room: str, kind: str, transaction: str, content: Json) -> str:
        if transaction not in self._sent:
            self.said.append(content)
            self._sent[transaction] = self.happens(room, kind, content, ME)
        return self._sent[transaction]

    def _redacted(self, room: str, event: str) -> None:
        for one in self.rooms[room]:
            if one["event_id"] == event:
                one["content"] = {}

    async def _news(self, since: str) -> web.Response:
        """What happened since; a position is how many events there were."""
        at = int(since.removeprefix("s") or 0)
        for _ in range(10):
            if len(self._order) > at:
                break
            await asyncio.sleep(WAIT / 10)
        new, joined = self._order[at:], dict[str, Json]()
        for room, event in new:
            joined.setdefault(room, {"timeline": {"events": []}})["timeline"]["events"].append(event)
        kept = {name for then, name in self._changes if then >= at and name == "m.direct"}
        told = [{"type": name, "content": self.kept[name]} for name in kept]
        rooms = {"join": joined, "invite": self.invitations.pop() if self.invitations else {}}
        return web.json_response({"next_batch": f"s{at + len(new)}", "rooms": rooms, "account_data": {"events": told}})


def _relates(event: Json, to: str, how: str) -> bool:
    relation = event["content"].get("m.relates_to", {})
    return (relation.get("event_id"), relation.get("rel_type")) == (to, how)


@asynccontextmanager
async def living(*people: str, server: Living | None = None) -> AsyncIterator[tuple[Living, Matrix]]:
    """It lives, and a bot that has it as its homeserver; these people have a room with it."""
    made = server or Living(*people)
    async with forged(made) as (_, matrix):
        yield made, matrix
