"""The limits of Block Kit, a case on either side of each: what fits is taken, one more is refused at its place."""

from collections.abc import Callable
from typing import Any

import pytest

from .block_kit import wrong_blocks, wrong_view

Json = dict[str, Any]


def plain(length: int = 3) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 3) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(label: int = 3, **more: Any) -> Json:
    return {"type": "button", "text": plain(label)} | more


def options(number: int, label: int = 3, value: int = 3, **more: Any) -> list[Json]:
    return [{"text": plain(label), "value": f"{n:0{value}}"} | more for n in range(number)]


def chosen(kind: str, number: int, **more: Any) -> Json:
    return {"type": kind, "options": options(number)} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain()} | more


def typed(**more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": {"type": "plain_text_input"} | more}


def rich(*runs: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def strong(style: Any) -> Json:
    return {"type": "text", "text": "Hoi", "style": style}


def confirm(**more: Any) -> Json:
    return {name: plain() for name in ("title", "text", "confirm", "deny")} | more


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [{"type": "divider"}]} | more


MENU, CHECKS = "multi_static_select", "checkboxes"
PICTURE = {"type": "image", "image_url": "https://example.nl/a.png", "alt_text": "Staven"}

LENGTHS: list[
    tuple[str, int, Callable[[int], Json | list[Json]]]
] = [  # what is too long, the limit, and what is so long
    ("", 50, lambda n: [{"type": "divider"}] * n),
    ("/0/block_id", 255, lambda n: section(block_id="x" * n)),
    ("/0/text/text", 3000, lambda n: section(text=plain(n))),
    ("/0/text/text", 3000, lambda n: section(text=mrkdwn(n))),
    ("/0/fields", 10, lambda n: section(fields=[plain()] * n)),
    ("/0/fields/0/text", 2000, lambda n: section(fields=[plain(n)])),
    ("/0/text/text", 150, lambda n: {"type": "header", "text": plain(n)}),
    ("/0/elements", 10, lambda n: {"type": "context", "elements": [plain()] * n}),
    ("/0/elements/0/text", 2000, lambda n: {"type": "context", "elements": [plain(n)]}),
    ("/0/elements/0/text", 2000, lambda n: {"type": "context", "elements": [mrkdwn(n)]}),
    ("/0/elements/0/alt_text", 2000, lambda n: {"type": "context", "elements": [PICTURE | {"alt_text": "x" * n}]}),
    ("/0/elements/0/image_url", 3000, lambda n: {"type": "context", "elements": [PICTURE | {"image_url": "x" * n}]}),
    ("/0/alt_text", 2000, lambda n: PICTURE | {"alt_text": "x" * n}),
    ("/0/image_url", 3000, lambda n: PICTURE | {"image_url": "x" * n}),
    ("/0/title/text", 2000, lambda n: PICTURE | {"title": plain(n)}),
    ("/0/elements", 25, lambda n: actions(*[button()] * n)),
    ("/0/elements/0/action_id", 255, lambda n: actions(button(action_id="x" * n))),
    ("/0/elements/0/text/text", 75, lambda n: actions(button(n))),
    ("/0/elements/0/value", 2000, lambda n: actions(button(value="x" * n))),
    ("/0/elements/0/url", 3000, lambda n: actions(button(url="x" * n))),
    ("/0/elements/0/options", 10, lambda n: actions(chosen(CHECKS, n))),
    ("/0/elements/0/options/0/text/text", 75, lambda n: actions({"type": CHECKS, "options": options(1, label=n)})),
    ("/0/elements/0/options/0/value", 150, lambda n: actions({"type": CHECKS, "options": options(1, value=n)})),
    (
        "/0/elements/0/options/0/description/text",
        75,
        lambda n: actions({"type": CHECKS, "options": options(1, description=plain(n))}),
    ),
    ("/0/accessory/options/0/text/text", 75, lambda n: section(accessory={"type": MENU, "options": options(1, n)})),
    ("/0/accessory/options", 100, lambda n: section(accessory=chosen(MENU, n))),
    ("/0/accessory/placeholder/text", 150, lambda n: section(accessory=chosen(MENU, 2, placeholder=plain(n)))),
    ("/0/accessory/max_selected_items", 100, lambda n: section(accessory=chosen(MENU, 2, max_selected_items=n))),
    ("/0/label/text", 2000, lambda n: typed() | {"label": plain(n)}),
    ("/0/hint/text", 2000, lambda n: typed() | {"hint": plain(n)}),
    ("/0/element/placeholder/text", 150, lambda n: typed(placeholder=plain(n))),
    ("/0/element/initial_value", 3000, lambda n: typed(initial_value="x" * n)),
    ("/0/element/max_length", 3000, lambda n: typed(max_length=n)),
    ("/0/element/initial_value", 30, lambda n: typed(max_length=30, initial_value="x" * n)),
    ("/0/elements/0/confirm/title/text", 100, lambda n: actions(button(confirm=confirm(title=plain(n))))),
    ("/0/elements/0/confirm/confirm/text", 30, lambda n: actions(button(confirm=confirm(confirm=plain(n))))),
    ("/0/elements/0/confirm/deny/text", 30, lambda n: actions(button(confirm=confirm(deny=plain(n))))),
    ("/0/elements/0/accessibility_label", 75, lambda n: actions(button(accessibility_label="x" * n))),
    ("/0/elements/0/confirm/text/text", 300, lambda n: actions(button(confirm=confirm(text=plain(n))))),
]

KINDS: list[tuple[str, Json | list[Json], Json | list[Json]]] = [  # what is wrong, what is right, and what is not
    ("", [{"type": "divider"}], []),
    ("/0/type", {"type": "divider"}, {"type": "carousel"}),
    ("/0", section(), section(colour="red")),
    ("", [section(block_id="a"), section(block_id="b")], [section(block_id="a")] * 2),
    ("/0", section(), {"type": "section"}),
    ("/0/text/text", section(text=mrkdwn(1)), section(text=mrkdwn(0))),
    ("/0/text/type", {"type": "header", "text": plain()}, {"type": "header", "text": mrkdwn()}),
    ("/0/elements/0/type", {"type": "context", "elements": [PICTURE]}, {"type": "context", "elements": [button()]}),
    ("/0", PICTURE, {"type": "image", "alt_text": "Staven"}),
    ("/0", PICTURE, {"type": "image", "image_url": "https://example.nl/a.png"}),
    ("/0/elements", actions(button()), actions()),
    ("/0/elements", actions(button(action_id="a"), button(action_id="b")), actions(*[button(action_id="a")] * 2)),
    ("/0/elements/0/text/text", actions(button(1)), actions(button(0))),
    ("/0/elements/0/text/type", actions(button()), actions({"type": "button", "text": mrkdwn()})),
    ("/0/elements/0/style", actions(button(style="primary")), actions(button(style="default"))),
    ("/0/elements/0/options", actions(chosen(CHECKS, 1)), actions(chosen(CHECKS, 0))),
    ("/0/elements/0/options", actions(chosen(CHECKS, 2)), actions({"type": CHECKS, "options": options(1) * 2})),
    (
        "/0/elements/0/initial_options/0",
        actions(chosen(CHECKS, 2, initial_options=options(1))),
        actions(chosen(CHECKS, 2, initial_options=options(3)[2:])),
    ),
    ("/0/elements/0/initial_options", actions(chosen(CHECKS, 2)), actions(chosen(CHECKS, 2, initial_options=[]))),
    ("/0/elements/0/type", section(accessory=chosen(MENU, 2)), actions(chosen(MENU, 2))),
    (
        "/0/accessory/options/0/text/type",
        section(accessory=chosen(MENU, 2)),
        section(accessory={"type": MENU, "options": [{"text": mrkdwn(), "value": "a"}]}),
    ),
    (
        "/0/accessory/max_selected_items",
        section(accessory=chosen(MENU, 2, max_selected_items=1)),
        section(accessory=chosen(MENU, 2, max_selected_items=0)),
    ),
    ("/0/element/max_length", typed(max_length=1), typed(max_length=0)),
    ("/0/element/initial_value", typed(initial_value=""), typed(initial_value=None)),
    ("/0/elements/0/elements/0/type", rich(strong({})), rich({"type": "emoji", "name": "tada"})),
    ("/0/label/type", typed(), typed() | {"label": mrkdwn()}),
    ("/0/element/type", typed(), typed() | {"element": button()}),
    ("/0/elements/0/elements/0", rich({"type": "text", "text": "Hoi"}), rich({"type": "text"})),
    ("/0/elements/0/elements/0/text", rich({"type": "text", "text": "H"}), rich({"type": "text", "text": ""})),
    ("/0/elements/0/elements/0/style", rich(strong({"bold": True})), rich(strong("bold"))),
    ("/0/elements/0/elements/0/style/bold", rich(strong({"bold": True})), rich(strong({"bold": 1}))),
]

VIEW_LENGTHS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("/title/text", 24, lambda n: modal(title=plain(n))),
    ("/submit/text", 24, lambda n: modal(submit=plain(n))),
    ("/close/text", 24, lambda n: modal(close=plain(n))),
    ("/blocks", 100, lambda n: modal(blocks=[{"type": "divider"}] * n)),
    ("/blocks", 100, lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}),
    ("/private_metadata", 3000, lambda n: modal(private_metadata="x" * n)),
    ("/callback_id", 255, lambda n: modal(callback_id="x" * n)),
    ("/external_id", 255, lambda n: modal(external_id="x" * n)),
]

