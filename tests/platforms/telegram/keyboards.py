"""What can be below a message: buttons, or a prompt to reply. core.telegram.org/bots/api#inlinekeyboardmarkup."""

from collections.abc import Iterator
from typing import Any

from .refusals import slip

LONGEST_DATA = 64  # bytes; core.telegram.org/bots/api#inlinekeyboardbutton: callback_data, "1-64 bytes"
LONGEST_PLACEHOLDER = 64  # characters; core.telegram.org/bots/api#forcereply
MOST_BUTTONS = 100  # not documented: with more, the server says that the markup is too long
MOST_IN_A_ROW = 8  # not documented: of more, apps show eight, and the server does not say so

Markup = dict[str, Any]
Button = dict[str, str]


def checked(given: Any) -> Markup:
    """Buttons or a prompt, as Telegram keeps them; nothing is {}. Raises Refused."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise slip("object expected as reply markup")
    if "inline_keyboard" in given:
        return _inline(given["inline_keyboard"])
    if given.get("force_reply"):
        return _prompt(given)
    raise slip("only inline keyboards and prompts are used here")


def buttons(markup: Markup) -> list[Button]:
    """All buttons, row by row."""
    return [button for row in markup.get("inline_keyboard", ()) for button in row]


def _inline(rows: Any) -> Markup:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise slip('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays')
    kept = [list(_row(row)) for row in rows if row]
    if sum(map(len, kept)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in kept):
        raise slip("reply markup is too long")
    return {"inline_keyboard": kept} if kept else {}


def _row(row: list[Any]) -> Iterator[Button]:
    for button in row:
        if not isinstance(button, dict) or not isinstance(button.get("text"), str):
            raise slip("can't parse inline keyboard button: Can't find field \"text\"")
        if not button["text"].strip():
            raise slip("inline keyboard button text must be non-empty")
        if "url" in button:
            yield {"text": button["text"], "url": button["url"]}
        elif "callback_data" in button:
            if not 1 <= len(button["callback_data"].encode()) <= LONGEST_DATA:
                raise slip("BUTTON_DATA_INVALID")
            yield {"text": button["text"], "callback_data": button["callback_data"]}
        else:
            raise slip("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _prompt(given: dict[str, Any]) -> Markup:
    placeholder = given.get("input_field_placeholder", "")
    if len(placeholder) > LONGEST_PLACEHOLDER:
        raise slip("input field placeholder is too long")
    return {"force_reply": True, "input_field_placeholder": placeholder}
