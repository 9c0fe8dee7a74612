"""Slack's Web API: what each method takes, needs and answers. docs.slack.dev/reference/methods."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .workspace import APP, APP_TOKEN, BOT, BOT_ID, TEAM, TRIGGER, Channel, File, Message, View, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]


class Refused(Exception):
    """Slack's word for what is wrong."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Answer = {"ok": False, "error": error, **more}


class Throttled(Exception):
    """429: so many seconds from now."""

    def __init__(self, wait: float) -> None:
        super().__init__(str(wait))
        self.wait = wait


@dataclass(frozen=True)
class Method:
    """One method: the scopes of which one is needed, and what it needs to be told."""

    does: Callable[["WebApi", Arguments], Answer]
    scopes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class WebApi:
    """Answers calls. `address` is where uploads and sockets go."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.address = ""

    def call(self, name: str, token: str, arguments: Arguments) -> Answer:
        """What a method answers. Raises Refused and Throttled."""
        space = self.workspace
        space.calls[name] += 1
        method = METHODS.get(name)
        if method is None:
            space.violations.append(f"no method {name}")
            raise Refused("unknown_method")
        wanted = APP_TOKEN if name == "apps.connections.open" else space.token
        if token != wanted:
            raise Refused("invalid_auth" if token else "not_authed")
        if method.scopes and not space.scopes.intersection(method.scopes):
            raise Refused("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(space.scopes)))
        for needed in method.needs:
            if arguments.get(needed) in (None, ""):
                space.violations.append(f"{name} without {needed}")
                raise Refused("invalid_arguments")
        return {"ok": True, **method.does(self, arguments)}

    # --- who we are ------------------------------------------------------------------------------------------------

    def auth_test(self, arguments: Arguments) -> Answer:
        return {"team_id": TEAM, "team": "Voorbeeld", "user_id": BOT, "bot_id": BOT_ID, "user": "klankbord"}

    def connections_open(self, arguments: Arguments) -> Answer:
        return {"url": f"{self.address.replace('http', 'ws', 1)}/socket/{self.workspace.number()}"}

    # --- messages --------------------------------------------------------------------------------------------------

    def post(self, arguments: Arguments) -> Answer:
        channel = self._to_post_in(arguments["channel"])
        self._paced(channel.id)
        message = self._message(channel, arguments)
        message.thread = arguments.get("thread_ts") or ""
        if message.thread and not any(one.ts == message.thread for one in self.workspace.at(channel.id)):
            raise Refused("thread_not_found")
        self.workspace.messages.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": _shown(message)}

    def post_ephemeral(self, arguments: Arguments) -> Answer:
        channel = self._to_post_in(arguments["channel"])
        if arguments["user"] not in channel.members:
            raise Refused("user_not_in_channel")
        message = self._message(channel, arguments)
        message.only_for = arguments["user"]
        self.workspace.messages.append(message)
        return {"message_ts": message.ts}

    def update(self, arguments: Arguments) -> Answer:
        space = self.workspace
        found = [one for one in space.at(arguments["channel"]) if one.ts == arguments["ts"]]
        if not found:
            raise Refused("message_not_found")
        if error := space.check_message(arguments.get("text"), arguments.get("blocks"), None):
            raise Refused(error)
        found[0].write(arguments.get("text") or "", arguments.get("blocks") or [])
        return {"channel": arguments["channel"], "ts": found[0].ts, "text": found[0].text}

    def _message(self, channel: Channel, arguments: Arguments) -> Message:
        text, blocks, metadata = (arguments.get(name) for name in ("text", "blocks", "metadata"))
        if error := self.workspace.check_message(text, blocks, metadata):
            raise Refused(error)
        return Message(channel.id, self.workspace.ts(), text or "", blocks or [], metadata)

    def _to_post_in(self, name: str) -> Channel:
        """docs.slack.dev/reference/methods/chat.postMessage#errors."""
        space = self.workspace
        if name.startswith(("U", "W")):
            user = space.users.get(name)
            if user is None or user.deleted:
                raise Refused("channel_not_found" if user is None else "account_inactive")
            if not user.messages_tab:
                raise Refused("messages_tab_disabled")
            return space.direct(name)
        channel = space.channels.get(name)
        if channel is None or (channel.private and BOT not in channel.members):
            raise Refused("channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        if BOT not in channel.members:
            raise Refused("not_in_channel")
        if channel.read_only:
            raise Refused("restricted_action")
        return channel

    def _paced(self, channel: str) -> None:
        if (wait := self.workspace.may_post(channel)) > 0:
            raise Throttled(wait)

    # --- conversations ---------------------------------------------------------------------------------------------

    def history(self, arguments: Arguments) -> Answer:
        self.share()
        channel = self._readable(arguments["channel"])
        found = [one for one in self.workspace.at(channel.id) if not one.thread and not one.only_for]
        return _page([self._told(one, arguments) for one in reversed(found)], arguments, "messages", 100)

    def replies(self, arguments: Arguments) -> Answer:
        self.share()
        channel, ts = self._readable(arguments["channel"]), arguments["ts"]
        found = [one for one in self.workspace.at(channel.id) if ts in (one.ts, one.thread) and not one.only_for]
        if not found:
            raise Refused("thread_not_found")
        return _page([self._told(one, arguments) for one in found], arguments, "messages", 1000)

    def open_conversation(self, arguments: Arguments) -> Answer:
        if arguments["users"] not in self.workspace.users:
            raise Refused("user_not_found")
        return {"channel": {"id": self.workspace.direct(arguments["users"]).id}}

    def info(self, arguments: Arguments) -> Answer:
        channel = self.workspace.channels.get(arguments["channel"])
        if channel is None or (channel.private and BOT not in channel.members):
            raise Refused("channel_not_found")
        told = {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.private,
            "is_archived": channel.archived,
            "is_member": BOT in channel.members,
            "is_ext_shared": channel.shared,
            "is_im": bool(channel.person),
        }
        return {"channel": told}

    def members(self, arguments: Arguments) -> Answer:
        channel = self._readable(arguments["channel"])
        return _page(sorted(channel.members), arguments, "members", 1000)

    def _readable(self, name: str) -> Channel:
        channel = self.workspace.channels.get(name)
        if channel is None or (channel.private and BOT not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _told(self, message: Message, arguments: Arguments) -> Answer:
        told = _shown(message)
        if message.metadata and arguments.get("include_all_metadata"):
            told["metadata"] = message.metadata
        return told

    # --- people ----------------------------------------------------------------------------------------------------

    def users(self, arguments: Arguments) -> Answer:
        everybody = [user.shown() for user in self.workspace.users.values()]
        for user in everybody:
            if not arguments.get("include_locale"):
                del user["locale"]
            if "users:read.email" not in self.workspace.scopes:
                del user["profile"]["email"]
        return _page(everybody, arguments, "members", 999)

    def user_info(self, arguments: Arguments) -> Answer:
        user = self.workspace.users.get(arguments["user"])
        if user is None:
            raise Refused("user_not_found")
        return {"user": user.shown()}

    def group(self, arguments: Arguments) -> Answer:
        members = self.workspace.groups.get(arguments["usergroup"])
        if members is None:
            raise Refused("no_such_subteam")
        return {"users": members}

    def dnd(self, arguments: Arguments) -> Answer:
        names = str(arguments["users"]).split(",")
        if len(names) > 50:
            self.workspace.violations.append("dnd.teamInfo for more than 50 people")
            raise Refused("too_many_users")
        now, users = time.time(), self.workspace.users
        told = {
            name: {
                "dnd_enabled": users[name].dnd > now,
                "next_dnd_start_ts": now - 60 if users[name].dnd > now else 1,
                "next_dnd_end_ts": users[name].dnd if users[name].dnd > now else 1,
            }
            for name in names
            if name in users
        }
        return {"users": told}

    # --- views -----------------------------------------------------------------------------------------------------

    def open_view(self, arguments: Arguments) -> Answer:
        user, made = self.workspace.triggers.pop(arguments["trigger_id"], ("", 0.0))
        if not user:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - made > TRIGGER:
            raise Refused("expired_trigger_id")
        return self._view(self.workspace.modals, user, arguments["view"])

    def update_view(self, arguments: Arguments) -> Answer:
        found = [one for one in self.workspace.modals.values() if one.id == arguments["view_id"]]
        if not found:
            raise Refused("not_found")
        if arguments.get("hash") and arguments["hash"] != found[0].hash:
            raise Refused("hash_conflict")
        return self._view(self.workspace.modals, found[0].user, arguments["view"], found[0].id)

    def publish(self, arguments: Arguments) -> Answer:
        if arguments["user_id"] not in self.workspace.users:
            raise Refused("user_not_found")
        return self._view(self.workspace.homes, arguments["user_id"], arguments["view"])

    def _view(self, views: dict[str, View], user: str, content: Answer, id_: str = "") -> Answer:
        kind = "home" if views is self.workspace.homes else "modal"
        if content.get("type") != kind:
            raise Refused("invalid_arguments")
        if error := self.workspace.check_view(content):
            raise Refused(error)
        views[user] = View(id_ or f"V{self.workspace.number()}", user, content, f"{self.workspace.number()}.hash")
        return {"view": {"id": views[user].id, "hash": views[user].hash}}

    # --- files: docs.slack.dev/messaging/working-with-files --------------------------------------------------------

    def upload_url(self, arguments: Arguments) -> Answer:
        if int(arguments["length"]) <= 0:
            raise Refused("invalid_arguments")
        file = File(f"F{self.workspace.number()}", arguments["filename"], arguments.get("alt_txt") or "")
        self.workspace.files[file.id] = file
        return {"upload_url": f"{self.address}/upload/{file.id}", "file_id": file.id}

    def complete(self, arguments: Arguments) -> Answer:
        space, files = self.workspace, arguments["files"]
        files = json.loads(files) if isinstance(files, str) else files
        channel = arguments.get("channel_id") or ""
        self._to_post_in(channel)
        for one in files:
            file = space.files.get(one["id"])
            if file is None or not file.content:
                raise Refused("file_not_found")
            file.title, file.channel, file.thread = one.get("title") or "", channel, arguments.get("thread_ts") or ""
            file.shared_at = time.monotonic() + space.shares_after
        return {"files": [{"id": one["id"], "title": space.files[one["id"]].title} for one in files]}

    def file(self, arguments: Arguments) -> Answer:
        self.share()
        file = self.workspace.files.get(arguments["file"])
        if file is None:
            raise Refused("file_not_found")
        shared = file.shared_at <= time.monotonic()
        shares = {"private": {file.channel: [{"ts": "1.1", "thread_ts": file.thread}]}} if shared else {}
        return {"file": {"id": file.id, "shares": shares}}

    def share(self) -> None:
        """What was uploaded long enough ago stands in its thread."""
        there = {name for message in self.workspace.messages for name in message.files}
        for file in self.workspace.files.values():
            if file.shared_at <= time.monotonic() and file.id not in there:
                message = Message(file.channel, self.workspace.ts(), "", [], thread=file.thread, files=[file.id])
                self.workspace.messages.append(message)


def _shown(message: Message) -> Answer:
    told: Answer = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    told |= {"blocks": message.blocks, "thread_ts": message.thread} if message.thread else {"blocks": message.blocks}
    if message.user == BOT:
        told |= {"bot_id": BOT_ID, "app_id": APP}
    if message.files:
        told["files"] = [{"id": name} for name in message.files]
    return told


def _page(items: list[Any], arguments: Arguments, name: str, most: int) -> Answer:
    """docs.slack.dev/apis/web-api/pagination."""
    limit = int(arguments.get("limit") or most)
    if not 1 <= limit <= most:
        raise Refused("invalid_limit")
    start = int(arguments.get("cursor") or 0)
    rest = str(start + limit) if start + limit < len(items) else ""
    return {name: items[start : start + limit], "response_metadata": {"next_cursor": rest}}


_HISTORY = ("channels:history", "groups:history", "im:history")
_READ = ("channels:read", "groups:read")

METHODS = {
    "auth.test": Method(WebApi.auth_test),
    "apps.connections.open": Method(WebApi.connections_open),
    "chat.postMessage": Method(WebApi.post, ("chat:write",), ("channel",)),
    "chat.postEphemeral": Method(WebApi.post_ephemeral, ("chat:write",), ("channel", "user")),
    "chat.update": Method(WebApi.update, ("chat:write",), ("channel", "ts")),
    "conversations.history": Method(WebApi.history, _HISTORY, ("channel",)),
    "conversations.replies": Method(WebApi.replies, _HISTORY, ("channel", "ts")),
    "conversations.open": Method(WebApi.open_conversation, ("im:write",), ("users",)),
    "conversations.info": Method(WebApi.info, _READ, ("channel",)),
    "conversations.members": Method(WebApi.members, _READ, ("channel",)),
    "users.list": Method(WebApi.users, ("users:read",)),
    "users.info": Method(WebApi.user_info, ("users:read",), ("user",)),
    "usergroups.users.list": Method(WebApi.group, ("usergroups:read",), ("usergroup",)),
    "dnd.teamInfo": Method(WebApi.dnd, ("dnd:read",), ("users",)),
    "views.open": Method(WebApi.open_view, (), ("trigger_id", "view")),
    "views.update": Method(WebApi.update_view, (), ("view_id", "view")),
    "views.publish": Method(WebApi.publish, (), ("user_id", "view")),
    "files.getUploadURLExternal": Method(WebApi.upload_url, ("files:write",), ("filename", "length")),
    "files.completeUploadExternal": Method(WebApi.complete, ("files:write",), ("files",)),
    "files.info": Method(WebApi.file, ("files:read",), ("file",)),
}