VIEW_KINDS: list[tuple[str, Json, Json]] = [
    ("/type", modal(), {"type": "workflow_step", "blocks": []}),
    ("", modal(), {"type": "modal", "blocks": [{"type": "divider"}]}),
    ("/title/type", modal(), modal(title=mrkdwn())),
    ("/private_metadata", modal(private_metadata=""), modal(private_metadata=None)),
    ("/callback_id", modal(callback_id=""), modal(callback_id=7)),
    ("/external_id", modal(external_id=""), modal(external_id=["V"])),
    ("", modal(blocks=[typed()], submit=plain()), modal(blocks=[typed()])),
    ("", {"type": "home", "blocks": []}, {"type": "home", "blocks": [], "title": plain()}),
    (
        "/blocks",
        modal(blocks=[typed(focus_on_load=True), typed()], submit=plain()),
        modal(blocks=[typed(focus_on_load=True)] * 2, submit=plain()),
    ),
]


@pytest.mark.parametrize(
    ("place", "most", "long"), LENGTHS, ids=lambda value: str(value) if not callable(value) else ""
)
def test_how_much_a_message_holds(place: str, most: int, long: Callable[[int], Json | list[Json]]) -> None:
    """So much is taken; one more is refused, and Slack points to it."""
    assert wrong_blocks(_listed(long(most))) == []
    assert _places(wrong_blocks(_listed(long(most + 1)))) == [f"/blocks{place}"]


