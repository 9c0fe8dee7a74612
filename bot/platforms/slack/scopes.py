"""Which right each thing that we do at Slack needs: docs.slack.dev/reference/methods, /events and /scopes.

A test compares this with the methods that are called in this folder and with deploy/slack-manifest.yaml.
"""

from collections.abc import Iterator, Mapping

_READ = ("channels:read", "groups:read")  # of a public channel, to say that it is public; of a private one
_HISTORY = ("channels:history", "groups:history", "im:history")

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),  # connections:write, of the app token
    "auth.test": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.members": _READ,
    "conversations.open": ("im:write",),
    "conversations.replies": _HISTORY,
    "dnd.teamInfo": ("dnd:read",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.list": ("users:read", "users:read.email"),  # without the second Slack leaves the e-mail addresses out
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}

EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "message.im": ("im:history",),
    "tokens_revoked": (),
}

COMMAND = "commands"  # for the slash command

OPTIONAL = ("usergroups:read", "dnd:read")
"""For `people sync slack --only S…` and for KLANKBORD_SLACK_DND: to be asked for by who uses them."""


def needed(*, dnd: bool) -> frozenset[str]:
    """What the bot token must be allowed."""
    return frozenset(one for one in _all() if one not in OPTIONAL or (dnd and one == "dnd:read"))


def _all() -> Iterator[str]:
    yield COMMAND
    for scopes in (*METHODS.values(), *EVENTS.values()):
        yield from scopes
