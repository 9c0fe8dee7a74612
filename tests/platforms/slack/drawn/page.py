"""Block Kit -> HTML that looks as Slack does: close enough to judge how a card reads, on a desk and on a telephone."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

Part = dict[str, Any]

_HERE = Path(__file__).parent
_MARK = Path(__file__).parents[4] / "bot/platforms/webchat/static/mark.svg"


def page(*parts: str) -> str:
    """A whole page."""
    style = (_HERE / "slack.css").read_text(encoding="utf-8")
    return f"<!doctype html><meta charset=utf-8><style>{style}</style><main>{''.join(parts)}</main>"


def message(blocks: Iterable[Part], *thread: str) -> str:
    """A message of ours, and the replies in its thread."""
    mark, replies = _MARK.read_text(encoding="utf-8"), f"<div class=thread>{''.join(thread)}</div>" if thread else ""
    head = "<b>Klankbord</b> <small>APP</small> <time>09:00</time>"
    return f"<article class=message>{mark}<div><header>{head}</header>{drawn(blocks)}</div></article>{replies}"


def modal(view: Part) -> str:
    """A window over the chat."""
    close, submit = (view.get(name, {}).get("text", "") for name in ("close", "submit"))
    buttons = f"<button>{escape(close)}</button>" + (
        f"<button class=primary>{escape(submit)}</button>" if submit else ""
    )
    title = escape(view["title"]["text"])
    return f"<section class=modal><h1>{title}<i>×</i></h1>{drawn(view['blocks'])}<footer>{buttons}</footer></section>"


def home(view: Part) -> str:
    """The home screen of the app."""
    tabs = "<nav><b>Home</b><span>Berichten</span><span>Info</span></nav>"
    return f"<section class=home><h1>Klankbord</h1>{tabs}{drawn(view['blocks'])}</section>"


def drawn(blocks: Iterable[Part]) -> str:
    """Blocks below each other."""
    return "".join(f"<div class={block['type']}>{_BLOCKS[block['type']](block)}</div>" for block in blocks)


def _rich(block: Part) -> str:
    lines = ("".join(_run(run) for run in line["elements"]) for line in block["elements"])
    return "<br>".join(lines)


def _run(run: Part) -> str:
    return f"<b>{escape(run['text'])}</b>" if "style" in run else escape(run["text"])


def _section(block: Part) -> str:
    return f"<p>{_text(block)}</p>{_element(block['accessory'])}"


def _input(block: Part) -> str:
    shown = escape(block["element"].get("initial_value", ""))
    return f"<label>{escape(block['label']['text'])}</label><textarea>{shown}</textarea>"


def _element(part: Part) -> str:
    if part["type"] == "button":
        return f"<button class={part.get('style', 'plain')}>{_text(part)}</button>"
    if part["type"] == "checkboxes":
        return "".join(f"<label><input type=checkbox>{_text(option)}</label>" for option in part["options"])
    return f"<div class=menu>{escape(part['placeholder']['text'])}<i>⌄</i></div>"


def _elements(block: Part) -> str:
    return "".join(_element(one) for one in block["elements"])


def _text(part: Part) -> str:
    return escape(part["text"]["text"])


_BLOCKS = {
    "rich_text": _rich,
    "context": lambda block: "".join(escape(one["text"]) for one in block["elements"]),
    "header": _text,
    "divider": lambda block: "<hr>",
    "actions": _elements,
    "section": _section,
    "input": _input,
}
