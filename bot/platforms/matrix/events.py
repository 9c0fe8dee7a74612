"""What others say, as far as it has the shape that it should have: anybody may send anything, also from other servers.

What has another shape is as if it were not there. It would raise, and whoever begins anew is told the same again.
"""

import re

from bot.platforms.matrix.api import Json

_ID = re.compile(r"\$[\x21-\x7e]{1,254}")  # spec.matrix.org, event identifiers: it becomes a part of an address


def is_sound(event: Json) -> bool:
    """Whether it has what every event has."""
    texts = all(isinstance(event.get(name), str) for name in ("type", "sender", "event_id"))
    at = isinstance(event.get("origin_server_ts"), int)
    return texts and at and is_id(event["event_id"]) and isinstance(event.get("content"), dict)


def is_id(found: object) -> bool:
    """Whether an event can be called so."""
    return isinstance(found, str) and _ID.fullmatch(found) is not None


def relation(event: Json) -> Json:
    """What it says of another event; empty where it says nothing, or nonsense."""
    content = event.get("content")
    found = content.get("m.relates_to") if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def reaction(event: Json) -> tuple[str, str] | None:
    """The message that is reacted to, and how."""
    to = relation(event)
    message, key = to.get("event_id"), to.get("key")
    if to.get("rel_type") != "m.annotation" or not isinstance(key, str) or not is_id(message):
        return None
    return str(message), key


def redacted(event: Json) -> str:
    """What is taken away; where that stands goes by the version of the room. Empty where it stands nowhere."""
    found = event.get("redacts") or event["content"].get("redacts")
    return str(found) if is_id(found) else ""


def words(event: Json) -> str:
    """What is typed, without what no database takes: a zero character, and halves of one."""
    body = event["content"].get("body")
    return body.replace("\0", "").encode(errors="ignore").decode() if isinstance(body, str) else ""
