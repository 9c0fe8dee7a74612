"""Blocks as somebody sees them: words, [buttons], ☐ options, ____ to type in; and what can be acted on in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .records import Blocks, File, Json, Message, standing_in

_LINK = re.compile(r"<(?:[^|>]*\|)?([^>]*)>")


@dataclass(frozen=True)
class Element:
    """Something that can be acted on."""

    block_id: str
    content: Json
    label: str  # of a button; above an input
    tells: bool  # whether the bot hears of it at once

    @property
    def kind(self) -> str:
        """button, checkboxes, …"""
        return str(self.content["type"])

    @property
    def action_id(self) -> str:
        """Its id within the block."""
        return str(self.content["action_id"])


def elements(blocks: Blocks) -> Iterator[Element]:
    """Everything that can be acted on, in order."""
    for block in blocks:
        for one in standing_in(block):
            if one["type"] != "image":
                named = block.get("label") if block["type"] == "input" else one.get("text")
                tells = block["type"] != "input" or bool(block.get("dispatch_action"))
                yield Element(block["block_id"], one, named["text"] if named else "", tells)


def as_text(blocks: Blocks, values: Json | None = None) -> str:
    """What somebody reads; `values` is what they ticked and typed, as in `state.values`."""
    return "\n".join(line for block in blocks for line in _lines(block, values or {}))


def pictures(message: Message, files: Mapping[str, File]) -> Iterator[str]:
    """What is said of the pictures in a message, for who cannot see them."""
    yield from (f"({files[name].title}: {files[name].alt})" for name in message.files)


def words(text: Json) -> str:
    """The words of a text object, without Slack's signs where it reads any."""
    if text["type"] == "plain_text":
        return str(text["text"])
    said = _LINK.sub(r"\1", text["text"]).replace("*", "")
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(block: Json, values: Json) -> Iterator[str]:
    kind = block["type"]
    if kind in ("section", "header"):
        yield from (words(one) for one in (block.get("text"), *block.get("fields", ())) if one)
    elif kind == "context":
        yield " ".join(one["alt_text"] if one["type"] == "image" else words(one) for one in block["elements"])
    elif kind == "rich_text":
        yield from (_rich(part) for part in block["elements"])
    elif kind == "image":
        yield f"({block['alt_text']})"
    elif kind == "divider":
        yield "———"
    elif kind == "input":
        yield block["label"]["text"]
    held = values.get(block.get("block_id", ""), {})
    if shown := [_element(one, held.get(one.get("action_id", ""), {})) for one in standing_in(block)]:
        yield " ".join(shown)


def _rich(part: Json) -> str:
    return "".join(one["text"] for one in part["elements"])


def _element(found: Json, value: Json) -> str:
    if found["type"] == "image":
        return f"({found['alt_text']})"
    if found["type"] == "button":
        return f"[{found['text']['text']}]"
    if found["type"] == "plain_text_input":
        return str(value.get("value") or found.get("initial_value") or "____")
    on = value.get("selected_options", ())
    return " ".join(f"{'☑' if one in on else '☐'} {one['text']['text']}" for one in found["options"])
