"""conversations.*: what was said, who is there, and direct chats.

docs.slack.dev/reference/methods/conversations.history and those beside it.
"""

from .calling import Call, Method, Refused, page, truth, whole, words
from .methods_of_messages import shown
from .records import BOT, Channel, Json, Message


def _history(call: Call) -> Json:
    """The newest first; replies are in their threads."""
    channel = call.channel(scope="history")
    _in(channel)
    said = [one for one in _said(call, channel) if not one.thread]
    return _page_of(call, said[::-1])


def _replies(call: Call) -> Json:
    """The message that a thread hangs from, and then its replies, the oldest first."""
    channel = call.channel(scope="history")
    _in(channel)
    if call.workspace.found(channel.id, call["ts"]) is None:
        raise Refused("thread_not_found")
    return _page_of(call, [one for one in _said(call, channel) if call["ts"] in (one.ts, one.thread)])


def _in(channel: Channel) -> None:
    if BOT not in channel.members:
        raise Refused("not_in_channel")


def _said(call: Call, channel: Channel) -> list[Message]:
    """Between `oldest` and `latest`. Nobody reads back what only one person saw."""
    oldest, latest = float(call.get("oldest") or 0), float(call.get("latest") or "inf")
    ends = call.get("inclusive", False)
    messages = call.workspace.at(channel.id)
    return [
        one
        for one in messages
        if not one.only_for and (oldest < float(one.ts) < latest or (ends and float(one.ts) in (oldest, latest)))
    ]


def _page_of(call: Call, messages: list[Message]) -> Json:
    some, cursor = page(call, messages, 100)
    metadata = call.get("include_all_metadata", False)
    return {
        "messages": [shown(one, metadata=metadata, files=call.workspace.files) for one in some],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _open(call: Call) -> Json:
    """A direct chat with one person; the same one each time."""
    call.need("im:write")
    user = call.workspace.users.get(call["users"])
    if user is None:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_disabled")
    return {"channel": {"id": call.workspace.direct(user.id).id}}


def _info(call: Call) -> Json:
    return {"channel": described(call.channel(scope="read"))}


def described(channel: Channel) -> Json:
    """A channel as Slack tells of it: docs.slack.dev/reference/objects/conversation-object."""
    if channel.person:
        return {"id": channel.id, "is_im": True, "user": channel.person, "is_archived": channel.archived}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": BOT in channel.members,
        "is_ext_shared": channel.shared,
        "is_pending_ext_shared": False,
        "is_shared": channel.shared,
        "is_org_shared": False,
    }


def _members(call: Call) -> Json:
    some, cursor = page(call, sorted(call.channel(scope="read").members), 100)
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


PAGES = {"limit": whole, "cursor": words}
SAID = PAGES | {"oldest": words, "latest": words, "inclusive": truth, "include_all_metadata": truth}

METHODS = {
    "conversations.history": Method(_history, 3, "", {"channel": words}, SAID),
    "conversations.replies": Method(_replies, 3, "", {"channel": words, "ts": words}, SAID),
    "conversations.open": Method(_open, 3, "", {"users": words}, {"return_im": truth, "prevent_creation": truth}),
    "conversations.info": Method(
        _info, 3, "", {"channel": words}, {"include_locale": truth, "include_num_members": truth}
    ),
    "conversations.members": Method(_members, 4, "", {"channel": words}, PAGES),
}
