"""chat.*: posting, showing to one person, and editing. docs.slack.dev/reference/methods/chat.postMessage."""

from collections.abc import Mapping
from typing import Any

from . import kit
from .block_kit import wrong_blocks
from .calling import Call, Method, Refused, a_list, an_object, truth, words
from .records import APP, BOT, BOT_ID, TEAM, Channel, File, Json, Message, Version, with_ids
from .workspace import Workspace

LONGEST = 40_000  # characters; more is cut off: docs.slack.dev/changelog/2018-truncating-really-long-messages
ALL_BLOCKS = 13_200  # characters of blocks as JSON at which msg_blocks_too_long was seen: bolt-js/issues/2509
METADATA = 8_000  # bytes


def shown(message: Message, *, metadata: bool = False, files: Mapping[str, File] | None = None) -> Json:
    """A message as Slack tells of it."""
    body: Json = {"user": message.user, "type": "message", "ts": message.ts, "text": message.text, "team": TEAM}
    if message.user == BOT:
        body |= {"bot_id": BOT_ID, "app_id": APP}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.thread:
        body["thread_ts"] = message.thread
    if message.files:
        names = {name: file.name for name, file in (files or {}).items()}
        body["files"] = [{"id": file, "name": names.get(file, "")} for file in message.files]
    if len(message.history) > 1:
        body["edited"] = {"user": BOT, "ts": message.ts}
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    return body


def content(came: Json, workspace: Workspace) -> Version:
    """Text and blocks that Slack takes. Raises Refused."""
    blocks = came.get("blocks") or []
    if not blocks and not came.get("text"):
        raise Refused("no_text", broken=True)
    if wrong := wrong_blocks(blocks) if blocks else []:
        raise Refused("invalid_blocks", *wrong, broken=True, errors=[one.removeprefix("[ERROR] ") for one in wrong])
    if blocks:
        workspace.frown(kit.message, blocks)
    return Version((came.get("text") or "")[:LONGEST], with_ids(blocks, workspace.numbers))


def _metadata(call: Call) -> Json | None:
    """docs.slack.dev/messaging/message-metadata. Raises Refused."""
    found: Json | None = call.get("metadata")
    if found is None:
        return None
    if set(found) != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format", broken=True)
    if not isinstance(found["event_type"], str) or not found["event_type"]:
        raise Refused("invalid_metadata_format", broken=True)
    if not isinstance(found["event_payload"], dict):
        raise Refused("invalid_metadata_schema", broken=True)
    if len(str(found)) > METADATA:
        raise Refused("metadata_too_large", broken=True)
    call.workspace.frown(kit.metadata, found)
    return found


# --- posting -------------------------------------------------------------------------------------------------------


def _post(call: Call) -> Json:
    channel = _where(call)
    _may_post(channel)
    version, metadata = content(call.arguments, call.workspace), _metadata(call)
    thread = call.get("thread_ts") or ""
    if thread and call.workspace.found(channel.id, thread) is None:
        raise Refused("thread_not_found")
    message = call.workspace.say(channel.id, version, metadata=metadata, thread=thread)
    return {"channel": channel.id, "ts": message.ts, "message": shown(message)}


def _where(call: Call) -> Channel:
    """A channel by its id, or the direct chat with somebody by theirs.

    Whoever is deactivated still gets what is sent to a chat that there was: python-slack-sdk/issues/1156.
    """
    name, workspace = call["channel"], call.workspace
    if not name.startswith(("U", "W")):
        return _known(workspace.channels.get(name))
    user = workspace.users.get(name)
    if user is None or (user.deleted and workspace.direct_of(name) is None):
        raise Refused("channel_not_found")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if not user.messages_tab:
        raise Refused("messages_tab_disabled")
    return workspace.direct(name)


def _known(channel: Channel | None) -> Channel:
    if channel is None or (channel.private and BOT not in channel.members):
        raise Refused("channel_not_found")
    return channel


def _may_post(channel: Channel) -> None:
    if channel.archived:
        raise Refused("is_archived")
    if BOT not in channel.members:
        raise Refused("not_in_channel")
    if channel.read_only:
        raise Refused("restricted_action")


def _post_for_one(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.postEphemeral: only who is in the channel sees it."""
    channel = _where(call)
    _may_post(channel)
    if call["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    version = content(call.arguments, call.workspace)
    message = call.workspace.say(channel.id, version, only_for=call["user"])
    return {"message_ts": message.ts}


def _update(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.update: only the bot's own, and nothing that only one person sees."""
    channel = call.channel()
    message = call.workspace.found(channel.id, call["ts"])
    if message is None or message.only_for:
        raise Refused("message_not_found")
    if message.user != BOT:
        raise Refused("cant_update_message", broken=True)
    if channel.archived:
        raise Refused("is_archived")
    call.workspace.edit(message, content(call.arguments, call.workspace))
    if call.get("metadata") is not None:
        message.metadata = _metadata(call)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown(message)}


CONTENT: dict[str, Any] = {"text": words, "blocks": a_list, "metadata": an_object}
LOOKS: dict[str, Any] = {"unfurl_links": truth, "unfurl_media": truth, "link_names": truth, "parse": words}

METHODS = {
    "chat.postMessage": Method(
        _post, 0, "chat:write", {"channel": words}, CONTENT | LOOKS | {"thread_ts": words, "mrkdwn": truth}
    ),
    "chat.postEphemeral": Method(
        _post_for_one, 4, "chat:write", {"channel": words, "user": words}, CONTENT | LOOKS | {"thread_ts": words}
    ),
    "chat.update": Method(_update, 3, "chat:write", {"channel": words, "ts": words}, CONTENT | LOOKS),
}
