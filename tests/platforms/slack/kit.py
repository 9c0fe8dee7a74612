"""What messages and views of ours have to be: what Slack takes (block_kit.py), and stricter where it is ours to say.

Only plain texts, since mrkdwn reads signs of its own; nothing that remembers what somebody said, where it is kept;
opaque ids in metadata, which other apps can read; and whatever the SDK's own models say.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from .block_kit import wrong_blocks, wrong_view

REMEMBERED = ("initial_option", "initial_options", "initial_value", "initial_date")
LONGEST = 12_000  # characters of a message; from about 13,000 it was refused: bolt-js/issues/2509


class Refused(AssertionError):
    """Slack would refuse it, or we would."""


def need(whether: object, why: str) -> None:
    """Refuse unless."""
    if not whether:
        raise Refused(why)


def message(blocks: list[dict[str, Any]]) -> None:
    """Raises Refused for what a message cannot hold; and for anything that remembers what somebody said."""
    wrong = wrong_blocks(blocks)
    need(not wrong, " ".join(wrong))
    need(length(blocks) <= LONGEST, f"{length(blocks)} characters in a message")
    need(not set(names(blocks)) & set(REMEMBERED), "something that was said is in a message")
    _plainly(blocks)
    for one in blocks:
        known = SdkBlock.parse(one)
        need(known is not None, "a block that the SDK does not know")
        if known is not None:
            known.validate_json()


def view(shown: dict[str, Any]) -> None:
    """Raises Refused for what a modal or a home screen cannot be."""
    wrong = wrong_view(shown)
    need(not wrong, " ".join(wrong))
    remembers = shown["type"] == "home" and set(names(shown)) & set(REMEMBERED)
    need(not remembers, "something that was said is on the home screen")
    _plainly(shown)
    SdkView(**shown).validate_json()


def metadata(found: dict[str, Any]) -> None:
    """Raises Refused for metadata that tells anybody anything."""
    for name, value in found["event_payload"].items():
        opaque = isinstance(value, int) or (isinstance(value, str) and value.isalnum())
        need(opaque, f"metadata that is not opaque: {name}")


def _plainly(part: object) -> None:
    if isinstance(part, Mapping):
        need(part.get("type") != "mrkdwn", "only plain text is drawn: anything else reads signs of its own")
        need(not isinstance(text := part.get("text"), str) or text.strip(), "a blank text")
        for value in part.values():
            _plainly(value)
    elif isinstance(part, list):
        for one in part:
            _plainly(one)


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
