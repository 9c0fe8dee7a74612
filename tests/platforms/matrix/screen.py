"""A room as a client shows it: edits in their place, nothing of what was taken away, reactions as chips below."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_BREAKS = re.compile(r"<br\s*/?>|</(?:p|li|summary|details|h[1-6]|blockquote)>")
_TAGS = re.compile(r"<[^>]*>")
_KEYCAP = "\u20e3"
_TICK = r"(?:[☐☑] )?"


@dataclass
class Message:
    """Something that was said, as it is now."""

    id: str
    sender: str
    content: Json
    at: int  # when it was said or changed last, in milliseconds by the server's clock
    reactions: dict[str, tuple[str, str]] = field(default_factory=dict)  # event id -> who, and with what

    @property
    def is_picture(self) -> bool:
        """Whether it is one."""
        return bool(self.content["msgtype"] == "m.image")

    def reads(self) -> str:
        """The words as a client shows them; of a picture what it says for who cannot see it."""
        if self.content.get("format") != "org.matrix.custom.html":
            return str(self.content["body"])
        marked = _BREAKS.sub("\n", self.content["formatted_body"])
        return html.unescape(_TAGS.sub("", marked)).strip()

    def chips(self) -> dict[str, int]:
        """The reactions, and how many people gave each."""
        keys = [key for _, key in self.reactions.values()]
        return {key: keys.count(key) for key in dict.fromkeys(keys)}

    def by(self, who: str, key: str) -> str | None:
        """The event of somebody's own reaction."""
        return next((event for event, given in self.reactions.items() if given == (who, key)), None)

    def labels(self) -> Iterator[tuple[str, str]]:
        """Chip and label, for each chip that the words explain; the last explanation is what holds."""
        lines = [part for line in self.reads().splitlines() for part in line.split(" · ")]
        for chip in self.chips():
            sign = re.compile(f"{_TICK}{re.escape(plain(chip))} (.+)")
            for found in filter(None, map(sign.fullmatch, lines)):
                yield chip, found[1]


def plain(chip: str) -> str:
    """What somebody types instead: 4 for 4️⃣, a for 🇦."""
    first = chip[0]
    if _KEYCAP in chip or not unicodedata.name(first, "").startswith("REGIONAL INDICATOR"):
        return str(int(unicodedata.numeric(first))) if not chip.startswith("🔟") else "10"
    return unicodedata.name(first)[-1].lower()


class Screen:
    """One room. Events are taken in the order of the room; twice is once."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.seen: set[str] = set()
        self.taken_away: set[str] = set()  # the events that somebody redacted
        self._edits: dict[str, list[tuple[str, Json]]] = {}  # message -> its versions: event, content

    def reads(self) -> str:
        """Everything, oldest first."""
        return "\n\n".join(map(_drawn, self.messages.values()))

    def takes(self, event: Json) -> None:
        """One event of the room."""
        if event["event_id"] in self.seen:
            return
        self.seen.add(event["event_id"])
        content, kind = event["content"], event["type"]
        if kind == "m.room.redaction":
            self._loses(event.get("redacts") or content["redacts"])
        elif not content or event["event_id"] in self.taken_away:
            self.taken_away.add(event["event_id"])
        elif kind == "m.reaction":
            self._reacted(event, content["m.relates_to"])
        elif kind == "m.room.message":
            self._said(event, content)

    def _said(self, event: Json, content: Json) -> None:
        relation = content.get("m.relates_to", {})
        if relation.get("rel_type") != "m.replace":
            self.messages[event["event_id"]] = Message(
                event["event_id"], event["sender"], content, event["origin_server_ts"]
            )
            self._edits[event["event_id"]] = [(event["event_id"], content)]
            return
        message = self.messages.get(relation["event_id"])
        if message is not None and message.sender == event["sender"]:
            self._edits[message.id].append((event["event_id"], content["m.new_content"]))
            message.content, message.at = content["m.new_content"], event["origin_server_ts"]

    def _reacted(self, event: Json, relation: Json) -> None:
        message = self.messages.get(relation["event_id"])
        if message is not None:
            message.reactions[event["event_id"]] = (event["sender"], relation["key"])

    def _loses(self, event: str) -> None:
        self.taken_away.add(event)
        self.messages.pop(event, None)
        for message in self.messages.values():
            message.reactions.pop(event, None)
            versions = [one for one in self._edits[message.id] if one[0] != event]
            self._edits[message.id], message.content = versions, versions[-1][1]


def _drawn(message: Message) -> str:
    """Words, and the chips in a line below."""
    words = f"[{message.reads()}]" if message.is_picture else message.reads()
    chips = "  ".join(f"{key} {number}" for key, number in message.chips().items())
    return "\n".join(filter(None, (words, chips)))
