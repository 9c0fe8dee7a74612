"""Cards in views: a modal for what is to be looked at and kept nowhere, and the home screen.

In a modal the step back to the card is its close button, and the first other step, or the words typed, are its
submit button. What Slack sends back then is in `callback_id`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.actions import decode
from bot.core.platform import Button, Card, Entry
from bot.platforms.slack import limits
from bot.platforms.slack.blocks import Block, body, buttons, card_blocks, choices, context, plain, text_block
from config.texts import say
from config.words import Language

View = dict[str, Any]

NAME = "Klankbord"
TAPPED, TYPED, NOTHING = "tap:", "typed:", "nothing"  # begin a callback_id; the instruction follows the first two
WRITTEN = "written"  # the block_id and action_id of the words typed

_BACK = ("show", "home")  # the verbs of the step back to the card


def modal(card: Card, metadata: str) -> View:
    """A card apart. `metadata` says where it was opened from."""
    back = next((step for step in card.steps if _is_back(step)), None)
    steps = [step for step in card.steps if not _is_back(step)]
    submit = None if card.entry is not None or not steps else steps[0]
    fits = card.heading and len(card.heading) <= limits.TITLE
    blocks = [
        *([context(card.heading)] if card.heading and not fits else []),
        *body(card),
        *choices(card),
        *(_entry(card.entry) if card.entry is not None else ()),
        *buttons([step for step in steps if step is not submit], "step"),
        *buttons(card.asides, "aside"),
    ]
    view: View = {
        "type": "modal",
        "title": plain(card.heading if fits else NAME, limits.TITLE),
        "close": plain(back.label if back else say("slack.close", card.language), limits.TITLE),
        "callback_id": _callback(card, submit),
        "private_metadata": metadata,
        "blocks": blocks[: limits.VIEW_BLOCKS],
    }
    label = card.entry.submit if card.entry is not None else submit.label if submit is not None else ""
    return view | ({"submit": plain(label, limits.TITLE)} if label else {})


def closing(language: Language, metadata: str) -> View:
    """What a modal says when the card in the chat went on: Slack lets nobody but its reader close it."""
    return {
        "type": "modal",
        "title": plain(NAME, limits.TITLE),
        "close": plain(say("slack.close", language), limits.TITLE),
        "callback_id": NOTHING,
        "private_metadata": metadata,
        "blocks": [text_block(say("slack.went_on", language))],
    }


def home(cards: Sequence[Card]) -> View:
    """The home screen: several cards below each other."""
    blocks = [block for number, card in enumerate(cards) for block in _part(number, card)]
    return {"type": "home", "callback_id": "home", "blocks": blocks[: limits.VIEW_BLOCKS]}


def _part(number: int, card: Card) -> Iterator[Block]:
    if number:
        yield {"type": "divider"}
    yield from card_blocks(card, prefix=f"{number}-")


def _entry(entry: Entry) -> Iterator[Block]:
    element: Block = {
        "type": "plain_text_input",
        "action_id": WRITTEN,
        "multiline": True,
        "max_length": min(entry.limit, limits.TYPED),
    }
    if entry.draft:
        element["initial_value"] = entry.draft[: limits.TYPED]
    yield {"type": "input", "block_id": WRITTEN, "label": plain(entry.label, limits.LABEL), "element": element}


def _callback(card: Card, submit: Button | None) -> str:
    if card.entry is not None:
        return f"{TYPED}{card.entry.action}"
    return f"{TAPPED}{submit.action}" if submit is not None else NOTHING


def _is_back(step: Button) -> bool:
    action = decode(step.action)
    return action is not None and action.verb in _BACK
