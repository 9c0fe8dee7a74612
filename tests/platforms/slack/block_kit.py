"""What Slack takes as blocks and views, field by field; everything else is a problem with a JSON pointer to its place.

docs.slack.dev/reference/block-kit (blocks, block-elements, composition-objects) and /reference/views. Only what this
project may use is here: what is not is refused as if Slack did not know it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .block_elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, RICH, plain, text
from .fields import Check, Fields, Shape, flag, kinds, problem, several, string
from .records import standing_in

MESSAGE, MODAL, HOME = "message", "modal", "home"  # the surfaces
MOST = {MESSAGE: 50, MODAL: 100, HOME: 100}  # blocks: docs.slack.dev/reference/block-kit/blocks


def wrong_blocks(blocks: object, surface: str = MESSAGE) -> list[str]:
    """What Slack would say of the blocks of a message."""
    return list(_blocks(surface)(blocks, "/blocks"))


def wrong_view(view: object) -> list[str]:
    """What Slack would say of a modal or a home screen."""
    if not isinstance(view, dict) or view.get("type") not in VIEWS:
        return [problem("must be a modal or a home", "/view/type")]
    return list(VIEWS[view["type"]](view, "/view"))


# --- blocks: docs.slack.dev/reference/block-kit/blocks --------------------------------------------------------------

ID: Fields = {"block_id": string(255)}


def _says_something(value: Any, at: str) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield problem("must define either text or fields", at)


def _ids_differ(value: Any, at: str) -> Iterator[str]:
    """action_id: "unique among all other action_ids in the containing block"."""
    for name, times in Counter(one.get("action_id") for one in value["elements"]).items():
        if name is not None and times > 1:
            yield problem(f"action_id {name} already exists", f"{at}/elements")


BLOCKS: Fields = {
    "actions": Shape({"elements": several(kinds(IN_ACTIONS), 25)}, ID, _ids_differ),
    "context": Shape(
        {"elements": several(kinds({"image": IMAGE, "plain_text": plain(2000), "mrkdwn": text(2000, "mrkdwn")}), 10)},
        ID,
    ),
    "divider": Shape({}, ID),
    "header": Shape({"text": plain(150)}, ID),
    "image": Shape({"alt_text": string(2000), "image_url": string(3000)}, ID | {"title": plain(2000)}),
    "input": Shape(
        {"label": plain(2000), "element": kinds(IN_INPUT)},
        ID | {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": Shape({"elements": several(RICH, 1000)}, ID),
    "section": Shape(
        {},
        ID
        | {
            "text": text(3000),
            "fields": several(text(2000), 10),
            "accessory": kinds(IN_SECTION),
            "expand": flag,
        },
        _says_something,
    ),
}


def _blocks(surface: str) -> Check:
    """A list of blocks, none of them with the block_id of another, and one that has the focus at most."""
    each = several(kinds(BLOCKS), MOST[surface], least=0 if surface == HOME else 1)

    def check(value: Any, at: str) -> Iterator[str]:
        wrong = list(each(value, at))
        yield from wrong or _together(value, at)

    return check


def _together(blocks: list[dict[str, Any]], at: str) -> Iterator[str]:
    for name, times in Counter(one.get("block_id") for one in blocks).items():
        if name is not None and times > 1:
            yield problem(f"block_id {name} already exists", at)
    inside = [element for block in blocks for element in standing_in(block)]
    if sum(1 for one in inside if one.get("focus_on_load")) > 1:
        yield problem("only one element can have focus_on_load", at)


# --- views: docs.slack.dev/reference/views --------------------------------------------------------------------------


def _can_be_sent(value: Any, at: str) -> Iterator[str]:
    """A modal with an input has a submit button."""
    if "submit" not in value and any(one["type"] == "input" for one in value["blocks"]):
        yield problem("submit is required when an input block is within the blocks array", at)


KEPT: Fields = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
VIEWS: Fields = {
    MODAL: Shape(
        {"title": plain(24), "blocks": _blocks(MODAL)},
        KEPT
        | {
            "close": plain(24),
            "submit": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
        _can_be_sent,
    ),
    HOME: Shape({"blocks": _blocks(HOME)}, KEPT),
}
