"""Block Kit as strict as Slack is: what it would refuse of blocks and views, by its reference and by its own SDK.

docs.slack.dev/reference/block-kit; the length of a whole message is not documented, but refused from about 13,000.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

Part = Mapping[str, Any]

INTERACTIVE = {  # in which blocks each may stand
    "button": ("actions", "section"),
    "checkboxes": ("actions", "section", "input"),
    "multi_static_select": ("section", "input"),
    "plain_text_input": ("input",),
}
REMEMBERED = ("initial_option", "initial_options", "initial_value", "initial_date")


class Refused(AssertionError):
    """Slack would answer invalid_blocks."""


def need(whether: object, why: str) -> None:
    """Refuse unless."""
    if not whether:
        raise Refused(why)


def message(blocks: list[dict[str, Any]]) -> None:
    """Raises Refused for what a message cannot hold; and for anything that remembers what somebody said."""
    need(1 <= len(blocks) <= 50, f"{len(blocks)} blocks")
    need(length(blocks) <= 12_000, f"{length(blocks)} characters in a message")
    need(not set(names(blocks)) & set(REMEMBERED), "something that was said is in a message")
    each(blocks, ("rich_text", "context", "header", "divider", "actions", "section"))


def view(shown: dict[str, Any]) -> None:
    """Raises Refused for what a modal or a home screen cannot be."""
    need(shown["type"] in ("modal", "home"), "type")
    need(1 <= len(shown["blocks"]) <= 100, f"{len(shown['blocks'])} blocks")
    need(len(shown.get("callback_id", "")) <= 255, "callback_id")
    need(len(shown.get("private_metadata", "")) <= 3000, "private_metadata")
    if shown["type"] == "modal":
        for name in ("title", "submit", "close"):
            if name in shown:
                text(shown[name], 24)
        need("title" in shown, "title")
        need("submit" in shown or all(one["type"] != "input" for one in shown["blocks"]), "an input without submit")
    else:
        need(not {"title", "submit", "close"} & set(shown), "a home screen has no title or buttons")
        need(not set(names(shown)) & set(REMEMBERED), "something that was said is on the home screen")
    each(shown["blocks"], ("rich_text", "context", "header", "divider", "actions", "section", "input"))
    SdkView(**shown).validate_json()


def each(blocks: list[dict[str, Any]], kinds: tuple[str, ...]) -> None:
    """Every block, and that no id is there twice."""
    ids = [one["block_id"] for one in blocks if "block_id" in one]
    need(len(ids) == len(set(ids)), "a block_id twice")
    for one in blocks:
        need(one["type"] in kinds, f"a block {one['type']}")
        need(len(one.get("block_id", "")) <= 255, "block_id")
        BLOCKS[one["type"]](one)
        known = SdkBlock.parse(one)
        need(known is not None, "a block that the SDK does not know")
        if known is not None:
            known.validate_json()


def text(part: Part, most: int) -> None:
    """A plain text, neither blank nor too long."""
    need(set(part) <= {"type", "text", "emoji"}, "an unknown name in a text")
    need(part["type"] == "plain_text", "only plain text is drawn: anything else reads signs of its own")
    need(part["text"].strip(), "a blank text")
    need(len(part["text"]) <= most, f"{len(part['text'])} characters where {most} fit")


def element(part: Part, block: str) -> None:
    """Something to tap, choose or type in."""
    need(block in INTERACTIVE[part["type"]], f"a {part['type']} in a block {block}")
    need(1 <= len(part["action_id"]) <= 255, "action_id")
    if part["type"] == "button":
        text(part["text"], 75)
        need(1 <= len(part["value"]) <= 2000, "value")
        need(part.get("style", "primary") in ("primary", "danger"), "style")
    elif part["type"] == "plain_text_input":
        need(1 <= part["max_length"] <= 3000, "max_length")
        need(len(part.get("initial_value", "")) <= part["max_length"], "initial_value")
    else:
        need(1 <= len(part["options"]) <= (10 if part["type"] == "checkboxes" else 100), "options")
        values = [option["value"] for option in part["options"]]
        need(len(set(values)) == len(values), "an option twice")
        for option in part["options"]:
            text(option["text"], 75)
            need(1 <= len(option["value"]) <= 150, "option value")
        if part["type"] == "multi_static_select":
            text(part["placeholder"], 150)


def rich(block: Part) -> None:
    """Paragraphs of strong and plain runs."""
    need(block["elements"], "an empty rich text")
    for section in block["elements"]:
        need(section["type"] == "rich_text_section" and section["elements"], "an empty paragraph")
        for run in section["elements"]:
            need(set(run) <= {"type", "text", "style"} and run["type"] == "text", "an unknown run")
            need(1 <= len(run["text"]) <= 3000, "the length of a run")
            need(run.get("style", {"bold": True}) == {"bold": True}, "style")


def actions(block: Part) -> None:
    """Elements beside each other."""
    need(1 <= len(block["elements"]) <= 25, "elements")
    ids = [one["action_id"] for one in block["elements"]]
    need(len(ids) == len(set(ids)), "an action_id twice in a block")
    for one in block["elements"]:
        element(one, "actions")


def section(block: Part) -> None:
    """A text with something beside it."""
    text(block["text"], 3000)
    element(block["accessory"], "section")


def small(block: Part) -> None:
    """Small print."""
    need(1 <= len(block["elements"]) <= 10, "elements")
    for one in block["elements"]:
        text(one, 2000)


def typing(block: Part) -> None:
    """A place to type."""
    text(block["label"], 2000)
    element(block["element"], "input")


BLOCKS: dict[str, Callable[[Part], None]] = {
    "rich_text": rich,
    "context": small,
    "header": lambda block: text(block["text"], 150),
    "divider": lambda block: need(set(block) == {"type"}, "a line is a line"),
    "actions": actions,
    "section": section,
    "input": typing,
}


# --- reading it --------------------------------------------------------------------------------------------------


def leaves(part: object) -> Iterator[str]:
    """Every text and every value in it."""
    if isinstance(part, Mapping):
        for value in part.values():
            yield from leaves(value)
    elif isinstance(part, list):
        for one in part:
            yield from leaves(one)
    elif isinstance(part, str):
        yield part


def names(part: object) -> Iterator[str]:
    """Every name in it."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            yield name
            yield from names(value)
    elif isinstance(part, list):
        for one in part:
            yield from names(one)


def length(part: object) -> int:
    """All names and texts, as Slack escapes them."""
    return sum(len(escape(one, quote=False)) for one in (*leaves(part), *names(part)))


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything to tap."""
    return [one for block in blocks for one in block.get("elements", ()) if one.get("type") == "button"]


def said(blocks: list[dict[str, Any]]) -> str:
    """What the paragraphs say, without what is strong."""
    paragraphs = [
        "".join(run["text"] for run in line["elements"])
        for block in blocks
        if block["type"] == "rich_text"
        for line in block["elements"]
    ]
    return "\n".join(paragraphs)
