"""What somebody sees of the blocks and the modal that we send: read off them, so that it cannot differ."""

from collections.abc import Iterator, Sequence

from bot.core.platform import Card
from bot.core.preview import Choices, Divider, Input, Kind, Look, Option, Part, Preview, Row, Run, Style, Tap, Text
from bot.platforms.slack.blocks import Block
from bot.platforms.slack.redrawing import drawn
from bot.platforms.slack.views import View, modal

_STYLES = {"": Style.PLAIN, "primary": Style.FIRST, "danger": Style.FINAL}


def preview(card: Card) -> Preview:
    """A card in its message, or apart in a modal."""
    if card.apart:
        return Preview(tuple(_modal(modal(card, metadata=""))), apart=True)
    return Preview(tuple(_blocks(drawn(card).blocks)))


def _modal(view: View) -> Iterator[Part]:
    """Its title above, its two buttons below."""
    yield _text(view["title"], Look.TITLE)
    yield from _blocks(view["blocks"])
    submit = (Tap(view["submit"]["text"], Style.FIRST),) if "submit" in view else ()
    yield Row((Tap(view["close"]["text"]), *submit))


def _blocks(blocks: Sequence[Block]) -> Iterator[Part]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[Part]:
    """Raises ValueError for a block that nobody can see in a preview yet."""
    match block["type"]:
        case "header":
            yield _text(block["text"], Look.TITLE)
        case "rich_text":
            yield from (Text(tuple(map(_run, section["elements"]))) for section in block["elements"])
        case "context":
            yield from (_text(element, Look.SMALL) for element in block["elements"])
        case "divider":
            yield Divider()
        case "section":
            yield _text(block["text"], Look.PLAIN)
            yield _choices(block["accessory"], Kind.MENU, block["accessory"]["placeholder"]["text"])
        case "actions":
            yield from _actions(block["elements"])
        case "input":
            typed = block["element"]
            yield Input(block["label"]["text"], typed["max_length"], typed.get("initial_value", ""))
        case unknown:
            raise ValueError(f"no preview of a block of type {unknown}")


def _actions(elements: Sequence[Block]) -> Iterator[Part]:
    yield from (_choices(one, Kind.BOXES) for one in elements if one["type"] == "checkboxes")
    taps = tuple(_tap(one) for one in elements if one["type"] == "button")
    if taps:
        yield Row(taps)


def _choices(element: Block, kind: Kind, prompt: str = "") -> Choices:
    """What is ticked is never sent along."""
    return Choices(kind, tuple(Option(one["text"]["text"]) for one in element["options"]), prompt)


def _tap(button: Block) -> Tap:
    return Tap(button["text"]["text"], _STYLES[button.get("style", "")])


def _text(text: Block, look: Look) -> Text:
    return Text((Run(text["text"]),), look)


def _run(element: Block) -> Run:
    return Run(element["text"], strong=bool(element.get("style", {}).get("bold")))
