"""What Slack sends -> what somebody did: from dictionaries to the classes below; Malformed when it cannot be read.

docs.slack.dev/reference/interaction-payloads and /apis/events-api. Of a payload only this is used: who, what, and where
their card is to be redrawn; never more, and never to decide anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.slack.blocks import CHOSEN, SEVERAL
from bot.platforms.slack.origin import Origin, unpacked
from bot.platforms.slack.views import TAPPED, TYPED, WRITTEN

Payload = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)  # of a user (U… or W…), a channel, a message, a view, an event
_OTHERS = ("view_closed", "shortcut", "message_action", "block_suggestion", "app_rate_limited")


class Malformed(Exception):
    """Not a payload as Slack sends it. Never holds any of it."""


@dataclass(frozen=True)
class Listed:
    """All that is on now in the list of one card."""

    action: str = field(repr=False)
    options: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Tapped:
    """A button. `listed` is what else is on in the same message."""

    user: str
    action: str = field(repr=False)
    origin: Origin
    trigger: str = ""
    view: str = ""  # the id of the modal it stands in
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class Ticked:
    """Something in a list."""

    user: str
    listed: Listed
    origin: Origin


@dataclass(frozen=True)
class Submitted:
    """A modal was handed in: with words, or with its submit button alone."""

    user: str
    action: str = field(repr=False)
    text: str | None = field(repr=False)
    origin: Origin
    delivery: str  # the same for the same words of the same view


@dataclass(frozen=True)
class Said:
    """A command, or words in the direct chat (then `channel` is that chat, and the event has an id)."""

    user: str
    word: str = field(repr=False)
    rest: str = field(repr=False)
    channel: str = ""
    delivery: str | None = None
    trigger: str = ""


@dataclass(frozen=True)
class HomeOpened:
    """The home screen was opened."""

    user: str


@dataclass(frozen=True)
class Ended:
    """The app was removed, or its token revoked."""

    reason: str


@dataclass(frozen=True)
class Nothing:
    """Something that is not for us: our own message, an edit, a link that was opened."""


Happening = Tapped | Ticked | Submitted | Said | HomeOpened | Ended | Nothing


def read(payload: Payload, now: float) -> Happening:
    """What happened. `now` is when Slack handed out what lives for a while. Raises Malformed."""
    try:
        return _read(payload, now)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        raise Malformed from None


def teams(payload: Payload) -> tuple[str, str]:
    """The workspace and the enterprise that a payload comes from, where it says so."""
    team, enterprise = payload.get("team"), payload.get("enterprise")
    return (
        _text(payload.get("team_id")) or _text(team.get("id") if isinstance(team, Mapping) else None),
        _text(payload.get("enterprise_id")) or _text(enterprise.get("id") if isinstance(enterprise, Mapping) else None),
    )


def _read(payload: Payload, now: float) -> Happening:
    kind = payload.get("type")
    if kind == "block_actions":
        return _interaction(payload, now)
    if kind == "view_submission":
        return _submission(payload)
    if kind == "event_callback":
        return _event(payload)
    if "command" in payload:
        word, rest = _words(payload.get("text", ""))
        return Said(_id(payload["user_id"]), word, rest, trigger=_text(payload.get("trigger_id")))
    if kind in _OTHERS:
        return Nothing()
    raise Malformed


# --- taps --------------------------------------------------------------------------------------------------------


def _interaction(payload: Payload, now: float) -> Happening:
    action, user = payload["actions"][0], _id(payload["user"]["id"])
    origin = _origin(payload, now)
    if action["action_id"] == CHOSEN:
        return Ticked(user, _listed(_given(action["block_id"]), action), origin)
    if action["type"] != "button" or "value" not in action:  # one without a value only opens a link
        return Nothing()
    view = payload.get("view") or {}
    return Tapped(
        user,
        _given(action["value"]),
        origin,
        _text(payload.get("trigger_id")),
        _id(view["id"]) if view.get("type") == "modal" else "",
        tuple(_on(payload)),
    )


def _origin(payload: Payload, now: float) -> Origin:
    view = payload.get("view")
    if view is not None:
        return Origin("home") if view["type"] == "home" else unpacked(view.get("private_metadata"))
    container = payload["container"]
    return Origin(
        "ephemeral" if container.get("is_ephemeral") else "message",
        _id(container["channel_id"]),
        _id(container["message_ts"]),
        _text(payload.get("response_url")),
        int(now),
    )


def _on(payload: Payload) -> Iterator[Listed]:
    """What is on in the lists of the same message or view. Nothing on tells nothing: a screen that was drawn anew."""
    state = payload.get("state") or (payload.get("view") or {}).get("state") or {}
    for block, elements in state.get("values", {}).items():
        if str(block).startswith(SEVERAL) and CHOSEN in elements:
            listed = _listed(str(block), elements[CHOSEN])
            if listed.options:
                yield listed


def _listed(block: str, element: Payload) -> Listed:
    if not block.startswith(SEVERAL):
        raise Malformed
    options = tuple(_given(option["value"]) for option in element.get("selected_options") or ())
    return Listed(_given(block.removeprefix(SEVERAL)), options)


# --- modals, words, events ---------------------------------------------------------------------------------------


def _submission(payload: Payload) -> Happening:
    view, user = payload["view"], _id(payload["user"]["id"])
    callback, origin = _written(view.get("callback_id") or ""), unpacked(view.get("private_metadata"))
    delivery = f"{_id(view['id'])}:{_written(view.get('hash') or '')}"
    if callback.startswith(TAPPED):
        return Submitted(user, callback.removeprefix(TAPPED), None, origin, delivery)
    if callback.startswith(TYPED):
        typed = view["state"]["values"][WRITTEN][WRITTEN]["value"]  # null where nothing was typed
        return Submitted(user, callback.removeprefix(TYPED), _written(typed or ""), origin, delivery)
    return Nothing()


def _event(payload: Payload) -> Happening:
    event = payload["event"]
    if event["type"] == "app_home_opened":
        return HomeOpened(_id(event["user"])) if event.get("tab", "home") == "home" else Nothing()
    if event["type"] in ("app_uninstalled", "tokens_revoked"):
        return Ended(event["type"])
    if event["type"] != "message" or event.get("channel_type") != "im":
        return Nothing()
    if event.get("subtype") or event.get("bot_id") or "text" not in event:
        return Nothing()
    word, rest = _words(event["text"])
    return Said(_id(event["user"]), word, rest, _id(event["channel"]), _id(payload["event_id"]))


def _words(text: object) -> tuple[str, str]:
    """The first word and the rest, without the signs people put around them. Slack escapes three signs."""
    said = _written(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    word, _, rest = said.strip().partition(" ")
    return word.strip(".,!?/"), rest.strip().rstrip("!?")


# --- pieces ------------------------------------------------------------------------------------------------------


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Malformed
    return value


def _given(value: object) -> str:
    if not value:
        raise Malformed
    return _written(value)


def _written(value: object) -> str:
    """A text that can be stored: JSON may hold halves of characters and NUL, which databases cannot."""
    if not isinstance(value, str) or "\0" in value:
        raise Malformed
    value.encode()
    return value


def _text(value: object) -> str:
    """A text, where there is one."""
    return value if isinstance(value, str) else ""
