"""Cards in views: a modal for what is to be looked at and kept nowhere, and the home screen.

In a modal the step back to the card is its close button, and the first other step, or the words typed, are its
submit button. What Slack sends back then is in `callback_id`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.core.platform import Button, Card, Entry
from bot.platforms.slack import limits
from bot.platforms.slack.blocks import (
    Block,
    asides,
    buttons,
    card_blocks,
    choices,
    context,
    divider,
    hints,
    is_back,
    paragraphs,
    plain,
    text_block,
)
from config.texts import say
from config.words import Language

View = dict[str, Any]

NAME = "Klankbord"
TAPPED, TYPED, NOTHING = "tap:", "typed:", "nothing"  # begin a callback_id; the instruction follows the first two
WRITTEN = "written"  # the block_id and action_id of the words typed


def modal(card: Card, metadata: str) -> View:
    """A card apart. `metadata` says where it was opened from."""
    back = next((step for step in card.steps if is_back(step)), None)
    submit = submitting(card)
    view: View = {
        "type": "modal",
        "title": plain(card.heading if _is_title(card) else NAME, limits.TITLE),
        "close": plain(back.label if back else say("slack.close", card.language), limits.TITLE),
        "callback_id": _callback(card, submit),
        "private_metadata": metadata,
        "blocks": _in_modal(card, submit),
    }
    label = card.entry.submit if card.entry is not None else submit.label if submit is not None else ""
    return view | ({"submit": plain(label, limits.TITLE)} if label else {})


def submitting(card: Card) -> Button | None:
    """The step that is the submit button of its modal."""
    onward = (step for step in card.steps if not is_back(step))
    return next(onward, None) if card.entry is None else None


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
    room = limits.VIEW_BLOCKS // max(len(cards), 1) - 1
    blocks = [block for number, card in enumerate(cards) for block in _at_home(number, card, room)]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def _at_home(number: int, card: Card, room: int) -> Iterator[Block]:
    """Below the first card a way back to it says nothing: it stands above."""
    if number:
        yield divider()
        steps, asides = (tuple(b for b in row if not is_back(b)) for row in (card.steps, card.asides))
        card = replace(card, steps=steps, asides=asides)
    yield from card_blocks(card, prefix=f"{number}-", room=room)


def _in_modal(card: Card, submit: Button | None) -> list[Block]:
    start = [*(() if _is_title(card) or not card.heading else (context(card.heading),)), *hints(card)]
    end = [
        *choices(card),
        *(_entry(card.entry) if card.entry is not None else ()),
        *buttons([step for step in card.steps if step is not submit and not is_back(step)], "step"),
        *asides(card),
    ]
    return [*start, *paragraphs(card.lines, limits.VIEW_BLOCKS - len(start) - len(end)), *end]


def _is_title(card: Card) -> bool:
    return 0 < len(card.heading) <= limits.TITLE


def _entry(entry: Entry) -> Iterator[Block]:
    most = min(entry.limit, limits.TYPED)
    element: Block = {"type": "plain_text_input", "action_id": WRITTEN, "max_length": most}
    element["multiline"] = not entry.on_one_line
    if entry.draft:
        element["initial_value"] = entry.draft[:most]
    yield {"type": "input", "block_id": WRITTEN, "label": plain(entry.label, limits.LABEL), "element": element}


def _callback(card: Card, submit: Button | None) -> str:
    if card.entry is not None:
        return f"{TYPED}{card.entry.action}"
    return f"{TAPPED}{submit.action}" if submit is not None else NOTHING
