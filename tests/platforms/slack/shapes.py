"""Payloads as Slack sends them: the samples of this folder, with what happened put in their places."""

from collections.abc import Mapping
from typing import Any

from .records import BOT_ID, ENTERPRISE, TEAM, Channel, Json, Message, User, View
from .samples import sample
from .workspace import Workspace


def view_of(view: View, values: Json | None = None) -> Json:
    """A view as Slack tells of it; `values` is what somebody did in it."""
    found: Json = sample("button_in_modal")["view"] | {
        "id": view.id,
        "hash": view.hash,
        "private_metadata": "",
        "callback_id": "",
        "root_view_id": view.root or view.id,
        "previous_view_id": view.previous or None,
        "state": {"values": values or {}},
    }
    return found | view.content | {"bot_id": BOT_ID}


def acted(workspace: Workspace, user: User, action: Json) -> Json:
    """block_actions, wherever it happened."""
    payload = sample("button_in_message")
    for place in ("channel", "message", "state", "response_url", "container"):
        del payload[place]
    stamped = action | {"action_ts": workspace.ts()}
    return payload | _who(workspace, user) | {"trigger_id": workspace.handed_out.trigger(user.id), "actions": [stamped]}


def acted_in_message(
    workspace: Workspace, user: User, action: Json, message: Message, said: Json, values: Json
) -> Json:
    """block_actions in a message; `said` is the message as Slack tells of it."""
    channel, ephemeral = workspace.channels[message.channel], bool(message.only_for)
    url = workspace.handed_out.response_url("actions", user.id, message.channel, message.ts)
    payload = acted(workspace, user, action) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": ephemeral,
        },
        "channel": {"id": message.channel, "name": _name(channel)},
        "state": {"values": values},
        "response_url": f"{workspace.address}{url.path}",
    }
    return payload if ephemeral else payload | {"message": said}


def acted_in_view(workspace: Workspace, user: User, action: Json, view: View, values: Json) -> Json:
    """block_actions in a modal or on a home screen: there is no response_url."""
    container = {"type": "view", "view_id": view.id}
    return acted(workspace, user, action) | {"container": container, "view": view_of(view, values)}


def submitted(workspace: Workspace, user: User, view: View, values: Json) -> Json:
    """view_submission."""
    trigger = workspace.handed_out.trigger(user.id)
    return (
        sample("submission_with_words") | _who(workspace, user) | {"trigger_id": trigger, "view": view_of(view, values)}
    )


def closed(workspace: Workspace, user: User, view: View) -> Json:
    """view_closed, for a modal that asked for it."""
    return sample("view_closed") | _who(workspace, user) | {"view": view_of(view)}


def commanded(workspace: Workspace, user: User, channel: Channel, command: str, text: str) -> dict[str, str]:
    """A slash command, which is a form."""
    url = workspace.handed_out.response_url("commands", user.id, channel.id)
    form: dict[str, str] = sample("command_of_enterprise_user" if workspace.enterprise else "command") | {
        "channel_id": channel.id,
        "channel_name": _name(channel),
        "user_id": user.id,
        "user_name": user.name.casefold(),
        "command": command,
        "text": text,
        "response_url": f"{workspace.address}{url.path}",
        "trigger_id": workspace.handed_out.trigger(user.id),
        "is_enterprise_install": str(workspace.enterprise).lower(),
    }
    return form


def event(workspace: Workspace, name: str, inner: Mapping[str, Any]) -> Json:
    """An event_callback after a sample, with what is in it put over the event of the sample."""
    payload = sample(name)
    payload["event"] |= inner
    if workspace.enterprise:
        payload["authorizations"][0] |= {"enterprise_id": ENTERPRISE, "is_enterprise_install": True}
        payload |= {"context_enterprise_id": ENTERPRISE, "enterprise_id": ENTERPRISE}
    return payload | {
        "event_id": f"Ev{workspace.number():010}",
        "event_time": int(workspace.now()),
    }


def event_of_ours(workspace: Workspace, message: Message) -> Json:
    """What the bot hears of its own words, or of their edit."""
    inner: Json = {"channel": message.channel, "text": message.text, "ts": message.ts, "event_ts": message.ts}
    if len(message.history) == 1:
        return event(workspace, "message_of_ours", inner)
    edited = {"channel": message.channel, "ts": workspace.ts(), "message": sample("message_of_ours")["event"] | inner}
    return event(workspace, "message_changed", edited)


def _who(workspace: Workspace, user: User) -> Json:
    """Where Slack puts who did it, and where they are from."""
    found: Json = {
        "user": {"id": user.id, "username": user.name.casefold(), "name": user.name.casefold(), "team_id": TEAM}
    }
    if workspace.enterprise:
        whole = sample("button_of_enterprise_user")
        found |= {name: whole[name] for name in ("team", "enterprise", "is_enterprise_install")}
    return found


def _name(channel: Channel) -> str:
    if channel.person:
        return "directmessage"
    return "privategroup" if channel.private else channel.name
