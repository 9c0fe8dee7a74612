"""What Slack takes inside a block: texts, options, elements that can be acted on, runs of rich text.

docs.slack.dev/reference/block-kit: composition-objects, block-elements and blocks/rich-text-block.
"""

from collections.abc import Iterator
from typing import Any

from .fields import Check, Fields, Shape, flag, kinds, number, problem, several, string, word

# --- composition objects: docs.slack.dev/reference/block-kit/composition-objects -------------------------------------


def text(most: int, *types: str) -> Check:
    """A text object, of both types unless it says which."""
    shapes = {
        "plain_text": Shape({"text": string(most)}, {"emoji": flag}),
        "mrkdwn": Shape({"text": string(most)}, {"verbatim": flag}),
    }
    return kinds({name: shape for name, shape in shapes.items() if name in (types or shapes)})


def plain(most: int) -> Check:
    """A text object without marks."""
    return text(most, "plain_text")


def option(label: Check) -> Shape:
    """An option: 75 characters, and 150 for its value and (plain text) 75 for its description."""
    return Shape({"text": label, "value": string(150)}, {"description": plain(75)})


CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": word("primary", "danger")},
)
IDS: Fields = {"action_id": string(255)}
ANY_OPTION, PLAIN_OPTION = option(text(75)), option(plain(75))


def _values_differ(value: Any, at: str) -> Iterator[str]:
    values = [one["value"] for one in value["options"]]
    if len(set(values)) < len(values):
        yield problem("option values must be unique", f"{at}/options")


def _initially(value: Any, at: str) -> Iterator[str]:
    """Initial options must be among the options, exactly."""
    yield from _values_differ(value, at)
    for index, one in enumerate(value.get("initial_options", ())):
        if one not in value["options"]:
            yield problem("must be one of the provided options", f"{at}/initial_options/{index}")


# --- elements: docs.slack.dev/reference/block-kit/block-elements ----------------------------------------------------


def _fits_in_input(value: Any, at: str) -> Iterator[str]:
    most = value.get("max_length", 3000)
    if len(value.get("initial_value", "")) > most:
        yield problem(f"must be less than {most + 1} characters", f"{at}/initial_value")


BUTTON = Shape(
    {"text": plain(75)},
    IDS
    | {
        "value": string(2000),
        "url": string(3000),
        "style": word("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
CHECKBOXES = Shape(
    {"options": several(ANY_OPTION, 10)},
    IDS | {"initial_options": several(ANY_OPTION, 10), "confirm": CONFIRM, "focus_on_load": flag},
    _initially,
)
MULTI_MENU = Shape(
    {"options": several(PLAIN_OPTION, 100)},
    IDS
    | {
        "initial_options": several(PLAIN_OPTION, 100),
        "placeholder": plain(150),
        "max_selected_items": number(1, 100),
        "confirm": CONFIRM,
        "focus_on_load": flag,
    },
    _initially,
)
TYPED = Shape(
    {},
    IDS
    | {
        "initial_value": string(3000, 0),
        "multiline": flag,
        "max_length": number(1, 3000),
        "placeholder": plain(150),
        "focus_on_load": flag,
    },
    _fits_in_input,
)
IMAGE = Shape({"alt_text": string(2000), "image_url": string(3000)}, {})

# A multi-select menu in an actions block is refused, though the docs hardly say so: github.com/slackapi/
# python-slack-sdk/issues/1631 and java-slack-sdk/issues/680. It goes into a section or an input.
IN_ACTIONS: Fields = {"button": BUTTON, "checkboxes": CHECKBOXES}
IN_SECTION: Fields = IN_ACTIONS | {"multi_static_select": MULTI_MENU, "image": IMAGE}
IN_INPUT: Fields = {"plain_text_input": TYPED, "checkboxes": CHECKBOXES, "multi_static_select": MULTI_MENU}

# --- rich text: docs.slack.dev/reference/block-kit/blocks/rich-text-block. No limits are documented. ------------------

STYLE = Shape({}, {"bold": flag, "italic": flag, "strike": flag, "code": flag})
RUN = kinds({"text": Shape({"text": string(40_000)}, {"style": STYLE})})
RICH = kinds({"rich_text_section": Shape({"elements": several(RUN, 10_000)}, {})})