@pytest.mark.parametrize(("place", "right", "wrong"), KINDS)
def test_what_a_message_holds(place: str, right: Json | list[Json], wrong: Json | list[Json]) -> None:
    """One is taken, the other is refused for one thing, and Slack points to it."""
    assert wrong_blocks(_listed(right)) == []
    assert _places(wrong_blocks(_listed(wrong))) == [f"/blocks{place}"]


@pytest.mark.parametrize(("place", "most", "long"), VIEW_LENGTHS)
def test_how_much_a_view_holds(place: str, most: int, long: Callable[[int], Json]) -> None:
    """The same for modals and home screens."""
    assert wrong_view(long(most)) == []
    assert _places(wrong_view(long(most + 1))) == [f"/view{place}"]


@pytest.mark.parametrize(("place", "right", "wrong"), VIEW_KINDS)
def test_what_a_view_holds(place: str, right: Json, wrong: Json) -> None:
    """The same for modals and home screens."""
    assert wrong_view(right) == []
    assert _places(wrong_view(wrong)) == [f"/view{place}"]


@pytest.mark.parametrize("nonsense", [None, "blocks", 7, {}, [None], ["divider"], [{"type": 7}], [{}]])
def test_nonsense(nonsense: Any) -> None:
    """Whatever comes is refused, and nothing stumbles over it."""
    assert wrong_blocks(nonsense)
    assert wrong_view(nonsense)
    assert wrong_view(modal(blocks=nonsense))


def _listed(blocks: Json | list[Json]) -> list[Json]:
    return blocks if isinstance(blocks, list) else [blocks]


def _places(problems: list[str]) -> list[str]:
    return [one.partition("json-pointer:")[2].rstrip("]") for one in problems]
