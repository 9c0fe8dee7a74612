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


def _one_initially(value: Any, at: str) -> Iterator[str]:
    yield from _values_differ(value, at)
    if "initial_option" in value and value["initial_option"] not in value["options"]:
        yield problem("must be one of the provided options", f"{at}/initial_option")


# --- elements: docs.slack.dev/reference/block-kit/block-elements ----------------------------------------------------


def _fits_in_input(value: Any, at: str) -> Iterator[str]:
    most = value.get("max_length", 3000)
    if len(value.get("initial_value", "")) > most:
        yield problem(f"must be less than {most + 1} characters", f"{at}/initial_value")


def has_a_picture(value: Any, at: str) -> Iterator[str]:
    if ("image_url" in value) == ("slack_file" in value):
        yield problem("must define either image_url or slack_file", at)


PICTURE: Fields = {
    "image_url": string(3000),
    "slack_file": Shape({}, {"id": string(255), "url": string(3000)}),
}
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
RADIO_BUTTONS = Shape(
    {"options": several(ANY_OPTION, 10)},
    IDS | {"initial_option": ANY_OPTION, "confirm": CONFIRM, "focus_on_load": flag},
    _one_initially,
)
MENU = Shape(
    {"options": several(PLAIN_OPTION, 100)},
    IDS | {"initial_option": PLAIN_OPTION, "placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": flag},
    _one_initially,
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
OVERFLOW = Shape(
    {"options": several(option(plain(75)), 5)},
    IDS | {"confirm": CONFIRM},
    _values_differ,
)
TYPED = Shape(
    {},
    IDS
    | {
        "initial_value": string(3000, 0),
        "multiline": flag,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
        "dispatch_action_config": Shape(
            {"trigger_actions_on": several(word("on_enter_pressed", "on_character_entered"), 2)}, {}
        ),
        "placeholder": plain(150),
        "focus_on_load": flag,
    },
    _fits_in_input,
)
IMAGE = Shape({"alt_text": string(2000)}, PICTURE, has_a_picture)

# A multi-select menu in an actions block is refused, though the docs hardly say so: github.com/slackapi/
# python-slack-sdk/issues/1631 and java-slack-sdk/issues/680. It goes into a section or an input.
IN_ACTIONS: Fields = {
    "button": BUTTON,
    "checkboxes": CHECKBOXES,
    "radio_buttons": RADIO_BUTTONS,
    "static_select": MENU,
    "overflow": OVERFLOW,
}
IN_SECTION: Fields = IN_ACTIONS | {"multi_static_select": MULTI_MENU, "image": IMAGE}
IN_INPUT: Fields = {
    "plain_text_input": TYPED,
    "checkboxes": CHECKBOXES,
    "radio_buttons": RADIO_BUTTONS,
    "static_select": MENU,
    "multi_static_select": MULTI_MENU,
}

# --- rich text: docs.slack.dev/reference/block-kit/blocks/rich-text-block -------------------------------------------

STYLE = Shape({}, {"bold": flag, "italic": flag, "strike": flag, "code": flag})
RUN = kinds(
    {
        "text": Shape({"text": string(40_000)}, {"style": STYLE}),
        "link": Shape({"url": string(3000)}, {"text": string(40_000, 0), "style": STYLE, "unsafe": flag}),
        "emoji": Shape({"name": string(255)}, {"unicode": string(255), "skin_tone": number(1, 6), "style": STYLE}),
        "user": Shape({"user_id": string(255)}, {"style": STYLE}),
        "channel": Shape({"channel_id": string(255)}, {"style": STYLE}),
    }
)
SECTION_OF_RUNS = Shape({"elements": several(RUN, 10_000, 0)}, {})
RICH = kinds(
    {
        "rich_text_section": SECTION_OF_RUNS,
        "rich_text_list": Shape(
            {
                "elements": several(kinds({"rich_text_section": SECTION_OF_RUNS}), 1000),
                "style": word("bullet", "ordered"),
            },
            {"indent": number(0, 8), "offset": number(0, 10_000), "border": number(0, 1)},
        ),
        "rich_text_quote": Shape({"elements": several(RUN, 10_000, 0)}, {"border": number(0, 1)}),
        "rich_text_preformatted": Shape({"elements": several(RUN, 10_000, 0)}, {"border": number(0, 1)}),
    }
)
